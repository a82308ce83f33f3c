/// A database system gonogo speaks to.
public enum Engine: String, Sendable, CaseIterable {
    /// PostgreSQL 13 and newer.
    case postgres
    /// SQLite, embedded.
    case sqlite

    /// The name as its makers write it.
    public var title: String {
        switch self {
        case .postgres: "PostgreSQL"
        case .sqlite: "SQLite"
        }
    }
}

/// How to reach a database: what a runbook or the environment says, before anything is opened.
public struct ConnectionRequest: Sendable {
    /// The engine its scheme names.
    public let engine: Engine
    /// The connection string as written, which may hold a secret: never print it, print `display`.
    public let string: String
    /// The same without user information that is secret, fit for a plan, a journal and a screen.
    public let display: String
    /// Whether a SQLite file may be created when it is not there.
    public let createIfMissing: Bool
    /// How the connection is to be secured, where that is written and does not prove which server answers.
    public let unverified: String?

    /// A request by its parts.
    public init(
        engine: Engine, string: String, display: String, createIfMissing: Bool = false, unverified: String? = nil
    ) {
        self.engine = engine
        self.string = string
        self.display = display
        self.createIfMissing = createIfMissing
        self.unverified = unverified
    }
}

/// Opens sessions of one engine.
public protocol DatabaseDriver: Sendable {
    /// The engine it speaks.
    var engine: Engine { get }

    /// Opens a session and learns what answered.
    ///
    /// - Parameters:
    ///   - request: where to.
    ///   - application: shown to the server's administrators where the engine can, such as `gonogo/r-1018-a`.
    ///   - deadline: when to give up.
    /// - Returns: a session that has learned what answered.
    /// - Throws: `DatabaseError` of kind `.connection`; no secret is in any part of it.
    func open(
        _ request: ConnectionRequest, application: String, deadline: ContinuousClock.Instant
    ) async throws(DatabaseError) -> any DatabaseSession
}

/// What answered: kept in plan and journal to recognise the same database again.
public struct DatabaseIdentity: Sendable, Equatable {
    /// The engine.
    public let engine: Engine
    /// The server's version as it names itself, such as `15.20`.
    public let version: String
    /// The version as a number: PostgreSQL's `server_version_num`, SQLite's `sqlite3_libversion_number`.
    public let versionNumber: Int
    /// The database's name, or the file's real path.
    public let database: String
    /// What tells this database from its clones: system identifier and database oid, or device and inode.
    public let fingerprint: String
    /// The role or user in effect; empty for SQLite.
    public let role: String

    /// An identity by its parts.
    public init(
        engine: Engine, version: String, versionNumber: Int, database: String, fingerprint: String, role: String
    ) {
        self.engine = engine
        self.version = version
        self.versionNumber = versionNumber
        self.database = database
        self.fingerprint = fingerprint
        self.role = role
    }
}
