import CanonicalJSON
import Databases
import Planning
import Runbooks

extension StepRunner {
    /// Applies a script in one transaction, or each statement in one of its own.
    func applyTransactionally(
        _ script: PlannedScript, _ step: PlannedStep, _ mark: StepMark
    ) async throws(FileFailure) -> StepEnd {
        guard script.transaction == .statement else {
            return try await transaction(script.statements, of: script, step, mark, marker: step.id)
        }
        var rows = 0
        for (index, statement) in script.statements.enumerated() {
            let end = try await transaction([statement], of: script, step, mark, marker: "\(step.id)#\(index + 1)")
            guard case .applied(let changed) = end else {
                guard case .failed(let cause, .nothing) = end, index > 0 else { return end }
                return .failed(cause, leaves: .part)
            }
            rows += changed
        }
        return .applied(rows: rows)
    }

    /// One transaction: marker first, then the statements, then proof that it is still the same transaction.
    ///
    /// The prologue and all statements are sent as one batch, since nothing of it lasts before COMMIT; whether the
    /// settings hold and the run may still act is looked at before COMMIT is announced and sent.
    private func transaction(
        _ statements: [PlannedStatement], of script: PlannedScript, _ step: PlannedStep, _ mark: StepMark,
        marker name: String
    ) async throws(FileFailure) -> StepEnd {
        let session: any DatabaseSession
        do throws(DatabaseError) {
            session = try await sessions.session(step.target)
        } catch {
            return .failed(FailureCause(error, step: step), leaves: .nothing)
        }
        let named = StepMark(phase: mark.phase, step: name, direction: mark.direction, title: mark.title)
        let opening = await Opening(self, script, step, named, session.dialect)
        let sent = statements.map { SQLStatement(context.bound($0, session.dialect)) }
        let closing = session.dialect.transactionIdentifier.map { [$0] } ?? []
        let results = BatchResults(keeping: opening.statements.count)
        let deadline = deadline(of: step)
        do throws(BatchFailure) {
            try await session.executeBatch(
                opening.statements + sent, limits: .none.keepingRows(opening.rowLimit), deadline: deadline
            ) { index, result in results.take(index, result) }
        } catch {
            await session.endTransaction()
            try await note(results.allNotices.map(\.notice), step)
            return .failed(cause(of: error, opening, statements, sent, step), leaves: .nothing)
        }
        try await note(results.allNotices.map(\.notice), step)
        if let problem = await opening.problem(results, session, closing.first, step) {
            await session.endTransaction()
            return .failed(problem, leaves: .nothing)
        }
        try await context.log.announce(.stepCommitting(mark))
        return await commit(session, step, rows: results.rowCount)
    }

    private func commit(_ session: any DatabaseSession, _ step: PlannedStep, rows: Int) async -> StepEnd {
        do throws(DatabaseError) {
            let deadline = ContinuousClock.now.advanced(by: .seconds(60))
            let result = try await session.execute("COMMIT", limits: .none, deadline: deadline)
            // An aborted transaction answers COMMIT with success and the tag ROLLBACK.
            guard result.tag == "COMMIT" else {
                let cause = FailureCause(
                    message: "COMMIT was answered with \(result.tag): nothing was applied", place: step.place)
                return .failed(cause, leaves: .nothing)
            }
            return .applied(rows: rows)
        } catch {
            let cause = FailureCause(error, step: step)
            if error.kind == .statement {
                // A deferred constraint, say: the server rolled back and said so. SQLite keeps the transaction open.
                await session.endTransaction()
                return .failed(cause, leaves: .nothing)
            }
            return .failed(cause, leaves: .unknown)
        }
    }

    private func cause(
        of failure: BatchFailure, _ opening: Opening, _ statements: [PlannedStatement], _ sent: [SQLStatement],
        _ step: PlannedStep
    ) -> FailureCause {
        let index = failure.index - opening.statements.count
        guard statements.indices.contains(index) else {
            if failure.index == opening.markerIndex, failure.error.isUniqueViolation {
                return FailureCause(
                    message: "the ledger says this step was applied before", code: failure.error.code,
                    place: step.place, detail: failure.error.detail)
            }
            return FailureCause(failure.error, step: step)
        }
        return FailureCause(failure.error, step: step, statement: statements[index], sent: sent[index].text)
    }
}

