import CSQLite
import Databases

/// An empty database in memory that follows a plan's definitions: SQLite's own word on the statements after them.
///
/// Definitions are made; everything else is only prepared, so that no row is written and nothing is reached outside. What
/// was there before the plan is not in it: what it says of that is for the caller to leave out.
public final class SchemaShadow: @unchecked Sendable {
    private let database: Guarded<Handle>

    private struct Handle: @unchecked Sendable { var pointer: OpaquePointer? }

    /// A shadow in which nothing is yet.
    public init() {
        var pointer: OpaquePointer?
        sqlite3_open_v2(":memory:", &pointer, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        // A table that a query fills may take for ever: then it is broken off.
        sqlite3_progress_handler(pointer, 1_000_000, { _ in 1 }, nil)
        sqlite3_exec(pointer, "PRAGMA max_page_count = 10000", nil, nil, nil)
        database = Guarded(Handle(pointer: pointer))
    }

    deinit { database.withLock { _ = sqlite3_close_v2($0.pointer) } }

    /// Takes in one statement.
    ///
    /// - Returns: what SQLite says against it, such as `no such column: nam`; nil when it says nothing.
    public func take(_ text: String) -> String? {
        database.withLock { handle in
            var prepared: OpaquePointer?
            defer { sqlite3_finalize(prepared) }
            guard sqlite3_prepare_v2(handle.pointer, text, -1, &prepared, nil) == SQLITE_OK else {
                return String(cString: sqlite3_errmsg(handle.pointer))
            }
            guard Self.isDefinition(text), let prepared else { return nil }
            let code = sqlite3_step(prepared)
            return code == SQLITE_DONE || code == SQLITE_ROW ? nil : String(cString: sqlite3_errmsg(handle.pointer))
        }
    }

    /// Begins a try.
    public func begin() { run("SAVEPOINT try") }

    /// Forgets everything since the newest try began.
    public func forget() {
        run("ROLLBACK TO try")
        run("RELEASE try")
    }

    private func run(_ text: String) {
        database.withLock { _ = sqlite3_exec($0.pointer, text, nil, nil, nil) }
    }

    /// Whether a statement makes, alters or drops something, and does so in this database alone.
    private static func isDefinition(_ text: String) -> Bool {
        let words = text.uppercased().split(whereSeparator: \.isWhitespace).prefix(2)
        guard let verb = words.first, ["CREATE", "ALTER", "DROP"].contains(verb) else { return false }
        return words.last != "VIRTUAL"
    }
}
