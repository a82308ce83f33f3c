import Databases
import Glibc
import TestSupport
import Testing

/// Ctrl-C and its kin.
struct `A signal` {
    private func stop(_ engine: Engine, by signal: Int32) async throws -> (Shop, Answer) {
        let shop = try await Shop(engine, Shop.waiting)
        let running = try shop.program.start("run", "shop.runbook.yaml", "--yes")
        try await shop.program.awaitFile("waiting")
        running.signal(signal)
        try await Task.sleep(for: .milliseconds(200))
        _ = try shop.program.file("go", "")
        return (shop, running.finish())
    }

    @Test(arguments: engines)
    func `stops a run after the step it is at`(engine: Engine) async throws {
        let (shop, answer) = try await stop(engine, by: SIGINT)
        let call = ["run", "shop.runbook.yaml", "--yes"]
        try Golden.compare(shop.program.transcript(call, answer), "end-to-end/interrupted-\(engine).txt")
        #expect(answer.status == 130)
        #expect(try await !shop.isUntouched())
        #expect(try await shop.program.run(call).status == 6)
        #expect(try await shop.program.run("rollback", try shop.program.latestRun(), "--yes").status == 0)
        #expect(try await shop.isUntouched())
    }

    @Test func `is told apart by the exit status`() async throws {
        #expect(try await stop(.sqlite, by: SIGTERM).1.status == 143)
    }

    /// A run whose index waits for a lock that the test holds, and what lets go of the lock.
    private func blocked() async throws -> (Shop, RunningProgram, any DatabaseSession) {
        // One attempt that waits for long.
        let patient = "session: { lock_timeout: 60s }\nvars:\n"
        let shop = try await Shop(.postgres, Shop.runbook.replacing("vars:\n", with: patient))
        let blocker = try await shop.session()
        try await blocker.run("BEGIN", "LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE")
        let running = try shop.program.start("run", "shop.runbook.yaml", "--yes")
        let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'orders'::regclass"
        while try await blocker.value(waiting) == "0" { try await Task.sleep(for: .milliseconds(20)) }
        return (shop, running, blocker)
    }

    @Test func `a second time cancels what runs, and the run goes on later`() async throws {
        let (shop, running, blocker) = try await blocked()
        running.signal(SIGINT)
        try await Task.sleep(for: .milliseconds(200))
        running.signal(SIGINT)
        let answer = running.finish()
        await blocker.close()
        #expect(answer.status == 130)
        #expect(answer.errors.contains("Cancelling."))
        let resumed = try await shop.program.run("resume", try shop.program.latestRun(), "--yes")
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try await !shop.isUntouched())
    }

    @Test func `that is often followed by a kill cancels by itself after a while`() async throws {
        let (shop, running, blocker) = try await blocked()
        running.signal(SIGTERM)
        let answer = running.finish()
        await blocker.close()
        #expect(answer.status == 143)
        #expect(answer.errors.contains("8s after SIGTERM: cancelling what runs."))
        #expect(try await shop.program.run("resume", try shop.program.latestRun(), "--yes").status == 0)
    }

    @Test func `a third time ends it at once, even while it takes back`() async throws {
        let waiting = "rollback: { steps: [{ run: 'touch waiting; while [ ! -e go ]; do sleep 0.05; done' }] }"
        let shop = try await Shop(
            .postgres, Shop.runbook.replacing("rollback: { statement: DROP INDEX orders_tenant }", with: waiting))
        #expect(try await shop.program.run("run", "shop.runbook.yaml", "--yes").status == 0)
        let run = try shop.program.latestRun()
        let running = try shop.program.start("rollback", run, "--yes")
        try await shop.program.awaitFile("waiting")
        for _ in 1...3 {
            running.signal(SIGINT)
            try await Task.sleep(for: .milliseconds(300))
        }
        let answer = running.finish()
        #expect(answer.status == 130)
        #expect(answer.errors.contains("Still taking back"))
        #expect(answer.errors.contains("Leaving at once"))
        #expect(answer.errors.contains("Next   gonogo resume \(run)\n"))
    }

    @Test(arguments: engines)
    func `that stops a process leaves its run to whoever takes it over`(engine: Engine) async throws {
        let shop = try await Shop(engine, Shop.waiting)
        let running = try shop.program.start("run", "shop.runbook.yaml", "--yes")
        try await shop.program.awaitFile("waiting")
        running.signal(SIGSTOP)
        let run = try shop.program.latestRun()
        let refused = try await shop.program.run("resume", run, "--yes")
        #expect(refused.status == 5)
        let nonce = try #require(refused.errors.firstMatch(of: /takeover r-\S+ --nonce (\w+)`/)?.1)
        let wrong = try await shop.program.run("takeover", run, "--nonce", "wrong1", "--yes")
        #expect(wrong.status == 5)
        #expect(wrong.errors.contains("E516"))
        let taken = try await shop.program.run("takeover", run, "--nonce", String(nonce), "--yes")
        #expect(taken.status == 0, "\(taken.errors)")
        running.signal(SIGCONT)
        #expect(running.finish().status == 128 + SIGKILL)
        _ = try shop.program.file("go", "")
        #expect(
            try await shop.program.run("resolve", run, "wait/1", "--as", "not-applied", "--reason", "gone", "--yes")
                .status == 0)
        let unheld = try await shop.program.run("takeover", run, "--nonce", String(nonce), "--yes")
        #expect(unheld.errors.contains("Nobody acts for run \(run) now.\nNext   gonogo resume \(run)\n"))
        let resumed = try await shop.program.run("resume", run, "--yes")
        #expect(resumed.status == 0, "\(resumed.errors)")
        let ended = try await shop.program.run("takeover", run, "--nonce", String(nonce), "--yes")
        #expect(ended.status == 0)
        #expect(ended.errors.contains("Run \(run) has ended, and nobody acts for it.\n"), "\(ended.errors)")
    }

    @Test func `that was ignored from the beginning stays ignored`() async throws {
        let shop = try await Shop(.sqlite, Shop.waiting)
        let command = "trap '' HUP; exec \(Program.path) run shop.runbook.yaml --yes"
        let running = try shop.program.start(tool: ["sh", "-c", command])
        try await shop.program.awaitFile("waiting")
        running.signal(SIGHUP)
        try await Task.sleep(for: .milliseconds(200))
        _ = try shop.program.file("go", "")
        #expect(running.finish().status == 0)
    }

    @Test func `of a fault of its own leaves a note without values`() async throws {
        let shop = try await Shop(.sqlite, Shop.waiting)
        let running = try shop.program.start("run", "shop.runbook.yaml", "--yes")
        try await shop.program.awaitFile("waiting")
        running.signal(SIGSEGV)
        let answer = running.finish()
        #expect(answer.status == 1)
        #expect(answer.errors.contains("gonogo ended because of a fault of its own"))
        #expect(try await shop.program.run("status").output.contains("UNFINISHED"))
    }
}
