import Databases
import Glibc
import TestSupport
import Testing

/// The command that a refusal names, typed as it stands.
struct `The next command` {
    private static let run = ["run", "shop.runbook.yaml", "--yes"]

    /// A shop whose run was killed while it waited, and the run; what waits will go on when the run does.
    static func killed(_ engine: Engine) async throws -> (shop: Shop, run: String) {
        let again = Shop.waiting.replacing(
            "    rollback: { none: it only waits }", with: "    retry: safe\n    rollback: { none: it only waits }")
        let shop = try await Shop(engine, again)
        let running = try shop.program.start("run", "shop.runbook.yaml", "--yes")
        try await shop.program.awaitFile("waiting")
        running.signal(SIGKILL)
        _ = try shop.program.file("go", "")
        _ = running.finish()
        return (shop, try shop.program.latestRun())
    }

    @Test(arguments: engines)
    func `after a run that was killed goes on with it`(engine: Engine) async throws {
        let (shop, run) = try await Self.killed(engine)
        let refused = try await shop.program.run(Self.run)
        #expect(refused.status == 6)
        #expect(refused.errors.contains("`gonogo resume \(run)` goes on with it"), "\(refused.errors)")
        #expect(try await shop.program.typeCommand(of: refused).status == 0)
        #expect(try await !shop.isUntouched())
    }

    @Test(arguments: engines)
    func `after a folder is lost makes it anew`(engine: Engine) async throws {
        let (shop, run) = try await Self.killed(engine)
        #expect(try await shop.program.tool(["mv", ".gonogo", "lost"]).status == 0)
        let refused = try await shop.program.run(Self.run)
        #expect(refused.status == 6)
        #expect(refused.errors.contains("recover \(run) --from-target --runbook shop.runbook.yaml`"))
        let unknown = try await shop.program.run("resume", run, "--yes")
        #expect(unknown.errors.contains("`gonogo recover \(run) --from-target --runbook FILE`"), "\(unknown.errors)")
        try Files.write(Shop.runbook, to: "\(shop.program.folder)/other.runbook.yaml")
        let edited = try await shop.program.run(
            "recover", run, "--from-target", "--runbook", "other.runbook.yaml", "--yes")
        #expect(edited.status == 6)
        #expect(edited.errors.contains("as they were when the run began"), "\(edited.errors)")
        #expect(try await shop.program.typeCommand(of: refused).status == 0)
        #expect(try await shop.program.run("resume", run, "--yes").status == 0)
    }

    @Test(arguments: ["", "{}", "null\n"])
    func `after a plan is damaged makes it anew`(text: String) async throws {
        let (shop, run) = try await Self.killed(.sqlite)
        let plan = "\(shop.program.folder)/.gonogo/runs/\(run)/plan.json"
        try Files.write(text, to: plan)
        let refused = try await shop.program.run("resume", run, "--yes")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("E510"))
        let made = try await shop.program.typeCommand(of: refused, naming: "shop.runbook.yaml")
        #expect(made.status == 0)
        #expect(made.errors.contains("The plan is written anew."))
        #expect(try await shop.program.run("resume", run, "--yes").status == 0)
    }

    @Test func `after a plan is gone makes it anew`() async throws {
        let (shop, run) = try await Self.killed(.sqlite)
        #expect(try await shop.program.tool(["rm", ".gonogo/runs/\(run)/plan.json"]).status == 0)
        let refused = try await shop.program.run("resume", run, "--yes")
        #expect(refused.errors.contains("E510"), "\(refused.errors)")
        #expect(try await shop.program.typeCommand(of: refused, naming: "shop.runbook.yaml").status == 0)
        #expect(try await shop.program.run("resume", run, "--yes").status == 0)
    }

    @Test func `is not asked of a folder that cannot be looked into`() async throws {
        let shop = try await Shop(.sqlite)
        let program = try shop.program.file(".gonogo/runs", "no folder")
        for call in [["status"], ["history"], ["resume", "r-0101-abcd"]] {
            let answer = try await program.run(call)
            #expect(answer.status == 1)
            #expect(answer.errors.contains("E509"))
            #expect(answer.errors.contains("Not a directory"), "\(answer.errors)")
        }
    }
}

extension Program {
    /// Types the first command that an answer names, with a file in place of `FILE`, and says yes.
    func typeCommand(of answer: Answer, naming file: String = "FILE") async throws -> Answer {
        let command = try #require(answer.errors.firstMatch(of: /`(gonogo [^`]+)`/)?.1).replacing("FILE", with: file)
        let folder = Program.path.split(separator: "/").dropLast().joined(separator: "/")
        let answer = try await tool(["sh", "-c", "PATH=/\(folder):$PATH; \(command) --yes"])
        #expect(answer.status != 2, "\(command): \(answer.errors)")
        return answer
    }
}
