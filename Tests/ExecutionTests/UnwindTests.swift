import Databases
import Glibc
@testable import Execution
import Planning
import TestSupport
import Testing

struct `After a failure` {
    /// Five phases that each make a table; the k-th fails.
    private func five(failing: Int, policy: String = "unwind") -> String {
        "phases:\n"
            + (1...5).map { number in
                """
                  - id: p\(number)
                    on_failure: \(policy)
                    statement: CREATE TABLE t\(number) (id integer)
                    checks: [{ query: SELECT \(number), expect: \(number == failing ? 0 : number) }]
                    rollback: { statement: DROP TABLE t\(number) }
                """
            }.joined(separator: "\n")
    }

    @Test(arguments: engines, 1...5)
    func `in the k-th phase all are taken back in reverse, and the schema is what it was`(
        engine: Engine,
        failing: Int
    ) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE before (id integer)")
        let result = try await scene.run(five(failing: failing))
        #expect(result.outcome == .unwound)
        let order = scene.events.compactMap { if case .rolledBack(let phase, _) = $0 { phase } else { nil } }
        #expect(order == (1...failing).reversed().map { "p\($0)" })
        #expect(scene.residue.isEmpty)
        for number in 1...5 { #expect(try await !scene.has("t\(number)")) }
        #expect(try await scene.has("before"))
    }

    @Test(arguments: engines)
    func `with policy rollback only its phase is taken back, with policy stop nothing`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let result = try await scene.run(five(failing: 3, policy: "rollback"))
        #expect(result.outcome == .stopped)
        #expect(try await scene.has("t2"))
        #expect(try await !scene.has("t3"))

