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

    @Test func `a second time cancels what runs`() async throws {
        let shop = try await Shop(.postgres, Shop.waiting)
        let running = try shop.program.start("run", "shop.runbook.yaml", "--yes")
        try await shop.program.awaitFile("waiting")
        running.signal(SIGINT)
        try await Task.sleep(for: .milliseconds(200))
        running.signal(SIGINT)
        let answer = running.finish()
        #expect(answer.status == 8)
        #expect(try await shop.isUntouched())
        #expect(answer.errors.contains("Cancelling."))
    }
}
