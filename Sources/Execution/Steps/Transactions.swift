import Databases
import Planning
import Synchronization

/// The settings every transaction of ours gets, with those of the plan over them.
enum TransactionSettings {
    /// Settings for a transaction that may write.
    ///
    /// `synchronous_commit` is never less than `on`: with a role's default of `off`, commits the server had
    /// acknowledged were gone after it was killed (measured). `lock_timeout` lies above the server's usual
    /// `deadlock_timeout` of one second: below it, autovacuum is never asked to give way (measured).
    static func writing(_ planned: [PlannedSetting], timeout: Int?) -> [(name: String, value: String)] {
        var settings = RunDefaults.settings
        if let timeout { settings.append((name: "statement_timeout", value: "\(timeout)ms")) }
        for setting in planned where setting.name != "synchronous_commit" || setting.value == "remote_apply" {
            settings.removeAll { $0.name == setting.name }
            settings.append((name: setting.name, value: setting.value))
        }
        return settings
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
    /// Asks one statement in a transaction that is always rolled back, and cannot write unless it may.
    func ask(
        _ query: PlannedQuery, text: String, mayWrite: Bool, timeout: Int, limits: ResultLimits
    ) async -> Answer {
        var statements = [mayWrite ? dialect.beginWrite : dialect.beginReadOnly]
        let settings = TransactionSettings.asking(query.settings, timeout: timeout)
        if let apply = dialect.applySettings(settings) { statements.append(apply) }
        if let role = query.role, let assume = dialect.assumeRole(role) { statements.append(assume) }
        let deadline = ContinuousClock.now.advanced(by: .milliseconds(timeout + 2000))
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
        await endTransaction()
        return answer
    }

    /// Rolls back what is open; a session that cannot is closed, and the server rolls back.
    func endTransaction() async {
        guard transactionState == .open || transactionState == .failed else { return }
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        do {
            _ = try await execute("ROLLBACK", limits: .none, deadline: deadline)
        } catch {
            await close()
        }
    }
}

/// Results of a batch by the index of their statement, gathered from the driver's callback.
final class BatchResults: Sendable {
    private let results = Mutex<[Int: StatementResult]>([:])
    private let rows = Mutex(0)
    private let notices = Mutex<[(index: Int, notice: Notice)]>([])
    private let kept: Int

    /// Keeps the results of the first `kept` statements; of the others only rows and notices.
    init(keeping kept: Int) { self.kept = kept }

    func take(_ index: Int, _ result: StatementResult) {
        if index < kept {
            results.withLock { $0[index] = result }
        } else {
            rows.withLock { $0 += result.affectedRows }
        }
        if !result.notices.isEmpty {
            notices.withLock { $0 += result.notices.map { (index, $0) } }
        }
    }

    func result(_ index: Int) -> StatementResult? { results.withLock { $0[index] } }
    var rowCount: Int { rows.withLock { $0 } }
    var allNotices: [(index: Int, notice: Notice)] { notices.withLock { $0 } }
}

extension StatementResult {
    /// The rows it changed, by its tag; for a reading statement the rows it returned.
    var affectedRows: Int { tag.split(separator: " ").last.flatMap { Int($0) } ?? 0 }
}
