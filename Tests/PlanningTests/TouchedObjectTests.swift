import CanonicalJSON
import Databases
@testable import Planning
import Testing

struct `What a plan may touch` {
    private static func entry(_ kind: String, _ name: String, _ definition: String = "") -> CatalogEntry {
        CatalogEntry(kind: kind, name: name, definition: definition)
    }

    @Test(arguments: [
        ("table", "public.orders", true), ("column", "public.orders.total", true),
        ("index", "public.orders_total", false), ("column", "sales.invoices.total", false),
        ("column", "public.orders.note", true), ("table", "public.\"ORDERS\"", true),
        ("constraint", "public.\"orders.total\".total", true), ("function", "public.total(orders)", true),
        ("constraint", "public.\"orders.sum\".total", false),
        ("grant", "column public.customers.total to ana", false), ("grant", "column public.orders.note to ana", true),
        ("table", "public.customers", false),
        ("grant", "table public.customers to ana", false), ("grant", "table public.orders to ana", true),
        ("database", "this database", false), ("function", "public.f(integer, text)", false),
    ])
    func `is what a word of it names`(kind: String, name: String, counts: Bool) {
        let touched = TouchedObjects(texts: ["ALTER TABLE orders ADD total int", "GRANT x ON this TO table"])
        #expect(touched.contains(Self.entry(kind, name)) == counts, "\(name)")
    }

    @Test func `is a table with its indexes and triggers`() {
        let touched = TouchedObjects(texts: ["ALTER TABLE orders ADD total int"])
        let index = "CREATE INDEX a ON public.orders USING btree (id)"
        #expect(touched.contains(Self.entry("index", "public.a", index)))
        #expect(touched.contains(Self.entry("index", "public.a", index.replacing("ON ", with: "ON ONLY "))))
        #expect(!touched.contains(Self.entry("index", "public.a", index.replacing("orders", with: "customers"))))
        #expect(touched.contains(Self.entry("trigger", "t", "CREATE TRIGGER t AFTER INSERT ON orders BEGIN ...")))
        #expect(touched.contains(Self.entry("trigger", "public.orders.t")))
    }

    @Test func `is a thing whose name is no word, and where names are looked up`() {
        let touched = TouchedObjects(texts: ["DROP TABLE \"order-items\", \"My S\".\"T.x\""])
        #expect(touched.contains(Self.entry("table", "public.\"order-items\"")))
        #expect(touched.contains(Self.entry("column", "\"My S\".\"T.x\".a")))
        #expect(!touched.contains(Self.entry("table", "public.\"order-lines\"")))
        var facts = SchemaFacts()
        facts.searchPath = ["public"]
        let before = touched.bound(CatalogSnapshot([]), of: facts).objects
        facts.searchPath = ["app", "public"]
        let binding = TargetBinding(
            fingerprint: "1:2", database: nil, version: nil, cycle: 1, objects: before, others: Digest(of: ""))
        let changes = binding.changes(to: touched.bound(CatalogSnapshot([]), of: facts).objects, in: "main")
        #expect(changes.map(\.description) == ["changed search path of new sessions"])
    }

