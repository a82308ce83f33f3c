import Databases
@testable import Execution
import TestSupport
import Testing

@testable import Planning

struct `A window` {
    private func phase(_ id: String, _ rest: String = "", undo: String = "10m") -> String {
        """
          - id: \(id)
            statement: CREATE TABLE \(id) (n integer)
            rollback: { statement: DROP TABLE \(id), estimate: \(undo) }
        \(rest.isEmpty ? "" : "    \(rest)\n")
        """
    }

    /// A scene whose clock is moved by the test.
    private func onClock(_ body: (Scene, ShiftedMachine) async throws -> Void) async throws {
        let machine = ShiftedMachine()
        try await CurrentMachine.$value.withValue(machine) { try await body(try await Scene(.sqlite), machine) }
    }

    private func head(_ window: String, _ phases: String...) -> String {
        "window: { length: 2h\(window) }\nphases:\n" + phases.joined()
    }

    private func dated(_ machine: ShiftedMachine, minutes: Int) -> String {
        let start = ClockTime(machine.time)?.adding(minutes * 60_000).description ?? ""
        return ", start: \"\(start)\""
    }

    @Test func `lets no run begin before it or after it, and nothing is written`() async throws {
        try await onClock { scene, machine in
            for (minutes, isEarly) in [(5, true), (-125, false)] {
                let plan = try scene.plan(head(dated(machine, minutes: minutes), phase("a")))
                let refusal = await scene.refusal(plan)
                guard case .outsideWindow(nil, _, let from, _, isEarly: isEarly)? = refusal else {
                    Issue.record("\(String(describing: refusal))")
                    continue
                }
                #expect(from.hasSuffix(" UTC"))
                #expect(!Files.exists(scene.state))
                #expect(try await !scene.has("gonogo_run"))
            }
            #expect(try await scene.run(head(dated(machine, minutes: -60), phase("a"))).outcome == .done)
        }
    }

