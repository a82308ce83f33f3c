import Databases
import Glibc
import TestSupport
import Testing

/// The command that a refusal names, typed as it stands.
struct `The next command` {
    private static let run = ["run", "shop.runbook.yaml", "--yes"]

    /// A shop whose run was killed while it waited, and the run; what waits will go on when the run does.
    static func killed(_ engine: Engine, mayRunAgain: Bool = true) async throws -> (shop: Shop, run: String) {
        let again = Shop.waiting.replacing(
            "    rollback: { none: it only waits }", with: "    retry: safe\n    rollback: { none: it only waits }")
        let shop = try await Shop(engine, mayRunAgain ? again : Shop.waiting)
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
    func `after a part was taken back takes back the rest`(engine: Engine) async throws {
        let shop = try await Shop(engine)
        #expect(try await shop.program.run(Self.run).status == 0)
        let run = try shop.program.latestRun()
        #expect(try await shop.program.run("rollback", run, "--to", "add-column", "--yes").status == 0)
        let refused = try await shop.program.run(Self.run)
        #expect(refused.status == 6)
        #expect(try await shop.program.typeCommand(of: refused).status == 0)
        #expect(try await shop.isUntouched())
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

    @Test func `after a journal is empty rebuilds it`() async throws {
        let (shop, run) = try await Self.killed(.sqlite)
        try Files.write("", to: "\(shop.program.folder)/.gonogo/runs/\(run)/journal.jsonl")
        let status = try await shop.program.run("status")
        #expect(status.output.contains("Next   gonogo recover \(run) --from-target\n"), "\(status.output)")
        #expect(try await shop.program.run("recover", run, "--from-target", "--yes").status == 0)
        #expect(try await shop.program.run("resume", run, "--yes").status == 0)
    }

    @Test func `of a program that may run again is to resume, and of another to say what became of it`() async throws {
        let (again, first) = try await Self.killed(.sqlite)
        #expect(try await again.program.run("status").output.contains("Next   gonogo resume \(first)\n"))
        let (once, second) = try await Self.killed(.sqlite, mayRunAgain: false)
        #expect(try await once.program.run("status").output.contains("gonogo resolve \(second) wait/1 --as applied"))
    }

    @Test func `without a terminal is the same with its options and --yes`() async throws {
        let (shop, run) = try await Self.killed(.sqlite, mayRunAgain: false)
        let recover = try await shop.program.run("recover", run, "--from-target")
        #expect(recover.status == 10)
        #expect(try await shop.program.typeCommand(of: recover, "").status == 0)
        let resolve = try await shop.program.run("resolve", run, "wait/1", "--as", "applied", "--reason", "it's done")
        #expect(resolve.status == 10)
        #expect(try await shop.program.typeCommand(of: resolve, "").status == 0)
        #expect(try await shop.program.run("resume", run, "--yes").status == 0)
    }

    @Test func `behind an irreversible phase is another runbook`() async throws {
        let shop = try await Shop(
            .sqlite,
            Shop.runbook.replacing("rollback: rollback/001_add_tenant_id.sql", with: "rollback: { irreversible: told }")
                .replacing("expect: 2", with: "expect: 3"))
        let words = "put the rest into a runbook of another name, without"
        let stopped = try await shop.program.run(Self.run)
        #expect(stopped.status == 7)
        #expect(stopped.errors.contains("Next   \(words) what stands"), "\(stopped.errors)")
        let refused = try await shop.program.run(Self.run)
        #expect(refused.errors.contains("\(words) `before` and `add-column`"), "\(refused.errors)")
        let edited = try shop.program.file("shop.runbook.yaml", Shop.runbook)
        let other = try await edited.run(Self.run)
        #expect(other.errors.contains("\(words) `before` and `add-column`"), "\(other.errors)")
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
    func typeCommand(of answer: Answer, _ more: String = " --yes", naming file: String = "FILE") async throws -> Answer
    {
        let command = try #require(answer.errors.firstMatch(of: /`(gonogo [^`]+)`/)?.1).replacing("FILE", with: file)
        let folder = Program.path.split(separator: "/").dropLast().joined(separator: "/")
        let answer = try await tool(["sh", "-c", "PATH=/\(folder):$PATH; \(command)\(more)"])
        #expect(answer.status != 2, "\(command): \(answer.errors)")
        return answer
    }
}
