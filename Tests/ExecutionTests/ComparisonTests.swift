import Databases
@testable import Execution
import TestSupport
import Testing

/// Whether the schema is as before, and what differs, with phases beside each other and rollbacks that leave something.
struct `The schema after phases were taken back` {
    private static let failing = """
          - id: z
            statement: SELECT nothing FROM nowhere
            rollback: { none: fails }
        """

    @Test(arguments: engines)
    func `is compared again with what it was before all of them`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let result = try await scene.run(
            """
            phases:
              - id: a
                statement: CREATE TABLE a (i integer)
                rollback: { statement: DROP TABLE a }
              - id: b
                steps: [{ statement: CREATE TABLE b (i integer) }, { statement: CREATE TABLE b2 (i integer) }]
                rollback: { statement: DROP TABLE b }
            \(Self.failing)
            """)
        #expect(result.outcome == .stuck)
        #expect(try await scene.rollback(result.run).outcome == .stuck)
        try await scene.prepare("DROP TABLE b2")
        let again = try await scene.rollback(result.run)
        #expect(again.outcome == .rolledBack)
        #expect(!again.state.phases.contains { !$0.residue.isEmpty })
    }

    @Test func `is told of an object as it is since before the first of them`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE TABLE t (v integer)")
        let result = try await scene.run(
            """
            phases:
              - id: a
                statement: ALTER TABLE t ALTER v TYPE bigint
                rollback: { none: stays }
              - id: b
                statement: ALTER TABLE t ALTER v TYPE text
                rollback: { statement: "ALTER TABLE t ALTER v TYPE numeric USING v::numeric" }
            \(Self.failing)
            """)
        #expect(result.outcome == .stuck)
        let left = result.state.phases.flatMap(\.residue)
        #expect(left.count == 1 && left.first?.before?.contains("integer") == true, "\(left)")
        try await scene.prepare("ALTER TABLE t ALTER v TYPE bigint")
        #expect(try await scene.rollback(result.run).outcome == .stuck)
        try await scene.prepare("ALTER TABLE t ALTER v TYPE integer")
        #expect(try await scene.rollback(result.run).outcome == .rolledBack)
    }

    @Test func `is as before although a phase failed beside others`() async throws {
        let scene = try await Scene(.postgres)
        let result = try await scene.run(
            """
            phases:
              - id: r
                needs: []
                statement: CREATE TABLE r (i integer)
                rollback: { statement: DROP TABLE r }
              - id: q
                needs: []
                preconditions: [{ query: SELECT 9, expect: { below: 5 }, retry: { for: 1s, every: 200ms } }]
                statement: CREATE TABLE q (i integer)
                rollback: { statement: DROP TABLE q }
              - id: p
                needs: [r]
                statement: CREATE TABLE p (i integer)
                rollback: { statement: DROP TABLE p }
            """)
        #expect(result.outcome == .unwound)
        #expect(scene.residue.isEmpty, "\(scene.residue)")
    }

    @Test func `is not called as before where a phase beside it stands`() async throws {
        let scene = try await Scene(.postgres)
        let result = try await scene.run(
            """
            phases:
              - id: stays
                needs: []
                steps: [{ statement: CREATE TABLE stays (i integer) }, { statement: SELECT pg_sleep(0.5) }]
                rollback: { irreversible: told }
              - id: leaves
                needs: []
                steps: [{ statement: CREATE TABLE x (i integer) }, { statement: CREATE TABLE y (i integer) }]
                rollback: { statement: DROP TABLE x }
              - id: z
                statement: SELECT nothing FROM nowhere
                needs: [stays, leaves]
                rollback: { none: fails }
            """)
        #expect(result.outcome == .stopped)
        #expect(result.state.phase("leaves")?.status == .rolledBack)
        #expect(result.state.phase("leaves")?.compared.isEmpty == true)
    }

    @Test func `is compared in each database by itself`() async throws {
        let scene = try await Scene(.postgres, others: ["other"])
        let result = try await scene.run(
            """
            phases:
              - id: stays
                needs: []
                steps: [{ statement: CREATE TABLE stays (i integer) }, { statement: SELECT pg_sleep(0.5) }]
                rollback: { irreversible: told }
              - id: leaves
                needs: []
                target: other
                steps: [{ statement: CREATE TABLE x (i integer) }, { statement: CREATE TABLE y (i integer) }]
                rollback: { statement: DROP TABLE x }
              - id: z
                statement: SELECT nothing FROM nowhere
                needs: [stays, leaves]
                rollback: { none: fails }
            """)
        #expect(result.outcome == .stuck)
        #expect(Set(scene.residue.map(\.target)) == ["other"])
    }

    @Test(arguments: engines)
    func `is compared where only the rollback changes it`(engine: Engine) async throws {
        let scene = try await Scene(engine, others: ["other"])
        let result = try await scene.run(
            """
            phases:
              - id: first
                target: other
                statement: CREATE TABLE base (i integer)
                rollback: { irreversible: told }
              - id: second
                statement: CREATE TABLE a (i integer)
                rollback: { steps: [{ statement: DROP TABLE a }, { statement: DROP TABLE base, target: other }] }
            \(Self.failing)
            """)
        #expect(result.outcome == .stuck)
        #expect(scene.residue.contains { $0.target == "other" && $0.kind == .missing })
    }
}
