import CSQLite
import Databases
import Glibc

/// Owns an open SQLite database; used on its session's queue only.
final class Library {
    private(set) var pointer: OpaquePointer?
    let interruption: Interruption

    /// Opens the file at a real path; SQLite itself refuses a link that appeared there meanwhile.
    init(path: String, interruption: Interruption, mayCreate: Bool) throws(DatabaseError) {
        self.interruption = interruption
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &pointer, mayCreate ? flags | SQLITE_OPEN_CREATE : flags, nil)
        guard code == SQLITE_OK else {
            let reason = error(code)
            close()
            throw reason.with(kind: .connection)
        }
        let context = Unmanaged.passUnretained(interruption).toOpaque()
        sqlite3_progress_handler(
            pointer,
            1_000,
            { context in
                guard let context else { return 0 }
                return Unmanaged<Interruption>.fromOpaque(context).takeUnretainedValue().isDue ? 1 : 0
            },
            context
        )
        sqlite3_busy_handler(
            pointer,
            { context, attempt in
                guard let context else { return 0 }
                let interruption = Unmanaged<Interruption>.fromOpaque(context).takeUnretainedValue()
                guard interruption.isPatient(attempt: attempt) else { return 0 }
                usleep(attempt < 10 ? 2_000 : 20_000)
                return 1
            },
            context
        )
        gonogo_defensive(pointer, 1)
    }

    deinit { close() }

    /// Whether a transaction is open.
    var isInTransaction: Bool { pointer.map { sqlite3_get_autocommit($0) == 0 } ?? false }

    /// Rows changed by the last statement that changed any.
    var changes: Int { Int(sqlite3_changes64(pointer)) }

    /// Carries out a statement whose rows nobody needs.
    func command(_ text: String) throws(DatabaseError) {
        let statement = try PreparedStatement(SQLStatement(text), in: self)
        while try statement.step() {}
    }

    /// Ends it; what is open is rolled back.
    func close() {
        sqlite3_close_v2(pointer)
        pointer = nil
    }

    /// What the last call said no with, with the extended code by its name.
    func error(_ code: Int32) -> DatabaseError {
        var kind = DatabaseError.Kind.statement
        if code & 0xFF == SQLITE_INTERRUPT || code & 0xFF == SQLITE_BUSY {
            switch interruption.reason {
            case .deadline: kind = .timeout
            case .caller: kind = .cancelled
            case nil: break
            }
        }
        let name = ResultCode.name(of: code)
        let message =
            pointer.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
        return DatabaseError(kind: kind, code: name, message: message, position: nil)
    }
}
