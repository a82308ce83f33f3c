import Databases
import TestSupport
import Testing

/// Whole runs, on both engines.
struct `A run` {
    private static let run = ["run", "shop.runbook.yaml", "--yes"]

    @Test(arguments: engines)
    func `does the plan once and can be looked at afterwards`(engine: Engine) async throws {
        let shop = try await Shop(engine)
        let answers = try await shop.program.talk(
            "run-\(engine)",
            Self.run, Self.run, ["status"], ["history"], ["show", "LATEST"]
        )
        #expect(answers.map(\.status) == [0, 0, 0, 0, 0])
        #expect(answers[1].output.hasPrefix("nothing to do: "))
        #expect(try await shop.value("SELECT count(*) FROM orders WHERE tenant_id = 'default'") == "2")
    }

    @Test func `speaks JSON to programs`() async throws {
        let shop = try await Shop(.sqlite)
        let answers = try await shop.program.talk(
            "run-json",
            Self.run + ["--json"], Self.run + ["--json"], ["status", "--format", "json"],
            ["show", "LATEST", "--format", "json"]
        )
        #expect(answers.map(\.status) == [0, 0, 0, 0])
        #expect(answers[1].output.isEmpty)
        let replay = try await shop.program.run("show", try shop.program.latestRun(), "--format", "events")
        #expect(replay.output == answers[0].output)
    }

    @Test(arguments: engines)
    func `takes everything back when a check fails`(engine: Engine) async throws {
        let shop = try await Shop(engine, Shop.runbook.replacing("expect: 2", with: "expect: 3"))
        let answers = try await shop.program.talk("failing-check-\(engine)", Self.run, ["status"])
        #expect(answers.map(\.status) == [8, 0])
        #expect(try await shop.isUntouched())
    }

    @Test(arguments: engines)
    func `names file and line of SQL that fails`(engine: Engine) async throws {
        let shop = try await Shop(engine)
        let broken = Shop.migration.replacing("SET tenant_id", with: "SET tennant_id")
        let program = try shop.program.file("migrations/001_add_tenant_id.sql", broken)
        let answers = try await program.talk("failing-sql-\(engine)", Self.run)
        #expect(answers.map(\.status) == [8])
        #expect(answers[0].errors.contains("migrations/001_add_tenant_id.sql:3"))
        #expect(try await shop.isUntouched())
    }

    @Test(arguments: engines)
    func `stops where it is told to, and then has to be taken back first`(engine: Engine) async throws {
        let stopping = Shop.runbook.replacing("expect: 2", with: "expect: 3")
            .replacing("- id: index", with: "- id: index\n    on_failure: stop")
        let shop = try await Shop(engine, stopping)
        let answers = try await shop.program.talk(
            "stop-\(engine)",
            Self.run, Self.run, ["rollback", "LATEST", "--yes"], ["status"]
        )
        #expect(answers.map(\.status) == [7, 6, 0, 0])
        #expect(try await shop.isUntouched())
    }

    @Test func `takes back only the failed phase where that is the policy`() async throws {
        let alone = Shop.runbook.replacing("expect: 2", with: "expect: 3")
            .replacing("- id: index", with: "- id: index\n    on_failure: rollback")
        let shop = try await Shop(.sqlite, alone)
        let answers = try await shop.program.talk("rollback-alone", Self.run)
        #expect(answers.map(\.status) == [7])
        #expect(try await !shop.isUntouched())
        #expect(try await shop.value("SELECT count(*) FROM sqlite_master WHERE name = 'orders_tenant'") == "0")
    }

    @Test(arguments: engines)
    func `obeys its gates`(engine: Engine) async throws {
        let shop = try await Shop(engine, Shop.gated("add-column"))
        let answers = try await shop.program.talk(
            "gate-\(engine)",
            Self.run + ["--gate", "add-column=no-go"], Self.run + ["--gate", "add-column=go"]
        )
        #expect(answers.map(\.status) == [8, 0])
    }

    @Test func `waits at a gate that nobody can be asked at`() async throws {
        let later = try await Shop(.sqlite, Shop.gated("add-column"))
        let go = ["resume", "LATEST", "--yes", "--gate", "add-column=go"]
        let answers = try await later.program.talk("gate-unanswered", Self.run, ["resume", "LATEST", "--yes"], go)
        #expect(answers.map(\.status) == [10, 10, 0])
        let first = try await Shop(.sqlite, Shop.gated("before"))
        #expect(try await first.program.talk("gate-nothing-applied", Self.run).map(\.status) == [10])
        #expect(try await first.isUntouched())
    }

    @Test func `goes on when nobody reads what it prints`() async throws {
        let shop = try await Shop(.sqlite)
        let pipe = "('\(Program.path)' run shop.runbook.yaml --yes --json; echo $? > status) 2>&1 | head -n 1"
        _ = try await shop.program.tool(["sh", "-c", pipe])
        #expect(try Files.read("\(shop.program.folder)/status") == "0\n")
        #expect(try await !shop.isUntouched())
    }
}
