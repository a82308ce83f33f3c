import Databases
import Planning
import Runbooks

/// Counts what rollbacks would lose.
struct LossCounter {
    let plan: Plan
    /// How long one count may take.
    let timeout: Duration

    /// How long is waited for a count where a person asked for the rollback, or none may be lost.
    static let patience = Duration.seconds(60)
    /// How long it is waited for where it is only told.
    static let haste = Duration.seconds(5)

    /// What goes with the rollback of a phase.
    func losses(of phase: String) -> [(what: PlannedLoss, isAccepted: Bool)] {
        plan.losses.filter { $0.phase == phase }.map { ($0.loss, $0.accepted != nil) }
    }

    /// How many rows stand in what goes with the rollback of a phase.
    func count(
        _ phase: String, _ open: (String) async throws(DatabaseError) -> any DatabaseSession
    ) async -> [PlannedLoss: Int?] {
        var counts: [PlannedLoss: Int?] = [:]
        for (what, _) in losses(of: phase) {
            let rows: Int?
            do throws(DatabaseError) {
                rows = try await open(what.target).rows(in: what, within: timeout)
            } catch {
                rows = nil
            }
            counts.updateValue(rows, forKey: what)
        }
        return counts
    }

    /// What taking these phases back would lose of what was written since each of them.
    ///
    /// Of all but the first only that is told which no later phase of the run writes itself. With `unbased`, phases
    /// that are done and whose rows were not counted then are among them, with all they hold; what a phase that was
    /// broken off holds is taken for its own work, unless no data may be lost.
    func find(
        in phases: [PlannedPhase], _ state: RunState, unbased: Bool,
        _ open: (String) async throws(DatabaseError) -> any DatabaseSession
    ) async -> [Loss] {
        var found: [Loss] = []
        for (index, phase) in phases.enumerated() {
            let before = state.phase(phase.id)?.rows
            let isDone = state.phase(phase.id)?.status == .done
            guard before != nil || unbased && (isDone || mayLoseNothing) else { continue }
            let now = await count(phase.id, open)
            for (what, _) in losses(of: phase.id) where index == 0 || !what.isWrittenLater {
                let rows = (now[what] ?? nil).map { max(0, $0 - ((before?[what] ?? nil) ?? 0)) }
                let loss = Loss(phase: phase.id, what: what, rows: rows)
                if loss.isSome { found.append(loss) }
            }
        }
        return found
    }

    private var mayLoseNothing: Bool { plan.budget.objective?.dataLoss == DataLoss.none }

    /// Those of them that a person must accept: all of which the runbook does not say that they may go, and every one
    /// where no data may be lost.
    func unaccepted(_ losses: [Loss]) -> [Loss] {
        guard !mayLoseNothing else { return losses }
        return losses.filter { loss in
            self.losses(of: loss.phase).contains { $0.what == loss.what && !$0.isAccepted }
        }
    }
}

extension DatabaseSession {
    /// How many rows a table holds, or how many have a value in a column; nil where nobody can tell.
    fileprivate func rows(in what: PlannedLoss, within time: Duration) async throws(DatabaseError) -> Int? {
        let table = [what.schema, what.table].compactMap { $0.map(dialect.identifier) }.joined(separator: ".")
        // In SQLite a name in double quotes that nothing has is text; not where a table stands before it.
        let filter = what.column.map { " WHERE counted.\(dialect.identifier($0)) IS NOT NULL" } ?? ""
        let text = "SELECT count(*) FROM \(table) AS counted\(filter)"
        // Rows that a policy hides are lost as well: then the server refuses to count.
        let settings =
            [
                (name: "row_security", value: "off"), (name: "statement_timeout", value: "\(time.milliseconds)ms"),
                (name: "lock_timeout", value: "2s"),
            ] + (what.searchPath.map { [(name: "search_path", value: $0)] } ?? [])
        var statements = [dialect.beginReadOnly]
        if let apply = dialect.applySettings(settings) { statements.append(apply) }
        let deadline = Time.now.advanced(by: time + .seconds(2))
        do throws(BatchFailure) {
            try await executeBatch(statements, limits: .standard, deadline: deadline) { _, _ in }
        } catch {
            await endTransaction()
            throw error.error
        }
        let answer: Result<StatementResult, DatabaseError>
        do throws(DatabaseError) {
            answer = .success(try await execute(SQLStatement(text), limits: .standard, deadline: deadline))
        } catch {
            answer = .failure(error)
        }
        await endTransaction()
        switch answer {
        case .success(let result): return result.rows.first?.first?.text.flatMap { Int($0) }
        case .failure(let error):
            // What is not there cannot be lost.
            let isGone = ["42P01", "42703", "3F000"].contains(error.code) || error.message.hasPrefix("no such ")
            return isGone ? 0 : nil
        }
    }
}
