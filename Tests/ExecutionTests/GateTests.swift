import Databases
@testable import Execution
import Planning
import TestSupport
import Testing

struct `A gate` {
    private func text(at moment: String, policy: String) -> String {
        """
        phases:
          - id: one
            statement: CREATE TABLE a (id integer)
            rollback: { statement: DROP TABLE a }
          - id: two
            statement: CREATE TABLE b (id integer)
            gate: { question: "Go on?", deciders: [lead, dba], at: \(moment), on_no_go: \(policy) }
            rollback: { statement: DROP TABLE b }
        """
    }

    @Test(arguments: engines)
    func `lets through when people say go`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        #expect(try await scene.run(text(at: "end", policy: "unwind")).outcome == .done)
        #expect(scene.events.contains(.gateAsked(phase: "two", question: "Go on?", deciders: ["lead", "dba"])))
        #expect(scene.events.contains(.gateDecided(phase: "two", decision: GateDecision(go: true, by: "lead"))))
    }

    @Test(arguments: engines, ["start", "end"])
    func `that says no leads to what its policy says`(engine: Engine, moment: String) async throws {
        for (policy, outcome, a, b) in [
            ("unwind", Outcome.unwound, false, false), ("rollback", .stopped, true, false),
            ("stop", .stopped, true, true),
        ] {
            let scene = try await Scene(engine)
            scene.people.decisions.withLock { $0["two"] = GateDecision(go: false, by: "dba", reason: "too late") }
            let result = try await scene.run(text(at: moment, policy: policy))
            #expect(result.outcome == outcome)
            #expect(result.state.cause?.message == "no-go at the gate of two (dba: too late)")
            #expect(try await scene.has("a") == a)
            #expect(try await scene.has("b") == (b && moment == "end"))
        }
    }

    @Test(arguments: engines, ["unwind", "rollback", "stop"])
    func `that says no before anything was applied ends a run that changed nothing`(
        engine: Engine,
        policy: String
    ) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE t (id integer)")
        scene.people.decisions.withLock { $0["one"] = GateDecision(go: false, by: "lead") }
        let text = """
            phases:
              - id: one
                steps: [{ capture: { name: count, query: SELECT count(*) FROM t } }]
                gate: { question: "Go on?", deciders: [lead], on_no_go: \(policy) }
                rollback: { none: only reads }
            """
        #expect(try await scene.run(text).outcome == .noGo)
        #expect(try await scene.run(text).state.cycle == 2)
    }

    @Test(arguments: engines)
    func `is not asked when its phase failed`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer)
                checks: [{ query: SELECT 1, expect: 2 }]
                gate: { question: "Go on?", deciders: [lead] }
                rollback: { statement: DROP TABLE a }
            """
        #expect(try await scene.run(text).outcome == .unwound)
        #expect(scene.people.asked.isEmpty)
    }

    @Test func `that waits is withdrawn when another phase fails, whose policy counts`() async throws {
        let scene = try await Scene(.postgres)
        scene.people.silent.withLock { $0 = ["one"] }
        let result = try await scene.run(
            """
            phases:
              - id: one
                needs: []
                statement: CREATE TABLE a (id integer)
                gate: { question: "Go on?", deciders: [lead], on_no_go: stop }
                rollback: { statement: DROP TABLE a }
              - id: two
                needs: []
                statement: SELECT nothing FROM nowhere
                on_failure: unwind
                rollback: { none: fails }
            """)
        #expect(result.outcome == .unwound)
        #expect(result.state.failedPhase == "two")
        #expect(try await !scene.has("a"))
    }

    @Test func `asks on where it was broken off, and everybody anew after a no-go`() async throws {
        let scene = try await Scene(.sqlite)
        let text = """
            phases:
              - id: one
                on_failure: stop
                statement: CREATE TABLE a (id integer)
                gate: { question: Go on?, deciders: [lead, dba] }
                rollback: { statement: DROP TABLE a }
            """
        scene.people.going.withLock { _ = $0.insert("lead") }
        scene.people.decisions.withLock {
            $0["one"] = GateDecision(go: false, by: GateDecision.nobody, reason: "a signal")
        }
        let run = try await scene.run(text)
        #expect(run.outcome == .stopped)
        scene.people.decisions.withLock { $0["one"] = GateDecision(go: false, by: "dba") }
        #expect(try await scene.resume(run.run).outcome == .stopped)
        scene.people.decisions.withLock { $0["one"] = nil }
        #expect(try await scene.resume(run.run).outcome == .done)
        #expect(scene.people.deciders.withLock { $0 } == [["lead", "dba"], ["dba"], ["lead", "dba"]])
    }
}
