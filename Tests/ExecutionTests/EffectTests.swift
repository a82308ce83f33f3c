import Databases
@testable import Execution
import Glibc
import TestSupport
import Testing

/// What counts as done by a run, and so is taken back: no more and no less.
struct `Taking back what was done` {
    private static let prepared = "CREATE TABLE acct AS SELECT 100 AS b"

    private func balance(_ scene: Scene) async throws -> String? { try await scene.value("SELECT b FROM acct") }

    @Test(arguments: engines)
    func `leaves a phase alone that only read before it failed`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare(Self.prepared)
        let result = try await scene.run(
            """
            phases:
              - id: a
                steps:
                  - capture: { name: before, query: SELECT b FROM acct }
                  - statement: UPDATE nothing SET b = b + 10
                rollback: { statement: UPDATE acct SET b = b - 10 }
            """)
        #expect(result.outcome == .unwound)
        #expect(try await balance(scene) == "100")
        #expect(!scene.events.contains(.rollbackStarted(phase: "a")))
    }

    @Test(arguments: engines)
    func `never follows a no-go before anything was applied`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare(Self.prepared)
        let result = try await scene.run(
            """
            phases:
              - id: a
                steps: [{ capture: { name: before, query: SELECT b FROM acct } }]
                checks: [{ query: SELECT b FROM acct, expect: 90 }]
                rollback: { statement: DROP TABLE acct }
            """)
        #expect(result.outcome == .noGo)
        #expect(try await balance(scene) == "100")
    }

    @Test(arguments: engines)
    func `leaves alone what was passed over because it was there`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare(Self.prepared)
        let result = try await scene.run(
            """
            phases:
              - id: a
                steps:
                  - statement: UPDATE acct SET b = b + 10
                    done_when: { query: SELECT b FROM acct, expect: 100 }
                rollback: { statement: UPDATE acct SET b = b - 10 }
              - id: z
                statement: SELECT nothing FROM acct
                rollback: { none: reads }
            """)
        #expect(result.outcome == .unwound)
        #expect(try await balance(scene) == "100")
    }

    @Test func `leaves an index alone that was there before the run`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE TABLE t (i integer)", "CREATE INDEX i1 ON t (i)")
        let result = try await scene.run(
            """
            phases:
              - id: a
                statement: CREATE INDEX CONCURRENTLY IF NOT EXISTS i1 ON t (i)
                transaction: none
                rollback: { statement: DROP INDEX CONCURRENTLY i1, transaction: none }
              - id: z
                statement: SELECT nothing FROM t
                rollback: { none: reads }
            """)
        #expect(result.outcome == .unwound)
        #expect(try await scene.value("SELECT count(*) FROM pg_class WHERE relname = 'i1'") == "1")
    }

    @Test func `takes back what a procedure committed before it failed`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare(
            "CREATE TABLE t (i integer)",
            """
            CREATE PROCEDURE p() LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO t VALUES (1); COMMIT; RAISE EXCEPTION 'boom'; END $$
            """)
        let result = try await scene.run(
            """
            phases:
              - id: a
                statement: CALL p()
                transaction: none
                done_when: { query: SELECT count(*) FROM t, expect: 2 }
                rollback: { statement: DELETE FROM t }
            """)
        #expect(result.outcome == .unwound)
        #expect(try await scene.value("SELECT count(*) FROM t") == "0")
    }

    @Test func `goes by the plan's order where a phase is named to stay`() async throws {
        let scene = try await Scene(.postgres)
        let run = try await scene.run(
            """
            phases:
              - id: late
                needs: []
                preconditions:
                  - query: SELECT count(*) FROM pg_class WHERE relname = 'started'
                    expect: 1
                    retry: { for: 20s, every: 50ms }
                statement: CREATE TABLE late (i integer)
                rollback: { statement: DROP TABLE late }
              - id: early
                needs: []
                statement: CREATE TABLE started (i integer)
                rollback: { statement: DROP TABLE started }
              - id: last
                needs: [early]
                statement: CREATE TABLE last (i integer)
                rollback: { statement: DROP TABLE last }
            """)
        #expect(run.outcome == .done)
        #expect(try await scene.rollback(run.run, to: "early").outcome == .rolledBack)
        #expect(try await scene.has("late"))
        #expect(try await !scene.has("last"))
    }

    @Test(arguments: [("SELECT 1", "100"), ("UPDATE acct SET b = b + 10", "100")])
    func `asks after a crash what tells whether a program did its work`(work: String, after: String) async throws {
        let database = try await TestDatabase(.postgres)
        let session = try await database.session()
        _ = try await session.execute(SQLStatement(Self.prepared))
        let program = try Program(
            database,
            runbook: """
                phases:
                  - id: pay
                    run: psql -qc '\(work)' '\(database.request.string)'; sleep 6
                    done_when: { query: SELECT b FROM acct, expect: 110 }
                    rollback: { statement: UPDATE acct SET b = b - 10 }
                """)
        let ending = try await program.gonogo("gonogo run r.yaml --yes", killAfter: .milliseconds(3000))
        #expect(ending.killing != nil, "\(ending.complaint)")
        let run = try #require(program.runs.first).run
        let back = try await program.gonogo("gonogo rollback \(run) --yes")
        #expect(back.status == 0, "\(back.complaint)")
        #expect(try await session.value("SELECT b FROM acct") == after)
        await session.close()
    }

    @Test func `leaves no program behind when its process is killed`() async throws {
        let database = try await TestDatabase(.sqlite)
        try await database.session().close()
        let program = try Program(
            database,
            runbook: """
                phases:
                  - id: one
                    run: "touch began; (sleep 4; touch child) & sleep 4; touch ended"
                    rollback: { none: it sleeps }
                """)
        _ = try await program.gonogo("gonogo run r.yaml --yes", killAfter: .milliseconds(2500))
        #expect(access(program.directory + "/began", F_OK) == 0)
        try await Task.sleep(for: .seconds(3))
        for file in ["child", "ended"] { #expect(access(program.directory + "/" + file, F_OK) != 0) }
    }
}
