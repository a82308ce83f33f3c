import Databases

extension Conversation {
    /// Every object of the database's schema, as one moment saw it.
    func catalog(
        _ version: Int,
        _ deadline: ContinuousClock.Instant?
    ) async -> Result<CatalogSnapshot, DatabaseError> {
        await atOneMoment(deadline) { await self.entries(version, deadline) }.map { CatalogSnapshot($0) }
    }

    /// What tells what statements will lock and destroy, as one moment saw it.
    func schemaFacts(_ deadline: ContinuousClock.Instant?) async -> Result<SchemaFacts, DatabaseError> {
        await atOneMoment(deadline) {
            var facts = SchemaFacts()
            switch await self.run(SQLStatement(SchemaQuery.session), .standard, deadline) {
            case .success(let result): result.rows.first.map { SchemaQuery.takeSession($0, into: &facts) }
            case .failure(let error): return .failure(error)
            }
            let failure = await self.readPrinted(SchemaQuery.allCases.map(\.text), deadline) { index, rows in
                for row in rows { SchemaQuery.take(row, of: SchemaQuery.allCases[index], into: &facts) }
            }
            return failure.map { .failure($0) } ?? .success(facts)
        }
    }

    /// Reads with all queries seeing the same moment.
    ///
    /// Without a transaction they share a snapshot of their own. In an open transaction a savepoint takes back what they
    /// set, and what they break.
    private func atOneMoment<Found: Sendable>(
        _ deadline: ContinuousClock.Instant?, _ read: () async -> Result<Found, DatabaseError>
    ) async -> Result<Found, DatabaseError> {
        let isOpen = transactionState == .open
        let begin: SQLStatement =
            isOpen ? "SAVEPOINT gonogo_catalog" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        let end: [SQLStatement] =
            isOpen
            ? ["ROLLBACK TO SAVEPOINT gonogo_catalog", "RELEASE SAVEPOINT gonogo_catalog"] : ["COMMIT"]
        if case .failure(let error) = await run(begin, .none, deadline) { return .failure(error) }
        let found = await read()
        // What failed has aborted the transaction: to the savepoint it can go back, or to its own beginning.
        let isFailed = transactionState == .failed
        for statement in isFailed && !isOpen ? ["ROLLBACK"] : end {
            if case .failure(let error) = await run(statement, .none, deadline), case .success = found {
                return .failure(error)
            }
        }
        return found
    }

    private func entries(
        _ version: Int,
        _ deadline: ContinuousClock.Instant?
    ) async -> Result<[CatalogEntry], DatabaseError> {
        var entries: [CatalogEntry] = []
        let failure = await readPrinted(CatalogQuery.all(version), deadline) { _, rows in
            entries += rows.map { row in
                let text = row.map { $0.text ?? "" }
                return CatalogEntry(kind: text[0], name: text[1], definition: text[2], arrangement: text[3])
            }
        }
        return failure.map { .failure($0) } ?? .success(entries)
    }

    /// Asks catalog queries, with what definitions print as settled: names on the path are printed without their schema.
    private func readPrinted(
        _ queries: [String], _ deadline: ContinuousClock.Instant?, _ read: (Int, [[DatabaseValue]]) -> Void
    ) async -> DatabaseError? {
        let printing = [
            ("search_path", "pg_catalog, pg_temp"), ("TimeZone", "UTC"), ("DateStyle", "ISO, MDY"),
            ("IntervalStyle", "postgres"), ("extra_float_digits", "1"), ("bytea_output", "hex"),
            ("quote_all_identifiers", "off"), ("jit", "off"),
            // Definitions of views and indexes wait for whoever changes them.
            ("lock_timeout", "10s"),
        ]
        let settings = PostgresDialect().applySettings(printing.map { (name: $0, value: $1) })
        let statements = [settings].compactMap { $0 } + queries.map { SQLStatement($0) }
        let everything = ResultLimits(rows: .max, bytes: .max)
        return await runBatch(statements, everything, deadline) { index, result in
            if index > 0 { read(index - 1, result.rows) }
        }?.error
    }
}