        let other = try await Scene(engine)
        let stopped = try await other.run(five(failing: 3, policy: "stop"))
        #expect(stopped.outcome == .stopped)
        #expect(try await other.has("t3"))
        #expect(try await other.rollback(stopped.run).outcome == .rolledBack)
        #expect(try await !other.has("t1"))
    }

    @Test(arguments: engines, [FailureChoice.unwind, .rollback, .stop, nil])
    func `people are asked where the policy says so; silence leaves everything`(
        engine: Engine,
        choice: FailureChoice?
    ) async throws {
        let scene = try await Scene(engine)
        scene.people.choice.withLock { $0 = choice }
        let result = try await scene.run(five(failing: 2, policy: "ask"))
        #expect(scene.people.asked == ["failure of p2"])
        #expect(result.outcome == (choice == .unwind ? .unwound : .stopped))
        #expect(try await scene.has("t1") == (choice != .unwind))
        #expect(try await scene.has("t2") == (choice == .stop || choice == nil))
    }

    @Test(arguments: engines)
    func `a phase that was half done is taken back before those before it`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer)
                rollback: { statement: DROP TABLE a }
              - id: two
                steps:
                  - statement: CREATE TABLE b (id integer)
                  - statement: CREATE TABLE a (is_there integer)
                  - statement: CREATE TABLE c (id integer)
                rollback: { statement: DROP TABLE b }
            """
        let result = try await scene.run(text)
        #expect(result.outcome == .unwound)
        for table in ["a", "b", "c"] { #expect(try await !scene.has(table)) }
        let order = scene.events.compactMap { if case .rolledBack(let phase, _) = $0 { phase } else { nil } }
        #expect(order == ["two", "one"])
    }

    @Test(arguments: engines)
    func `nothing goes back behind what cannot be taken back`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer)
                rollback: { statement: DROP TABLE a }
              - id: two
                statement: CREATE TABLE b (id integer)
                rollback: { irreversible: the old data is gone }
              - id: three
                statement: CREATE TABLE c (id integer)
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback: { statement: DROP TABLE c }
            """
        let result = try await scene.run(text)
        #expect(result.outcome == .stopped)
        #expect(scene.events.contains(.barrier(phase: "two", reason: "the old data is gone")))
        #expect(try await scene.has("a"))
        #expect(try await scene.has("b"))
        #expect(try await !scene.has("c"))
    }

    @Test(arguments: engines)
    func `a phase that has nothing to take back must have left nothing`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer)
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback: { none: it only reads }
            """
        let result = try await scene.run(text)
        #expect(result.outcome == .stuck)
        #expect(scene.residue.contains { $0.kind == .added && $0.object.contains("a") })
    }

    @Test(arguments: engines)
    func `a rollback that fails stops the unwind, and can be tried again from there`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer)
                rollback: { statement: DROP TABLE a }
              - id: two
                statement: CREATE TABLE b (id integer)
                rollback:
                  steps:
                    - statement: DROP TABLE b
                    - statement: DROP TABLE helper
              - id: three
                statement: CREATE TABLE c (id integer)
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback: { statement: DROP TABLE c }
            """
        try await scene.prepare("CREATE TABLE helper (id integer)", "DROP TABLE helper")
        let result = try await scene.run(text)
        #expect(result.outcome == .stuck)
        #expect(try await scene.has("a"))
        #expect(try await !scene.has("b"))
        #expect(try await !scene.has("c"))
        // A person repairs what was in the way; what was taken back is not taken back twice.
        try await scene.prepare("CREATE TABLE helper (id integer)")
        let again = try await scene.rollback(result.run)
        #expect(again.outcome == .rolledBack)
        #expect(try await !scene.has("a"))
        let reasons = scene.events.compactMap { if case .stepPassedOver(_, let reason) = $0 { reason } else { nil } }
        #expect(reasons == ["taken back before"])
        #expect(try await scene.run(text).state.cycle == 2)
    }

    @Test(arguments: engines)
    func `a check after a rollback can say no`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer)
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback:
                  statement: DROP TABLE a
                  checks: [{ query: SELECT 3, expect: 4 }]
            """
        #expect(try await scene.run(text).outcome == .stuck)
        #expect(scene.checks.last?.moment == .rollback)
    }

    struct Leftover: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let change: String
        let kind: CatalogDifference.Kind
        let object: String
    }

    static let leftovers: [Leftover] = [
        Leftover(testDescription: "a table", change: "CREATE TABLE x (id integer)", kind: .added, object: "x"),
        Leftover(
            testDescription: "a column", change: "ALTER TABLE base ADD COLUMN x integer", kind: .added, object: "base.x"
        ),
        Leftover(testDescription: "an index", change: "CREATE INDEX x ON base (id)", kind: .added, object: "x"),
        Leftover(
            testDescription: "a function", change: "CREATE FUNCTION x() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            kind: .added, object: "x"),
        Leftover(
            testDescription: "a policy", change: "CREATE POLICY x ON base USING (true)", kind: .added, object: "x"),
        Leftover(testDescription: "a grant", change: "GRANT SELECT ON base TO PUBLIC", kind: .added, object: "base"),
        Leftover(testDescription: "a comment", change: "COMMENT ON TABLE base IS 'x'", kind: .added, object: "base"),
        Leftover(
            testDescription: "an enum value", change: "ALTER TYPE mood ADD VALUE 'x'", kind: .added, object: "mood"),
        Leftover(testDescription: "a sequence", change: "CREATE SEQUENCE x", kind: .added, object: "x"),
        Leftover(testDescription: "a dropped index", change: "DROP INDEX base_i", kind: .missing, object: "base_i"),
        Leftover(
            testDescription: "a default", change: "ALTER TABLE base ALTER id SET DEFAULT 5", kind: .changed,
            object: "base.id"),
    ]

    @Test(arguments: leftovers)
    func `what a rollback leaves on PostgreSQL is named`(leftover: Leftover) async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare(
            "CREATE TABLE base (id integer)",
            "CREATE INDEX base_i ON base (id)",
            "CREATE TYPE mood AS ENUM ('a')"
        )
        try await expectResidue(scene, leftover)
    }

    @Test(arguments: [leftovers[0], leftovers[1], leftovers[2], leftovers[9]])
    func `what a rollback leaves on SQLite is named`(leftover: Leftover) async throws {
        let scene = try await Scene(.sqlite)
        try await scene.prepare("CREATE TABLE base (id integer)", "CREATE INDEX base_i ON base (id)")
        try await expectResidue(scene, leftover)
    }

    private func expectResidue(_ scene: Scene, _ leftover: Leftover) async throws {
        let text = """
            phases:
              - id: one
                statement: "\(leftover.change)"
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback: { statement: SELECT 1 }
            """
        #expect(try await scene.run(text).outcome == .stuck)
        let named = scene.residue.contains { $0.object.contains(leftover.object) && $0.kind != .rearranged }
        #expect(named, "\(scene.residue)")
    }

    @Test func `columns in another order are told, and are no failure to restore`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE TABLE base (a integer, b integer)")
        let text = """
            phases:
              - id: one
                statement: ALTER TABLE base DROP COLUMN a
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback: { statement: ALTER TABLE base ADD COLUMN a integer }
            """
        #expect(try await scene.run(text).outcome == .unwound)
        #expect(!scene.residue.isEmpty)
        #expect(scene.residue.allSatisfy { $0.kind == .rearranged })
    }

    @Test(arguments: engines)
    func `does without a comparison where the schema from before is lost`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let run = try await scene.run(
            """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - { id: two, statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }
            """
        ).run
        let folder = try scene.directory(run).path + "/catalogs"
        for name in try Files.names(in: folder) { unlink("\(folder)/\(name)") }
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        #expect(try await !scene.has("a"))
        let remarks = scene.events.compactMap { if case .noticed(_, _, _, let words) = $0 { words } else { nil } }
        #expect(remarks.count { $0.contains("a schema that was kept is lost") } == 3)
    }
}