    @Test func `is what a table leads to: functions of triggers, partitions, types and who refers to it`() throws {
        var facts = SchemaFacts()
        func name(_ text: String) -> SchemaFacts.Name { SchemaFacts.Name(schema: "public", name: text) }
        facts.triggerFunctions = [SchemaFacts.Link(source: name("audit"), target: name("orders"))]
        facts.inheritance = [SchemaFacts.Link(source: name("orders_2025"), target: name("orders"))]
        var key = SchemaFacts.Constraint(relation: name("lines"), name: "k", kind: .foreignKey, columns: ["o"])
        key.references = name("orders")
        facts.constraints = [key]
        facts.columns = [
            SchemaFacts.Column(
                relation: name("orders"), name: "state", type: SchemaFacts.TypeName(schema: "public", name: "mood"),
                isNotNull: false)
        ]
        let planned = plan(
            runbook("", phases: "- { id: one, statement: DELETE FROM orders WHERE id = 1, rollback: { none: why } }"))
        let touched = TouchedObjects(try #require(planned.plan), in: "main", knowing: facts)
        for name in ["audit", "orders_2025", "lines", "mood"] {
            #expect(touched.contains(Self.entry("table", "public." + name)), "\(name)")
        }
    }

    @Test func `is what a view reads and a routine says, and who stands on a table`() throws {
        var facts = SchemaFacts()
        func name(_ text: String) -> SchemaFacts.Name { SchemaFacts.Name(schema: "public", name: text) }
        facts.uses = [
            SchemaFacts.Use(user: name("totals"), kind: "view", relation: name("lines"), column: nil),
            SchemaFacts.Use(user: name("daily"), kind: "view", relation: name("orders"), column: nil),
        ]
        facts.routines = [
            SchemaFacts.Routine(
                name: name("tidy"), isProcedure: false, arguments: "", isVolatile: true, language: "sql",
                definition: "CREATE FUNCTION tidy() ... DELETE FROM attic")
        ]
        let text = runbook(
            "",
            phases: """
                - id: one
                  steps:
                    - statement: DELETE FROM orders WHERE id IN (SELECT id FROM totals)
                    - statement: SELECT tidy()
                  rollback: { none: nothing }
                """)
        let plan = try #require(plan(text).plan)
        let (blind, knowing) = (
            TouchedObjects(plan, in: "main"), TouchedObjects(plan, in: "main", knowing: facts)
        )
        for name in ["lines", "daily", "attic"] {
            #expect(!blind.contains(Self.entry("table", "public." + name)), "\(name)")
            #expect(knowing.contains(Self.entry("table", "public." + name)), "\(name)")
        }
        #expect(!knowing.contains(Self.entry("table", "public.others")))
    }

    @Test func `is looked for in statements forward and back, in checks, and in values`() throws {
        let text = runbook(
            "vars: { name: { default: named } }\n",
            phases: """
                - id: one
                  if: { query: SELECT 1 FROM condition, expect: 1 }
                  steps:
                    - { statement: 'UPDATE :"name" SET a = 1', done_when: { query: SELECT 1 FROM probe, expect: 1 } }
                    - { capture: { name: c, query: SELECT 1 FROM captured } }
                  checks: [{ name: c, query: SELECT 1 FROM checked, expect: 1 }]
                  rollback: { steps: [{ statement: UPDATE taken_back SET a = 2 }] }
                """)
        let plan = try #require(plan(text).plan, "\(plan(text).rendered)")
        let touched = TouchedObjects(plan, in: "main")
        for name in ["named", "condition", "probe", "captured", "checked", "taken_back"] {
            #expect(touched.contains(Self.entry("table", name)), "\(name)")
        }
        #expect(!touched.contains(Self.entry("table", "others")))
        #expect(!TouchedObjects(plan, in: "elsewhere").contains(Self.entry("table", "checked")))
    }

    @Test func `is told by kind and name when it is other than it was`() {
        let touched = TouchedObjects(texts: ["a b c d"])
        let before = CatalogSnapshot([
            Self.entry("table", "a"), Self.entry("table", "b", "x"), Self.entry("table", "z"),
        ])
        let after = CatalogSnapshot([Self.entry("table", "b", "y"), Self.entry("view", "c"), Self.entry("table", "y")])
        let (objects, others) = touched.bound(before)
        let binding = TargetBinding(
            fingerprint: "1:2", database: nil, version: nil, cycle: 1, objects: objects, others: others)
        let now = touched.bound(after)
        #expect(
            binding.changes(to: now.objects, in: "main").map(\.description) == [
                "missing table a", "changed table b", "added view c",
            ])
        #expect(now.others != others)
        #expect(binding.changes(to: objects, in: "main").isEmpty)
    }
}

struct `A bound plan` {
    private static func bound(_ plan: Plan, cycle: Int = 1) -> Plan {
        let object = BoundObject(kind: "table", name: "public.a", digest: Digest(of: "a"))
        return plan.bound(to: [
            "main": TargetBinding(
                fingerprint: "77:5", database: "app", version: "15.20", cycle: cycle, objects: [object],
                others: Digest(of: "z"))
        ])
    }

    @Test func `is read back as it was, and is the same work under another digest`() throws {
        let plan = try `A plan as a document`.everything()
        let bound = Self.bound(plan)
        #expect(bound.digest != plan.digest && bound.work == plan.work)
        #expect(Self.bound(plan, cycle: 2).digest != bound.digest)
        let read = try Plan(json: JSON(parsing: bound.json.canonicalBytes))
        #expect(read.targets == bound.targets && read.digest == bound.digest && read.work == plan.work)
        #expect(read.digest == Digest(of: read.json))
    }

    @Test func `is refused when what it is bound to is damaged`() throws {
        let whole = Self.bound(try `A plan as a document`.everything()).json
        let damaged = try #require(whole.replacing(["targets", 0, "bound", "others"], with: "none"))
        #expect(throws: DamagedPlan(path: "targets[0].bound.others", problem: "expected a SHA-256")) {
            try Plan(json: damaged)
        }
    }
}
