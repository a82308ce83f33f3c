import Databases
import Glibc
import TestSupport
import Testing

struct `A copy of a database` {
    private func copied(_ journal: String) async throws -> (source: any DatabaseSession, path: String, DatabaseCopy) {
        let source = try await TestDatabase(.sqlite).session()
        try await source.run("PRAGMA journal_mode = \(journal)")
        try await source.run("CREATE TABLE t (id integer PRIMARY KEY, body text)")
        try await source.run("CREATE INDEX i ON t (body)")
        try await source.run("INSERT INTO t (body) VALUES ('a'), ('b')")
        let path = try temporaryDirectory() + "/copy.db"
        return (source, path, try await source.copy(to: path, deadline: nil))
    }

    @Test(arguments: ["delete", "wal"])
    func `holds what is committed, also what only the log has`(journal: String) async throws {
        let (source, path, copy) = try await copied(journal)
        #expect(copy.objects == 2)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(Int(status.st_size) == copy.bytes)
        #expect(["-wal", "-shm", "-journal"].allSatisfy { access(path + $0, F_OK) != 0 })
        let database = TestDatabase(ConnectionRequest(engine: .sqlite, string: "sqlite:\(path)", display: path))
        let other = try await database.session()
        #expect(try await other.value("SELECT group_concat(body) FROM t") == "a,b")
        #expect(try await other.catalog(deadline: nil) == source.catalog(deadline: nil))
        #expect(await source.transactionState == .idle)
    }

    @Test func `does not end a transaction of the session, nor begin in one`() async throws {
        let (source, path, _) = try await copied("delete")
        try await source.run("BEGIN IMMEDIATE")
        await #expect(throws: DatabaseError.self) { _ = try await source.copy(to: path + "2", deadline: nil) }
        #expect(await source.transactionState == .open)
    }

    @Test func `is refused over a file that is another database`() async throws {
        let (source, path, _) = try await copied("delete")
        try await source.run("INSERT INTO t (body) VALUES ('c')")
        // What is there is replaced page by page: the caller looks first. A text is no database and stays one.
        try Files.write(String(repeating: "these are notes\n", count: 100), to: path + ".txt")
        await #expect(throws: DatabaseError.self) { _ = try await source.copy(to: path + ".txt", deadline: nil) }
    }

    @Test func `ends when its time is up`() async throws {
        let (source, path, _) = try await copied("delete")
        await #expect(throws: DatabaseError.self) {
            _ = try await source.copy(to: path + "2", deadline: .now - .seconds(1))
        }
        #expect(await source.transactionState == .idle)
    }

    @Test func `is not made of a server`() async throws {
        let session = try await TestDatabase(.postgres).session()
        await #expect(throws: DatabaseError.self) { _ = try await session.copy(to: "/tmp/never", deadline: nil) }
    }
}
