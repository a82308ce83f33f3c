import Databases
import Diagnostics
@testable import Planning
import Testing

/// A review that is given a catalog, without a server.
struct `A review that knows the schema` {
    private static func name(_ name: String, in schema: String = "public") -> SchemaFacts.Name {
        SchemaFacts.Name(schema: schema, name: name)
    }

    /// A table of orders with a million rows, a view on it, and whatever a test adds.
    private func facts(_ change: (inout SchemaFacts) -> Void = { _ in }) -> SchemaFacts {
        var facts = SchemaFacts()
        facts.searchPath = ["public"]
        var orders = SchemaFacts.Relation(name: Self.name("orders"), kind: .table)
        (orders.rows, orders.bytes) = (1_234_567, 456_000_000)
        facts.relations = [orders, SchemaFacts.Relation(name: Self.name("recent"), kind: .view)]
        facts.columns = ["id", "note", "tenant"].map { column in
            SchemaFacts.Column(
                relation: Self.name("orders"), name: column,
                type: SchemaFacts.TypeName(schema: "pg_catalog", name: "text"), isNotNull: false)
        }
        facts.constraints = [
            SchemaFacts.Constraint(
                relation: Self.name("orders"), name: "orders_pkey", kind: .primaryKey, columns: ["id"])
        ]
        facts.uses = [
            SchemaFacts.Use(user: Self.name("recent"), kind: "view", relation: Self.name("orders"), column: "note")
        ]
        change(&facts)
        return facts
    }

    private func findings(_ steps: [String], back: [String] = [], _ facts: SchemaFacts) throws -> [String] {
        let list = { (texts: [String]) in texts.map { "{ statement: '\($0)' }" }.joined(separator: ", ") }
        let rollback = back.isEmpty ? "{ irreversible: it is meant so }" : "{ steps: [\(list(back))] }"
        let planned = plan(runbook("", phases: "- { id: one, steps: [\(list(steps))], rollback: \(rollback) }"))
        let plan = try #require(planned.plan, "\(planned.rendered)")
        return plan.reviewed(knowing: ["main": facts]).review.open.map { "\($0.code) \($0.message)" }
    }

    @Test func `finds nothing in work that fits`() throws {
        let found = try findings(
            ["ALTER TABLE orders ADD COLUMN region text", "CREATE VIEW regions AS SELECT region FROM orders"],
            back: ["DROP VIEW regions", "ALTER TABLE orders DROP COLUMN region"], facts())
        #expect(found.filter { !$0.hasPrefix("W607") } == [])
    }

    @Test func `names what stands in the way, unless it goes first`() throws {
        #expect(
            try findings(["ALTER TABLE orders DROP COLUMN note"], facts())
                == ["W634 ALTER TABLE of column orders.note fails while view recent stands on it"])
        #expect(try findings(["DROP VIEW recent", "ALTER TABLE orders DROP COLUMN note"], facts()) == [])
        #expect(try findings(["ALTER TABLE orders DROP COLUMN tenant"], facts()) == [])
    }

    @Test func `looks names up as a session does`() throws {
        let elsewhere = facts { facts in
            facts.searchPath = ["app", "public"]
            facts.relations.append(SchemaFacts.Relation(name: Self.name("people", in: "app"), kind: .table))
        }
        #expect(try findings(["LOCK TABLE people", "LOCK TABLE app.people", "LOCK TABLE orders"], elsewhere) == [])
        #expect(
            try findings(["LOCK TABLE public.people"], elsewhere)
                == ["W635 LOCK works on table public.people, which is not there"])
        // Nobody knows what a name means after the path was changed.
        #expect(
            try findings(["SET LOCAL search_path = other", "LOCK TABLE people"], elsewhere)
                .filter { $0.hasPrefix("W635") } == [])
    }

    @Test func `knows that a wider key cannot break, and that policies are on`() throws {
        let plain = facts { $0.relations[0].bytes = 1000 }
        #expect(try findings(["ALTER TABLE orders ADD UNIQUE (id, tenant)"], plain) == [])
        #expect(
            try findings(["ALTER TABLE orders ADD UNIQUE (tenant)"], plain)
                == ["W633 constraint orders_tenant_key on orders fails where rows of orders are equal in tenant"])
        let policy = "CREATE POLICY own ON orders USING (id IS NOT NULL) WITH CHECK (id IS NOT NULL)"
        #expect(try findings([policy], plain).map { $0.prefix(4) } == ["W666"])
        #expect(try findings([policy], facts { $0.relations[0].hasRowSecurity = true }) == [])
    }

    /// The model follows much, and not all: what it does not follow must not stop a plan.
    @Test(arguments: [
        ["DROP VIEW recent", "CREATE VIEW recent AS SELECT id FROM orders", "ALTER TABLE orders DROP COLUMN note"],
        ["CREATE TABLE w AS SELECT id AS b FROM orders", "UPDATE w SET b = 1 WHERE b IS NULL"],
        ["CREATE TABLE w (LIKE orders)", "UPDATE w SET note = 1 WHERE id IS NULL"],
        ["ALTER TABLE orders DROP COLUMN tenant, ADD COLUMN tenant text"],
        ["ALTER TABLE orders ADD COLUMN c integer, ALTER COLUMN c SET DEFAULT 1"],
        ["ALTER TABLE IF EXISTS nope ADD COLUMN b integer"],
        ["CREATE TABLE s (id serial PRIMARY KEY)", "ALTER SEQUENCE s_id_seq RESTART WITH 1000"],
        ["ALTER INDEX orders_pkey RENAME TO old_key", "DROP INDEX old_key"],
        ["DROP TABLE orders CASCADE", "CREATE VIEW recent AS SELECT 1 AS one"],
        ["DO $$ BEGIN EXECUTE format($q$CREATE TABLE %I (x int)$q$, $q$zz$q$); END $$", "DELETE FROM zz WHERE x = 1"],
        ["CREATE TEMP VIEW recent AS SELECT 1 AS one", "DROP VIEW recent"],
        ["CREATE TEMP TABLE orders (x int)", "DROP TABLE orders", "ALTER TABLE orders ADD COLUMN b integer"],
    ])
    func `says of nothing that it fails that it cannot be sure of`(steps: [String]) throws {
        let found = try findings(steps, facts()).filter { ["W634", "W635", "W636"].contains($0.prefix(4)) }
        #expect(found == [])
    }

    @Test func `takes what routines do for done`() throws {
        let calling = facts { facts in
            facts.routines = [
                SchemaFacts.Routine(
                    name: Self.name("tidy"), isProcedure: false, arguments: "", isVolatile: true, language: "sql",
                    definition: "CREATE FUNCTION tidy() RETURNS void LANGUAGE sql AS 'TRUNCATE orders'")
            ]
        }
        let planned = plan(
            runbook("", phases: "- { id: one, statement: SELECT tidy(), rollback: { irreversible: yes it is } }"))
        let reviewed = try #require(planned.plan).reviewed(knowing: ["main": calling])
        #expect(
            reviewed.review.impacts.flatMap(\.destroys) == [
                "every row of orders (about 1,000,000 rows, 500 MB), on a condition"
            ])
        #expect(reviewed.review.impacts.flatMap(\.unseen) == [])
    }

    @Test(arguments: [
        (0, "0"), (7, "7"), (12, "10"), (1_234_567, "1,000,000"), (95, "100"), (949, "900"), (15_000, "20,000"),
    ])
    func `rounds to one digit`(number: Int, text: String) {
        #expect(number.rounded == text)
    }
}
