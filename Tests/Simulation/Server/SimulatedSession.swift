import Databases

/// A session with a simulated server.
actor SimulatedSession: DatabaseSession {
    nonisolated let identity: DatabaseIdentity
    nonisolated let dialect: any Dialect = SimulatedDialect()
    nonisolated let facts: SessionFacts
    private nonisolated let link: Link

    init(_ link: Link, _ identity: DatabaseIdentity) {
        self.link = link
        self.identity = identity
        facts = SessionFacts(process: link.process, deadlockTimeout: 1000)
    }

    var transactionState: TransactionState { link.state }

    func execute(
        _ statement: SQLStatement, limits: ResultLimits, deadline: ContinuousClock.Instant?
    ) async throws(DatabaseError) -> StatementResult {
        let reply = await link.exchange([statement], deadline)
        if let error = reply.error { throw error }
        return reply.results[0]
    }

    func executeBatch(
        _ statements: [SQLStatement], limits: ResultLimits, deadline: ContinuousClock.Instant?,
        finished: @Sendable (Int, StatementResult) -> Void
    ) async throws(BatchFailure) {
        let reply = await link.exchange(statements, deadline)
        for (index, result) in reply.results.enumerated() { finished(index, result) }
        if let error = reply.error { throw BatchFailure(index: reply.results.count, error: error) }
    }

    func parse(_ text: String, deadline: ContinuousClock.Instant?) async throws(DatabaseError) {}

    func catalog(deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> CatalogSnapshot {
        let rows = try await execute("CATALOG", limits: .standard, deadline: deadline).rows
        return CatalogSnapshot(
            rows.map { row in
                let texts = row.map { $0.text ?? "" }
                return CatalogEntry(kind: texts[0], name: texts[1], definition: texts[2])
            })
    }

    nonisolated func cancel() { link.stop(.cancelled) }
    func close() { link.close() }
}
