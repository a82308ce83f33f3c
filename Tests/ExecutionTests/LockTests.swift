import Databases
import Glibc
import Planning
import TestSupport
import Testing

@testable import Execution

/// What keeps two runs from working in one database at the same time.
struct `A database that a run holds` {
    private static let slow = """
        phases:
          - id: one
            steps: [{ statement: CREATE TABLE a (id integer) }, { statement: SELECT pg_sleep(4) }]
            rollback: { statement: DROP TABLE a }
          - { id: two, statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }
        """
    private static let other = """
        phases: [{ id: one, statement: CREATE TABLE c (id integer), rollback: { statement: DROP TABLE c } }]
        """

    /// Ends the sessions whose application begins so, and waits until they are gone.
    private func end(
        _ application: String, keeping kept: (any DatabaseSession)? = nil, in scene: Scene
    ) async throws {
        let session = try await scene.database.session()
        let ours =
            "FROM pg_stat_activity WHERE application_name LIKE $1 AND datname = current_database() AND pid <> "
            + String(kept?.facts.process ?? 0)
        _ = try await session.value("SELECT count(pg_terminate_backend(pid)) \(ours)", [application + "%"])
        while try await session.value("SELECT count(*) \(ours)", [application + "%"]) != "0" {
            try await Task.sleep(for: .milliseconds(10))
        }
        await session.close()
    }

    @Test func `stays held when the session with the lock is lost, by those that work`() async throws {
        let scene = try await Scene(.postgres)
        let plan = try scene.plan(Self.slow)
        let environment = scene.environment
        let first = Task { try await Runner(environment).run(plan) }
        try await scene.wait(for: "one/2")
        try await end("gonogo-lock/", in: scene)
        guard case .orphaned? = await scene.refusal(try scene.plan(Self.other, name: "other")) else {
            Issue.record("another run began")
            return
        }
        // It takes the lock again before it begins the next phase, or notices at its end.
        #expect(try await first.value.outcome == .done)
        #expect(try await scene.value("SELECT status FROM gonogo.run") == "done")
    }

    @Test func `is another's when that one was faster to take it again, and the run says whose`() async throws {
        let scene = try await Scene(.postgres)
        let plan = try scene.plan(Self.slow)
        let environment = scene.environment
        let first = Task { try await Runner(environment).run(plan) }
        try await scene.wait(for: "one/2")
        let other = try await scene.database.session(named: RunEnvironment.holding + "r-0101-zzzz")
        let question = try #require(other.dialect.tryLock)
        try await end("gonogo-lock/r-", keeping: other, in: scene)
        while try await other.execute(question).rows.first?.first != .boolean(true) {}
        let result = try await first.value
        #expect(result.outcome == .stopped)
        let cause = try #require(result.state.cause)
        #expect(cause.message.contains("session \(other.facts.process ?? 0), since"), "\(cause.message)")
        #expect(cause.message.hasSuffix(", holds it now"))
        await other.close()
    }

    @Test func `is waited for by who wants to wait`() async throws {
        let scene = try await Scene(.postgres)
        let plan = try scene.plan(Self.slow)
        let environment = scene.environment
        let first = Task { try await Runner(environment).run(plan) }
        try await scene.wait(for: "one/2")
        let second = try await Runner(environment.waiting(.seconds(60))).run(try scene.plan(Self.other, name: "other"))
        #expect(second.outcome == .done)
        #expect(try await first.value.outcome == .done)
        #expect(scene.told.withLock { $0.count { $0.hasPrefix("waiting for main, held by run r-") } } == 1)
    }