/// What comes before the statements of a step in its transaction, and what must be true of its answers.
private struct Opening {
    private(set) var statements: [SQLStatement]
    private(set) var markerIndex = 0
    private var settingsIndex: Int?
    private var fenceIndex = 0
    private var identityIndex: Int?
    private let settings: [(name: String, value: String)]
    /// Its answers are single rows.
    let rowLimit = 1

    init(
        _ runner: StepRunner, _ script: PlannedScript, _ step: PlannedStep, _ mark: StepMark, _ dialect: any Dialect
    ) async {
        let context = runner.context
        let ledger = Ledger(dialect)
        statements = [dialect.beginWrite]
        settings = TransactionSettings.writing(script.settings, timeout: step.timeout)
        if let apply = dialect.applySettings(settings) {
            settingsIndex = statements.count
            statements.append(apply)
        }
        fenceIndex = statements.count
        statements.append(ledger.fence(context.run, epoch: context.epoch))
        markerIndex = statements.count
        let marker = await context.marker(mark, target: step.target, sha256: script.digest.hex, state: .applied)
        statements.append(ledger.marker(marker))
        if let identity = dialect.transactionIdentifier {
            identityIndex = statements.count
            statements.append(identity)
        }
        // Last, because the role need not have any right on the ledger.
        if let role = script.role, let assume = dialect.assumeRole(role) { statements.append(assume) }
    }

    /// What speaks against COMMIT.
    func problem(
        _ results: BatchResults, _ session: any DatabaseSession, _ closing: SQLStatement?, _ step: PlannedStep
    ) async -> FailureCause? {
        guard results.result(fenceIndex)?.rowCount == 1 else {
            return FailureCause(message: "another runner took over this run", place: step.place)
        }
        if let settingsIndex, let row = results.result(settingsIndex)?.rows.first {
            let wanted = settings.firstIndex { $0.name == "synchronous_commit" }
            if let wanted, let value = row[wanted].text, value != settings[wanted].value {
                return FailureCause(
                    message: "synchronous_commit is \(value) although it was set to \(settings[wanted].value)",
                    place: step.place, hint: "a connection pooler in between may drop settings: connect directly")
            }
        }
        if let trap = results.allNotices.first(where: { Self.traps.contains($0.notice.code) }) {
            return FailureCause(message: trap.notice.message, code: trap.notice.code, place: step.place)
        }
        guard await session.transactionState == .open else {
            return FailureCause(
                message: "the script ended the transaction gonogo had opened for it", place: step.place,
                hint: "remove COMMIT and ROLLBACK, also from procedures it calls")
        }
        guard let closing, let identityIndex else { return nil }
        let before = results.result(identityIndex)?.rows.first?.first?.text
        let after = try? await session.execute(closing).rows.first?.first?.text
        guard before == after else {
            return FailureCause(
                message: "the script ended the transaction gonogo had opened and began another", place: step.place,
                hint: "remove COMMIT and ROLLBACK, also from procedures it calls")
        }
        return nil
    }

    /// Remarks that mean the statement did something else: identifiers cut off, SET LOCAL without effect.
    private static let traps: Set<String> = ["42622", "25P01"]
}

extension ResultLimits {
    /// So many rows, with the usual bytes.
    fileprivate func keepingRows(_ rows: Int) -> ResultLimits { ResultLimits(rows: rows, bytes: 1 << 20) }
}

extension DatabaseError {
    /// Whether a key was there already.
    fileprivate var isUniqueViolation: Bool {
        code == "23505" || code == "SQLITE_CONSTRAINT_PRIMARYKEY" || code == "SQLITE_CONSTRAINT_UNIQUE"
    }
}
