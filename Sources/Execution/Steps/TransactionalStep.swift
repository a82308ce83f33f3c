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

    /// One transaction: marker first, then the statements, then proof that it is still the same transaction.
    ///
    /// All of it up to COMMIT is sent as one batch, since nothing of it lasts before; whether the settings hold and
    /// the run may still act is looked at before COMMIT is announced and sent. The step's own announcement gets onto
    /// the disk while the database works.
    private func transaction(
        _ statements: [PlannedStatement],
        of script: PlannedScript,
        _ step: PlannedStep,
        _ mark: StepMark,
        marker: StepMark
    ) async throws(FileFailure) -> StepEnd {
        let session: any DatabaseSession
        do throws(DatabaseError) {
            session = try await sessions.session(step.target)
        } catch {
            return .failed(FailureCause(error, step: step), leaves: .nothing)
        }
        let row = await context.marker(marker, target: step.target, sha256: script.digest.hex, state: .applied)
        let batch = TransactionBatch(statements, of: script, step, row, context, session.dialect)
        let results = BatchResults(keeping: batch.ours)
        async let unsynced = context.log.sync()
        do throws(BatchFailure) {
            try await session.executeBatch(
                batch.statements,
                limits: ResultLimits(rows: 1, bytes: 1 << 20),
                deadline: deadline(of: step)
            ) { index, result in results.take(index, result) }
        } catch {
            await session.endTransaction()
            try await note(results.notices.map(\.notice), step)
            if direction == .back || context.isResumed, batch.isAppliedBefore(error) {
                return .passedOver(reason: direction == .back ? "taken back before" : "applied before")
            }
            return .failed(batch.cause(of: error, context), leaves: .nothing)
        }
        try await note(results.notices.map(\.notice), step)
        var problem = batch.problem(results, await session.transactionState)
        if problem == nil { problem = await brokenReferences(script, step, session) }
        if let problem {
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

    /// Rows that refer to nothing, which SQLite does not look for while it enforces no foreign keys; those that were
    /// there before the step are not its fault.
    private func brokenReferences(
        _ script: PlannedScript,
        _ step: PlannedStep,
        _ session: any DatabaseSession
    ) async -> FailureCause? {
        guard session.identity.engine == .sqlite, script.mayBreakReferences else { return nil }
        let question = SQLStatement("PRAGMA foreign_key_check")
        guard let now = try? await session.execute(question) else { return nil }
        guard now.rowCount > 0 else { return nil }
        // A second session sees the database as it was before this transaction.
        let before = try? await context.open(step.target)
        let known = Set((try? await before?.execute(question).rows) ?? [])
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
