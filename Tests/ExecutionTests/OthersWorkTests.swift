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

    /// How an object was before the phase, and how it is now; others had made `b` of `a`.
    @Test(arguments: [
        ("a", "b", false), ("b", "b", false), ("a", "a", true), ("a", nil, true), ("b", "a", true),
        // The run itself had changed it since.
        ("c", "a", false), ("c", nil, false),
    ])
    func `is gone where it is not as they left it, unless the run changed it since`(
        before: String, now: String?, isGone: Bool
    ) {
        func catalog(_ definition: String?) -> CatalogSnapshot {
            CatalogSnapshot(definition.map { [CatalogEntry(kind: "table", name: "t", definition: $0)] } ?? [])
        }
        let others = [
            Residue(target: "main", kind: .added, object: "table t", before: nil, after: "a"),
            Residue(target: "main", kind: .changed, object: "table t", before: "a", after: "b"),
        ]
        #expect(others.gone(from: catalog(now), since: catalog(before)).isEmpty != isGone)
    }

    private static let twice: [(String?, String?, CatalogDifference.Kind)] = [
        (nil, "b", .added), ("x", nil, .missing), ("x", "b", .changed),
    ]

    @Test(arguments: twice)
    func `is joined where one thing was changed twice`(
        first: String?, last: String?, kind: CatalogDifference.Kind
    ) {
        func change(_ before: String?, _ after: String?) -> Residue {
            Residue(
                target: "main", kind: before == nil ? .added : after == nil ? .missing : .changed, object: "table t",
                before: before, after: after)
        }
        let joined = change(first, "a").followed(by: change("a", last))
        #expect(joined == Residue(target: "main", kind: kind, object: "table t", before: first, after: last))
        #expect(change("x", "y").followed(by: change("z", "x")) == nil)
        #expect(change("x", "y").followed(by: change("y", "x")) == nil)
    }

    @Test func `is not looked for in a journal that may have lost how it went on`() {
        var state = RunState([.catalogsLeft(["main": "ab"])])
        #expect(!state.catalogsLeft.isEmpty)
        state.apply(.runRecovered(.init(heads: [], lost: [], operatorName: "me")))
        #expect(state.catalogsLeft.isEmpty)
    }
}
