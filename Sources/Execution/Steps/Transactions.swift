import Databases
import Planning

/// The settings every transaction of ours gets, with those of the plan over them.
enum TransactionSettings {
    /// Settings for a transaction that may write.
    ///
    /// `synchronous_commit` is never less than `on`: with a role's default of `off`, commits the server had
    /// acknowledged were gone after it was killed (measured).
    static func writing(
        _ planned: [PlannedSetting], timeout: Int?, _ facts: SessionFacts
    ) -> [(name: String, value: String)] {
        var settings = RunDefaults.settings + [lockTimeout(facts)]
        if let timeout { settings.append((name: "statement_timeout", value: "\(timeout)ms")) }
        for setting in planned where setting.name != "synchronous_commit" || setting.value == "remote_apply" {
            settings.removeAll { $0.name == setting.name }
            settings.append((name: setting.name, value: setting.value))
        }
        return settings
    }

    /// Settings for a session whose statements are in no transaction.
    ///
    /// Work that lets others through waits as long as the server's own settings say, as index builds wait long by
    /// their nature.
    static func outside(
        _ planned: [PlannedSetting], role: String?, holdsUp: SessionFacts? = nil
    ) -> [(name: String, value: String)] {
        var settings = [(name: "synchronous_commit", value: "on")]
        if let holdsUp { settings.append(lockTimeout(holdsUp)) }
        for setting in planned {
            settings.removeAll { $0.name == setting.name }
            settings.append((name: setting.name, value: setting.value))
        }
        return settings + (role.map { [(name: "role", value: $0)] } ?? [])
    }

    /// Above the server's `deadlock_timeout`: below it, autovacuum is never asked to give way (measured).
    private static func lockTimeout(_ facts: SessionFacts) -> (name: String, value: String) {
        let least = (facts.deadlockTimeout ?? 0) + 1000
        return (name: "lock_timeout", value: "\(max(RunDefaults.lockTimeout, least))ms")
    }

    /// Settings for a transaction that only asks.
    static func asking(_ planned: [PlannedSetting], timeout: Int) -> [(name: String, value: String)] {
        var settings = [(name: "lock_timeout", value: "10s"), (name: "statement_timeout", value: "\(timeout)ms")]
        for setting in planned {
            settings.removeAll { $0.name == setting.name }
            settings.append((name: setting.name, value: setting.value))
        }
        return settings
    }
}

/// What became of a question.
enum Answer {
    /// It was answered.
    case answered(StatementResult)
    /// The statement itself failed.
    case refused(DatabaseError)
    /// It could not be asked: the transaction, its settings, the role or the connection failed.
    case unasked(DatabaseError)
}

extension DatabaseSession {
    /// Asks one statement in a transaction that is always rolled back, and cannot write unless it may; with the answer
    /// comes what the session keeps of it all the same.
    func ask(
        _ query: PlannedQuery, text: String, mayWrite: Bool, timeout: Int, limits: ResultLimits
    ) async -> (answer: Answer, kept: [String]) {
        var statements = [mayWrite ? dialect.beginWrite : dialect.beginReadOnly]
        let settings = TransactionSettings.asking(query.settings, timeout: timeout)
        if let apply = dialect.applySettings(settings) { statements.append(apply) }
        if let role = query.role, let assume = dialect.assumeRole(role) { statements.append(assume) }
        let deadline = Time.now.advanced(by: .milliseconds(timeout + 2000))
        let answer: Answer
        do throws(BatchFailure) {
            try await executeBatch(statements, limits: .standard, deadline: deadline) { _, _ in }
            do throws(DatabaseError) {
                answer = .answered(try await execute(SQLStatement(text), limits: limits, deadline: deadline))
            } catch {
                answer = error.kind == .connection ? .unasked(error) : .refused(error)
            }
        } catch {
            answer = .unasked(error.error)
        }
        return (answer, await endQuestion())
    }

    /// Rolls back, and tells what is kept past that.
    private func endQuestion() async -> [String] {
        guard transactionState == .open, let question = dialect.heldPastRollback else {
            await endTransaction()
            return []
        }
        let results = BatchResults(keeping: [1])
        do throws(BatchFailure) {
            try await executeBatch(["ROLLBACK", question], limits: .standard, deadline: 10_000.deadlineFromNow) {
                index, result in results.take(index, result)
            }
        } catch {
            await close()
        }
        return results[1]?.rows.map { $0.compactMap(\.text).joined(separator: " ") } ?? []
    }

    /// Rolls back what is open; a session that cannot is closed, and the server rolls back.
    func endTransaction() async {
        guard transactionState == .open || transactionState == .failed else { return }
        let deadline = Time.now.advanced(by: .seconds(10))
        do {
            _ = try await execute("ROLLBACK", limits: .none, deadline: deadline)
        } catch {
            await close()
        }
    }
}

/// Results of a batch by the index of their statement, gathered from the driver's callback.
final class BatchResults: Sendable {
    private struct State {
        var results: [Int: StatementResult] = [:]
        var rows = 0
        var notices: [(index: Int, notice: Notice)] = []
    }

    private let state = Guarded(State())
    private let kept: Set<Int>

    /// Keeps the results of these statements; of the others only how many rows they changed, and the notices.
    init(keeping kept: Set<Int>) { self.kept = kept }

    func take(_ index: Int, _ result: StatementResult) {
        state.withLock { state in
            if kept.contains(index) { state.results[index] = result } else { state.rows += result.affectedRows }
            state.notices += result.notices.map { (index, $0) }
        }
    }

    subscript(index: Int) -> StatementResult? { state.withLock { $0.results[index] } }
    var rowCount: Int { state.withLock(\.rows) }
    var notices: [(index: Int, notice: Notice)] { state.withLock(\.notices) }
}
