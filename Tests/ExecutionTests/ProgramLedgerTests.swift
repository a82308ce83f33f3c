import Databases
@testable import Execution
import Planning
import TestSupport
import Testing

/// Programs leave nothing in a database but what gonogo writes there of them.
struct `A program that ran` {
    private func scene(_ engine: Engine) async throws -> (Scene, log: String) {
        (try await Scene(engine), try temporaryDirectory() + "/log")
    }

    private func runbook(_ log: String, undo: String = "none: a test") -> String {
        """
        phases:
          - id: one
            steps:
              - { id: table, statement: CREATE TABLE a (id integer) }
              - { id: pay, run: "echo paid >> \(log)" }
            rollback:
              steps: [{ id: refund, run: "echo refunded >> \(log)" }, { statement: DROP TABLE a }]
        """
    }

    @Test(arguments: engines)
    func `is in the ledger, forward and back`(engine: Engine) async throws {
        let (scene, log) = try await scene(engine)
        let run = try await scene.run(runbook(log)).run
        #expect(try await Set(scene.markers()) == ["do one/table", "do one/pay"])
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        #expect(try await scene.markers().contains("undo one/rollback/refund"))
        #expect(try Files.read(log) == "paid\nrefunded\n")
    }

    @Test(arguments: engines)
    func `is not run again by a journal that is older than it`(engine: Engine) async throws {
        let (scene, log) = try await scene(engine)
        let run = try await scene.run(runbook(log)).run
        try await scene.kill(run, .before, "one/pay")
        guard case .diverged(_, _, "one/pay", _, _)? = try await scene.refusalToResume(run) else {
            return #expect(Bool(false))
        }
        #expect(try Files.read(log) == "paid\n")
    }

    @Test(arguments: engines)
    func `is known to a journal that is rebuilt`(engine: Engine) async throws {
        let (scene, log) = try await scene(engine)
        let plan = try scene.plan(runbook(log))
        let run = try await Runner(scene.environment).run(plan).run
        try await scene.kill(run, .before, "one/pay")
        _ = try await Runner(scene.environment).recover(run, plan: plan)
        #expect(try await scene.resume(run).outcome == .done)
        #expect(try Files.read(log) == "paid\n")
    }

    @Test(arguments: engines)
    func `of a rollback is not run again, whatever comes after it`(engine: Engine) async throws {
        let (scene, log) = try await scene(engine)
        let run = try await scene.run(runbook(log)).run
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        // As if the process had been killed just after it.
        try await scene.prepare(
            "CREATE TABLE a (id integer)",
            "DELETE FROM \(scene.ledgerPrefix)ledger WHERE step_id = 'one/rollback/2'")
        try await scene.kill(run, .before, "one/rollback/2")
        #expect(try await scene.resume(run).outcome == .rolledBack)
        #expect(try await !scene.has("a"))
        #expect(try Files.read(log) == "paid\nrefunded\n")
    }

    @Test(arguments: engines, [Resolution.Verdict.applied, .notApplied])
    func `of a rollback that nobody heard of is for a person`(
        engine: Engine, verdict: Resolution.Verdict
    ) async throws {
        let (scene, log) = try await scene(engine)
        let run = try await scene.run(runbook(log)).run
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        let ledger = scene.ledgerPrefix + "ledger"
        try await scene.prepare(
            "CREATE TABLE a (id integer)", "DELETE FROM \(ledger) WHERE step_id = 'one/rollback/2'",
            "UPDATE \(ledger) SET state = 'started' WHERE step_id = 'one/rollback/refund'")
        try await scene.kill(run, .after, "one/rollback/refund")
        #expect(try await scene.resume(run).outcome == .unknown)
        #expect(try Files.read(log) == "paid\nrefunded\n")
        try await Runner(scene.environment).resolve(
            try scene.directory(run), step: "one/rollback/refund", as: Resolution(verdict, reason: "looked", by: "me"))
        #expect(try await scene.resume(run).outcome == .rolledBack)
        #expect(try await !scene.has("a"))
        let times = verdict == .applied ? "" : "refunded\n"
        #expect(try Files.read(log) == "paid\nrefunded\n\(times)")
    }

    @Test func `until it was killed is for a person, unless it may simply run again`() async throws {
        for retry in ["", ", retry: safe"] {
            let (scene, log) = try await scene(.sqlite)
            let text = """
                phases:
                  - id: one
                    on_failure: stop
                    steps: [{ id: pay, run: "echo paid >> \(log); test -e \(log).twice || sleep 30", timeout: 1s\(retry) }]
                    rollback: { none: a test }
                """
            let run = try await scene.run(text)
            #expect(run.outcome == .stopped)
            try Files.write("", to: "\(log).twice")
            #expect(try await scene.resume(run.run).outcome == (retry.isEmpty ? .unknown : .done))
            #expect(try Files.read(log) == (retry.isEmpty ? "paid\n" : "paid\npaid\n"))
        }
    }

    @Test(arguments: engines)
    func `before another failed is not run again by a runbook that stops`(engine: Engine) async throws {
        let (scene, log) = try await scene(engine)
        let text = """
            on_failure: stop
            phases:
              - { id: one, run: "echo paid >> \(log)", rollback: { none: a test } }
              - { id: two, run: "test -e \(log).repaired", rollback: { none: a test } }
            """
        let run = try await scene.run(text)
        #expect(run.outcome == .stopped)
        if case .unfinished? = await scene.refusal(try scene.plan(text)) {} else { #expect(Bool(false)) }
        try Files.write("", to: "\(log).repaired")
        #expect(try await scene.resume(run.run).outcome == .done)
        #expect(try Files.read(log) == "paid\n")
    }
}
