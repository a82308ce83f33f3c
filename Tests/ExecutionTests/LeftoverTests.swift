import Databases
import Planning
import TestSupport
import Testing

@testable import Execution

/// What scripts leave in the sessions they run in.
struct `What a script leaves in its session` {
    private func leaks(_ scene: Scene) -> [String] {
        scene.events.compactMap { event in
            guard case .noticed(_, _, _, let message) = event, message.contains("was left in the session") else {
                return nil
            }
            return message
        }
    }

    @Test(arguments: [
        (
            "SET search_path = 'a'", "setting search_path = a", "SELECT current_setting('search_path')",
            "\"$user\", public"
        ),
        ("SELECT set_config('work_mem', '1MB', false)", "setting work_mem = 1024", "SHOW work_mem", "4MB"),
        (
            "CREATE TEMPORARY TABLE leak (id integer)", "temporary object leak", "SELECT to_regclass('leak') IS NULL",
            "true"
        ),
        ("PREPARE leak AS SELECT 1", "prepared statement leak", "SELECT count(*) FROM pg_prepared_statements", "0"),
        (
            "SELECT pg_advisory_lock(4, 5)", "advisory lock 4, 5",
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 4 AND pid = pg_backend_pid()", "0"
        ),
        ("LISTEN leak", "channel leak", "SELECT count(*) FROM pg_listening_channels()", "0"),
    ])
    func `reaches no other step, and is told with its statement`(
        statement: String, leak: String, question: String, answer: String
    ) async throws {
        let scene = try await Scene(.postgres)
        let text = """
            phases:
              - id: one
                sql: leak.sql
                rollback: { none: test }
              - id: two
                steps: [{ statement: CREATE TABLE t (id integer) }]
                checks: [{ query: "\(question.replacing("\"", with: "\\\""))", expect: '\(answer)' }]
                rollback: { statement: DROP TABLE t }
            """
        let plan = try scene.plan(text, ["leak.sql": "SELECT 1;\n\(statement);\n"])
        let result = try await Runner(scene.environment).run(plan)
        #expect(result.outcome == .done, "\(String(describing: result.state.cause))")
        #expect(
            leaks(scene) == ["\(leak) was left in the session by leak.sql:2, and ended with it: no later step meets it"]
        )
    }

    @Test(arguments: [
        "CREATE TABLE b AS SELECT leak()", "INSERT INTO t VALUES (1)",
        "CREATE TABLE b AS SELECT set_config('work_mem', '1MB', false)",
    ])
    func `is told of what a statement calls, too, and reaches no step`(statement: String) async throws {
        let scene = try await Scene(.postgres)
        if !statement.contains("set_config") {
            try await scene.prepare(
                "CREATE TABLE t (id integer)",
                """
                CREATE FUNCTION leak() RETURNS text LANGUAGE sql AS $$ SELECT set_config('work_mem', '1MB', false) $$
                """,
                """
                CREATE FUNCTION leaking() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN PERFORM set_config('work_mem', '1MB', false); RETURN NEW; END $$
                """,
                "CREATE TRIGGER leaks BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION leaking()")
        }
        let result = try await scene.run(
            """
            phases:
              - id: one
                steps:
                  - { statement: "\(statement)" }
                  - { statement: CREATE TABLE seen AS SELECT current_setting('work_mem') AS value }
                rollback: { none: a test }
            """)
        #expect(result.outcome == .done, "\(String(describing: result.state.cause))")
        #expect(try await scene.value("SELECT value FROM seen") == "4MB")
        #expect(leaks(scene).count == 1)
        #expect(leaks(scene).allSatisfy { $0.hasPrefix("setting work_mem = 1024 was left in the session by ") })
    }

    @Test func `is told of a question, too, and reaches no step`() async throws {
        let scene = try await Scene(.postgres)
        let lock = "SELECT pg_advisory_lock(4, 7) IS NOT NULL"
        let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 4 AND objid = 7"
        let result = try await scene.run(
            """
            phases:
              - id: one
                preconditions: [{ query: "\(lock)", expect: true }]
                steps:
                  - statement: CREATE TABLE before AS \(held)
                  - capture: { name: c, query: "\(lock)" }
                  - statement: CREATE TABLE between AS \(held)
                checks: [{ query: "\(lock)", expect: true }]
                rollback: { steps: [{ statement: DROP TABLE between }, { statement: DROP TABLE before }] }
              - id: two
                needs: [one]
                statement: CREATE TABLE after AS \(held)
                rollback: { statement: DROP TABLE after }
            """)
        #expect(result.outcome == .done, "\(String(describing: result.state.cause))")
        for table in ["before", "between", "after"] {
            #expect(try await scene.value("SELECT count FROM \(table)") == "0", "\(table)")
        }
        #expect(leaks(scene).count == 3)
        #expect(leaks(scene).allSatisfy { $0.hasPrefix("advisory lock 4, 7 was left in the session by test.runbook") })
    }

    @Test func `is not what gonogo set there for itself`() async throws {
        let scene = try await Scene(.postgres)
        let result = try await scene.run(
            """
            phases:
              - id: one
                steps: [{ run: "true" }, { statement: SELECT 1 }]
                rollback: { none: test }
            """)
        #expect(result.outcome == .done)
        #expect(leaks(scene).isEmpty)
    }

    @Test(arguments: engines)
    func `is nothing as a rule`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let result = try await scene.run(
            """
            phases:
              - id: one
                steps: [{ statement: SELECT 1 }, { statement: CREATE TABLE t (id integer) }]
                rollback: { statement: DROP TABLE t }
            """)
        #expect(result.outcome == .done)
        #expect(leaks(scene).isEmpty)
    }
}
