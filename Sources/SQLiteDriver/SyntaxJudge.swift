import CSQLite
import Databases

/// SQLite's own word on whether a text is SQL, given without any database: it prepares the text in an empty one in
/// memory and looks only at complaints about the text itself, not about tables that are not there.
public final class SyntaxJudge: @unchecked Sendable {
    private let database: Guarded<Handle>

    private struct Handle: @unchecked Sendable { var pointer: OpaquePointer? }

    /// A judge with an empty database of its own.
    public init() {
        var pointer: OpaquePointer?
        sqlite3_open_v2(":memory:", &pointer, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        database = Guarded(Handle(pointer: pointer))
    }

    deinit { database.withLock { _ = sqlite3_close_v2($0.pointer) } }

    /// What is wrong with the text of one statement, such as `near "TABEL": syntax error`; nil when it is SQL.
    public func problem(in text: String) -> String? {
        database.withLock { handle in
            var prepared: OpaquePointer?
            defer { sqlite3_finalize(prepared) }
            guard sqlite3_prepare_v2(handle.pointer, text, -1, &prepared, nil) == SQLITE_ERROR else { return nil }
            let message = String(cString: sqlite3_errmsg(handle.pointer))
            let isOfText = ["syntax error", "incomplete input", "unrecognized token"].contains(where: message.contains)
            return isOfText ? message : nil
        }
    }
}
