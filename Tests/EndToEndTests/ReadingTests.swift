import Databases
import TestSupport
import Testing

/// Commands that read a runbook and touch no database.
struct `Before a run` {
    private func shop() async throws -> Program { try await Shop(.sqlite).program }

    @Test func `a good runbook is said to be one`() async throws {
        let answers = try await shop().talk(
            "validate-good",
            ["validate", "shop.runbook.yaml"],
            ["validate", "shop.runbook.yaml", "--format", "json"]
        )
        #expect(answers.map(\.status) == [0, 0])
    }

    @Test func `everything that is wrong is reported at once`() async throws {
        let wrong = Shop.runbook.replacing("expect: 0", with: "expected: 0")
            .replacing("estimate: 5m", with: "estimate: 5")
            .replacing("- id: index", with: "- id: index\n    needs: [add-colum]")
            .replacing("rollback: rollback/001_add_tenant_id.sql", with: "rollback: rollback/002.sql")
        let spelt = Shop.runbook.replacing("    sql: migrations/001", with: "    sql: migrations/01")
            .replacing("needs", with: "needs").replacing(":'tenant'\n", with: ":'tenent'\n")
        let answers = try await shop().file("wrong.runbook.yaml", wrong).file("spelt.runbook.yaml", spelt).talk(
            "validate-bad",
            ["validate", "wrong.runbook.yaml"],
            ["validate", "spelt.runbook.yaml"],
            ["validate", "spelt.runbook.yaml", "--format", "json"],
            ["plan", "spelt.runbook.yaml"],
            ["run", "spelt.runbook.yaml", "--yes"]
        )
        #expect(answers.map(\.status) == [3, 3, 3, 3, 3])
    }

    @Test func `two targets of one name are refused`() async throws {
        let twice = Shop.runbook.replacing(
            "databases: ${DATABASE_URL}",
            with: "databases:\n  shop: sqlite:shop.db\n  shop: sqlite:other.db"
        )
        let answers = try await shop().file("twice.runbook.yaml", twice).talk(
            "validate-two-targets",
            ["validate", "twice.runbook.yaml"]
        )
        #expect(answers.map(\.status) == [3])
    }

    @Test func `a plan tells what will happen and what a failure does`() async throws {
        let answers = try await shop().talk(
            "plan",
            ["plan", "shop.runbook.yaml"],
            ["plan", "shop.runbook.yaml", "--details", "--var", "tenant=legacy"],
            ["plan", "shop.runbook.yaml", "--format", "json"]
        )
        #expect(answers.map(\.status) == [0, 0, 0])
    }

    @Test func `the same runbook is the same plan from wherever it is named`() async throws {
        let program = try await shop()
        let here = try await program.run("plan", "shop.runbook.yaml", "--format", "json")
        let there = try await Program().setting("DATABASE_URL", program.environment["DATABASE_URL"])
            .run("plan", "\(program.folder)/shop.runbook.yaml", "--format", "json")
        #expect(here == there)
    }

    @Test func `the phases can be drawn`() async throws {
        let answers = try await shop().talk(
            "graph",
            ["graph", "shop.runbook.yaml"],
            ["graph", "shop.runbook.yaml", "--format=dot"],
            ["graph", "shop.runbook.yaml", "--format", "text"]
        )
        #expect(answers.map(\.status) == [0, 0, 0])
    }

    @Test func `every code is explained and help is at hand`() async throws {
        let answers = try await shop().talk(
            "help",
            [], ["help", "run"], ["rollback", "--help"], ["help", "exit-codes"], ["--version"],
            ["explain", "e404"], ["explain", "E999"], ["help", "rum"]
        )
        #expect(answers.map(\.status) == [0, 0, 0, 0, 0, 0, 2, 2])
        #expect(answers[5].output.hasPrefix("E404: "))
    }

    @Test func `the codes are listed and the schema is JSON Schema`() async throws {
        let codes = try await shop().run("explain")
        #expect(codes.status == 0)
        #expect(codes.output.split(separator: "\n").allSatisfy { $0.wholeMatch(of: /[EW][0-9]{3}  \S.*/) != nil })
        let schema = try await shop().run("schema")
        #expect(schema.status == 0)
        #expect(schema.output.contains("\"$schema\": \"http://json-schema.org/draft-07/schema#\""))
    }
}
