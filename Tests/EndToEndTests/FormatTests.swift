import CanonicalJSON
import Databases
import TestSupport
import Testing

/// The forms in which plans and findings are printed for others than terminals.
struct `A plan for others` {
    private func shop() async throws -> Program { try await Shop(.sqlite).program }

    @Test func `is a comment, a page or a plan on standard output, and nothing else there`() async throws {
        let program = try await shop()
        let answers = try await program.talk(
            "format-markdown", ["plan", "shop.runbook.yaml", "--format", "markdown"],
            ["plan", "shop.runbook.yaml", "-o", "old.plan", "--format", "github"],
            ["plan", "shop.runbook.yaml", "--var", "tenant=legacy", "-o", "new.plan", "--format", "github"],
            ["plan", "show", "new.plan", "--format", "markdown", "--against", "old.plan"])
        #expect(answers.map(\.status) == [0, 0, 0, 0])
        for format in ["json", "markdown", "html", "sarif", "github"] {
            let planned = try await program.run("plan", "shop.runbook.yaml", "--format", format, "-o", "old.plan")
            let shown = try await program.run("plan", "show", "old.plan", "--format", format)
            #expect(planned.status == 0 && planned.output == shown.output, "\(format)")
        }
    }

    @Test func `has the findings of a runbook that cannot be planned, and its exit code`() async throws {
        let wrong = Shop.runbook.replacing("expect: 0", with: "expected: 0").replacing(
            "estimate: 5m", with: "estimate: 5")
        let program = try await shop().file("db/runbooks/wrong.runbook.yaml", wrong)
        let path = "db/runbooks/wrong.runbook.yaml"
        let answers = try await program.talk(
            "format-findings", ["validate", path, "--format", "github"], ["validate", path, "--format", "sarif"],
            ["plan", path, "--format", "github"], ["plan", path, "--format", "markdown"])
        #expect(answers.map(\.status) == [3, 3, 3, 3])
        #expect(answers[0].output == answers[2].output && answers[3].output == "")
        #expect(try await program.run("plan", path, "--format", "sarif").output == answers[1].output)
    }

    @Test func `names files from the folder it is called in`() async throws {
        let program = try await shop()
        let moved = try await program.tool(
            ["sh", "-euc", "mkdir -p db/runbooks && mv migrations rollback db && mv shop.runbook.yaml db/runbooks"])
        #expect(moved.status == 0)
        let files = #/::warning file=([^,]*)/#
        let above = try await program.run("validate", "db/runbooks/shop.runbook.yaml", "--format", "github")
        #expect(
            above.output.matches(of: files).map(\.1) == [
                "db/migrations/001_add_tenant_id.sql", "db/rollback/001_add_tenant_id.sql",
            ])
        let below = try await Program(in: "\(program.folder)/db").setting("DATABASE_URL", "sqlite:shop.db")
            .run("validate", "runbooks/shop.runbook.yaml", "--format", "github")
        #expect(
            below.output.matches(of: files).map(\.1) == [
                "migrations/001_add_tenant_id.sql", "rollback/001_add_tenant_id.sql",
            ])
        let beside = try await Program(in: "\(program.folder)/db/runbooks").setting("DATABASE_URL", "sqlite:shop.db")
            .run("validate", "\(program.folder)/db/runbooks/shop.runbook.yaml", "--format", "github")
        #expect(
            beside.output.matches(of: files).map(\.1) == [
                "migrations/001_add_tenant_id.sql", "rollback/001_add_tenant_id.sql",
            ])
    }

    @Test func `is refused with options that mean nothing there`() async throws {
        let answers = try await shop().talk(
            "format-mistaken", ["plan", "shop.runbook.yaml", "-o", "shop.plan"],
            ["plan", "shop.runbook.yaml", "--format", "html", "--details"],
            ["plan", "shop.runbook.yaml", "--format", "markdown", "--sql"],
            ["plan", "show", "shop.plan", "--against", "shop.plan"],
            ["plan", "shop.runbook.yaml", "--format", "html", "--against", "shop.runbook.yaml"],
            ["plan", "shop.runbook.yaml", "--format", "html", "--against", "none.plan"], ["schema", "plans"])
        #expect(answers.map(\.status) == [0, 2, 2, 2, 6, 2, 2])
    }

    @Test func `has a schema`() async throws {
        let program = try await shop()
        let schema = try await program.run("schema", "plan")
        let plan = try await program.run("plan", "shop.runbook.yaml", "--format", "json")
        let checker = SchemaChecker(try JSON(parsing: Array(schema.output.utf8)))
        #expect(checker.accepts(SchemaValue(try JSON(parsing: Array(plan.output.utf8)))))
        #expect(try await program.run("schema").output == program.run("schema", "runbook").output)
    }
}
