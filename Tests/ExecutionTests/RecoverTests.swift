import CanonicalJSON
import Databases
import Glibc
import Planning
import TestSupport
import Testing

@testable import Execution

/// A journal that is rebuilt from what the databases know.
struct `A journal that is lost from some line on` {
    private static func text(_ engine: Engine, _ log: String) -> String {
        let index =
            engine == .postgres
            ? "{ statement: CREATE INDEX CONCURRENTLY i ON a (id), transaction: none }" : "{ statement: SELECT 1 }"
        return """
            phases:
              - id: one
                steps:
                  - { statement: CREATE TABLE a (id integer) }
                  - { run: "echo one >> \(log)" }
                  - \(index)
                  - { sql: many.sql, transaction: statement }
                checks: [{ query: SELECT count(*) FROM a, expect: 2 }]
                rollback: { steps: [{ statement: DROP TABLE a }] }
              - id: two
                capture: { name: before, query: SELECT count(*) FROM a }
                rollback: { none: reads }
              - id: three
                steps: [{ statement: INSERT INTO a VALUES (3) }, { statement: CREATE TABLE b (id integer) }]
                checks: [{ query: SELECT count(*) FROM a, expect: 3 }]
                rollback: { statement: DROP TABLE IF EXISTS b; DELETE FROM a WHERE id = 3 }
              - { id: four, statement: CREATE TABLE c (id integer), rollback: { statement: DROP TABLE c } }
            """
    }

    private static let files = ["many.sql": "INSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);\n"]

    /// A run that was stopped, of whose journal only so many lines are left.
    private func stopped(_ engine: Engine, lines: Int) async throws -> (Scene, Plan, String, log: String) {
        let scene = try await Scene(engine)
        let log = try temporaryDirectory() + "/log"
        let plan = try scene.plan(Self.text(engine, log), Self.files)
        scene.stopsAfter("three/1")
        let run = try await Runner(scene.environment).run(plan).run
        scene.goesOn()
        let path = try scene.directory(run).journalPath
        let text = try Files.read(path)
        try Files.write(text.split(separator: "\n").prefix(lines).map { $0 + "\n" }.joined(), to: path)
        return (scene, plan, run, log)
    }

    @Test(arguments: engines, [0, 1, 2, 3, 5, 7, 8, 10, 12, 14, 17, 19, 21, 23, 100])
    func `is rebuilt, and the run goes on`(engine: Engine, lines: Int) async throws {
        let (scene, plan, run, log) = try await stopped(engine, lines: lines)
        let found = try await Runner(scene.environment).recover(run, plan: plan)
        #expect(found.kept <= lines && found.kept + found.added > 10)
        let result = try await scene.resume(run)
        #expect(result.outcome == .done, "\(String(describing: result.state.cause))")
        #expect(try await scene.value("SELECT count(*) FROM a") == "3")
        #expect(try await scene.has("c"))
        #expect(try Files.read(log) == "one\n")
        let back = try await scene.rollbackWithLoss(run)
        #expect(back.outcome == .rolledBack)
        #expect(try await !scene.has("a"))
    }

    @Test(arguments: engines, [2, 10, 100])
    func `is rebuilt, and the run is taken back`(engine: Engine, lines: Int) async throws {
        let (scene, plan, run, _) = try await stopped(engine, lines: lines)
        _ = try await Runner(scene.environment).recover(run, plan: plan)
        #expect(try await scene.rollbackWithLoss(run).outcome == .rolledBack)
        #expect(try await !scene.has("a"))
    }

    @Test(arguments: engines)
    func `is rebuilt of a run that was being taken back`(engine: Engine) async throws {
        let (scene, plan, run, _) = try await stopped(engine, lines: 100)
        #expect(try await scene.rollback(run, to: "one").outcome == .rolledBack)
        try Files.write("", to: try scene.directory(run).journalPath)
        _ = try await Runner(scene.environment).recover(run, plan: plan)
        let state = RunState(try scene.directory(run).journal().map(\.event))
        #expect(state.phase("three")?.status == .rolledBack && state.phase("one")?.status != .rolledBack)
        #expect(try await scene.rollbackWithLoss(run).outcome == .rolledBack)
        #expect(try await !scene.has("a"))
    }

    @Test(arguments: engines)
    func `is not rebuilt by another plan, nor where a database knows less`(engine: Engine) async throws {
        let (scene, plan, run, _) = try await stopped(engine, lines: 100)
        let other = try scene.plan("phases: [{ id: one, statement: SELECT 1, rollback: { none: reads } }]")
        await #expect(throws: RunRefusal.self) { try await Runner(scene.environment).recover(run, plan: other) }
        let prefix = engine == .postgres ? "gonogo." : "gonogo_"
        try await scene.prepare("DELETE FROM \(prefix)ledger WHERE step_id = 'one/1'")
        await #expect(throws: RunRefusal.self) { try await Runner(scene.environment).recover(run, plan: plan) }
    }

    @Test(arguments: engines)
    func `is not rebuilt from a database that is a copy`(engine: Engine) async throws {
        let (scene, plan, run, _) = try await stopped(engine, lines: 100)
        let prefix = engine == .postgres ? "gonogo." : "gonogo_"
        // As the row of another database, which a copy carries.
        try await scene.prepare("UPDATE \(prefix)run SET database_id = 'another'")
        let error = await #expect(throws: RunRefusal.self) {
            try await Runner(scene.environment).recover(run, plan: plan)
        }
        guard case .copiedLedger("main")? = error else {
            Issue.record("refused for another reason: \(String(describing: error))")
            return
        }
    }

    @Test(arguments: engines)
    func `is not rebuilt while its process has it open`(engine: Engine) async throws {
        let (scene, plan, run, _) = try await stopped(engine, lines: 10)
        let journal = try scene.directory(run).journalPath
        let before = try Files.read(journal)
        let descriptor = open(journal, O_RDONLY)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let error = await #expect(throws: RunRefusal.self) {
            try await Runner(scene.environment).recover(run, plan: plan)
        }
        guard case .locked? = error else {
            Issue.record("refused for another reason: \(String(describing: error))")
            return
        }
        #expect(try Files.read(journal) == before)
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    @Test func `is rebuilt when what its dead process left has ended`() async throws {
        let (scene, plan, run, _) = try await stopped(.postgres, lines: 10)
        let orphan = try await scene.database.session(named: "gonogo/\(run)")
        try await orphan.run("BEGIN", "LOCK TABLE a IN ACCESS EXCLUSIVE MODE")
        _ = try await Runner(scene.environment).recover(run, plan: plan)
        // Else it could still commit what the journal would know nothing of.
        #expect(await orphan.failure("SELECT 1")?.kind == .connection)
        #expect(try await scene.resume(run).outcome == .done)
    }

    @Test(arguments: engines)
    func `belongs to one plan, which another does not take the place of`(engine: Engine) async throws {
        let (scene, _, run, _) = try await stopped(engine, lines: 100)
        let other = try scene.plan("phases: [{ id: one, statement: SELECT 1, rollback: { none: reads } }]")
        let text = String(decoding: other.json.canonicalBytes, as: UTF8.self)
        try Files.write(text, to: try scene.directory(run).path + "/plan.json")
        guard case .unreadable(let problem)? = try await scene.refusalToResume(run) else {
            Issue.record("not refused")
            return
        }
        #expect(problem.reason == "it is not the plan the run began with")
    }
}
