import Databases
@testable import Execution
import Glibc
import Planning
import TestSupport
import Testing

struct `What nobody can tell` {
    @Test(arguments: engines)
    func `skips no phase and starts no program`(engine: Engine) async throws {
        for key in ["if", "done_when"] {
            let scene = try await Scene(engine)
            let inPhase = key == "if" ? "if: { query: SELECT 1 FROM not_there, expect: 1 }" : ""
            let inStep = key == "if" ? "" : "done_when: { query: SELECT 1 FROM not_there, expect: 1 }"
            let text = """
                phases:
                  - id: one
                    statement: CREATE TABLE a (id integer)
                    rollback: { statement: DROP TABLE a }
                  - id: two
                    \(inPhase)
                    steps:
                      - { run: "touch \(scene.state)-started", \(inStep.isEmpty ? "done_when: { query: SELECT 0, expect: 1 }" : inStep) }
                    rollback: { none: a test }
                """
            let result = try await scene.run(text)
            #expect(result.outcome == .unwound, "\(key)")
            #expect(result.state.cause?.message.contains("not_there") == true)
            #expect(result.state.phase("two")?.status != .skipped)
            #expect(access("\(scene.state)-started", F_OK) != 0)
            #expect(try await !scene.has("a"))
        }
    }

    @Test(arguments: engines)
    func `is not what a query says that finds nothing`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                if: { query: SELECT 1 WHERE 1 = 2, expect: 1 }
                statement: CREATE TABLE a (id integer)
                rollback: { statement: DROP TABLE a }
            """
        #expect(try await scene.run(text).outcome == .done)
        #expect(try await !scene.has("a"))
    }
}

struct `A query among the steps` {
    @Test func `is applied like any statement, since a function it calls may write`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare(
            "CREATE FUNCTION migrate() RETURNS integer LANGUAGE plpgsql AS 'begin create table made (); return 1; end'")
        let text = """
            phases:
              - id: one
                statement: SELECT migrate()
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback: { statement: SELECT 1 }
            """
        #expect(try scene.plan(text).phase("one")?.steps.first?.stepClass == .transactional)
        #expect(try await scene.run(text).outcome == .stuck)
        #expect(scene.residue.contains { $0.kind == .added && $0.object == "table public.made" })
    }
}

struct `A run's own plan` {
    @Test func `is refused when it is not the one it began with`() async throws {
        let scene = try await Scene(.sqlite)
        let text = """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer)
                rollback: { statement: DROP TABLE a }
            """
        let run = try await scene.run(text).run
        let path = try scene.directory(run).path + "/plan.json"
        let plan = try #require(readText(path))
        writeText(plan.replacing("DROP TABLE a", with: "DROP TABLE b"), path)
        await #expect(throws: RunRefusal.self) { try await scene.rollback(run) }
        writeText(plan, path)
        #expect(try await scene.rollback(run).outcome == .rolledBack)
    }
}

private func readText(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(file), byte >= 0 { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self)
}

private func writeText(_ text: String, _ path: String) {
    guard let file = fopen(path, "w") else { return }
    fputs(text, file)
    fclose(file)
}
