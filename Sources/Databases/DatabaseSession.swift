/// One conversation with one database; what every driver promises, tested by one contract suite.
///
/// A session is used by one task at a time. No call blocks a thread of the cooperative pool: drivers wait on
/// sockets or on a queue of their own. Cancelling the calling task cancels the statement on the server.
public protocol DatabaseSession: Actor {
    /// What answered when the session was opened.
    nonisolated var identity: DatabaseIdentity { get }
    /// The engine's own SQL for what all engines can do.
    nonisolated var dialect: any Dialect { get }
    /// What is peculiar to this session.
    nonisolated var facts: SessionFacts { get }

    /// Sends one statement and reads its whole result.
    ///
    /// - Parameters:
    ///   - statement: exactly one statement, with values for `$1`, `$2`... in order of first appearance.
    ///   - limits: rows and bytes kept; what is beyond is read and dropped, and `isTruncated` says so.
    ///   - deadline: when to cancel it and give up.
    /// - Returns: the whole result, cut to the limits.
    /// - Throws: `DatabaseError`. After `.connection` or `.timeout` the session is not usable any more unless
    ///   `transactionState` says otherwise.
    func execute(
        _ statement: SQLStatement, limits: ResultLimits, deadline: ContinuousClock.Instant?
    ) async throws(DatabaseError) -> StatementResult

    /// Sends several statements without waiting for each, and tells their results apart.
    ///
    /// The statements run in order; after the first that fails none runs. `finished` hears each success in order,
    /// before the call returns. In a transaction they may be sent together; outside of one each is waited for, so
    /// that those before the failure stay done.
    ///
    /// - Throws: `BatchFailure` with the index of the statement that failed.
    func executeBatch(
        _ statements: [SQLStatement], limits: ResultLimits, deadline: ContinuousClock.Instant?,
        finished: @Sendable (Int, StatementResult) -> Void
    ) async throws(BatchFailure)

    /// Asks whether the server understands a statement, and runs nothing.
    ///
    /// - Throws: `DatabaseError` when it does not; one of kind `.statement` that is no syntax error means that it
    ///   does, and misses something the statement names.
    func parse(_ text: String, deadline: ContinuousClock.Instant?) async throws(DatabaseError)

    /// Where the session stands, as the server last said; asks nothing.
    var transactionState: TransactionState { get }

