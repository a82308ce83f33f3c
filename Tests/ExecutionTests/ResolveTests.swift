import Databases
@testable import Execution
import TestSupport
import Testing

struct `A step of which nothing can tell` {
    /// A run whose process died while its program worked.
    private func died(_ engine: Engine) async throws -> (Program, run: String) {
        let database = try await TestDatabase(engine)
        try await database.session().close()
        let runbook = """
            phases:
              - id: one
                steps:
                  - statement: CREATE TABLE a (id integer)
                  - run: "echo begun >> log; sleep 5"
                  - statement: INSERT INTO a VALUES (1)
                checks: [{ query: SELECT count(*) FROM a, expect: 1 }]
                rollback: { steps: [{ run: "echo undone >> log" }, { statement: DROP TABLE a }] }
            """
        let program = try Program(database, runbook: runbook)
        _ = try await program.gonogo("gonogo run r.yaml --yes", killAfter: .milliseconds(2500))
        let run = try #require(program.runs.first).run
        let resumed = try await program.gonogo("gonogo resume \(run) --yes")
        #expect(resumed.status == 14, "\(resumed.complaint)")
        return (program, run)
    }

    private func log(_ program: Program) throws -> [Substring] {
        try Files.read(program.directory + "/log").split(separator: "\n")
    }

    @Test(arguments: engines, [("applied", 1), ("skip", 1), ("not-applied", 2)])
    func `is what a person says it is`(engine: Engine, says: (verdict: String, times: Int)) async throws {
        let (program, run) = try await died(engine)
        let resolve = "gonogo resolve \(run) one/2 --as \(says.verdict) --reason looked --yes"
        let answer = try await program.gonogo(resolve)
        #expect(answer.status == 0, "\(answer.complaint)")
        #expect(answer.complaint.contains("step.started"))
        let end = try await program.gonogo("gonogo resume \(run) --yes")
        #expect(end.status == 0, "\(end.complaint)")
        #expect(try log(program).count == says.times)
        #expect(try await program.gonogo("gonogo show \(run)").output.contains("looked"))
        #expect(try await program.gonogo(resolve).status == 2)
    }

    @Test(arguments: engines)
    func `of a rollback may be done by hand`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let stuck = try await scene.run(
            """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - id: two
                statement: CREATE TABLE b (id integer)
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback: { statement: DROP TABLE wrong }
            """)
        #expect(stuck.outcome == .stuck)
        try await scene.prepare("DROP TABLE b")
        let directory = try scene.directory(stuck.run)
        let runner = Runner(scene.environment)
        #expect(try await runner.evidence(directory, step: "two/rollback/1").journal.count > 1)
        try await runner.resolve(
            directory, step: "two/rollback/1", as: Resolution(.applied, reason: "dropped b", by: "dba"))
        let result = try await scene.resume(stuck.run)
        #expect(result.outcome == .unwound)
        #expect(try await !scene.has("a"))
        #expect(scene.residue.isEmpty)
    }

    @Test(arguments: engines)
    func `of which some statements are applied is told so`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let stopped = try await scene.run(
            """
            phases:
              - id: one
                on_failure: stop
                steps:
                  - { statement: CREATE TABLE a (id integer) }
                  - { sql: two.sql, transaction: statement }
                rollback: { statement: DROP TABLE a }
            """, ["two.sql": "CREATE TABLE b (id integer);\nINSERT INTO wrong VALUES (1);\n"])
        #expect(stopped.outcome == .stopped)
        let evidence = try await Runner(scene.environment).evidence(
            try scene.directory(stopped.run), step: "one/2")
        #expect(evidence.ledger == "1 of 2 statements applied")
    }

    @Test(arguments: engines)
    func `is not one whose marker decides`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let done = try await scene.run(
            "phases: [{ id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }]")
        let runner = Runner(scene.environment)
        for step in ["one/1", "one/9"] {
            await #expect(throws: RunRefusal.self) {
                try await runner.evidence(try scene.directory(done.run), step: step)
            }
        }
    }
}
