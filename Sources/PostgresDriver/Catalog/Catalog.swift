import Databases

extension Conversation {
    /// Every object of the database's schema, as one moment saw it.
    ///
    /// Without a transaction the queries share a snapshot of their own. In an open transaction a savepoint takes
    /// back what they set, and what they break.
    func catalog(
        _ version: Int,
        _ deadline: ContinuousClock.Instant?
    ) async -> Result<CatalogSnapshot, DatabaseError> {
        let isOpen = transactionState == .open
        let begin: SQLStatement =
            isOpen ? "SAVEPOINT gonogo_catalog" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        let end: [SQLStatement] =
            isOpen
            ? ["ROLLBACK TO SAVEPOINT gonogo_catalog", "RELEASE SAVEPOINT gonogo_catalog"] : ["COMMIT"]
        if case .failure(let error) = await run(begin, .none, deadline) { return .failure(error) }
        let entries = await entries(version, deadline)
        // What failed has aborted the transaction: to the savepoint it can go back, or to its own beginning.
        let isFailed = transactionState == .failed
        for statement in isFailed && !isOpen ? ["ROLLBACK"] : end {
            if case .failure(let error) = await run(statement, .none, deadline), case .success = entries {
                return .failure(error)
            }
        }
        return entries.map { CatalogSnapshot($0) }
    }

    private func entries(
        _ version: Int,
        _ deadline: ContinuousClock.Instant?
    ) async -> Result<[CatalogEntry], DatabaseError> {
        // What a definition prints as depends on these: names on the path are printed without their schema.
        let printing = [
            ("search_path", "pg_catalog, pg_temp"), ("TimeZone", "UTC"), ("DateStyle", "ISO, MDY"),
            ("IntervalStyle", "postgres"), ("extra_float_digits", "1"), ("bytea_output", "hex"),
            ("quote_all_identifiers", "off"), ("jit", "off"),
            // Definitions of views and indexes wait for whoever changes them.
            ("lock_timeout", "10s"),
        ]
        let settings = PostgresDialect().applySettings(printing.map { (name: $0, value: $1) })
        let statements = [settings].compactMap { $0 } + CatalogQuery.all(version).map { SQLStatement($0) }
        var entries: [CatalogEntry] = []
        let everything = ResultLimits(rows: .max, bytes: .max)
        let failure = await runBatch(statements, everything, deadline) { index, result in
            guard index > 0 else { return }
            entries += result.rows.map { row in
                let text = row.map { $0.text ?? "" }
                return CatalogEntry(kind: text[0], name: text[1], definition: text[2], arrangement: text[3])
            }
        }
        return failure.map { .failure($0.error) } ?? .success(entries)
    }
}
