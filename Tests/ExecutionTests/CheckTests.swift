import Databases
@testable import Execution
import Planning
import TestSupport
import Testing

struct `A check` {
    /// Runs one phase with these checks on a table `t` with the rows 1, 2, 3.
    private func ask(_ engine: Engine, _ checks: String, prepare: [String] = []) async throws -> (Scene, RunResult) {
        let scene = try await Scene(engine)
        let session = try await scene.database.session()
        for statement in ["CREATE TABLE t (id integer PRIMARY KEY)", "INSERT INTO t VALUES (1), (2), (3)"] + prepare {
            _ = try await session.execute(SQLStatement(statement))
        }
        await session.close()
        let text = """
            phases:
              - id: one
                checks:
            \(checks.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
                rollback: { none: a test }
            """
        return (scene, try await scene.run(text))
    }

    @Test(arguments: engines)
    func `that passes, fails and only warns is told apart`(engine: Engine) async throws {
        let (scene, result) = try await ask(
            engine,
            """
            - { query: SELECT count(*) FROM t, expect: 3 }
            - { query: SELECT count(*) FROM t, expect: 4, severity: warn }
            - { query: SELECT nope FROM t, expect: 4 }
            - { query: SELECT id FROM t WHERE id = 9, expect: 9 }
            """
        )
        #expect(scene.checks.map(\.verdict) == [.pass, .warn, .error, .fail])
        #expect(scene.checks.last?.found == "no rows")
        #expect(result.outcome == .noGo)
        #expect(result.state.cause?.message.contains("nope") == true)
    }

    @Test func `on PostgreSQL cannot write, not even through a function`() async throws {
        let (scene, _) = try await ask(
            .postgres,
            """
            - { query: SELECT writes(), expect: 1 }
            - { query: SELECT count(*) FROM t, expect: 3 }
            """,
            prepare: [
                "CREATE FUNCTION writes() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (9); RETURN 1; END $$"
            ]
        )
        #expect(scene.checks.map(\.verdict) == [.error, .pass])
        #expect(scene.checks.first?.found.contains("25006") == true)
    }

    @Test(arguments: engines)
    func `that writes leaves nothing, whether it passes or fails`(engine: Engine) async throws {
        let (scene, _) = try await ask(
            engine,
            """
            - { query: INSERT INTO t VALUES (7) RETURNING id, expect: 7, transaction: rollback }
            - { query: INSERT INTO t VALUES (1) RETURNING id, expect: 1, transaction: rollback }
            - { query: INSERT INTO t VALUES (1), expect: { error: { contains: "\(engine == .postgres ? "duplicate key" : "UNIQUE")" } }, transaction: rollback }
            - { query: INSERT INTO t VALUES (8), expect: { error: { contains: x } }, transaction: rollback }
            - { query: DELETE FROM t, expect: { rows: 0 }, transaction: rollback }
            - { query: SELECT count(*) FROM t, expect: 3 }
            """
        )
        #expect(scene.checks.map(\.verdict) == [.pass, .error, .pass, .fail, .fail, .pass])
        #expect(try await scene.value("SELECT count(*) FROM t") == "3")
    }

    @Test func `asks as its role, with its settings, for each value`() async throws {
        let scene = try await Scene(.postgres)
        let role = "reader_\(try await scene.value("SELECT current_database()") ?? "")"
        try await scene.prepare(
            "CREATE ROLE \(role)",
            "CREATE TABLE t (tenant text)",
            "INSERT INTO t VALUES ('a'), ('b'), ('b')",
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY p ON t USING (tenant = current_setting('app.tenant', true))",
            "GRANT SELECT ON t TO \(role)"
        )
        let text = """
            phases:
              - id: one
                session: { app.tenant: b }
                checks:
                  - { query: SELECT count(*) FROM t, expect: 3 }
                  - { query: SELECT count(*) FROM t, expect: 2, as: \(role) }
                  - { query: SELECT count(*) FROM t, expect: 1, as: \(role), session: { app.tenant: a } }
                  - name: "rows of ${each.tenant}"
                    query: "SELECT count(*) FROM t WHERE tenant = :'tenant'"
                    for_each: { tenant: [a, c] }
                    expect: 1
                  - { query: "SELECT 1", expect: { error: { sqlstate: "42704" } }, as: nobody_here }
                  - { query: "DELETE FROM t", expect: { error: { sqlstate: "42501", contains: table t } }, as: \(role), transaction: rollback }
                rollback: { none: a test }
            """
        _ = try await scene.run(text)
        #expect(scene.checks.map(\.verdict) == [.pass, .pass, .pass, .pass, .fail, .error, .pass])
        #expect(scene.checks[3].name == "rows of a")
        #expect(scene.checks[5].found.hasPrefix("no answer: "))
        try await scene.prepare("DROP OWNED BY \(role)", "DROP ROLE \(role)")
    }

