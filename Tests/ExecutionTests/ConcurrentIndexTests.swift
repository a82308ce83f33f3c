import Databases
@testable import Execution
import Planning
import TestSupport
import Testing

struct `A step outside of any transaction` {
    /// A phase with one such step.
    private func phase(_ statement: String, rollback: String = "none: a test") -> String {
        """
        phases:
          - id: one
            statement: \(statement)
            transaction: none
            rollback: { \(rollback) }
        """
    }

    private func scene(_ rows: String) async throws -> Scene {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE TABLE t (id integer)", "INSERT INTO t VALUES \(rows)")
        return scene
    }

    private let state =
        "SELECT string_agg(indexrelid::regclass::text || ' ' || indisvalid, ',') FROM pg_index WHERE indrelid = 't'::regclass"

    @Test func `builds an index, and its rollback drops it`() async throws {
        let scene = try await scene("(1), (2)")
        let text = """
            phases:
              - id: one
                statement: CREATE INDEX CONCURRENTLY i ON t (id)
                transaction: none
                rollback: { statement: DROP INDEX CONCURRENTLY i, transaction: none }
            """
        let result = try await scene.run(text)
        #expect(result.outcome == .done)
        #expect(try await scene.value(state) == "i true")
        #expect(try await scene.value("SELECT state FROM gonogo.ledger") == "applied")
        let back = try await scene.rollback(result.run)
        #expect(back.outcome == .rolledBack)
        #expect(scene.residue.isEmpty)
        #expect(try await scene.value(state) == nil)
    }

    @Test func `drops the invalid index a failed build left, and says so`() async throws {
        let scene = try await scene("(1), (1)")
        let result = try await scene.run(phase("CREATE UNIQUE INDEX CONCURRENTLY i ON t (id)"))
        #expect(result.outcome == .unwound)
        #expect(scene.failure?.code == "23505")
        #expect(scene.failure?.detail?.contains("invalid index public.i dropped") == true)
        #expect(try await scene.value(state) == nil)
        #expect(try await scene.markers().isEmpty)
    }

