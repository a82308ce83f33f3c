import Databases
import Execution
import Planning

/// One schedule: a runbook, a world, and what goes wrong in it, all decided by one seed.
package struct Schedule {
    /// What came of it.
    package struct Report: Sendable {
        /// The seed, which does it all again.
        package let seed: UInt64
        /// What was not as it must be.
        package let violations: [String]
        /// What happened, when it was asked for.
        package let account: [String]
        /// The journals it left, one after the other.
        package let journals: [UInt8]
        /// How many processes there were.
        package let processes: Int
    }

    /// How many runbooks there are; a seed means one of them.
    private static let runbooks: UInt64 = 2000

    let world: World
    private let seed: UInt64
    private var chance: Chance

    /// The longest that a process may take, in microseconds.
    static let patience = 3 * 3600 * 1_000_000

    init(_ scenario: Scenario, seed: UInt64, keepsAccount: Bool = false) throws {
        self.seed = seed
        chance = Chance(seed: seed)
        world = World(scenario, Chance(seed: chance.next()))
        world.keepsAccount = keepsAccount
    }

    /// Carries out the schedule of a seed on the calling thread.
    package static func run(seed: UInt64, keepsAccount: Bool = false, coverage: Coverage) throws -> Report {
        let scenario = try Scenarios.shared.scenario(seed % runbooks)
        var schedule = try Schedule(scenario, seed: seed, keepsAccount: keepsAccount)
        schedule.suffer()
        schedule.heal()
        coverage.add(schedule.world.coverage)
        defer { schedule.world.dissolve() }
        return schedule.report
    }

    /// What came of it so far.
    var report: Report {
        let journals = world.runs.flatMap { world.disk.names[$0.path + "/journal.jsonl"]?.bytes ?? [] }
        return Report(
            seed: seed, violations: world.invariants.violations, account: world.account, journals: journals,
            processes: world.incarnations.count)
    }

    // MARK: Faults

    private mutating func suffer() {
        world.weather = .some(&chance)
        for _ in 0..<chance.number(1...3) {
            var started = [world.start(command(), .some(&chance))]
            if chance.happens(1, in: 6) {
                let delay = chance.time(20_000_000)
                _ = world.pass(until: { started[0].isOver }, delay)
                started.append(world.start(command(), .some(&chance)))
            }
            world.finish(started, within: Self.patience)
            if chance.happens(1, in: 2) { world.pass(chance.time(30_000_000)) }
        }
    }

    /// What a person tries next.
    private mutating func command() -> World.Command {
        guard let run = world.lastRun, !chance.happens(1, in: 12) else { return .run }
        if chance.happens(1, in: 10) { return .takeOver(run) }
        return chance.happens(1, in: 6) ? .rollback(run) : .resume(run)
    }

    // MARK: Healing

    /// Nothing goes wrong any more: the run has to come to an end within a few attempts.
    mutating func heal() {
        world.weather = .fair
        // Servers that crashed are back by then.
        world.pass(100_000_000)
        world.invariants.isHealing = true
        var stops = 0
        if let run = world.lastRun, world.openRun == nil {
            let state = state(of: run)
            if state.outcome?.isFinal ?? false { return verify(run, state) }
        }
        var isInDoubt = true
        for _ in 0..<40 {
            let run = world.lastRun
            var command = World.Command.run
            if let run { command = (isInDoubt ? doubt(run) : nil) ?? (stops > 1 ? .rollback(run) : .resume(run)) }
            isInDoubt = false
            let started = world.start(command, .none)
            world.finish([started], within: Self.patience)
            switch started.ending {
            case .resolved?, .tookOver?: isInDoubt = true
            case .ended(let result)?:
                if result.outcome.isFinal { return verify(result.run, result.state) }
                stops += 1
                isInDoubt = result.outcome == .unknown
                if stops > 3, world.isAsFarAsItGoes(result) { return verify(nil, result.state) }
            case .refused(let refusal)?:
                switch refusal {
                case .nothingToResume, .takenBackAlready, .nothingToRollBack, .alreadyDone:
                    return verify(run, run.map { state(of: $0) } ?? RunState())
                case .locked, .orphaned, .outsideWindow(_, _, _, _, isEarly: true): world.pass(60_000_000)
                case .outsideWindow(nil, _, _, _, _): return verify(nil, RunState())
                default: stops += 1
                }
            case nil: return
            }
        }
        world.invariants.report("no end is reached although nothing goes wrong")
    }

    private func state(of run: String) -> RunState {
        RunState(world.journal(of: RunDirectory(run: run, path: "\(World.state)/runs/\(run)")).map(\.event))
    }

    /// What a person says of a program of a rollback, who looked; nil for every other step.
    private func verdict(onRollback id: String) -> Resolution.Verdict? {
        let steps = world.scenario.plan.phases.flatMap(\.rollbackSteps)
        guard case PlannedStep.Action.run(let command)? = steps.first(where: { $0.id == id })?.action,
            let token = command.arguments.joined(separator: " ").split(separator: " ").last
        else { return nil }
        return world.programs.done[String(token), default: 0] > 0 ? .notApplied : .applied
    }

    /// What a person says of a step in doubt, who looked.
    private mutating func doubt(_ run: String) -> World.Command? {
        let state = state(of: run)
        guard state.outcome == .unknown, let phase = state.phases.first(where: { $0.inDoubt != nil }),
            let id = phase.inDoubt
        else { return nil }
        if let verdict = verdict(onRollback: id) { return .resolve(run, step: id, verdict) }
        guard let (facts, step) = world.scenario.step(id) else { return nil }
        let isThere = world.invariants.presence(step, facts) == .whole
        let isLeftOut = !isThere && chance.happens(1, in: 4)
        return .resolve(run, step: id, isThere ? .applied : isLeftOut ? .skip : .notApplied)
    }

    /// At the end nothing is left behind, and to go on with a run that ended changes nothing.
    private mutating func verify(_ run: String?, _ state: RunState) {
        world.pass(1200 * 1_000_000)
        for (name, server) in world.servers where !server.backends.isEmpty {
            world.invariants.report("I7: sessions are left on \(name)")
        }
        if let run {
            if world.openRun == nil, world.lastRun == run, world.knows(run) {
                for phase in world.scenario.phases { world.invariants.compare(phase, state) }
            }
            guard chance.happens(1, in: 3) else { return }
            let before = world.effects
            let again = world.start(.resume(run), .none)
            world.finish([again], within: Self.patience)
            if case .refused? = again.ending {
            } else {
                world.invariants.report("I8: a run that has ended goes on: \(again.ending.map { "\($0)" } ?? "hangs")")
            }
            if world.effects != before { world.invariants.report("I8: to resume a run that has ended did something") }
        }
    }
}