    @Test(arguments: engines)
    func `is asked again until it passes or its time is up`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE t (id integer)")
        let later = Task {
            try await Task.sleep(for: .milliseconds(500))
            try await scene.prepare("INSERT INTO t VALUES (1)")
        }
        let text = """
            phases:
              - id: one
                checks:
                  - { query: SELECT count(*) FROM t, expect: 1, retry: { for: 10s, every: 50ms } }
                  - { query: SELECT count(*) FROM t, expect: 2, retry: { for: 200ms, every: 50ms } }
                rollback: { none: a test }
            """
        _ = try await scene.run(text)
        try await later.value
        #expect(scene.checks.map(\.verdict) == [.pass, .fail])
    }

    @Test(arguments: engines)
    func `compares with what was captured`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE t (id integer)", "INSERT INTO t VALUES (1), (2)")
        let text = """
            phases:
              - id: zero
                steps:
                  - { capture: { name: all, query: SELECT id FROM t ORDER BY id } }
                  - { capture: { name: digest, query: SELECT id FROM t ORDER BY id, fingerprint: true } }
                rollback: { none: only reads }
              - id: one
                on_failure: stop
                statement: INSERT INTO t VALUES (3)
                checks:
                  - { query: SELECT id FROM t WHERE id < 3 ORDER BY id, expect: { same_as: all } }
                  - { query: SELECT id FROM t WHERE id < 3 ORDER BY id, expect: { same_as: digest } }
                  - { query: SELECT id FROM t ORDER BY id, expect: { same_as: all } }
                  - { query: SELECT id FROM t ORDER BY id, expect: { same_as: digest } }
                rollback: { none: a test }
            """
        let result = try await scene.run(text)
        #expect(scene.checks.map(\.verdict) == [.pass, .pass, .fail, .fail])
        #expect(result.outcome == .stopped)
        #expect(result.state.captures["digest"]?.rows == nil)
    }

    @Test func `is not compared with a capture of more rows than are kept`() async throws {
        let scene = try await Scene(.sqlite)
        let text = """
            phases:
              - id: one
                capture:
                  name: all
                  query: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000001) SELECT i FROM n
                rollback: { none: only reads }
            """
        _ = try await scene.run(text)
        #expect(scene.failure?.message == "capture `all` has 1000001 rows, more than are kept")
    }

    @Test(arguments: engines)
    func `sees which index a query uses`(engine: Engine) async throws {
        let (scene, _) = try await ask(
            engine,
            """
            - { query: SELECT v FROM big WHERE v = 'x', expect: { plan: { uses_index: "big v" } } }
            - { query: SELECT v FROM big WHERE v = 'x', expect: { plan: { uses_index: big } } }
            """,
            prepare: [
                "CREATE TABLE big (v text)", "CREATE INDEX \"big v\" ON big (v)",
                engine == .postgres
                    ? "INSERT INTO big SELECT n::text FROM generate_series(1, 20000) n"
                    : "INSERT INTO big VALUES ('a')",
                engine == .postgres ? "ANALYZE" : "SELECT 1",
            ]
        )
        #expect(scene.checks.map(\.verdict) == [.pass, .fail])
    }

    @Test func `that takes too long says no, never yes`() async throws {
        let (scene, _) = try await ask(
            .postgres,
            """
            - { query: SELECT pg_sleep(5), expect: { rows: 1 }, timeout: 200ms }
            - { query: SELECT pg_sleep(5), expect: { error: { contains: statement } }, timeout: 200ms }
            - { run: sleep 5, expect: { exit: 0 }, timeout: 200ms }
            - { run: sleep 5, expect: { exit: 137 }, timeout: 200ms }
            """
        )
        #expect(scene.checks.map(\.verdict) == [.error, .fail, .error, .error])
    }

    @Test func `of SQLite that takes too long says no`() async throws {
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        let (scene, _) = try await ask(.sqlite, "- { query: \"\(endless)\", expect: { at_least: 0 }, timeout: 200ms }")
        #expect(scene.checks.map(\.verdict) == [.error])
    }

    @Test func `may be a program`() async throws {
        let (scene, _) = try await ask(
            .sqlite,
            """
            - { run: "echo ' 42 '", expect: { stdout: { at_least: 42 } } }
            - { run: [printf, a b], expect: { stdout: { value: a b } } }
            - { run: exit 3, expect: { exit: 3 } }
            - { run: exit 3, expect: { exit: 0 } }
            - { run: [not-a-program], expect: { exit: 0 } }
            """
        )
        #expect(scene.checks.map(\.verdict) == [.pass, .pass, .pass, .fail, .error])
    }

    @Test(arguments: engines)
    func `as a condition or precondition stops the phase before it begins`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: skipped
                if: { query: SELECT 1, expect: 2 }
                statement: CREATE TABLE a (id integer)
                rollback: { statement: DROP TABLE a }
              - id: refused
                preconditions: [{ query: SELECT 1, expect: 2 }]
                statement: CREATE TABLE b (id integer)
                rollback: { statement: DROP TABLE b }
            """
        #expect(try await scene.run(text).outcome == .noGo)
        #expect(scene.events.contains(.phaseSkipped(phase: "skipped", reason: "expected 2, found 1")))
        #expect(try await !scene.has("a"))
        #expect(try await !scene.has("b"))
        // A run that changed nothing stands in nobody's way.
        #expect(try await scene.run(text).state.cycle == 2)
    }
}
