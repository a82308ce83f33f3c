import Databases
@testable import Execution
import Glibc
import Planning
import TestSupport
import Testing

struct `A journal that cannot be written` {
    private let one = """
        phases:
          - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
        """

    @Test func `fails from then on`() throws {
        var file = try JournalFile(path: "/dev/full")
        _ = file.append(EveryEvent.all[0], time: "t")
        let first = #expect(throws: FileFailure.self) { try file.flush(.synced) }
        #expect(first?.action == "write")
        _ = file.append(EveryEvent.all[1], time: "t")
        let second = #expect(throws: FileFailure.self) { try file.flush(.pending) }
        #expect(second == first)
    }

    @Test func `is written by one process only`() throws {
        let path = try temporaryDirectory() + "/journal.jsonl"
        let file = try JournalFile(path: path)
        let failure = #expect(throws: FileFailure.self) { _ = try JournalFile(path: path) }
        #expect(failure?.action == "lock")
        _ = file.head
    }

    @Test func `loses a torn line, and goes on behind the whole ones`() throws {
        let path = try temporaryDirectory() + "/journal.jsonl"
        var file = try JournalFile(path: path)
        let line = file.append(EveryEvent.all[0], time: "t")
        try file.flush(.synced)
        let journal = Array(
            JournalLine.next(EveryEvent.all[1], sequence: 2, time: "t", after: line.hash).bytes.dropLast(9))
        try append(journal, to: path)
        try reopen(path, after: [line])
        let lines = try JournalLine.read(read(path))
        #expect(lines.map(\.event) == [EveryEvent.all[0], EveryEvent.all[2]])
    }

    private func reopen(_ path: String, after lines: [JournalLine]) throws {
        let other = path + ".copy"
        // The first descriptor still holds its lock on the file itself.
        #expect(system("cp \(path) \(other) && mv \(other) \(path)") == 0)
        var file = try JournalFile(path: path, after: lines)
        _ = file.append(EveryEvent.all[2], time: "t")
        try file.flush(.synced)
    }

    @Test(arguments: engines)
    func `keeps a run from beginning`(engine: Engine) async throws {
        let scene = try await Scene(engine, state: "/dev/null/state")
        guard case .state(let failure)? = await scene.refusal(try scene.plan(one)) else {
            Issue.record("not refused")
            return
        }
        #expect(failure.reason == "Not a directory")
        #expect(try await !scene.has("a"))
        // Nothing stands in the way of the next run, with a better directory.
        let next = try Scene(engine, scene.database)
        #expect(try await next.run(one).outcome == .done)
    }

    @Test(arguments: engines)
    func `stops a run before the next step; what is applied is said, and taken back`(engine: Engine) async throws {
        let database = try await TestDatabase(engine)
        try await database.session().close()
        let program = try Program(
            database,
            runbook: """
                phases:
                  - id: one
                    steps:
                      - statement: CREATE TABLE a (id integer)
                      - run: prlimit --pid $PPID --fsize=1
                      - statement: CREATE TABLE b (id integer)
                    rollback: { statement: DROP TABLE a }
                """
        )
        let ending = try await program.gonogo("trap '' XFSZ; gonogo run r.yaml --yes")
        #expect(ending.status == 7, "\(ending.complaint)")
        #expect(ending.complaint.contains("File too large"))
        #expect(ending.complaint.contains("step one/2 is applied"))
        let scene = try Scene(engine, database)
        #expect(try await scene.has("a"))
        #expect(try await !scene.has("b"))
        #expect(try await scene.markers() == ["do one/1", "do one/2"])
        let run = try #require(program.runs.first)
        let back = try await program.gonogo("gonogo rollback \(run.run) --yes")
        #expect(back.status == 0, "\(back.complaint)")
        #expect(try await !scene.has("a"))
    }

    private func append(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "a") else { throw FileFailure("open", path) }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    private func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else { throw FileFailure("open", path) }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes[..<count])
    }
}