extension World {
    /// The run that ledgers say is open.
    var openRun: String? {
        for (_, server) in servers.sorted(by: { $0.key < $1.key }) {
            let open = server.store.runs.last { $0.status != "done" && $0.status != "undone" }
            if let open { return open.run }
        }
        return nil
    }

    /// The run to go on with: the one that is open, else the last that began anywhere.
    var lastRun: String? {
        let known = servers.values.flatMap(\.deeds).filter { if case .addRun = $0.change { true } else { false } }
        guard openRun == nil, let last = known.max(by: { $0.time < $1.time }), case .addRun(let run) = last.change
        else {
            return openRun ?? runs.last?.run
        }
        return run.run
    }

    /// Whether a ledger has heard of a run.
    func knows(_ run: String) -> Bool { servers.values.contains { $0.store.run(run) != nil } }

    /// How many changes of steps took effect.
    var effects: Int {
        servers.values.map { server in
            server.deeds.count { deed in
                if case .changeRun = deed.change { false } else { true }
            }
        }.reduce(0, +)
    }

    /// Whether a person is needed whom the simulator has not: something cannot be taken back, or is not by its author.
    func isAsFarAsItGoes(_ result: RunResult) -> Bool {
        switch result.outcome {
        case .stopped: scenario.phases.contains { $0.rollback == .irreversible || $0.rollback == .nothing }
        case .stuck: scenario.phases.contains { $0.rollback == .forgetful || $0.rollback == .nothing }
        default: false
        }
    }

    /// Lets time pass, at most until something is so.
    func pass(until isSo: () -> Bool, _ time: Int) -> Bool { scheduler.run(within: time, until: isSo) }
}

/// The runbooks of the simulator, each compiled once.
private final class Scenarios: Sendable {
    static let shared = Scenarios()
    private let made = Guarded<[UInt64: Scenario]>([:])

    func scenario(_ number: UInt64) throws -> Scenario {
        if let known = made.withLock({ $0[number] }) { return known }
        var writer = ScenarioWriter(Chance(seed: number &* 7919 &+ 1))
        let scenario = try writer.write()
        made.withLock { $0[number] = scenario }
        return scenario
    }
}