    @Test(arguments: [
        "{ run: \"touch FILE; until [ -e FILE.end ]; do sleep 0.1; done\" }",
        "{ statement: DO $$ BEGIN WHILE (SELECT count(*) FROM go) = 0 LOOP PERFORM pg_sleep(0.1); END LOOP; END $$ }",
    ])
    func `is locked again before a program is started, and for a new session`(step: String) async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE TABLE go (id integer)")
        let file = try temporaryDirectory() + "/started"
        // A query may leave something in its session, so the next step gets another.
        let plan = try scene.plan(
            """
            phases:
              - id: one
                steps:
                  - { statement: CREATE TABLE a (id integer) }
                  - { statement: SELECT pg_sleep(2) }
                  - \(step.replacing("FILE", with: file))
                rollback: { statement: DROP TABLE a }
            """)
        let environment = scene.environment
        let first = Task { try await Runner(environment).run(plan) }
        try await scene.wait(for: "one/2")
        try await end("gonogo-lock/", in: scene)
        let begun = """
            SELECT count(*) FROM pg_stat_activity
            WHERE query LIKE 'DO $$%' AND state = 'active' AND datname = current_database()
            """
        for _ in 0..<1000 {
            if Files.exists(file) { break }
            if try await scene.value(begun) == "1" { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        let refusal = await scene.refusal(try scene.plan(Self.other, name: "other"))
        try Files.write("", to: file + ".end")
        try await scene.prepare("INSERT INTO go VALUES (1)")
        #expect(try await first.value.outcome == .done)
        guard case .locked? = refusal else {
            Issue.record("another run got the lock")
            return
        }
    }

    /// Whether the sessions end as well: who takes over ends those that it can find, and what is on its way is refused.
    @Test(arguments: [
        ("{ statement: CREATE TABLE b (id integer) }", true), ("{ statement: CREATE TABLE b (id integer) }", false),
        ("{ statement: DROP TABLE a }", true), ("{ statement: DROP TABLE a }", false),
        ("{ statement: CREATE INDEX CONCURRENTLY b ON a (id), transaction: none }", true),
        ("{ statement: CREATE INDEX CONCURRENTLY b ON a (id), transaction: none }", false),
        ("{ statement: VACUUM a, transaction: none, done_when: { query: SELECT 1, expect: 2 } }", true),
        ("{ capture: { name: seen, query: SELECT 1 } }", true),
    ])
    func `is left alone by a run that was taken over meanwhile`(step: String, sessionsEnd: Bool) async throws {
        let scene = try await Scene(.postgres)
        let result = try await takenOver(scene, step, sessionsEnd: sessionsEnd)
        #expect(result.outcome == .superseded)
        #expect(try await scene.has("a"))
        #expect(try await !scene.has("b"))
        #expect(try await scene.value("SELECT status FROM gonogo.run") == "running")
    }

    @Test(arguments: [true, false])
    func `is not worked in by programs of a run that was taken over meanwhile`(sessionsEnd: Bool) async throws {
        let scene = try await Scene(.postgres)
        let file = try temporaryDirectory() + "/started"
        let result = try await takenOver(scene, "{ run: touch \(file) }", sessionsEnd: sessionsEnd)
        #expect(result.outcome == .superseded)
        #expect(!Files.exists(file))
    }

    /// What becomes of a run that somebody takes over before its last step.
    private func takenOver(_ scene: Scene, _ step: String, sessionsEnd: Bool) async throws -> RunResult {
        let file = try temporaryDirectory() + "/taken"
        let plan = try scene.plan(
            """
            phases:
              - id: one
                steps:
                  - { statement: CREATE TABLE a (id integer) }
                  - { run: "until [ -e \(file) ]; do sleep 0.1; done" }
                  - \(step)
                rollback: { statement: DROP TABLE a }
            """)
        let environment = scene.environment
        let first = Task { try await Runner(environment).run(plan) }
        try await scene.wait(for: "one/2")
        // As somebody on another machine does it.
        try await scene.prepare("UPDATE gonogo.run SET epoch = epoch + 1")
        if sessionsEnd {
            try await end("gonogo-lock/", in: scene)
            try await end("gonogo/r-", in: scene)
        }
        try Files.write("", to: file)
        return try await first.value
    }

    /// Whether the dead process had got as far as the ledger.
    @Test(arguments: [true, false])
    func `is had again as soon as the server has noticed that a process is gone`(isKnown: Bool) async throws {
        let scene = try await Scene(.postgres)
        scene.stopsAfter("one/1")
        let run = try await scene.run(Self.slow.replacing("pg_sleep(4)", with: "1")).run
        let lock = try await scene.database.session(named: "gonogo-lock/\(isKnown ? run : "r-0101-aaaa")")
        #expect(try await lock.tryLock())
        // Of this process's number, but it began at another time.
        let parts = ProcessMark.own.text.split(separator: "/")
        try await scene.prepare("UPDATE gonogo.run SET process = '\(parts[0])/1/\(parts[2])'")
        let resumed = Task { try await scene.resume(run).outcome }
        try await Task.sleep(for: .milliseconds(500))
        await lock.close()
        #expect(try await resumed.value == .done)
    }

    @Test func `is not entered while a server works for a dead run, whatever its session calls itself`() async throws {
        let scene = try await Scene(.postgres)
        scene.stopsAfter("one/1")
        let run = try await scene.run(Self.slow.replacing("pg_sleep(4)", with: "1")).run
        let orphan = try await scene.database.session(named: "something else")
        _ = try await orphan.execute(try #require(orphan.dialect.work(for: run)))
        let sleeping = Task { await orphan.failure("SELECT pg_sleep(60)") }
        guard case .orphaned(_, let words)? = await scene.refusal(try scene.plan(Self.other, name: "other")) else {
            Issue.record("another run began")
            return
        }
        #expect(words.contains("something else") && words.contains("SELECT ..."))
        #expect(try await scene.resume(run).outcome == .done)
        #expect(await sleeping.value?.kind == .connection)
    }

    @Test func `is not gone on in while a server works for another run that is dead`() async throws {
        let scene = try await Scene(.postgres)
        scene.stopsAfter("one/1")
        let run = try await scene.run(Self.slow.replacing("pg_sleep(4)", with: "1")).run
        let orphan = try await scene.database.session()
        _ = try await orphan.execute(try #require(orphan.dialect.work(for: "r-0101-aaaa")))
        guard case .orphaned? = try await scene.refusalToResume(run) else {
            Issue.record("it went on")
            return
        }
        await orphan.close()
        #expect(try await scene.resume(run).outcome == .done)
    }

    @Test func `changes hands only from the one who was looked at`() async throws {
        let scene = try await Scene(.postgres)
        scene.stopsAfter("one/1")
        let run = try await scene.run(Self.slow.replacing("pg_sleep(4)", with: "1")).run
        let directory = try scene.directory(run)
        let runner = Runner(scene.environment)
        let holder = try #require(try await runner.holders(of: directory)["main"])
        await #expect(throws: RunRefusal.self) { try await runner.takeOver(directory, nonce: "wrong") }
        #expect(try await scene.value("SELECT epoch FROM gonogo.run") == "1")
        // This process itself acts for it, and must live on.
        try await scene.prepare("UPDATE gonogo.run SET process = '1/0/elsewhere'")
        try await runner.takeOver(directory, nonce: try #require(holder.nonce))
        #expect(try await scene.value("SELECT epoch FROM gonogo.run") == "2")
        #expect(try await scene.resume(run).outcome == .done)
    }

    @Test func `changes hands as a whole where a run holds several, and stays done when the run is`() async throws {
        let scene = try await Scene(.postgres, others: ["second"])
        scene.stopsAfter("one/1")
        let run = try await scene.run(
            """
            phases:
              - id: one
                steps:
                  - { statement: CREATE TABLE a (id integer) }
                  - { statement: CREATE TABLE b (id integer), target: second }
                rollback: { steps: [{ statement: DROP TABLE IF EXISTS b, target: second }, { statement: DROP TABLE a }] }
            """
        ).run
        let runner = Runner(scene.environment)
        let directory = try scene.directory(run)
        let nonces = try await runner.holders(of: directory).values.map(\.nonce)
        #expect(nonces.count == 2 && Set(nonces).count == 1)
        for name in ["main", "second"] {
            let session = try await (scene.others[name] ?? scene.database).session()
            try await session.run("UPDATE gonogo.run SET process = '1/0/elsewhere'")
            await session.close()
        }
        try await runner.takeOver(directory, nonce: try #require(nonces.first ?? nil))
        #expect(try await scene.resume(run).outcome == .done)
        let last = try #require(try await runner.holders(of: directory)["main"]?.nonce)
        try await scene.prepare("UPDATE gonogo.run SET process = '1/0/elsewhere'")
        let second = try #require(scene.others["second"])
        let session = try await second.session()
        try await session.run("UPDATE gonogo.run SET process = '1/0/elsewhere'")
        await session.close()
        try await runner.takeOver(directory, nonce: last)
        #expect(try await scene.value("SELECT status FROM gonogo.run") == "done")
    }
}
