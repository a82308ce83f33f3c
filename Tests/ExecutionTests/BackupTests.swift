import Databases
@testable import Execution
import Glibc
import Planning
import SQLiteDriver
import TestSupport
import Testing

struct `A step that backs up` {
    private func runbook(_ path: String, after: String = "") -> String {
        """
        phases:
          - id: made
            statement: CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1), (2)
            rollback: { statement: DROP TABLE t }
          - id: saved
            backup: \(path)
            \(after)rollback: { none: a backup changes nothing }
        """
    }

    private func ids(in path: String) async throws -> String? {
        let request = ConnectionRequest(engine: .sqlite, string: "sqlite:\(path)", display: path)
        let session = try await TestDatabase(request).session()
        let ids = try await session.value("SELECT group_concat(id) FROM t")
        await session.close()
        return ids
    }

    @Test func `leaves one whole file under its name, and says what it is`() async throws {
        let scene = try await Scene(.sqlite)
        let folder = try temporaryDirectory()
        let result = try await scene.run(runbook("\(folder)/${run.id}-${run.timestamp}.db"))
        #expect(result.outcome == .done)
        let names = try Files.names(in: folder)
        let begun = try #require(scene.journal.first?.time.prefix(19).filter { $0 != "-" && $0 != ":" })
        #expect(names == ["\(result.run)-\(begun)Z.db"])
        #expect(try await ids(in: folder + "/" + names[0]) == "1,2")
        guard case .backedUp("saved/1", let file)? = scene.events.first(where: { $0.type == "backup.made" }) else {
            return #expect(Bool(false))
        }
        #expect(file.path == folder + "/" + names[0])
        var status = stat()
        #expect(stat(file.path, &status) == 0)
        #expect(Int(status.st_size) == file.bytes)
        #expect(status.st_mode & 0o077 == 0)
    }

    @Test func `replaces nothing`() async throws {
        let scene = try await Scene(.sqlite)
        let path = try temporaryDirectory() + "/there.db"
        try Files.write("mine", to: path)
        #expect(try await scene.run(runbook(path)).outcome == .unwound)
        #expect(scene.failure?.message.contains("there is a file of that name already") == true)
        #expect(try Files.read(path) == "mine")
    }

    @Test func `that a crash broke off is made again, and what it left goes`() async throws {
        let scene = try await Scene(.sqlite)
        let folder = try temporaryDirectory()
        let path = folder + "/b.db"
        let run = try await scene.run(runbook(path)).run
        try await scene.kill(run, .after, "step.started", "saved/1")
        unlink(path)
        try Files.write("half of a copy", to: "\(path).\(run).part")
        try Files.write("its log", to: "\(path).\(run).part-wal")
        #expect(try await scene.resume(run).outcome == .done)
        #expect(try Files.names(in: folder) == ["b.db"])
        #expect(try await ids(in: path) == "1,2")
    }

    @Test func `is done when the file is the one the journal names, and refused when it is another`() async throws {
        for isOurs in [true, false] {
            let scene = try await Scene(.sqlite)
            let path = try temporaryDirectory() + "/b.db"
            let run = try await scene.run(runbook(path)).run
            try await scene.kill(run, .after, "backup.made", "saved/1")
            if !isOurs { try Files.write("another", to: path) }
            let again = try await scene.resume(run)
            #expect(again.outcome == (isOurs ? .done : .unwound))
            #expect(scene.events.count { $0.type == "backup.made" } == 1)
            if !isOurs { #expect(try Files.read(path) == "another") }
        }
    }

    @Test func `that is done is not made again, wherever its file is now`() async throws {
        let scene = try await Scene(.sqlite)
        let folder = try temporaryDirectory()
        let run = try await scene.run(runbook("\(folder)/b.db")).run
        try await scene.kill(run, .after, "step.applied", "saved/1")
        #expect(rename(folder + "/b.db", folder + "/elsewhere.db") == 0)
        #expect(try await scene.resume(run).outcome == .done)
        #expect(try Files.names(in: folder) == ["elsewhere.db"])
    }

    @Test func `with no folder to write to leaves nothing and says so`() async throws {
        let scene = try await Scene(.sqlite)
        let folder = try temporaryDirectory()
        #expect(try await scene.run(runbook("\(folder)/none/b.db")).outcome == .unwound)
        #expect(scene.failure?.message == "no backup to \(folder)/none/b.db: No such file or directory")
        #expect(try Files.names(in: folder).isEmpty)
    }

    @Test func `is refused for a server, and for two of one name`() async throws {
        let folder = try temporaryDirectory()
        let scene = try await Scene(.postgres)
        #expect(throws: (any Error).self) { try scene.plan(runbook("\(folder)/b.db")) }
        let file = try await Scene(.sqlite)
        #expect(throws: (any Error).self) {
            try file.plan("phases: [{ id: a, steps: [{ backup: x }, { backup: x }], rollback: { none: reads } }]")
        }
    }
}
