import Databases
import Execution
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
        #expect(scene.failure?.detail?.contains("invalid index i dropped") == true)
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
                  - { statement: DROP INDEX CONCURRENTLY j, transaction: none }
                rollback: { none: a test }
            """
        #expect(try await scene.run(text).outcome == .done)
        let reasons = scene.events.compactMap { if case .stepPassedOver(_, let reason) = $0 { reason } else { nil } }
        #expect(reasons == ["index i is there and valid", "index j is not there"])
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
        #expect(scene.failure?.detail?.contains("invalid index My Index dropped") == true)
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
