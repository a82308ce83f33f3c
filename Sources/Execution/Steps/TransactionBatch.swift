import Databases
import Planning
import Runbooks

/// What is sent for a transaction before its COMMIT: what opens and guards it, the statements, and what proves that
/// they left it as it was.
struct TransactionBatch {
    /// Everything in order.
    private(set) var statements: [SQLStatement]
    private let script: [PlannedStatement]
    private let step: PlannedStep
    private let settings: [(name: String, value: String)]
    private var settingsIndex: Int?
    private let markerIndex: Int
    private let first: Int
    private let answersIdentity: Bool
    private let dialect: any Dialect

    init(
        _ script: [PlannedStatement],
        of whole: PlannedScript,
        _ step: PlannedStep,
        _ marker: Marker,
        _ context: RunContext,
        _ session: any DatabaseSession
    ) {
        let dialect = session.dialect
        self.script = script
        self.step = step
        self.dialect = dialect
        // Once the transaction has begun it is too late to set it.
        let isolation = whole.settings.last { $0.name == "default_transaction_isolation" }?.value
        statements = [isolation.map(dialect.beginWrite(isolation:)) ?? dialect.beginWrite]
        settings = TransactionSettings.writing(whole.settings, timeout: step.timeout, session.facts)
        if let apply = dialect.applySettings(settings) {
            settingsIndex = statements.count
            statements.append(apply)
        }
        markerIndex = statements.count
        let identity = dialect.transactionIdentifier
        answersIdentity = identity != nil
        statements.append(Ledger(dialect).marker(marker, returning: identity))
        // After the marker, because the role need not have any right on the ledger.
        if let role = whole.role, let assume = dialect.assumeRole(role) { statements.append(assume) }
        first = statements.count
        statements += script.map { SQLStatement(context.bound($0, dialect)) }
        if let identity { statements.append(identity) }
    }

    /// The indexes of what is ours.
    var ours: Set<Int> { Set(statements.indices).subtracting(first..<first + script.count) }

    /// Sends all of it; the statement that failed, if one did.
    func send(
        to session: any DatabaseSession, _ results: BatchResults, until deadline: ContinuousClock.Instant?
    ) async -> BatchFailure? {
        do throws(BatchFailure) {
            try await session.executeBatch(
                statements, limits: ResultLimits(rows: 1, bytes: 1 << 20), deadline: deadline
            ) { index, result in results.take(index, result) }
            return nil
        } catch {
            return error
        }
    }

    /// Whether it failed because the marker is there.
    func isAppliedBefore(_ failure: BatchFailure) -> Bool {
        failure.index == markerIndex && failure.error.isUniqueViolation
    }

    /// Why it failed, with the line of the script.
    func cause(of failure: BatchFailure, _ context: RunContext) -> FailureCause {
        let index = failure.index - first
        if script.indices.contains(index) {
            return FailureCause(failure.error, step: step, statement: script[index], sentBy: (context, dialect))
        }
        guard isAppliedBefore(failure) else { return FailureCause(failure.error, step: step) }
        return FailureCause(
            message: "the ledger says this step was applied before",
            code: failure.error.code,
            place: step.place,
            detail: failure.error.detail
        )
    }

    /// What speaks against COMMIT.
    func problem(_ results: BatchResults, _ state: TransactionState, _ context: RunContext) -> FailureCause? {
        guard let marker = results[markerIndex], marker.affectedRows == 1 else { return context.superseded(step) }
        if let problem = settingsProblem(results) { return problem }
        if let trap = results.notices.first(where: { Self.traps.contains($0.notice.code) }) {
            let line = script.indices.contains(trap.index - first) ? script[trap.index - first].line : nil
            return FailureCause(
                message: trap.notice.message,
                code: trap.notice.code,
                place: line.map { Place(file: step.file ?? step.place.file, line: $0) } ?? step.place
            )
        }
        guard state == .open else { return .endedTransaction("the script ended the transaction of its step", step) }
        guard answersIdentity else { return nil }
        let before = marker.rows.first?.first?.text
        guard before != nil, before == results[statements.count - 1]?.rows.first?.first?.text else {
            return .endedTransaction("the script ended the transaction of its step and began another", step)
        }
        return nil
    }

    /// A commit that does not wait for the disk can be lost after it was acknowledged.
    private func settingsProblem(_ results: BatchResults) -> FailureCause? {
        guard let settingsIndex, let row = results[settingsIndex]?.rows.first,
            let index = settings.firstIndex(where: { $0.name == "synchronous_commit" }),
            let value = row[index].text, value != settings[index].value
        else { return nil }
        return FailureCause(
            message: "synchronous_commit is \(value) although it was set to \(settings[index].value)",
            place: step.place,
            hint: "a connection pooler in between may drop settings: connect directly"
        )
    }

    /// Remarks that mean the statement did something else: identifiers cut off, SET LOCAL without effect.
    private static let traps: Set<String> = ["42622", "25P01"]
}

extension FailureCause {
    fileprivate static func endedTransaction(_ message: String, _ step: PlannedStep) -> FailureCause {
        FailureCause(
            message: message,
            place: step.place,
            hint: "remove COMMIT and ROLLBACK, also from what it calls"
        )
    }
}

extension StatementResult {
    /// The rows it changed, by its tag; for a reading statement the rows it returned.
    var affectedRows: Int { tag.split(separator: " ").last.flatMap { Int($0) } ?? 0 }
}
