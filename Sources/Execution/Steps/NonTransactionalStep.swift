import CanonicalJSON
import Databases
import Planning
import Statements

extension StepRunner {
    /// Carries out the one statement of a step that cannot be in a transaction.
    ///
    /// The ledger says `started` in a transaction of its own before, and `applied` after the outcome was looked up:
    /// for index work in the catalog, for everything else the server's word counts.
    func applyOutsideTransaction(
        _ script: PlannedScript,
        _ step: PlannedStep,
        _ mark: StepMark
    ) async throws(FileFailure) -> StepEnd {
        try await patiently(mark, until: deadline(of: step)) { () throws(FileFailure) in
            try await attempt(script, step, mark)
        }
    }

    private func attempt(
        _ script: PlannedScript,
        _ step: PlannedStep,
        _ mark: StepMark
    ) async throws(FileFailure) -> StepEnd {
        guard let statement = script.statements.first else { return .passedOver(reason: "no statement") }
        let marker = await context.marker(
            mark,
            target: step.target,
            sha256: script.digest.hex,
            state: .started
        )
        // It lasts at once, so the line of the journal that it names must last before.
        if let failure = await context.log.sync() { throw failure }
        do throws(DatabaseError) {
            let session = try await sessions.session(step.target)
            let text = context.bound(statement, session.dialect)
            let work = IndexWork(statement, bound: text, session)
            if let reason = try await work?.prepare() { return .passedOver(reason: reason) }
            if let refused = try await announce(marker, Ledger(session.dialect), session, step) { return refused }
            try await prepare(session, script, lettingOthersThrough: work != nil)
            let sent = await LockWatch(context: context, target: step.target, mark: mark).during(of: session) {
                await send(text, to: session, step)
            }
            // In a task of its own: what was begun is cleaned up also when the run was cancelled.
            let judging = Task.apart { () -> Result<StepEnd, DatabaseError> in
                do throws(DatabaseError) {
                    let end = try await judge(sent, statement, script, step, session, work)
                    try await settle(marker, end, session)
                    return .success(end)
                } catch {
                    return .failure(error)
                }
            }
            // Once it was sent, an error that keeps anybody from looking tells nothing of it.
            switch await judging.value {
            case .success(let end): return end
            case .failure(let error): return .failed(FailureCause(error, step: step), leaves: .unknown)
            }
        } catch {
            return .failed(
                FailureCause(error, step: step),
                leaves: error.kind == .connection ? .unknown : .nothing
            )
        }
    }

    /// Writes `started`; a marker of an earlier attempt on the way back stays as it is.
    private func announce(
        _ marker: Marker,
        _ ledger: Ledger,
        _ session: any DatabaseSession,
        _ step: PlannedStep
    ) async throws(DatabaseError) -> StepEnd? {
        let settings = TransactionSettings.outside([], role: nil)
        if let apply = session.dialect.applySessionSettings(settings) { _ = try await session.execute(apply) }
        do throws(DatabaseError) {
            let written = try await session.execute(ledger.marker(marker)).affectedRows
            guard written == 1 else { return .failed(context.superseded(step), leaves: .nothing) }
        } catch {
            guard error.isUniqueViolation else { throw error }
            // What became of the earlier attempt was looked up before.
            if direction == .back || context.isResumed { return nil }
            let cause = FailureCause(
                message: "the ledger says this step was begun before",
                code: error.code,
                place: step.place
            )
            return .failed(cause, leaves: .nothing)
        }
        return nil
    }

    private func prepare(
        _ session: any DatabaseSession, _ script: PlannedScript, lettingOthersThrough: Bool
    ) async throws(DatabaseError) {
        let settings = TransactionSettings.outside(
            script.settings, role: script.role, holdsUp: lettingOthersThrough ? nil : session.facts)
        if let apply = session.dialect.applySessionSettings(settings) { _ = try await session.execute(apply) }
    }

    private func send(
        _ text: String, to session: any DatabaseSession, _ step: PlannedStep
    ) async -> Result<StatementResult, DatabaseError> {
        do throws(DatabaseError) {
            return .success(try await session.execute(SQLStatement(text), limits: .none, deadline: deadline(of: step)))
        } catch {
            return .failure(error)
        }
    }

    /// What became of it, after what a failed job left was cleaned up.
    private func judge(
        _ sent: Result<StatementResult, DatabaseError>,
        _ statement: PlannedStatement,
        _ script: PlannedScript,
        _ step: PlannedStep,
        _ session: any DatabaseSession,
        _ work: IndexWork?
    ) async throws(DatabaseError) -> StepEnd {
        switch sent {
        case .success(let result):
            try await leaveRole(script, session)
            try? await note(result.notices, step)
            if let problem = try await work?.problemAfterwards() {
                return .failed(FailureCause(message: problem, place: step.place), leaves: .part)
            }
            return .applied(rows: result.affectedRows)
        case .failure(let error):
            guard error.kind != .connection, await session.transactionState != .lost else {
                throw error.with(kind: .connection)
            }
            try await leaveRole(script, session)
            let cause = FailureCause(
                error,
                step: step,
                statement: statement,
                sentBy: (context, session.dialect)
            )
            guard let work else { return .failed(cause, leaves: statement.commitsInParts ? .part : .nothing) }
            let (remark, leaves) = try await work.cleanUp()
            return .failed(remark.map(cause.adding) ?? cause, leaves: leaves)
        }
    }

    /// Writes how it ended; what may have left something stays `started`.
    private func settle(
        _ marker: Marker, _ end: StepEnd, _ session: any DatabaseSession
    ) async throws(DatabaseError) {
        let ledger = Ledger(session.dialect)
        switch end {
        case .applied: _ = try await session.execute(ledger.settle(marker, state: .applied))
        case .failed(_, .nothing): _ = try await session.execute(ledger.withdraw(marker))
        default: break
        }
    }

    private func leaveRole(_ script: PlannedScript, _ session: any DatabaseSession) async throws(DatabaseError) {
        guard script.role != nil else { return }
        if let apply = session.dialect.applySessionSettings([(name: "role", value: "none")]) {
            _ = try await session.execute(apply)
        }
    }
}

extension PlannedStatement {
    /// Whether it may have committed part of its work when it fails: every other statement is one transaction, or
    /// makes or drops one thing.
    fileprivate var commitsInParts: Bool {
        verb == "CALL" || verb == "DO" || verb.hasSuffix("DETACH PARTITION CONCURRENTLY")
            || verb.hasPrefix("REINDEX") && kind == .nonTransactional
    }
}

extension FailureCause {
    /// The same cause with a remark.
    func adding(_ remark: String) -> FailureCause {
        FailureCause(
            message: message,
            code: code,
            place: place,
            statement: statement,
            detail: detail.map { "\($0); \(remark)" } ?? remark,
            hint: hint
        )
    }
}
