import CanonicalJSON
import Databases
import Planning
import Runbooks

extension StepRunner {
    /// Applies a script in one transaction, or each statement in one of its own.
    ///
    /// On the way back a marker that is there already means that an earlier attempt got that far.
    func applyTransactionally(
        _ script: PlannedScript,
        _ step: PlannedStep,
        _ mark: StepMark
    ) async throws(FileFailure) -> StepEnd {
        guard script.transaction == .statement else {
            return try await transaction(script.statements, of: script, step, mark, marker: mark)
        }
        var rows = 0
        var leaves = Event.Leaves.nothing
        for (index, statement) in script.statements.enumerated() {
            let marker = mark.statement(index + 1)
            switch try await transaction([statement], of: script, step, mark, marker: marker) {
            case .applied(let changed):
                rows += changed
                leaves = .part
            case .passedOver: leaves = .part
            case .kept: continue
            case .failed(let cause, let left):
                return .failed(cause, leaves: left == .nothing ? leaves : left)
            }
        }
        return .applied(rows: rows)
    }

    /// One transaction, tried again while something it needs is locked; what failed left nothing.
    private func transaction(
        _ statements: [PlannedStatement],
        of script: PlannedScript,
        _ step: PlannedStep,
        _ mark: StepMark,
        marker: StepMark
    ) async throws(FileFailure) -> StepEnd {
        let deadline = deadline(of: step)
        return try await patiently(mark, until: deadline) { () throws(FileFailure) in
            try await attempt(statements, of: script, step, mark, marker: marker, until: deadline)
        }
    }

    /// Does something again while it leaves nothing because of a lock, as long as the plan allows and nobody asks to
    /// stop.
    func patiently(
        _ mark: StepMark, until deadline: ContinuousClock.Instant?, _ work: () async throws(FileFailure) -> StepEnd
    ) async throws(FileFailure) -> StepEnd {
        var patience = LockPatience(total: context.plan.patience.lockWait ?? RunDefaults.lockWait)
        while true {
            let end = try await work()
            guard case .failed(let cause, .nothing) = end, cause.mayPass, !Task.isCancelled,
                // What is being taken back goes on to its end.
                direction == .back || !context.environment.stopRequested(), let pause = patience.pause(),
                deadline.map({ pause.deadlineFromNow < $0 }) ?? true
            else { return end }
            let words = "is tried again in \(pause)ms: \(cause.message)"
            try await context.log.report(.stepWaits(mark, words: words))
            guard await isToGoOn(after: pause) else { return end }
        }
    }

    /// Waits so many milliseconds; false when somebody asks to stop meanwhile.
    private func isToGoOn(after pause: Int) async -> Bool {
        let end = pause.deadlineFromNow
        while end > Time.now {
            // What is being taken back goes on to its end.
            if direction == .forward, context.environment.stopRequested() { return false }
            await Time.sleep(for: min(.milliseconds(500), Time.now.duration(to: end)))
        }
        return true
    }

    /// One attempt at a transaction: marker first, then the statements, then proof that it is still the same one.
    ///
    /// All of it up to COMMIT is sent as one batch, since nothing of it lasts before; whether the settings hold and
    /// the run may still act is looked at before COMMIT is announced and sent. The step's own announcement gets onto
    /// the disk while the database works.
    private func attempt(
        _ statements: [PlannedStatement],
        of script: PlannedScript,
        _ step: PlannedStep,
        _ mark: StepMark,
        marker: StepMark,
        until deadline: ContinuousClock.Instant?
    ) async throws(FileFailure) -> StepEnd {
        let session: any DatabaseSession
        do throws(DatabaseError) {
            session = try await sessions.session(step.target)
        } catch {
            return .failed(FailureCause(error, step: step), leaves: .nothing)
        }
        let row = await context.marker(marker, of: step, state: .applied)
        let batch = TransactionBatch(statements, of: script, step, row, context, session)
        let results = BatchResults(keeping: batch.ours)
        async let unsynced = context.log.sync()
        let failure = await LockWatch(context: context, target: step.target, mark: mark).during(of: session) {
            await batch.send(to: session, results, until: deadline)
        }
        try await note(results.notices.map(\.notice), step)
        if let failure {
            await session.endTransaction()
            if direction == .back || context.isResumed, batch.isAppliedBefore(failure) {
                return .passedOver(reason: direction == .back ? "taken back before" : "applied before")
            }
            return .failed(batch.cause(of: failure, context), leaves: .nothing)
        }
        if let problem = try await problem(batch, results, script, step, session) {
            await session.endTransaction()
            return .failed(problem, leaves: .nothing)
        }
        if let failure = await unsynced {
            await session.endTransaction()
            throw failure
        }
        try await context.log.announce(.stepCommitting(mark), durable: false)
        return await Commit(session: session, step: step, marker: row, context: context)
            .end(rows: results.rowCount)
    }

    /// What speaks against COMMIT.
    private func problem(
        _ batch: TransactionBatch, _ results: BatchResults, _ script: PlannedScript, _ step: PlannedStep,
        _ session: any DatabaseSession
    ) async throws(FileFailure) -> FailureCause? {
        if let problem = batch.problem(results, await session.transactionState, context) { return problem }
        return try await brokenReferences(script, step, session)
    }

    /// Rows that refer to nothing, which SQLite does not look for while it enforces no foreign keys; those that were
    /// there before the step are not its fault.
    private func brokenReferences(
        _ script: PlannedScript,
        _ step: PlannedStep,
        _ session: any DatabaseSession
    ) async throws(FileFailure) -> FailureCause? {
        guard session.identity.engine == .sqlite, script.mayBreakReferences else { return nil }
        let question = SQLStatement("PRAGMA foreign_key_check")
        let all = ResultLimits(rows: .max, bytes: 1 << 30)
        let now: StatementResult
        do throws(DatabaseError) {
            now = try await session.execute(question, limits: all, deadline: nil)
        } catch {
            // A foreign key that leads to no unique column, wherever it is, makes SQLite look at none.
            let message = "whether rows refer to nothing could not be looked at: \(error.message)"
            try await note([Notice(severity: "WARNING", code: error.code, message: message)], step)
            return nil
        }
        guard now.rowCount > 0 else { return nil }
        // A second session sees the database as it was before this transaction.
        let before = try? await context.open(step.target)
        let known = Set((try? await before?.execute(question, limits: all, deadline: nil).rows) ?? [])
        await before?.close()
        guard let row = now.rows.first(where: { !known.contains($0) }) else { return nil }
        let texts = row.map { $0.text ?? "NULL" }
        return FailureCause(
            message: "row \(texts[1]) of \(texts[0]) refers to a row of \(texts[2]) that is not there",
            code: "SQLITE_CONSTRAINT_FOREIGNKEY",
            place: step.place
        )
    }
}

extension PlannedScript {
    /// Whether it does more than make new objects.
    fileprivate var mayBreakReferences: Bool { statements.contains { !$0.verb.hasPrefix("CREATE") } }
}
