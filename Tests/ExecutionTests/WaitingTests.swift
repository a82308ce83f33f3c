import Databases
import Glibc
import Planning
import TestSupport
import Testing

@testable import Execution

/// What a run does when something else has what it needs.
struct `A step that finds something locked` {
    private static let text = """
        phases:
          - id: one
            steps: [{ statement: CREATE TABLE b (id integer) }, { statement: ALTER TABLE t ADD COLUMN n integer }]
            rollback: { statement: DROP TABLE b }
        """
    private static let quick = "lock_wait: 4s\nsession: { lock_timeout: 1500ms }\n" + text

    /// A session that has a table to itself, as far as its statements go.
    private func blocker(_ scene: Scene, _ statement: String = "SELECT * FROM t") async throws -> any DatabaseSession {
        try await scene.prepare("CREATE TABLE t (id integer)")
        let session = try await scene.database.session(named: "report")
        try await session.run("BEGIN", statement)
        return session
    }

    private func waits(_ scene: Scene) -> [String] {
        scene.events.compactMap { if case .stepWaits(_, let words) = $0 { words } else { nil } }
    }

    /// A run whose step has found something locked once.
    private func triedAgain(_ scene: Scene) async throws -> Task<RunResult, any Error> {
        let plan = try scene.plan(Self.text)
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        while !waits(scene).contains(where: { $0.hasPrefix("is tried again") }) {
            try await Task.sleep(for: .milliseconds(20))
        }
        return run
    }

    @Test func `names who holds it, and is done once it is free`() async throws {
        let scene = try await Scene(.postgres)
        let blocker = try await blocker(scene)
        let run = try await triedAgain(scene)
        await blocker.close()
        #expect(try await run.value.outcome == .done)
        let words = try #require(waits(scene).first)
        #expect(words.hasPrefix("waits for session "))
        #expect(words.contains(", report), idle in transaction, for ") && words.hasSuffix("SELECT * FROM t"))
        #expect(try await scene.value("SELECT count(*) FROM gonogo.ledger") == "2")
    }

    @Test func `is not tried again once somebody asks to stop`() async throws {
        let scene = try await Scene(.postgres)
        let blocker = try await blocker(scene)
        let run = try await triedAgain(scene)
        let before = waits(scene)
        scene.stopsNow()
        let result = try await run.value
        #expect(result.outcome == .interrupted)
        #expect(waits(scene) == before)
        await blocker.close()
        #expect(try await scene.resume(result.run).outcome == .done)
    }

    @Test func `lets others through again and again while it waits`() async throws {
        let scene = try await Scene(.postgres)
        let blocker = try await blocker(scene)
        let plan = try scene.plan(Self.text)
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        try await scene.wait(for: "one/2")
        // A reader that comes while the ALTER queues waits behind it, at most until the attempt is over.
        let reader = try await scene.database.session()
        var longest = Duration.zero
        for _ in 0..<40 {
            let start = ContinuousClock.now
            try await reader.run("SELECT count(*) FROM t")
            longest = max(longest, start.duration(to: .now))
            try await Task.sleep(for: .milliseconds(100))
        }
        await blocker.close()
        await reader.close()
        #expect(try await run.value.outcome == .done)
        #expect(longest > .milliseconds(500) && longest < .seconds(5))
    }

    @Test func `stops the run where it stands when it stays so, to go on later`() async throws {
        let scene = try await Scene(.postgres)
        let blocker = try await blocker(scene)
        let result = try await scene.run(Self.quick)
        #expect(result.outcome == .stopped)
        #expect(result.state.phase("one")?.failure == .blocked)
        #expect(try await scene.has("b"))
        #expect(waits(scene).count { $0.hasPrefix("is tried again") } >= 1)
        await blocker.close()
        #expect(try await scene.resume(result.run).outcome == .done)
    }

    @Test func `names a prepared transaction, and what ends it`() async throws {
        let scene = try await Scene(.postgres)
        let blocker = try await blocker(scene, "SELECT * FROM t FOR UPDATE")
        try await blocker.run("LOCK TABLE t", "PREPARE TRANSACTION 'forgotten'")
        #expect(try await scene.run(Self.quick).outcome == .stopped)
        let words = try #require(waits(scene).first { $0.contains("prepared transaction of ") })
        #expect(words.contains("without a session, for ") && words.hasSuffix("ROLLBACK PREPARED 'forgotten'"))
        try await blocker.run("ROLLBACK PREPARED 'forgotten'")
        await blocker.close()
    }

    @Test func `is tried again after a deadlock`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE TABLE t (id integer)", "CREATE TABLE u (id integer)")
        let plan = try scene.plan(
            """
            session: { deadlock_timeout: 200ms }
            phases:
              - id: one
                sql: both.sql
                rollback: { none: test }
            """, ["both.sql": "LOCK TABLE t;\nSELECT pg_sleep(1);\nLOCK TABLE u;\nINSERT INTO t VALUES (1);\n"])
        let other = try await scene.database.session()
        try await other.run("SET deadlock_timeout = '60s'", "BEGIN", "LOCK TABLE u")
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        while try await other.value("SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass AND granted") == "0" {
            try await Task.sleep(for: .milliseconds(20))
        }
        try await other.run("LOCK TABLE t", "ROLLBACK")
        await other.close()
        #expect(try await run.value.outcome == .done)
        #expect(waits(scene).contains { $0.contains("deadlock detected") })
        #expect(try await scene.value("SELECT count(*) FROM t") == "1")
    }

    @Test func `waits for another writer of a file`() async throws {
        let scene = try await Scene(.sqlite)
        try await scene.prepare("CREATE TABLE t (id integer)")
        let other = try await scene.database.session()
        let plan = try scene.plan(
            "phases: [{ id: one, statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }]")
        let environment = scene.environment
        try await other.run("BEGIN IMMEDIATE")
        let run = Task { try await Runner(environment).run(plan) }
        try await Task.sleep(for: .seconds(7))
        await other.close()
        #expect(try await run.value.outcome == .done)
    }
}

