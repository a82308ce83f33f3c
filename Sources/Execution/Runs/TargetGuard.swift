import CanonicalJSON
import Databases
import Planning

/// One target for the length of a run: locked, its ledger at hand.
struct TargetGuard: Sendable {
    let target: PlannedTarget
    let session: any DatabaseSession
    let ledger: Ledger

    /// Opens, locks, and makes sure of the ledger.
    static func take(
        _ target: PlannedTarget, run: String, environment: RunEnvironment
    ) async throws(RunRefusal) -> TargetGuard {
        let session: any DatabaseSession
        do throws(DatabaseError) {
            session = try await environment.open(target, "gonogo/\(run)")
        } catch {
            throw .cannotConnect(target: target.name, display: target.display, error)
        }
        let taken = TargetGuard(target: target, session: session, ledger: Ledger(session.dialect))
        let answer: DatabaseValue?
        do throws(DatabaseError) {
            answer = if let lock = session.dialect.tryLock {
                try await session.execute(lock).rows.first?.first
            } else { .boolean(true) }
        } catch {
            await session.close()
            throw .ledgerUnusable(target: target.name, error)
        }
        guard answer == .boolean(true) else {
            await session.close()
            throw .locked(target: target.name, holder: nil)
        }
        return taken
    }

    /// The earlier runs of a plan here, the latest first; makes the ledger, if it may, when it is not there.
    func runs(of plan: String, making: Bool) async throws(RunRefusal) -> [EarlierRun] {
        do throws(DatabaseError) {
            let result: StatementResult
            do throws(DatabaseError) {
                result = try await session.execute(ledger.runs(of: plan))
            } catch {
                guard error.kind == .statement else { throw error }
                if making { try await makeLedger() }
                return []
            }
            return result.rows.compactMap(EarlierRun.init)
        } catch {
            throw .ledgerUnusable(target: target.name, error)
        }
    }

    private func makeLedger() async throws(DatabaseError) {
        let statements = [session.dialect.beginWrite] + ledger.setup + ["COMMIT"]
        do throws(BatchFailure) {
            try await session.executeBatch(statements, limits: .none, deadline: 60_000.deadlineFromNow) { _, _ in }
        } catch {
            await session.endTransaction()
            throw error.error
        }
    }

    /// Writes a run's row.
    func begin(_ run: String, plan: Plan, digest: String, cycle: Int, owner: String) async throws(RunRefusal) {
        let row = RunRow(
            run: run, plan: digest, name: plan.name, cycle: cycle, epoch: 1, status: .running, owner: owner,
            database: session.identity.fingerprint)
        try await write(ledger.begin(row))
    }

    /// Writes how a run stands.
    func finish(_ run: String, status: RunRow.Status) async throws(RunRefusal) {
        try await write(ledger.finish(run, status: status))
    }

    /// Whether the ledger has a marker for a step of a run.
    func hasMarker(run: String, step: String) async -> Bool {
        let statement = SQLStatement(
            "SELECT count(*) FROM \(ledger.prefix)ledger WHERE run_id = $1 AND step_id = $2 AND direction = 'do'",
            [run, step])
        let count = try? await session.execute(statement).rows.first?.first?.text
        return count != "0"
    }

    private func write(_ statement: SQLStatement) async throws(RunRefusal) {
        do throws(DatabaseError) {
            _ = try await session.execute(statement, limits: .none, deadline: 60_000.deadlineFromNow)
        } catch {
            throw .ledgerUnusable(target: target.name, error)
        }
    }

    /// Gives the lock back and ends the session.
    func release() async { await session.close() }
}

/// A run of the same plan that a ledger knows.
struct EarlierRun: Sendable {
    let run: String
    let cycle: Int
    let status: String
    let database: String
    let finishedAt: String

    init?(_ row: [DatabaseValue]) {
        guard row.count == 5, let run = row[0].text, let cycle = row[1].text.flatMap({ Int($0) }) else { return nil }
        self.run = run
        self.cycle = cycle
        status = row[2].text ?? ""
        database = row[3].text ?? ""
        finishedAt = row[4].text ?? ""
    }
}