    /// Every object of the schema with its definition, without gonogo's own.
    func catalog(deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> CatalogSnapshot

    /// What tells what statements will lock and destroy, as one moment saw it; nil where that cannot be told.
    func schemaFacts(deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> SchemaFacts?

    /// Copies the whole database, as it stood at one moment, into a new file of the engine's own form, and proves it:
    /// it is opened, read in full and held against the database.
    ///
    /// Nothing is promised about the file being on the disk, nor about what is there after a failure.
    ///
    /// - Throws: `DatabaseError`; of an engine whose databases are no files, always.
    func copy(to path: String, deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> DatabaseCopy

    /// Asks the server to stop what runs now; may be called from anywhere, and when nothing runs does nothing.
    nonisolated func cancel()

    /// Ends the session; an open transaction is rolled back by the server. Idempotent.
    func close() async
}

/// What is peculiar to one session, as its server told when it was opened.
public struct SessionFacts: Sendable, Equatable {
    /// The server's process for it; nil where there is none.
    public let process: Int?
    /// How long the server lets locks be waited for before it looks for deadlocks, in milliseconds.
    public let deadlockTimeout: Int?

    /// The settings for which what the server has acknowledged may be lost when its machine fails, such as `fsync`.
    public let unsafeSettings: [String]

    /// Facts by their parts.
    public init(process: Int? = nil, deadlockTimeout: Int? = nil, unsafeSettings: [String] = []) {
        self.unsafeSettings = unsafeSettings
        self.process = process
        self.deadlockTimeout = deadlockTimeout
    }
}

/// What a copy of a database holds.
public struct DatabaseCopy: Sendable, Equatable {
    /// Tables, indexes, views and triggers.
    public let objects: Int
    /// Its size in bytes.
    public let bytes: Int

    /// A copy by its parts.
    public init(objects: Int, bytes: Int) {
        self.objects = objects
        self.bytes = bytes
    }
}

extension DatabaseSession {
    /// It cannot.
    public func copy(to path: String, deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> DatabaseCopy {
        throw DatabaseError(kind: .statement, message: "a database of \(identity.engine.title) is not one file")
    }

    /// It cannot be told.
    public func schemaFacts(deadline: ContinuousClock.Instant?) async throws(DatabaseError) -> SchemaFacts? { nil }

    /// Nothing is.
    public nonisolated var facts: SessionFacts { SessionFacts() }

    /// Sends one statement with the usual limits and no deadline of its own.
    public func execute(_ statement: SQLStatement) async throws(DatabaseError) -> StatementResult {
        try await execute(statement, limits: .standard, deadline: nil)
    }
}

/// One statement and the values bound to it.
public struct SQLStatement: Sendable, ExpressibleByStringLiteral {
    /// The text, one statement.
    public let text: String
    /// Values for `$1`, `$2`...; nil is NULL.
    public let values: [String?]

    /// A statement with its values.
    public init(_ text: String, _ values: [String?] = []) {
        self.text = text
        self.values = values
    }

    /// A statement without values.
    public init(stringLiteral text: String) { self.init(text) }
}

extension DatabaseError {
    /// Whether a server said that it does not understand a statement at all.
    public var isSyntaxError: Bool {
        code == "42601" || (code == "SQLITE_ERROR" && message.contains("syntax error"))
    }
}

/// How much of a result is kept.
public struct ResultLimits: Sendable {
    /// Rows.
    public let rows: Int
    /// Bytes of all values together.
    public let bytes: Int

    /// Limits by their numbers.
    public init(rows: Int, bytes: Int) {
        self.rows = rows
        self.bytes = bytes
    }

    /// 10,000 rows and 16 MiB, enough for every check.
    public static let standard = ResultLimits(rows: 10_000, bytes: 16 << 20)
    /// Nothing is kept but the tag and the counts.
    public static let none = ResultLimits(rows: 0, bytes: 0)
}

/// Where a session stands.
public enum TransactionState: String, Sendable {
    /// No transaction is open.
    case idle
    /// A transaction is open and good.
    case open
    /// A transaction is open and can only be rolled back.
    case failed
    /// The session is lost.
    case lost
}

/// What a statement answered.
public struct StatementResult: Sendable {
    /// The command tag, such as `COMMIT` or `INSERT 0 3`; SQLite's are made in the same form.
    public let tag: String
    /// The columns, empty when the statement returns none.
    public let columns: [Column]
    /// The rows kept.
    public let rows: [[DatabaseValue]]
    /// How many rows there were, kept or not.
    public let rowCount: Int
    /// Whether rows were dropped because of the limits.
    public var isTruncated: Bool { rowCount > rows.count }
    /// What the server remarked meanwhile.
    public let notices: [Notice]

    /// A result by its parts.
    public init(tag: String, columns: [Column], rows: [[DatabaseValue]], rowCount: Int, notices: [Notice]) {
        self.tag = tag
        self.columns = columns
        self.rows = rows
        self.rowCount = rowCount
        self.notices = notices
    }

    /// A column of a result.
    public struct Column: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its type as the server names it, such as `int4`, `text`; for SQLite the declared type, or empty.
        public let type: String

        /// A column by its parts.
        public init(name: String, type: String) {
            self.name = name
            self.type = type
        }
    }
}

/// A remark of the server beside a result.
public struct Notice: Sendable, Equatable {
    /// `WARNING`, `NOTICE`, `INFO`...
    public let severity: String
    /// Its SQLSTATE.
    public let code: String
    /// Its text, as sent: escape it before showing.
    public let message: String

    /// A notice by its parts.
    public init(severity: String, code: String, message: String) {
        self.severity = severity
        self.code = code
        self.message = message
    }
}
