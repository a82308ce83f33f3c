import Databases
@testable import Execution
import TestSupport
import Testing

/// People and other runbooks go on working in a database after a run has ended.
struct `What others do after a run stopped` {
    private let text = """
        phases:
          - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
          - { id: two, needs: [one], statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }
        """

    @Test(arguments: engines)
    func `is no part of what its rollback left`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let run = try await scene.run(text).run
        try await scene.prepare("CREATE TABLE theirs (id integer)")
        let back = try await scene.rollback(run)
        #expect(back.outcome == .rolledBack)
        #expect(scene.residue.isEmpty)
        #expect(back.state.others.contains { $0.kind == .added && $0.object.hasSuffix("theirs") })
        #expect(try await scene.has("theirs"))
    }

    @Test(arguments: engines)
    func `and again after a part of it was taken back, is neither`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE old (id integer)")
        let run = try await scene.run(text).run
        try await scene.prepare("CREATE TABLE theirs (id integer)", "DROP TABLE old")
        #expect(try await scene.rollback(run, to: "one").outcome == .rolledBack)
        try await scene.prepare("ALTER TABLE theirs ADD COLUMN name text", "CREATE TABLE old (id integer, name text)")
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        #expect(scene.residue.isEmpty)
    }

    @Test(arguments: engines)
    func `hides nothing that the rollback itself left`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE kept (id integer)")
        let run = try await scene.run(
            """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer); CREATE INDEX i ON kept (id)
                rollback: { statement: DROP TABLE a }
            """
        ).run
        try await scene.prepare("CREATE TABLE theirs (id integer)")
        #expect(try await scene.rollback(run).outcome == .stuck)
        #expect(scene.residue.map(\.object).allSatisfy { $0.hasPrefix("index ") })
        #expect(scene.residue.count == 1)
    }

    @Test(arguments: engines)
    func `is told where it goes with what is taken back`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let run = try await scene.run(text).run
        try await scene.prepare("CREATE TABLE theirs (id integer)", "ALTER TABLE a ADD COLUMN theirs text")
        let back = try await scene.rollback(run)
        #expect(back.outcome == .rolledBack)
        #expect(back.state.othersGone.map(\.object).allSatisfy { $0.contains("a.theirs") || $0.hasSuffix(" a") })
        #expect(back.state.othersGone.contains { $0.object.hasSuffix("a.theirs") })
    }

    @Test(arguments: engines)
    func `does not stand in the way of a run that goes on and fails`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - id: two
                needs: [one]
                statement: INSERT INTO missing VALUES (1)
                rollback: { none: a test }
            """
        scene.stopsAfter("one/1")
        let run = try await scene.run(text)
        #expect(run.outcome == .interrupted)
        try await scene.prepare("CREATE TABLE theirs (id integer)")
        #expect(try await scene.resume(run.run).outcome == .unwound)
        #expect(try await scene.has("theirs"))
    }

    @Test(arguments: engines)
    func `while it ran may stay, when a person says so`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - id: two
                needs: [one]
                statement: CREATE TABLE theirs (id integer)
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback: { none: as if somebody else had made it }
            """
        let run = try await scene.run(text)
        #expect(run.outcome == .stuck)
        let left = try #require(run.state.phases.first { $0.leftSomething })
        let runner = Runner(scene.environment)
        let directory = try scene.directory(run.run)
        #expect(try await runner.residue(directory, phase: left.id) == left.residue)
        await #expect(throws: RunRefusal.self) { try await runner.residue(directory, phase: "nowhere") }
        try await runner.accept(directory, phase: left.id, reason: "it is theirs")
        #expect(try await scene.resume(run.run).outcome == .unwound)
        #expect(try await scene.has("theirs"))
        // The runbook may run anew.
        try await scene.prepare("DROP TABLE theirs")
        #expect(try await scene.run(text).outcome == .stuck)
    }

    private func change(_ before: String?, _ after: String?) -> Residue {
        Residue(
            target: "main", kind: before == nil ? .added : after == nil ? .missing : .changed, object: "table t",
            before: before, after: after)
    }

    /// What they had made `b` of `a`, by how it was before the phase and is now.
    @Test(arguments: [
        ("a", "b", false), ("a", "a", true), ("a", nil, true),
        // The run itself had changed it in between.
        ("c", "a", false), ("c", nil, false),
    ])
    func `is gone where it is not as they left it, unless the run changed it since`(
        before: String, now: String?, isGone: Bool
    ) {
        func catalog(_ definition: String?) -> CatalogSnapshot {
            CatalogSnapshot(definition.map { [CatalogEntry(kind: "table", name: "t", definition: $0)] } ?? [])
        }
        #expect([change("a", "b")].gone(from: catalog(now), since: catalog(before)).isEmpty != isGone)
    }

    private static let twice: [(String?, String?)] = [(nil, "b"), ("x", nil), ("x", "b"), ("x", "x"), (nil, nil)]

    @Test(arguments: twice)
    func `is one change where a thing was changed twice, since a moment`(first: String?, last: String?) {
        let state = RunState([
            .changedByOthers([change(first, "a")]), .phaseStarted(phase: "one"), .changedByOthers([change("a", last)]),
        ])
        #expect(state.others == (first == last ? [] : [change(first, last)]))
        #expect(state.others(since: 1) == [change("a", last)])
        #expect(state.others(since: 3).isEmpty)
    }

    @Test func `on both sides of a change of the run's is two changes`() {
        let state = RunState([.changedByOthers([change("a", "b")]), .changedByOthers([change("c", "d")])])
        #expect(state.others == [change("a", "b"), change("c", "d")])
    }

    @Test(arguments: engines)
    func `and undid hides nothing that a rollback takes away`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE z (id integer)", "CREATE INDEX zi ON z (id)")
        let run = try await scene.run(
            """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP INDEX zi; DROP TABLE a } }
              - { id: two, needs: [one], statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }
            """
        ).run
        try await scene.prepare("DROP INDEX zi")
        #expect(try await scene.rollback(run, to: "one").outcome == .rolledBack)
        try await scene.prepare("CREATE INDEX zi ON z (id)")
        #expect(try await scene.rollback(run).outcome == .stuck)
        #expect(scene.residue.contains { $0.kind == .missing && $0.object.hasSuffix("zi") })
    }

    @Test func `is known after a connection was lost and all of it was settled`() async throws {
        let scene = try await Scene(.postgres)
        let plan = try scene.plan(
            """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - { id: two, needs: [one], statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }
              - id: three
                needs: [two]
                steps: [{ statement: CREATE TABLE c (id integer); SELECT pg_sleep(60) }]
                rollback: { statement: DROP TABLE c }
            """)
        let environment = scene.environment
        let task = Task { try await Runner(environment).run(plan) }
        try await scene.wait(for: "three/1")
        try await scene.prepare(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'gonogo/%'
            """)
        let run = try await task.value
        #expect(run.outcome == .stopped)
        #expect(try await scene.rollback(run.run, to: "one").outcome == .rolledBack)
        try await scene.prepare("CREATE TABLE theirs (id integer)")
        #expect(try await scene.rollback(run.run).outcome == .rolledBack)
    }

    @Test(arguments: engines)
    func `is accepted after a part was taken back, too, and ends the run`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let run = try await scene.run(
            """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - id: two
                needs: [one]
                statement: CREATE TABLE b (id integer); CREATE TABLE c (id integer)
                rollback: { statement: DROP TABLE b }
            """
        ).run
        #expect(try await scene.rollback(run, to: "one").outcome == .stuck)
        try await Runner(scene.environment).accept(try scene.directory(run), phase: "two", reason: "it may stay")
        #expect(try await scene.resume(run).outcome == .rolledBack)
        #expect(try await scene.value("SELECT status FROM \(scene.ledgerPrefix)run") == "stopped")
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        #expect(try await scene.has("c"))
    }

    @Test func `is accepted only where something is left that matters`() async throws {
        let scene = try await Scene(.sqlite)
        let run = try await scene.run(text).run
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        let directory = try scene.directory(run)
        await #expect(throws: RunRefusal.self) {
            try await Runner(scene.environment).accept(directory, phase: "one", reason: "why")
        }
        #expect(try await scene.value("SELECT status FROM gonogo_run") == "undone")
    }

    @Test(arguments: engines)
    func `counts from when the schema was kept that it is held against`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        scene.stopsAfter("one/1")
        let run = try await scene.run(text).run
        try await scene.prepare("CREATE TABLE theirs (id integer)")
        #expect(try await scene.resume(run).outcome == .done)
        try await scene.prepare("DROP TABLE theirs")
        #expect(try await scene.rollback(run, to: "one").outcome == .rolledBack)
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        #expect(scene.residue.isEmpty)
    }

    @Test func `is read again where it could not be, before anything is taken back`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE VIEW v AS SELECT 1 AS one")
        let run = try await scene.run(text).run
        try await scene.prepare("CREATE TABLE theirs (id integer)")
        let holder = try await scene.database.session()
        try await holder.run("BEGIN", "LOCK TABLE v IN ACCESS EXCLUSIVE MODE")
        #expect(try await scene.rollback(run).outcome == .stopped)
        #expect(try await scene.has("b"))
        #expect(scene.transcript.contains("what others changed since the run stopped could not be read"))
        try await holder.run("ROLLBACK")
        await holder.close()
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        #expect(scene.residue.isEmpty)
    }

    @Test func `is known where a secret is in it`() async throws {
        let scene = try await Scene(.postgres)
        scene.secrets.withLock { $0 = ["KEY": "s3cr3t"] }
        let run = try await scene.run(
            """
            vars: { key: { secret: { env: KEY } } }
            phases:
              - id: one
                statement: CREATE TABLE a AS SELECT :'key' AS key
                rollback: { statement: DROP TABLE a }
            """
        ).run
        try await scene.prepare("CREATE VIEW s3cr3t AS SELECT 's3cr3t' AS v")
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        #expect(scene.residue.isEmpty)
        #expect(try scene.directory(run).journal().allSatisfy { !"\($0.event)".contains("s3cr3t") })
        #expect(RunState(scene.events).othersGone.isEmpty)
        #expect(!scene.transcript.contains("s3cr3t"))
    }

    @Test func `is not looked for in a journal that may have lost how it went on`() {
        var state = RunState([.catalogsLeft(["main": "ab"])])
        #expect(!state.catalogsLeft.isEmpty)
        state.apply(.runRecovered(.init(heads: [], lost: [], operatorName: "me")))
        #expect(state.catalogsLeft.isEmpty)
    }
}
