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

    private func cut(_ scene: Scene, _ run: String, before part: String) async throws {
        let path = try scene.directory(run).journalPath
        let lines = try Files.read(path).split(separator: "\n")
        let end = try #require(lines.firstIndex { $0.contains(part) })
        try Files.write(lines[..<end].joined(separator: "\n") + "\n", to: path)
    }

    private func running(_ scene: Scene) async throws {
        let prefix = scene.engine == .postgres ? "gonogo." : "gonogo_"
        try await scene.prepare("UPDATE \(prefix)run SET status = 'running', finished_at = NULL")
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
        try await running(scene)
        try await cut(scene, run, before: "one/pay")
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
        try await running(scene)
        try await cut(scene, run, before: "one/pay")
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
        try await running(scene)
        try await scene.prepare(
            "CREATE TABLE a (id integer)",
            "DELETE FROM \(engine == .postgres ? "gonogo." : "gonogo_")ledger WHERE step_id = 'one/rollback/2'")
        try await cut(scene, run, before: "one/rollback/2")
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
        try await running(scene)
        let ledger = (engine == .postgres ? "gonogo." : "gonogo_") + "ledger"
        try await scene.prepare(
            "CREATE TABLE a (id integer)", "DELETE FROM \(ledger) WHERE step_id = 'one/rollback/2'",
            "UPDATE \(ledger) SET state = 'started' WHERE step_id = 'one/rollback/refund'")
        let path = try scene.directory(run).journalPath
        let lines = try Files.read(path).split(separator: "\n")
        let begun = try #require(lines.firstIndex { $0.contains("one/rollback/refund") })
        try Files.write(lines[...begun].joined(separator: "\n") + "\n", to: path)
        #expect(try await scene.resume(run).outcome == .unknown)
        #expect(try Files.read(log) == "paid\nrefunded\n")
        try await Runner(scene.environment).resolve(
            try scene.directory(run), step: "one/rollback/refund", as: Resolution(verdict, reason: "looked", by: "me"))
        #expect(try await scene.resume(run).outcome == .rolledBack)
        #expect(try await !scene.has("a"))
        let times = verdict == .applied ? "" : "refunded\n"
        #expect(try Files.read(log) == "paid\nrefunded\n\(times)")
    }
}
