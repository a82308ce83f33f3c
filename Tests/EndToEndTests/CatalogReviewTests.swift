import Databases
import TestSupport
import Testing

/// What a plan tells of a database that it has reached.
struct `A plan that knows its database` {
    private static let schema = [
        "CREATE TABLE customers (id integer PRIMARY KEY, name text)",
        """
        CREATE TABLE orders_archive (id integer PRIMARY KEY, code text, note text, amount numeric(10, 2),
          customer integer REFERENCES customers)
        """,
        "CREATE INDEX archive_note ON orders_archive (note)",
        "CREATE INDEX archive_code ON orders_archive (code)",
        "CREATE VIEW archive_notes AS SELECT id, note FROM orders_archive",
        "CREATE FUNCTION tidy() RETURNS void LANGUAGE plpgsql AS 'BEGIN DELETE FROM orders_archive; END'",
        "INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 1234) AS n",
        """
        INSERT INTO orders_archive SELECT n, 'c' || n, repeat('x', 900), n, n FROM generate_series(1, 1234) AS n
        """,
        "INSERT INTO orders_archive SELECT n, 'c' || n, repeat('x', 900), n, 1 FROM generate_series(1235, 12340) AS n",
        "ANALYZE",
    ]

    private static let failing = """
        runbook: 1
        name: failing
        databases: ${DATABASE_URL}
        phases:
          - id: names
            steps:
              - statement: ALTER TABLE order_archive ADD COLUMN region text
              - statement: ALTER TABLE orders_archive DROP COLUMN notes
              - statement: CREATE TABLE customers (id integer)
              - statement: CREATE INDEX IF NOT EXISTS archive_code ON orders_archive (code, note)
              - statement: ALTER TABLE orders_archive ADD COLUMN region text NOT NULL
            rollback: { none: nothing of it is done }
          - id: stood-on
            steps:
              - statement: ALTER TABLE orders_archive ALTER COLUMN note TYPE varchar(100)
              - statement: DROP TABLE customers
              - statement: UPDATE orders_archive SET remark = note WHERE remark IS NULL
            checks:
              - { name: none lost, query: SELECT count(*) FROM orders_archiv, expect: { at_least: 1 } }
              - { name: refused, query: SELECT 1 FROM nowhere, expect: { error: { sqlstate: "42P01" } } }
            rollback: { none: nothing of it is done }
        """

    private static let destroying = """
        runbook: 1
        name: destroying
        databases: ${DATABASE_URL}
        roles: { dba: { members: [ana@x.org] } }
        approvals: { from: [dba] }
        phases:
          - id: lose
            steps:
              - statement: ALTER TABLE orders_archive DROP COLUMN note CASCADE
              - statement: ALTER TABLE orders_archive ALTER COLUMN amount TYPE numeric(8, 0)
              - statement: ALTER TABLE orders_archive ALTER COLUMN code TYPE varchar(100)
              - statement: SELECT tidy()
              - statement: DELETE FROM customers WHERE id > 1000
              - statement: DROP TABLE customers CASCADE
            rollback: { irreversible: the archive is closed }
        """

    private static func program(_ runbook: String) async throws -> (Shop, Program) {
        let shop = try await Shop(.postgres, runbook)
        let session = try await shop.session()
        for statement in schema { _ = try await session.execute(SQLStatement(statement)) }
        await session.close()
        return (shop, shop.program)
    }

    @Test func `tells what fails there, and by name`() async throws {
        let (_, program) = try await Self.program(Self.failing)
        _ = try await program.talk("catalog-failing", ["plan", "shop.runbook.yaml", "--target"])
    }

    @Test func `tells what is lost there, and who stands in the way now`() async throws {
        let (shop, program) = try await Self.program(Self.destroying)
        let other = try await shop.session()
        try await other.run("BEGIN", "LOCK TABLE customers IN ROW EXCLUSIVE MODE")
        _ = try await program.talk(
            "catalog-destroying", ["plan", "shop.runbook.yaml", "--target", "--details", "-o", "shop.plan"])
        await other.close()
    }

    @Test func `that will fail is not approved, and may be rejected`() async throws {
        let runbook = Self.failing.replacing(
            "phases:", with: "roles: { dba: { members: [ana@x.org] } }\napprovals: { from: [dba] }\nphases:")
        let (_, program) = try await Self.program(runbook)
        let made = try await program.run(["plan", "shop.runbook.yaml", "--target", "-o", "shop.plan"])
        #expect(made.status == 0)
        _ = try await program.talk(
            "catalog-approve", ["approve", "shop.plan", "--as", "dba", "--by", "ana@x.org"])
    }

    /// Sizes are told to one digit, so that planning twice gives the same plan.
    @Test func `has the same bytes when it is made again`() async throws {
        let (_, program) = try await Self.program(Self.destroying)
        var texts: Set<String> = []
        for name in ["a.plan", "b.plan"] {
            #expect(try await program.run(["plan", "shop.runbook.yaml", "--target", "-o", name]).status == 0)
            texts.insert(try Files.read("\(program.folder)/\(name)"))
        }
        #expect(texts.count == 1)
    }

    /// What a run has made is no obstacle to itself, and what it has taken back is none to the next.
    @Test func `says nothing against work that is done`() async throws {
        let shop = try await Shop(.postgres)
        let plan = ["plan", "shop.runbook.yaml", "--target", "--format", "json"]
        #expect(try await shop.program.run(["run", "shop.runbook.yaml", "--yes"]).status == 0)
        let done = try await shop.program.run(plan)
        #expect(done.status == 0 && !done.output.contains("\"W636\""))
        #expect(try await shop.program.run(["rollback", try shop.program.latestRun(), "--yes"]).status == 0)
        let undone = try await shop.program.run(plan)
        #expect(undone.status == 0 && !undone.output.contains("\"W636\""))
    }
}
