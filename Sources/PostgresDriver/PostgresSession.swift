import Databases

/// A session over libpq; the talk itself is `Conversation`'s.
actor PostgresSession: DatabaseSession {
    nonisolated let identity: DatabaseIdentity
    nonisolated let facts: SessionFacts
    nonisolated let dialect: any Dialect = PostgresDialect()

    private let conversation: Conversation
    private nonisolated let canceller: Canceller

    init(_ conversation: sending Conversation, identity: DatabaseIdentity, facts: SessionFacts) {
        self.identity = identity
        self.facts = facts
        canceller = conversation.canceller
        self.conversation = conversation
    }

    var transactionState: TransactionState { conversation.transactionState }

    func execute(
        _ statement: SQLStatement,
        limits: ResultLimits,
        deadline: ContinuousClock.Instant?
    ) async throws(DatabaseError) -> StatementResult {
        try await during { await self.conversation.run(statement, limits, deadline) }.get()
    }

    func executeBatch(
        _ statements: [SQLStatement],
        limits: ResultLimits,
        deadline: ContinuousClock.Instant?,
        finished: @Sendable (Int, StatementResult) -> Void
    ) async throws(BatchFailure) {
        let ending = await during {
            .success(await self.conversation.runBatch(statements, limits, deadline, finished))
        }
        switch ending {
        case .success(nil): return
        case .success(let failure?): throw failure
        case .failure(let error): throw BatchFailure(index: 0, error: error)
        }
    }

    func catalog(deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> CatalogSnapshot {
        try await during { await self.conversation.catalog(self.identity.versionNumber, deadline) }.get()
    }

    func schemaFacts(deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> SchemaFacts? {
        try await during { await self.conversation.schemaFacts(deadline) }.get()
    }

    func parse(_ text: String, deadline: ContinuousClock.Instant?) async throws(DatabaseError) {
        try await during { await self.conversation.parse(text, deadline) }.get()
    }

    nonisolated func cancel() { canceller.request(.caller) }

    func close() { conversation.close() }

    /// Runs a piece of work that the cancellation of the calling task stops.
    private func during<Success: Sendable>(
        _ work: () async -> Result<Success, DatabaseError>
    ) async -> Result<Success, DatabaseError> {
        await withTaskCancellationHandler {
            // It names `self`, without which it would leave the actor.
            await self.conversation.during(work)
        } onCancel: {
            canceller.request(.caller)
        }
    }
}
