import CSQLite
public import Databases
import Glibc

/// Opens SQLite files, `sqlite:PATH`.
///
/// `foreign_keys` is off on every session, as SQLite and its shell have it: rebuilding a table drops it, and with
/// foreign keys on, that deletes the rows of the tables that refer to it. The setting cannot be changed in a
/// transaction, so a session that began with it on could not help it. A script that wants it says
/// `PRAGMA foreign_keys = ON` outside of a transaction.
public struct SQLiteDriver: DatabaseDriver {
    /// SQLite.
    public let engine = Engine.sqlite

    /// The driver; it holds nothing.
    public init() {}

    /// A request for the file that `sqlite:PATH` names; a relative path starts at the current directory.
    ///
    /// - Throws: `DatabaseError` of kind `.connection` for a string that names no file.
    public static func request(
        _ string: String,
        createIfMissing: Bool = false
    ) throws(DatabaseError) -> ConnectionRequest {
        let path = try path(in: string)
        return ConnectionRequest(
            engine: .sqlite,
            string: string,
            display: "sqlite:\(path)",
            createIfMissing: createIfMissing
        )
    }

    /// Opens the file, which must be there unless the request says otherwise.
    public func open(
        _ request: ConnectionRequest,
        application: String,
        deadline: ContinuousClock.Instant
    ) async throws(DatabaseError) -> any DatabaseSession {
        let path = try Self.path(in: request.string)
        let executor = QueueExecutor(label: "gonogo.sqlite")
        return try await Opening(executor).open(path, mayCreate: request.createIfMissing, deadline).get()
    }

    private static func path(in string: String) throws(DatabaseError) -> String {
        guard string.hasPrefix("sqlite:") else {
            throw DatabaseError(kind: .connection, message: "not a SQLite address", hint: "write sqlite:PATH")
        }
        var path = string.dropFirst("sqlite:".count)
        if path.hasPrefix("///") { path = path.dropFirst(2) }
        guard !path.isEmpty, !path.hasPrefix("//"), !path.hasPrefix(":"), !path.utf8.contains(0) else {
            throw DatabaseError(
                kind: .connection,
                message: "the address names no file",
                hint: "write sqlite:PATH"
            )
        }
        return String(path)
    }
}

/// Opening blocks on the disk and on locks, so it happens on the queue of the session to be.
private actor Opening {
    private nonisolated let executor: QueueExecutor

    init(_ executor: QueueExecutor) { self.executor = executor }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func open(
        _ path: String,
        mayCreate: Bool,
        _ deadline: ContinuousClock.Instant
    ) -> Result<SQLiteSession, DatabaseError> {
        do throws(DatabaseError) {
            let file = try DatabaseFile(path, mayCreate: mayCreate)
            let interruption = Interruption()
            let library = try Library(path: file.path, interruption: interruption, mayCreate: mayCreate)
            interruption.begin(deadline: deadline)
            defer { interruption.end() }
            try library.check()
            let identity = DatabaseIdentity(
                engine: .sqlite,
                version: String(cString: sqlite3_libversion()),
                versionNumber: Int(sqlite3_libversion_number()),
                database: file.path,
                fingerprint: try DatabaseFile.fingerprint(file.path),
                role: ""
            )
            return .success(
                SQLiteSession(library, interruption: interruption, executor: executor, identity: identity)
            )
        } catch {
            return .failure(error.with(kind: .connection))
        }
    }
}

extension Library {
    /// Looks at the file for the first time, as SQLite reads nothing before, and sets what each session starts with.
    fileprivate func check() throws(DatabaseError) {
        for text in ["PRAGMA schema_version", "PRAGMA foreign_keys = OFF"] { try command(text) }
    }
}