    @Test func `builds an invalid index again instead of taking it for success`() async throws {
        let scene = try await scene("(1), (1)")
        let session = try await scene.database.session()
        _ = await session.failure("CREATE UNIQUE INDEX CONCURRENTLY i ON t (id)")
        await session.close()
        #expect(try await scene.value(state) == "i false")
        try await scene.prepare("DELETE FROM t")
        #expect(
            try await scene.run(phase("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (id)")).outcome == .done)
        #expect(try await scene.value(state) == "i true")
    }

    @Test func `passes over an index that is valid, and one that is gone`() async throws {
        let scene = try await scene("(1)")
        try await scene.prepare("CREATE INDEX i ON t (id)")
        let text = """
            phases:
              - id: one
                steps:
                  - { statement: CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (id), transaction: none }
                  - { statement: DROP INDEX CONCURRENTLY IF EXISTS j, transaction: none }
                rollback: { none: a test }
            """
        #expect(try await scene.run(text).outcome == .done)
        let reasons = scene.events.compactMap { if case .stepPassedOver(_, let reason) = $0 { reason } else { nil } }
        #expect(reasons == ["index i is there and valid", "index j is not there"])
    }

    @Test(arguments: [
        "DROP INDEX CONCURRENTLY nosuch", "ALTER TABLE p DETACH PARTITION nosuch CONCURRENTLY",
        "ALTER TABLE p DETACH PARTITION t CONCURRENTLY",
    ])
    func `is refused for a name that is a mistake`(statement: String) async throws {
        let scene = try await scene("(1)")
        try await scene.prepare("CREATE TABLE p (id integer) PARTITION BY RANGE (id)")
        #expect(try await scene.run(phase(statement)).outcome == .unwound)
        #expect(scene.failure?.code.hasPrefix("42") == true, "\(String(describing: scene.failure))")
    }

    @Test func `finds what it works on as the statement does, with the settings of its step`() async throws {
        let scene = try await scene("(1)")
        try await scene.prepare(
            "CREATE SCHEMA app", "CREATE TABLE app.x (id integer)", "CREATE INDEX gone ON app.x (id)",
            "CREATE TABLE app.p (id integer) PARTITION BY RANGE (id)",
            "CREATE TABLE app.p1 PARTITION OF app.p FOR VALUES FROM (0) TO (10)")
        let text = """
            phases:
              - id: one
                session: { search_path: app }
                steps:
                  - { statement: DROP INDEX CONCURRENTLY gone, transaction: none }
                  - { statement: ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY, transaction: none }
                rollback: { none: a test }
            """
        #expect(try await scene.run(text).outcome == .done)
        #expect(try await scene.value("SELECT to_regclass('app.gone')") == nil)
        #expect(try await scene.value("SELECT count(*) FROM pg_inherits") == "0")
    }

    @Test func `looks for an index where its table is`() async throws {
        let scene = try await scene("(1)")
        try await scene.prepare(
            "CREATE INDEX same ON t (id)", "CREATE SCHEMA app", "CREATE TABLE app.x (id integer)",
            "CREATE TABLE other (id integer)")
        let other = "CREATE INDEX CONCURRENTLY IF NOT EXISTS same ON"
        #expect(try await scene.run(phase("\(other) app.x (id)")).outcome == .done)
        #expect(try await scene.value("SELECT to_regclass('app.same')") == "app.same")
        // The server would take the name for the index.
        let next = try Scene(.postgres, scene.database)
        let plan = try next.plan(phase("\(other) other (id)"), name: "next")
        #expect(try await Runner(next.environment).run(plan).outcome == .unwound)
        #expect(next.failure?.message == "index same is there, on public.t")
    }

    @Test func `drops no index that somebody else is building`() async throws {
        let scene = try await scene("(1)")
        let writer = try await scene.database.session()
        try await writer.run("BEGIN", "INSERT INTO t VALUES (2)")
        let builder = try await scene.database.session()
        let build = Task { await builder.failure("CREATE INDEX CONCURRENTLY same ON t ((id + 1))") }
        for _ in 0..<500 where try await scene.value(state) != "same false" {
            try await Task.sleep(for: .milliseconds(20))
        }
        let plan = try scene.plan(phase("CREATE INDEX CONCURRENTLY same ON t (id)"))
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        try await Task.sleep(for: .milliseconds(500))
        try await writer.run("COMMIT")
        #expect(await build.value == nil)
        _ = try await run.value
        #expect(scene.failure?.message == "index same is there already")
        #expect(try await scene.value("SELECT pg_get_indexdef('same'::regclass)")?.contains("(id + 1)") == true)
    }

    @Test(arguments: ["INDEX CONCURRENTLY \(Self.longName)", "TABLE CONCURRENTLY t"])
    func `takes away what a rebuilding that was broken off left`(what: String) async throws {
        let scene = try await scene("(1), (2)")
        try await scene.prepare("CREATE INDEX \(Self.longName) ON t (id)")
        for _ in 0..<2 {
            let writer = try await scene.database.session()
            try await writer.run("BEGIN", "INSERT INTO t VALUES (3)")
            let builder = try await scene.database.session()
            let build = Task { await builder.failure(SQLStatement("REINDEX \(what)")) }
            try await scene.terminate(running: "REINDEX \(what)")
            #expect(await build.value != nil)
            try await writer.run("ROLLBACK")
        }
        #expect(try await scene.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "2")
        #expect(try await scene.run(phase("REINDEX \(what)")).outcome == .done)
        #expect(try await scene.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0")
        #expect(try await scene.value("SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass") == "1")
    }

    /// As long as names may be: what a rebuilding makes is called after a part of it.
    private static let longName = String(repeating: "x", count: 63)

    @Test func `that a rollback built is not built again, whoever finished it`() async throws {
        let scene = try await scene("(1)")
        try await scene.prepare("CREATE INDEX i ON t (id)")
        let text = """
            phases:
              - id: one
                statement: DROP INDEX CONCURRENTLY i
                transaction: none
                rollback: { statement: CREATE INDEX CONCURRENTLY i ON t (id), transaction: none }
            """
        let run = try await scene.run(text).run
        // Its process died while the server went on building.
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        try await scene.prepare("UPDATE gonogo.ledger SET state = 'started' WHERE direction = 'undo'")
        try await scene.kill(run, .after, "step.started", "one/rollback")
        #expect(try await scene.resume(run).outcome == .rolledBack)
        #expect(try await scene.value(state) == "i true")
    }

    @Test func `knows its index by a name that is a variable`() async throws {
        let scene = try await scene("(1), (1)")
        let text = """
            vars: { index: { default: "My Index" } }
            phases:
              - id: one
                steps:
                  - statement: CREATE UNIQUE INDEX CONCURRENTLY :"index" ON t (id)
                    transaction: none
                    done_when: { query: "SELECT 1 WHERE false", expect: 1 }
                rollback: { none: a test }
            """
        #expect(try await scene.run(text).outcome == .unwound)
        #expect(scene.failure?.detail?.contains("invalid index public.\"My Index\" dropped") == true)
        #expect(try await scene.value(state) == nil)
    }

    @Test func `runs as its role, and leaves it before it writes to the ledger`() async throws {
        let scene = try await scene("(1)")
        let role = "owner_\(try await scene.value("SELECT current_database()") ?? "")"
        try await scene.prepare(
            "CREATE ROLE \(role)",
            "GRANT CREATE, USAGE ON SCHEMA public TO \(role)",
            "ALTER TABLE t OWNER TO \(role)",
            "CREATE TABLE other (id integer)"
        )
        let text = """
            phases:
              - id: one
                steps:
                  - { statement: CREATE INDEX CONCURRENTLY i ON t (id), transaction: none, as: \(role) }
                  - { statement: CREATE INDEX CONCURRENTLY j ON other (id), transaction: none, as: \(role) }
                rollback: { statement: DROP INDEX CONCURRENTLY i, transaction: none }
            """
        #expect(try await scene.run(text).outcome == .unwound)
        #expect(scene.failure?.code == "42501")
        #expect(try await scene.markers() == ["do one/1", "undo one/rollback/1"])
        try await scene.prepare("DROP OWNED BY \(role)", "DROP ROLE \(role)")
    }

    @Test(arguments: engines)
    func `is passed over when its probe says that it is done`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE t (id integer)")
        let text = """
            phases:
              - id: one
                steps:
                  - { statement: VACUUM, transaction: none, done_when: { query: SELECT count(*) FROM t, expect: 0 } }
                  - { statement: VACUUM, transaction: none, done_when: { query: SELECT count(*) FROM t, expect: 1 } }
                rollback: { none: a test }
            """
        #expect(try await scene.run(text).outcome == .done)
        #expect(try await scene.markers() == ["do one/2"])
    }
}
