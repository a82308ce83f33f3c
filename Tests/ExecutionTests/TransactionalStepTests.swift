import Databases
import Execution
import Planning
import TestSupport
import Testing

struct `A transactional step` {
    static let two = """
        phases:
          - id: one
            sql: a.sql
            rollback: { statement: DROP TABLE IF EXISTS t }
        """

    @Test(arguments: engines)
    func `is applied together with its marker`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let result = try await scene.run(Self.two, ["a.sql": "CREATE TABLE t (id integer); INSERT INTO t VALUES (1);"])
        #expect(result.outcome == .done)
        #expect(try await scene.value("SELECT count(*) FROM t") == "1")
        #expect(try await scene.markers() == ["do one/1"])
    }

    @Test(arguments: engines)
    func `that fails in its middle leaves nothing and names the line`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let sql =
            "CREATE TABLE t (id integer);\r\n-- größer 🙂\r\nINSERT INTO t VALUES (1);\r\n\r\nSELECT nope;\r\nSELECT 1;"
        let result = try await scene.run(Self.two, ["a.sql": sql])
        #expect(result.outcome == .unwound)
        #expect(try await !scene.has("t"))
        #expect(try await scene.markers().isEmpty)
        #expect(scene.failure?.place == Place(file: "a.sql", line: 5))
        #expect(scene.failure?.message.contains("nope") == true)
    }

    @Test func `names the line on which a position lies behind letters of many bytes and long values`() async throws {
        let scene = try await Scene(.postgres)
        let text = """
            vars:
              note: { default: "ä🙂\\nb\\nc\\nd" }
            \(Self.two)
            """
        let sql = "SELECT 1;\nSELECT '🙂ü', :'note',\n  :'note',\n  nope;\n"
        _ = try await scene.run(text, ["a.sql": sql])
        #expect(scene.failure?.place == Place(file: "a.sql", line: 4))
    }

    @Test func `is refused at COMMIT by a deferred constraint`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare(
            "CREATE TABLE k (id integer, CONSTRAINT only_once UNIQUE (id) DEFERRABLE INITIALLY DEFERRED)")
        let result = try await scene.run(
            Self.two,
            ["a.sql": "CREATE TABLE t (id integer); INSERT INTO k VALUES (1), (1);"]
        )
        #expect(result.outcome == .unwound)
        #expect(scene.failure?.code == "23505")
        #expect(scene.failure?.message.contains("only_once") == true)
        #expect(try await !scene.has("t"))
    }

    @Test(arguments: [
        "DO $$ BEGIN COMMIT; END $$", "CALL commits()", "DO $$ BEGIN ROLLBACK; END $$",
        "DO $$ BEGIN EXECUTE 'COMMIT'; END $$",
    ])
    func `cannot end its transaction behind a call`(statement: String) async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$")
        let result = try await scene.run(Self.two, ["a.sql": "CREATE TABLE t (id integer); \(statement); SELECT 1;"])
        #expect(result.outcome == .unwound)
        #expect(["2D000", "0A000"].contains(scene.failure?.code))
        #expect(try await !scene.has("t"))
    }

    @Test(arguments: engines)
    func `is not applied twice in one cycle`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let plan = try scene.plan(Self.two, ["a.sql": "CREATE TABLE t (id integer);"])
        _ = try await Runner(scene.environment).run(plan)
        let session = try await scene.database.session()
        let prefix = session.dialect.ledgerPrefix
        // As if the ledger had forgotten the run, but not its steps.
        try await session.run("DELETE FROM \(prefix)run", "DROP TABLE t")
        let result = try await Runner(scene.environment).run(plan)
        #expect(scene.failure?.message == "the ledger says this step was applied before")
        #expect(result.outcome == .unwound)
        #expect(try await !scene.has("t"))
        await session.close()
    }

    @Test func `commits durably whatever the role's default is`() async throws {
        let scene = try await Scene(.postgres)
        let name = try #require(try await scene.value("SELECT current_database()"))
        try await scene.prepare("ALTER DATABASE \(name) SET synchronous_commit = off", "CREATE TABLE seen (v text)")
        #expect(try await scene.value("SHOW synchronous_commit") == "off")
        let result = try await scene.run(
            Self.two,
            ["a.sql": "INSERT INTO seen SELECT current_setting('synchronous_commit');"]
        )
        #expect(result.outcome == .done)
        #expect(try await scene.value("SELECT v FROM seen") == "on")
    }

    @Test func `runs as a role that has no right on the ledger`() async throws {
        let scene = try await Scene(.postgres)
        let role = "app_\(try await scene.value("SELECT current_database()") ?? "")"
        try await scene.prepare("CREATE ROLE \(role)", "GRANT CREATE, USAGE ON SCHEMA public TO \(role)")
        let text = """
            phases:
              - id: one
                steps:
                  - { statement: CREATE TABLE t (id integer), as: \(role) }
                  - { statement: CREATE TABLE u (id integer) }
                rollback: { statement: DROP TABLE t }
            """
        #expect(try await scene.run(text).outcome == .done)
        #expect(try await scene.value("SELECT tableowner FROM pg_tables WHERE tablename = 't'") == role)
        #expect(try await scene.value("SELECT tableowner FROM pg_tables WHERE tablename = 'u'") == "dba")
        try await scene.prepare("DROP OWNED BY \(role)", "DROP ROLE \(role)")
    }

    @Test func `finds the ledger whatever it does to the search path, and leaves no setting behind`() async throws {
        let scene = try await Scene(.postgres)
        let text = """
            phases:
              - id: one
                steps:
                  - sql: a.sql
                  - statement: CREATE TABLE t AS SELECT current_setting('search_path') AS path, current_setting('app.x', true) AS x
                  - statement: DO $$ BEGIN PERFORM set_config('app.x', 'set', false); END $$
                  - statement: CREATE TABLE u AS SELECT current_setting('app.x', true) AS x
                checks:
                  - { query: "SELECT current_setting('search_path')", expect: '"$user", public' }
                rollback: { none: a test }
            """
        let result = try await scene.run(text, ["a.sql": "SET search_path = pg_temp; SET LOCAL app.x = 'local';"])
        #expect(result.outcome == .done)
        #expect(try await scene.value("SELECT path FROM t") == "\"$user\", public")
        #expect(try await scene.value("SELECT coalesce(nullif(x, ''), 'none') FROM u") == "none")
        #expect(try await scene.markers().count == 4)
    }

    @Test func `has the settings of its runbook`() async throws {
        let scene = try await Scene(.postgres)
        let text = """
            session: { lock_timeout: 7s, app.tenant: runbook }
            phases:
              - id: one
                session: { app.tenant: phase }
                statement: CREATE TABLE t AS SELECT current_setting('lock_timeout') AS l, current_setting('app.tenant') AS x
                rollback: { none: a test }
            """
        #expect(try await scene.run(text).outcome == .done)
        #expect(try await scene.value("SELECT l || ' ' || x FROM t") == "7s phase")
    }

    @Test func `fails when the server says that it did something else`() async throws {
        let scene = try await Scene(.postgres)
        let long = String(repeating: "x", count: 70)
        let result = try await scene.run(Self.two, ["a.sql": "SELECT 1;\nCREATE TABLE \(long) (id integer);"])
        #expect(result.outcome == .unwound)
        #expect(scene.failure?.code == "42622")
        #expect(scene.failure?.place?.line == 2)
        #expect(try await scene.value("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'xxx%'") == "0")
    }

    @Test func `is rolled back when its time is up, and when a lock does not come`() async throws {
        let scene = try await Scene(.postgres)
        let text = """
            phases:
              - id: one
                steps: [{ sql: a.sql, timeout: 200ms }]
                rollback: { statement: DROP TABLE IF EXISTS t }
            """
        #expect(
            try await scene.run(text, ["a.sql": "CREATE TABLE t (id integer); SELECT pg_sleep(5);"]).outcome == .unwound
        )
        #expect(scene.failure?.code == "57014")
        #expect(try await !scene.has("t"))

        try await scene.prepare("CREATE TABLE held (id integer)")
        let session = try await scene.database.session()
        try await session.run("BEGIN", "LOCK TABLE held")
        let locked = """
            session: { lock_timeout: 200ms }
            lock_wait: 0s
            phases:
              - id: one
                statement: ALTER TABLE held ADD COLUMN more integer
                rollback: { statement: ALTER TABLE held DROP COLUMN IF EXISTS more }
            """
        let other = try scene.plan(locked, name: "other")
        let result = try await Runner(scene.environment).run(other)
        await session.close()
        #expect(result.state.cause?.code == "55P03")
        #expect(result.outcome == .stopped)
    }

    @Test(arguments: engines)
    func `with a transaction for each statement leaves those before the failure, and its rollback takes them back`(
        engine: Engine
    ) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                sql: a.sql
                transaction: statement
                rollback: { statement: "DROP TABLE IF EXISTS t" }
            """
        let sql = "CREATE TABLE t (id integer);\nINSERT INTO t VALUES (1);\nSELECT nope;\nCREATE TABLE u (id integer);"
        let result = try await scene.run(text, ["a.sql": sql])
        #expect(result.outcome == .unwound)
        #expect(try await scene.markers() == ["do one/1#1", "do one/1#2", "undo one/rollback/1"])
        #expect(try await !scene.has("t"))
        #expect(scene.failure?.place?.line == 3)
        let leaves = scene.events.compactMap { if case .stepFailed(_, _, let leaves) = $0 { leaves } else { nil } }
        #expect(leaves == [.part])
    }

    @Test(arguments: ["RAISE(ROLLBACK, 'no')", "RAISE(ABORT, 'no')", "RAISE(FAIL, 'no')"])
    func `of SQLite commits nothing after a trigger ended its transaction`(raise: String) async throws {
        let scene = try await Scene(.sqlite)
        try await scene.prepare(
            "CREATE TABLE k (id integer)",
            "CREATE TRIGGER g BEFORE INSERT ON k WHEN new.id = 2 BEGIN SELECT \(raise); END"
        )
        let sql =
            "CREATE TABLE t (id integer);\nINSERT INTO k VALUES (1);\nINSERT INTO k VALUES (2);\nINSERT INTO k VALUES (3);"
        let result = try await scene.run(Self.two, ["a.sql": sql])
        #expect(result.outcome == .unwound)
        #expect(try await scene.value("SELECT count(*) FROM k") == "0")
        #expect(try await !scene.has("t"))
        #expect(scene.failure?.place?.line == 3)
    }

    @Test(arguments: ["ABORT", "ROLLBACK", "FAIL"])
    func `of SQLite never commits what came before a constraint failed`(policy: String) async throws {
        let scene = try await Scene(.sqlite)
        try await scene.prepare("CREATE TABLE k (id integer PRIMARY KEY)")
        let sql = "INSERT INTO k VALUES (1); INSERT OR \(policy) INTO k VALUES (2), (1); INSERT INTO k VALUES (3);"
        #expect(try await scene.run(Self.two, ["a.sql": sql]).outcome == .unwound)
        #expect(try await scene.value("SELECT count(*) FROM k") == "0")
    }

    @Test func `of SQLite may not leave rows that refer to nothing, unless they were there before`() async throws {
        let scene = try await Scene(.sqlite)
        try await scene.prepare(
            "CREATE TABLE parent (id integer PRIMARY KEY)",
            "CREATE TABLE child (id integer PRIMARY KEY, parent integer REFERENCES parent)",
            "INSERT INTO parent VALUES (1)",
            "INSERT INTO child VALUES (1, 1), (2, 99)"
        )
        let harmless = try scene.plan(Self.two, ["a.sql": "INSERT INTO child VALUES (3, 1);"], name: "harmless")
        #expect(try await Runner(scene.environment).run(harmless).outcome == .done)
        let result = try await scene.run(Self.two, ["a.sql": "DELETE FROM parent;"])
        #expect(result.outcome == .unwound)
        #expect(scene.failure?.message == "row 1 of child refers to a row of parent that is not there")
        #expect(try await scene.value("SELECT count(*) FROM parent") == "1")
    }

    @Test func `of SQLite says so when nobody can look for rows that refer to nothing`() async throws {
        let scene = try await Scene(.sqlite)
        try await scene.prepare(
            "CREATE TABLE parent (id integer PRIMARY KEY, name text)",
            "CREATE TABLE child (parent text REFERENCES parent (name))", "INSERT INTO parent VALUES (1, 'a')")
        #expect(try await scene.run(Self.two, ["a.sql": "DELETE FROM parent;"]).outcome == .done)
        let remarks = scene.events.compactMap { if case .noticed(_, _, _, let words) = $0 { words } else { nil } }
        #expect(remarks.contains { $0.contains("foreign key mismatch") })
    }

    @Test func `of SQLite may not leave a row that refers to nothing behind many that did before`() async throws {
        let scene = try await Scene(.sqlite)
        try await scene.prepare(
            "CREATE TABLE parent (id integer PRIMARY KEY)",
            "CREATE TABLE child (id integer PRIMARY KEY, parent integer REFERENCES parent)",
            "INSERT INTO parent VALUES (1)",
            """
            WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 11000)
            INSERT INTO child SELECT i, i FROM n
            """, "INSERT INTO child VALUES (20000, 1)")
        #expect(try await scene.run(Self.two, ["a.sql": "DELETE FROM parent;"]).outcome == .unwound)
        #expect(scene.failure?.message == "row 20000 of child refers to a row of parent that is not there")
    }
}
