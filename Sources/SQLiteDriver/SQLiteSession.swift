import Databases

/// A session with one SQLite file, on a queue of its own.
actor SQLiteSession: DatabaseSession {
    nonisolated let identity: DatabaseIdentity
    nonisolated let dialect: any Dialect = SQLiteDialect()

    private nonisolated let executor: QueueExecutor
    private nonisolated let interruption: Interruption
    private let library: Library
    // SQLite has no read-only transactions: the session remembers that this one is.
    private var isReadOnly = false

    init(
        _ library: sending Library,
        interruption: Interruption,
        executor: QueueExecutor,
        identity: DatabaseIdentity
    ) {
        self.library = library
        self.interruption = interruption
        self.executor = executor
        self.identity = identity
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    var transactionState: TransactionState {
        guard library.pointer != nil else { return .lost }
        return library.isInTransaction ? .open : .idle
    }

    func execute(
        _ statement: SQLStatement,
        limits: ResultLimits,
        deadline: ContinuousClock.Instant?
    ) async throws(DatabaseError) -> StatementResult {
        try await during(deadline) { () throws(DatabaseError) in try run(statement, limits) }.get()
    }

    func executeBatch(
        _ statements: [SQLStatement],
        limits: ResultLimits,
        deadline: ContinuousClock.Instant?,
        finished: @Sendable (Int, StatementResult) -> Void
    ) async throws(BatchFailure) {
        var done = 0
        let result = await during(deadline) { () throws(DatabaseError) in
            for statement in statements {
                let result = try run(statement, limits)
                finished(done, result)
                done += 1
            }
        }
        if case .failure(let error) = result { throw BatchFailure(index: done, error: error) }
    }

    func catalog(deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> CatalogSnapshot {
        try await during(deadline) { () throws(DatabaseError) in try library.catalog() }.get()
    }

    func schemaFacts(deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> SchemaFacts? {
        try await during(deadline) { () throws(DatabaseError) in try library.schemaFacts() }.get()
    }

    func parse(_ text: String, deadline: ContinuousClock.Instant?) async throws(DatabaseError) {
        try await during(deadline) { () throws(DatabaseError) in
            _ = try PreparedStatement(SQLStatement(text), in: library)
        }.get()
    }

    func copy(to path: String, deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> DatabaseCopy {
        let interruption = interruption
        return try await during(deadline) { () throws(DatabaseError) in
            try library.copy(to: path) { () throws(DatabaseError) in
                if interruption.isDue { throw .stopped(by: interruption.reason) }
            }
        }.get()
    }

    nonisolated func cancel() { interruption.request() }

    func close() { library.close() }

    /// Runs work on the queue, which a deadline or the caller's cancellation stops.
    private func during<Success>(
        _ deadline: ContinuousClock.Instant?,
        _ work: () throws(DatabaseError) -> Success
    ) async -> Result<Success, DatabaseError> {
        guard library.pointer != nil else {
            return .failure(DatabaseError(kind: .connection, message: "the session is closed"))
        }
        guard !Task.isCancelled else {
            return .failure(
                DatabaseError(kind: .cancelled, message: "cancelled before the statement was sent")
            )
        }
        interruption.begin(deadline: deadline)
        defer { interruption.end() }
        let interruption = interruption
        return await withTaskCancellationHandler {
            // It names `self`, without which it would leave the actor and its queue.
            self.attempt(work)
        } onCancel: {
            interruption.request()
        }
    }

    private func attempt<Success>(
        _ work: () throws(DatabaseError) -> Success
    ) -> Result<Success, DatabaseError> {
        do throws(DatabaseError) { return .success(try work()) } catch { return .failure(error) }
    }

    private func run(_ statement: SQLStatement, _ limits: ResultLimits) throws(DatabaseError)
        -> StatementResult
    {
        if interruption.isDue { throw .stopped(by: interruption.reason) }
        defer { if !library.isInTransaction { isReadOnly = false } }
        let prepared = try PreparedStatement(statement, in: library)
        let tag = CommandTag(statement.text)
        if isReadOnly { try refuseWriting(prepared, tag, statement.text) }
        let columns = prepared.columns
        var rows: [[DatabaseValue]] = []
        var (count, bytes, isFull) = (0, 0, false)
        while try prepared.step() {
            count += 1
            guard !isFull else { continue }
            let row = prepared.row()
            isFull = rows.count >= limits.rows || bytes + row.bytes > limits.bytes
            guard !isFull else { continue }
            bytes += row.bytes
            rows.append(row.values)
        }
        if statement.text == SQLiteDialect().beginReadOnly.text { isReadOnly = true }
        return StatementResult(
            tag: tag.text(rows: count, changes: library.changes),
            columns: columns,
            rows: rows,
            rowCount: count,
            notices: []
        )
    }

    /// ATTACH is no write to SQLite, yet it can make a file.
    private func refuseWriting(
        _ prepared: borrowing PreparedStatement, _ tag: CommandTag, _ text: String
    ) throws(DatabaseError) {
        // To ask for the journal mode is a write to SQLite, since the same pragma sets it.
        var isAllowed = prepared.isReadOnly || Words(text).normalised.lowercased() == "pragma journal_mode"
        if case .command(let verb) = tag, ["ATTACH", "DETACH"].contains(verb) { isAllowed = false }
        guard isAllowed else {
            throw DatabaseError(
                kind: .statement,
                code: "SQLITE_READONLY",
                message: "cannot write in a read-only transaction"
            )
        }
    }
}

extension DatabaseError {
    fileprivate static func stopped(by reason: Interruption.Reason?) -> Self {
        Self(
            kind: reason == .deadline ? .timeout : .cancelled,
            code: "SQLITE_INTERRUPT",
            message: "interrupted"
        )
    }
}