    @Test func `lets nothing begin that could not be taken back inside it, and the policy says what follows`()
        async throws
    {
        for (policy, outcome, stands) in [("unwind", Outcome.unwound, false), ("stop", .stopped, true)] {
            try await onClock { scene, machine in
                scene.afterStep("a/1") { machine.pass(minutes: 91) }
                let text = head("", phase("a", "estimate: 5m"), phase("b", "on_failure: \(policy)\n    estimate: 10m"))
                let result = try await scene.run(text)
                #expect(result.outcome == outcome)
                #expect(result.state.phase("b")?.status == .failed && result.state.failedPhase == "b")
                #expect(
                    result.state.cause?.message.hasPrefix(
                        "too late for b: up to 10m of work and up to 20m to take everything back would go on for 1m")
                        ?? false)
                #expect(try await scene.has("a") == stands)
                #expect(try await !scene.has("b"))
            }
        }
    }

    @Test func `makes a gate no-go by itself, whatever people say`() async throws {
        for moment in ["start", "end"] {
            try await onClock { scene, machine in
                let gate =
                    "gate: { question: Go on?, deciders: [dba], at: \(moment), on_no_go: stop }\n    estimate: 10m"
                scene.people.whenAsked.withLock { $0 = { machine.pass(minutes: moment == "start" ? 91 : 101) } }
                let result = try await scene.run(head("", phase("a"), phase("b", gate)))
                #expect(result.outcome == .stopped)
                #expect(scene.people.asked == ["b"])
                let decision = try #require(result.state.gates["b"])
                #expect(
                    !decision.go && decision.by == GateDecision.window && decision.reason.hasPrefix("too late for b"))
                #expect(try await scene.has("b") == (moment == "end"))
            }
        }
    }

    @Test func `asks nobody when it is too late already`() async throws {
        try await onClock { scene, machine in
            scene.afterStep("a/1") { machine.pass(minutes: 119) }
            let gate = "gate: { question: Go on?, deciders: [dba], at: start, on_no_go: stop }\n    estimate: 10m"
            let result = try await scene.run(head("", phase("a"), phase("b", gate)))
            #expect(result.outcome == .stopped && scene.people.asked.isEmpty)
            #expect(result.state.gates["b"]?.by == GateDecision.window)
        }
    }

    @Test func `withdraws the question of a gate when its time is up`() async throws {
        try await onClock { scene, machine in
            scene.people.silent.withLock { $0 = ["a"] }
            scene.people.whenAsked.withLock { $0 = { machine.pass(minutes: 111) } }
            let result = try await scene.run(
                head("", phase("a", "gate: { question: Go on?, deciders: [dba], timeout: 3h, on_no_go: unwind }")))
            #expect(result.outcome == .unwound)
            #expect(result.state.gates["a"]?.by == GateDecision.window)
            #expect(scene.people.timeouts.withLock { $0 }.allSatisfy { $0.map { $0 <= 110 * 60_000 } ?? false })
        }
    }

    @Test func `lets no run go forward after it, and every run back`() async throws {
        try await onClock { scene, machine in
            scene.stopsAfter("a/1")
            let run = try await scene.run(head("", phase("a", "estimate: 5m"), phase("b", "estimate: 5m")))
            #expect(run.outcome == .interrupted)
            machine.pass(minutes: 121)
            let refusal = try await scene.refusalToResume(run.run)
            guard case .outsideWindow(run.run?, _, _, _, isEarly: false)? = refusal else {
                Issue.record("\(String(describing: refusal))")
                return
            }
            scene.goesOn()
            #expect(try await scene.rollback(run.run).outcome == .rolledBack)
            #expect(try await !scene.has("a"))
        }
    }

    @Test func `is over for a run that a person lets go on, and the journal keeps that`() async throws {
        try await onClock { scene, machine in
            scene.stopsAfter("a/1")
            let run = try await scene.run(head("", phase("a"), phase("b"))).run
            machine.pass(minutes: 121)
            let result = try await scene.resume(run, pastWindow: true)
            #expect(result.outcome == .done)
            #expect(try await scene.has("b"))
            let past = scene.journal.contains { line in
                if case .runResumed(let resumption) = line.event { resumption.isPastWindow } else { false }
            }
            #expect(past)
        }
    }

    @Test func `lets the gate of what cannot be taken back say go for as long as the rest could be`() async throws {
        for (isIrreversible, goes) in [(true, true), (false, false)] {
            try await onClock { scene, machine in
                scene.people.whenAsked.withLock { $0 = { machine.pass(minutes: 115) } }
                let gate = "gate: { question: Go on?, deciders: [dba], at: end, on_no_go: stop }"
                let last =
                    isIrreversible
                    ? "  - { id: b, rollback: { irreversible: no way }, statement: CREATE TABLE b (n integer), \(gate) }\n"
                    : phase("b", gate)
                let result = try await scene.run(head("", phase("a"), last))
                #expect(result.outcome == (goes ? .done : .stopped), "\(isIrreversible)")
            }
        }
    }

    @Test func `does not stop what is being taken back, and that it took too long is told`() async throws {
        try await onClock { scene, machine in
            scene.afterStep("b/1") { machine.pass(minutes: 130) }
            scene.afterStep("b/rollback/1") { machine.pass(minutes: 45) }
            let text =
                "slo: { rollback: 30m }\n"
                + head("", phase("a"), phase("b", "checks: [{ query: SELECT 1, expect: 2 }]"))
            let result = try await scene.run(text)
            #expect(result.outcome == .unwound)
            #expect(result.state.takingBack >= 45 * 60_000)
            #expect(try await !scene.has("a"))
            #expect(try await !scene.has("b"))
        }
    }

    @Test func `without estimates is only compared with the clock`() async throws {
        try await onClock { scene, machine in
            scene.afterStep("a/1") { machine.pass(minutes: 119) }
            let bare = ["a", "b"].map {
                "  - { id: \($0), statement: CREATE TABLE \($0) (n integer), rollback: { statement: DROP TABLE \($0) } }\n"
            }
            let result = try await scene.run(head("", bare[0], bare[1]))
            #expect(result.outcome == .done)
        }
        try await onClock { scene, machine in
            scene.afterStep("a/1") { machine.pass(minutes: 121) }
            let result = try await scene.run(
                head(
                    "", phase("a"), "  - { id: b, on_failure: stop, statement: SELECT 1, rollback: { none: reads } }\n")
            )
            #expect(result.outcome == .stopped)
            #expect(result.state.cause?.message.hasPrefix("too late for b: the window ended at ") ?? false)
        }
    }
}

/// This machine with clocks that a test puts forward.
final class ShiftedMachine: Machine {
    private let here = ThisMachine()
    private let shift = Guarded(0)

    /// Lets so many minutes pass at once.
    func pass(minutes: Int) { shift.withLock { $0 += minutes * 60_000 } }

    var disk: any Disk { here.disk }
    var executor: (any TaskExecutor)? { nil }
    var now: ContinuousClock.Instant { here.now.advanced(by: .milliseconds(shift.withLock { $0 })) }
    var time: String { (ClockTime(here.time)?.adding(shift.withLock { $0 })).map(\.description) ?? here.time }
    var process: String { here.process }
    func sleep(for time: Duration) async { await here.sleep(for: time) }
    func letters(_ count: Int, of alphabet: [Character]) -> String { here.letters(count, of: alphabet) }
    func end(process: String) { here.end(process: process) }
    func number(in range: ClosedRange<Int>) -> Int { here.number(in: range) }
    func run(_ program: ChildProcess) async throws(FileFailure) -> ChildProcess.Ending { try await here.run(program) }
}
