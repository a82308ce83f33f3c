import CSQLite
import Databases
import Glibc

/// Copies of a database by SQLite's online backup (sqlite.org/backup.html), which sees what a log next to the file holds.
extension Library {
    /// Pages between two looks at whether to stop.
    private static var pagesAtOnce: Int32 { 1_000 }

    /// Copies the database into a new file, and reads the copy in full.
    ///
    /// It reads in one transaction: what others write meanwhile would make the backup begin again, for ever in a busy
    /// database. Without a write-ahead log they wait for it.
    func copy(to path: String, pause: () throws(DatabaseError) -> Void) throws(DatabaseError) -> DatabaseCopy {
        try command("BEGIN")
        defer { try? command("ROLLBACK") }
        let source = try measure()
        let file = try DatabaseFile(path, mayCreate: true)
        let copy = try Library(path: file.path, interruption: interruption, mayCreate: true)
        defer { copy.close() }
        // Until it is whole the file is worth nothing: it needs no journal on the disk, and the caller syncs it once.
        try copy.command("PRAGMA journal_mode = MEMORY")
        try copy.command("PRAGMA synchronous = OFF")
        try copyPages(to: copy, pause)
        try copy.prove(against: source)
        return DatabaseCopy(objects: source.objects, bytes: source.pages * source.pageSize)
    }

    private func copyPages(to copy: Library, _ pause: () throws(DatabaseError) -> Void) throws(DatabaseError) {
        guard let backup = sqlite3_backup_init(copy.pointer, "main", pointer, "main") else {
            throw copy.error(sqlite3_extended_errcode(copy.pointer))
        }
        var code = SQLITE_OK
        var stop: DatabaseError?
        while code == SQLITE_OK, stop == nil {
            do throws(DatabaseError) { try pause() } catch { stop = error }
            if stop == nil { code = sqlite3_backup_step(backup, Self.pagesAtOnce) }
        }
        let end = sqlite3_backup_finish(backup)
        if let stop { throw stop }
        guard code == SQLITE_DONE, end == SQLITE_OK else { throw copy.error(code == SQLITE_DONE ? end : code) }
    }

    /// What is wrong with a copy is found here, and not on the day somebody needs it.
    private func prove(against source: Measure) throws(DatabaseError) {
        let found = try measure()
        guard found == source else {
            throw .unlike("it has \(found.words), the database \(source.words)")
        }
        let verdict = try answer("PRAGMA integrity_check(1)")
        guard verdict == "ok" else { throw .unlike(verdict) }
    }

    private struct Measure: Equatable {
        let objects: Int
        let pages: Int
        let pageSize: Int

        var words: String { "\(objects) objects and \(pages) pages of \(pageSize) bytes" }
    }

    private func measure() throws(DatabaseError) -> Measure {
        Measure(
            objects: try number("SELECT count(*) FROM sqlite_schema"), pages: try number("PRAGMA page_count"),
            pageSize: try number("PRAGMA page_size"))
    }

    private func number(_ text: String) throws(DatabaseError) -> Int { Int(try answer(text)) ?? -1 }

    /// The first value of the first row.
    private func answer(_ text: String) throws(DatabaseError) -> String {
        let statement = try PreparedStatement(SQLStatement(text), in: self)
        guard try statement.step() else { return "" }
        return statement.row().values.first?.text ?? ""
    }
}

extension DatabaseError {
    fileprivate static func unlike(_ difference: String) -> Self {
        Self(kind: .statement, message: "the copy is not what the database is: \(difference)")
    }
}
