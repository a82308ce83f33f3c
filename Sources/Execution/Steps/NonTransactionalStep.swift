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
        try await context.turns.take(step.target) { () throws(FileFailure) in
            try await patiently(mark, until: deadline(of: step)) { () throws(FileFailure) in
                try await attempt(script, step, mark)
            }
        }
    }

    private func attempt(
        _ script: PlannedScript,
        _ step: PlannedStep,
        _ mark: StepMark
    ) async throws(FileFailure) -> StepEnd {
        guard let statement = script.statements.first else { return .passedOver(reason: "no statement") }
        let marker = await context.marker(mark, of: step, state: .started)
        // It lasts at once, so the line of the journal that it names must last before.
        if let failure = await context.log.sync() { throw failure }
        // What is sent before the statement leaves nothing of it.
        var leaves = Event.Leaves.nothing
        do throws(DatabaseError) {
            let session = try await sessions.session(step.target)
            let text = context.bound(statement, session.dialect)
            let work = statement.outsideWork(bound: text, session)
            let earlier = try await self.earlier(marker, session)
            if earlier == .applied { return .passedOver(reason: "done before, as its ledger says") }
            if let work {
                leaves = .unknown
                let found = try await look(work, again: earlier == .part, marker, script, step, session)
                if let end = found { return end }
                leaves = .nothing
            }
            if let refused = try await announce(marker, session, step) { return refused }
            try await prepare(session, script, lettingOthersThrough: work?.letsOthersThrough ?? false)
            let answer = await LockWatch(context: context, target: step.target, mark: mark).during(of: session) {
                await send(text, to: session, step)
            }
            let sent = Sent(statement: statement, script: script, step: step, session: session, work: work)
            // A session does nothing for a task that was cancelled, and what became of the statement must be known.
            return await Task.apart { await conclude(sent, answer, marker) }.value
        } catch {
            return .failed(FailureCause(error, step: step), leaves: error.kind == .connection ? leaves : .nothing)
        }
    }

    /// Looks at what is there as the statement will, with its settings and as its role, and makes room for it; the end
    /// where it has nothing to do.
    private func look(
        _ work: any OutsideWork, again: Bool, _ marker: Marker, _ script: PlannedScript, _ step: PlannedStep,
        _ session: any DatabaseSession
    ) async throws(DatabaseError) -> StepEnd? {
        try await prepare(session, script, lettingOthersThrough: work.letsOthersThrough)
        if again, try await work.wasDone() {
            try await leaveRole(script, session)
            _ = try await session.execute(Ledger(session.dialect).settle(marker, state: .applied))
            return .applied(rows: 0)
        }
        let found = try await work.prepare(again: again || direction == .back)
        try await leaveRole(script, session)
        switch found {
        case .needless(let reason): return .passedOver(reason: reason)
        case .impossible(let reason):
            return .failed(FailureCause(message: reason, place: step.place), leaves: .nothing)
        case .ready(let remark?):
            try? await note([Notice(severity: "WARNING", code: "", message: remark)], step)
        case .ready(nil): break
        }
        return nil
    }

    /// A statement that was sent.
    private struct Sent {
        let statement: PlannedStatement
        let script: PlannedScript
        let step: PlannedStep
        let session: any DatabaseSession
        let work: (any OutsideWork)?
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

    /// Finds out what became of it and says so in the ledger.
    private func conclude(
        _ sent: Sent, _ answer: Result<StatementResult, DatabaseError>, _ marker: Marker
    ) async -> StepEnd {
        let ledger = Ledger(sent.session.dialect)
        do throws(DatabaseError) {
            let end = try await outcome(of: sent, answer)
            if case .applied = end {
                _ = try await sent.session.execute(ledger.settle(marker, state: .applied))
            } else if case .failed(_, .nothing) = end {
                _ = try await sent.session.execute(ledger.withdraw(marker))
            }
            return end
        } catch {
            return .failed(FailureCause(error, step: sent.step), leaves: .unknown)
        }
    }

    private func outcome(
        of sent: Sent, _ answer: Result<StatementResult, DatabaseError>
    ) async throws(DatabaseError) -> StepEnd {
        switch answer {
        case .success(let result):
            try? await note(result.notices, sent.step)
            let problem = try await sent.work?.problemAfterwards()
            try await leaveRole(sent.script, sent.session)
            if let problem {
                return .failed(FailureCause(message: problem, place: sent.step.place), leaves: .part)
            }
            return .applied(rows: result.affectedRows)
        case .failure(let error):
            guard error.kind != .connection, await sent.session.transactionState != .lost else { throw error }
            let cause = FailureCause(
                error, step: sent.step, statement: sent.statement, sentBy: (context, sent.session.dialect))
            guard let work = sent.work else {
                try await leaveRole(sent.script, sent.session)
                return .failed(cause, leaves: sent.statement.commitsInParts ? .part : .nothing)
            }
            let (remark, leaves) = try await work.cleanUp(after: error)
            try await leaveRole(sent.script, sent.session)
            return .failed(remark.map(cause.adding) ?? cause, leaves: leaves)
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