/// What becomes of index work that a person cancels.
struct `Index work that is cancelled` {
    @Test func `leaves no invalid index`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE TABLE t (id integer)")
        let blocker = try await scene.database.session()
        try await blocker.run("BEGIN", "INSERT INTO t VALUES (1)")
        let plan = try scene.plan(
            """
            phases:
              - id: one
                statement: CREATE INDEX CONCURRENTLY i ON t (id)
                transaction: none
                rollback: { statement: DROP INDEX CONCURRENTLY IF EXISTS i, transaction: none }
            """)
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
        while try await scene.value(invalid) == "0" { try await Task.sleep(for: .milliseconds(20)) }
        run.cancel()
        // Dropping it waits for the same writer.
        try await Task.sleep(for: .milliseconds(500))
        await blocker.close()
        let result = try await run.value
        #expect(result.outcome == .interrupted)
        #expect(try await scene.value("SELECT count(*) FROM pg_class WHERE relname = 'i'") == "0")
        #expect(scene.failure?.detail?.contains("invalid index public.i dropped") == true)
        #expect(try await scene.resume(result.run).outcome == .done)
    }
}

/// What a run does when its server goes away.
struct `A lost connection` {
    private static let text = """
        phases:
          - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
          - id: two
            steps: [{ statement: CREATE TABLE b (id integer) }, { statement: SELECT pg_sleep(3) }]
            rollback: { statement: DROP TABLE b }
        """

    @Test func `stops a run where it stands`() async throws {
        let scene = try await Scene(.postgres)
        let plan = try scene.plan(Self.text)
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        try await scene.terminate(running: "SELECT pg_sleep(3)")
        let result = try await run.value
        #expect(result.outcome == .stopped)
        #expect(result.state.phase("two")?.failure == .disconnected)
        #expect(try await scene.resume(result.run).outcome == .done)
    }

    @Test func `is waited for where the runbook says so, and the run goes on`() async throws {
        let server = try PostgresServer.another()
        let scene = try Scene(.postgres, TestDatabase(server.request(try await server.database())))
        let plan = try scene.plan("on_disconnect: resume\n" + Self.text)
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        try await scene.wait(for: "two/2")
        try await server.crashAndRecover()
        let result = try await run.value
        #expect(result.outcome == .done)
        #expect(scene.told.withLock { $0.contains("the connection was lost; waiting for the server") })
        let applied = scene.events.compactMap { if case .stepApplied(let mark, _, _) = $0 { mark.step } else { nil } }
        #expect(Set(applied) == ["one/1", "two/1", "two/2"] && applied.count == 3)
    }

    @Test func `is for a person when the server is back and nobody can tell what became of a step`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE PROCEDURE slow() LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); END $$")
        let plan = try scene.plan(
            """
            on_disconnect: resume
            phases:
              - id: one
                statement: CALL slow()
                transaction: none
                done_when: { query: SELECT count(*) FROM told, expect: 1 }
                rollback: { none: test }
            """)
        // The probe answers once, before the step, and not any more.
        try await scene.prepare("CREATE TABLE told (id integer)")
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        try await scene.wait(for: "one/1")
        try await scene.prepare("DROP TABLE told")
        try await scene.terminate(running: "CALL slow()")
        #expect(try await run.value.outcome == .unknown)
        #expect(scene.told.withLock { $0.count { $0.hasPrefix("the connection was lost") } } == 1)
    }

    @Test func `a step that ends its own connection each time is not tried for ever`() async throws {
        let scene = try await Scene(.postgres)
        let text = """
            on_disconnect: resume
            phases:
              - id: one
                statement: SELECT pg_terminate_backend(pg_backend_pid())
                rollback: { none: a test }
            """
        #expect(try await scene.run(text).outcome == .stopped)
        #expect(scene.events.count { $0.type == "run.resumed" } <= 4)
    }

    @Test func `a lock that does not come stops what is taken back, and it goes on later`() async throws {
        let scene = try await Scene(.postgres)
        let text = """
            lock_wait: 1s
            phases: [{ id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }]
            """
        let run = try await scene.run(text).run
        let reader = try await scene.database.session()
        try await reader.run("BEGIN", "SELECT * FROM a")
        #expect(try await scene.rollback(run).outcome == .stopped)
        try await reader.run("COMMIT")
        #expect(try await scene.resume(run).outcome == .rolledBack)
        #expect(try await !scene.has("a"))
    }

    @Test func `index builds of one run do not get into each other's way`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE TABLE t AS SELECT g AS id, g % 100 AS x FROM generate_series(1, 50000) AS g")
        let phases = (1...4).map { number in
            """
              - id: i\(number)
                needs: []
                statement: CREATE INDEX CONCURRENTLY i\(number) ON t (id, x)
                transaction: none
                rollback: { statement: DROP INDEX CONCURRENTLY i\(number), transaction: none }
            """
        }
        #expect(try await scene.run("phases:\n" + phases.joined(separator: "\n")).outcome == .done)
        #expect(!scene.events.contains { $0.type == "step.waiting" })
    }
}
