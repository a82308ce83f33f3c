import Databases
import Glibc
import TestSupport
import Testing

/// What is asked at a terminal, and what counts as an answer.
struct `At a terminal` {
    private typealias Step = (awaiting: String, typing: String)
    private static let begin: Step = ("begins it: ", "yes\n")

    /// Runs the shop's runbook with somebody at the keyboard, and compares the screen with a golden file.
    private func run(_ shop: Shop, _ name: String, _ steps: [Step]) async throws -> Int32 {
        let (screen, status) = try await shop.program.terminal("run", "shop.runbook.yaml").dialogue(steps)
        #expect(!screen.contains("\u{1B}"))
        let text = shop.program.settled(screen) + "--- exit \(status)\n"
        try Golden.compare(text, "end-to-end/terminal-\(name).txt")
        return status
    }

    @Test(arguments: engines)
    func `the whole word yes begins a run`(engine: Engine) async throws {
        let shop = try await Shop(engine)
        #expect(try await run(shop, "yes-\(engine)", [Self.begin]) == 0)
        #expect(try await !shop.isUntouched())
    }

    @Test(arguments: ["y\n", "YES\n", "\n", "no\n", "\u{4}"])
    func `nothing else does`(answer: String) async throws {
        let shop = try await Shop(.sqlite)
        let talk = try shop.program.terminal("run", "shop.runbook.yaml")
        let (screen, status) = await talk.dialogue([(Self.begin.awaiting, answer)])
        #expect(status == 11)
        #expect(screen.hasSuffix("Nothing was done.\n"))
        #expect(try await shop.isUntouched())
    }

    @Test func `Ctrl-C at the question does nothing`() async throws {
        let shop = try await Shop(.sqlite)
        #expect(try await run(shop, "interrupted", [(Self.begin.awaiting, "\u{3}")]) == 130)
        #expect(try await shop.isUntouched())
    }

    @Test func `every decider of a gate must say go`() async throws {
        let shop = try await Shop(.sqlite, Shop.gated("add-column"))
        let steps = [Self.begin, ("lead> ", "go all hands here\n"), ("dba> ", "perhaps\n"), ("dba> ", "go\n")]
        #expect(try await run(shop, "gate-go", steps) == 0)
        let other = try await Shop(.sqlite, Shop.gated("add-column"))
        let refused = [Self.begin, ("lead> ", "go\n"), ("dba> ", "no-go the backup is old\n")]
        #expect(try await run(other, "gate-no-go", refused) == 8)
        #expect(try await other.isUntouched())
    }

    @Test func `what was typed before the question is no answer`() async throws {
        let slow = Shop.gated("index").replacing(
            "  - id: index\n",
            with: "  - id: wait\n    run: sleep 1\n    rollback: { none: it only waits }\n  - id: index\n")
        let shop = try await Shop(.sqlite, slow)
        let steps = [Self.begin, ("START wait", "go\ngo\n"), ("lead> ", "no-go not yet\n")]
        let (screen, status) = try await shop.program.terminal("run", "shop.runbook.yaml").dialogue(steps)
        #expect(status == 8, "\(screen)")
        #expect(screen.contains("not yet"))
    }

    @Test func `silence at a gate is no-go`() async throws {
        let shop = try await Shop(.sqlite, Shop.gated("add-column", ", timeout: 1s"))
        #expect(try await run(shop, "gate-silence", [Self.begin]) == 8)
    }

    @Test func `Ctrl-C at a gate stops the run where it is`() async throws {
        let shop = try await Shop(.sqlite, Shop.gated("add-column"))
        #expect(try await run(shop, "gate-interrupted", [Self.begin, ("lead> ", "\u{3}")]) == 130)
        #expect(try await !shop.isUntouched())
    }

    @Test(arguments: [("u", Int32(8)), ("r", 7), ("s", 7)])
    func `a person chooses after a failure`(answer: String, status: Int32) async throws {
        let asking = Shop.runbook.replacing("expect: 2", with: "expect: 3")
            .replacing("- id: index", with: "- id: index\n    on_failure: ask")
        let shop = try await Shop(.sqlite, asking)
        let steps = [Self.begin, ("here> ", "what\n"), ("here> ", "\(answer)\n")]
        #expect(try await run(shop, "ask-\(answer)", steps) == status)
    }

    @Test func `a rollback shows what it takes back, and asks`() async throws {
        let shop = try await Shop(.sqlite)
        #expect(try await rollBack(shop, "all", "yes\n") == 0)
        #expect(try await shop.isUntouched())
    }

    @Test func `a rollback shows what stays because it is irreversible`() async throws {
        let kept = Shop.runbook.replacing(
            "rollback: rollback/001_add_tenant_id.sql", with: "rollback: { irreversible: told }")
        let shop = try await Shop(.sqlite, kept)
        #expect(try await rollBack(shop, "barrier", "no\n") == 11)
    }

    private func rollBack(_ shop: Shop, _ name: String, _ answer: String) async throws -> Int32 {
        #expect(try await shop.program.run("run", "shop.runbook.yaml", "--yes").status == 0)
        let steps = [(Self.begin.awaiting, answer)]
        let (screen, status) = try await shop.program.terminal("rollback", shop.program.latestRun()).dialogue(steps)
        try Golden.compare(
            shop.program.settled(screen) + "--- exit \(status)\n", "end-to-end/terminal-rollback-\(name).txt")
        return status
    }
}
