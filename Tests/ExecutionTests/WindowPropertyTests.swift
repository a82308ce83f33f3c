import Databases
import Runbooks
import Testing

@testable import Execution
@testable import Planning

struct `Whatever a window lets begin` {
    /// Phases beside each other, gates at which people think long, and a failure at any moment: every phase takes as long
    /// as it may, and so does every rollback; the last of them is over before the window is.
    @Test(arguments: 1...300)
    func `can be taken back inside it, as long as nothing takes longer than was said`(_ seed: Int) throws {
        var chance = SplitMix(UInt64(seed))
        let plan = try Self.plan(&chance)
        let clock = ManualMachine()
        try CurrentMachine.$value.withValue(clock) {
            let watch = try #require(WindowWatch(plan, begun: .now))
            var run = Play(plan: plan, watch: watch, clock: clock, width: chance.number(1...3))
            run.play(&chance)
            #expect(clock.milliseconds <= Self.length, "\(run.began) \(plan.phases.map(\.id))")
        }
    }

    private static let length = 3_600_000

    private static func plan(_ chance: inout SplitMix) throws -> Plan {
        let count = chance.number(2...7)
        let phases = (0..<count).map { index in
            let needs = (0..<index).filter { _ in chance.number(0...2) == 0 }.map { "p\($0)" }
            let minutes = PlannedEstimate(from: 60_000, to: chance.number(1...14) * 60_000)
            let back = PlannedEstimate(chance.number(1...9) * 60_000)
            return PlannedPhase(
                id: "p\(index)", title: nil, description: nil, needs: needs, wave: 0, skipped: nil, condition: nil,
                preconditions: [], steps: [], checks: [], gate: nil,
                rollback: .steps([], checks: [], estimate: back, place: place), onFailure: .unwind, estimate: minutes,
                timeout: nil, place: place)
        }
        let window = PlannedWindow(length: length, start: nil, place: place)
        return Plan(
            name: "p", title: nil, owner: nil, risk: nil, runbook: "r", targets: [], variables: [],
            budget: PlannedBudget(window: window), phases: phases)
    }

    private static let place = Place(file: "r", line: 1)
}

/// A run that is only played: the watch is asked as a run asks it, and time passes as estimates allow.
private struct Play {
    let plan: Plan
    let watch: WindowWatch
    let clock: ManualMachine
    let width: Int
    private(set) var began: [String] = []
    private(set) var wasLate = false
    private var done: Set<String> = []
    /// When each phase under way is over, or at its gate, and whether it waits there.
    private var busy: [(phase: PlannedPhase, until: Int, isAtGate: Bool)] = []

    init(plan: Plan, watch: WindowWatch, clock: ManualMachine, width: Int) {
        (self.plan, self.watch, self.clock, self.width) = (plan, watch, clock, width)
    }

    mutating func play(_ chance: inout SplitMix) {
        var hasFailed = false
        while true {
            if !hasFailed { hasFailed = start() }
            guard let next = busy.indices.min(by: { busy[$0].until < busy[$1].until }) else { break }
            clock.pass(to: max(clock.milliseconds, busy[next].until))
            var (phase, _, isAtGate) = busy[next]
            if isAtGate || chance.number(0...2) > 0 {
                // Those who wait when another phase fails are let go.
                if isAtGate, !hasFailed, watch.refusal(at: .end, of: phase) != nil { hasFailed = true }
                busy.remove(at: next)
                watch.isDone(phase)
                done.insert(phase.id)
                if chance.number(0...9) == 0 { hasFailed = true }
            } else {
                isAtGate = true
                watch.waits(phase, at: .end)
                // People are asked until the watch says that it is too late.
                let latest = watch.latest(for: phase, at: .end).milliseconds
                let until = min(clock.milliseconds + chance.number(0...3_000_000), max(clock.milliseconds, latest))
                busy[next] = (phase, until, true)
            }
            if hasFailed {
                busy.removeAll {
                    $0.isAtGate
                        && {
                            done.insert($0.phase.id); return true
                        }($0)
                }
            }
            // What is asked later than others began has less time.
            for index in busy.indices where busy[index].isAtGate {
                let latest = watch.latest(for: busy[index].phase, at: .end).milliseconds
                busy[index].until = min(busy[index].until, max(clock.milliseconds, latest))
            }
            if busy.isEmpty, done.count == plan.phases.count { hasFailed = true }
        }
        let back = began.compactMap { plan.phase($0)?.rollback.most }.reduce(0, +)
        clock.pass(to: clock.milliseconds + back)
    }

    /// Begins what may begin; whether one of them came too late.
    private mutating func start() -> Bool {
        for phase in plan.phases where !began.contains(phase.id) && phase.needs.allSatisfy(done.contains) {
            guard busy.count < width else { return false }
            guard watch.admit(phase, RunState()) == nil else {
                wasLate = true
                return true
            }
            began.append(phase.id)
            busy.append((phase, clock.milliseconds + (phase.most ?? 0), false))
        }
        return false
    }
}

/// A machine of which only the clock is used, and which stands still.
private final class ManualMachine: Machine {
    private let here = ThisMachine()
    private let shared = Guarded(0)

    var milliseconds: Int { shared.withLock { $0 } }

    func pass(to time: Int) { shared.withLock { $0 = time } }

    var disk: any Disk { here.disk }
    var executor: (any TaskExecutor)? { nil }
    var now: ContinuousClock.Instant { here.now }
    var time: String { ClockTime(milliseconds: milliseconds).description }
    var process: String { here.process }
    func sleep(for time: Duration) async {}
    func letters(_ count: Int, of alphabet: [Character]) -> String { here.letters(count, of: alphabet) }
    func end(process: String) {}
    func number(in range: ClosedRange<Int>) -> Int { range.lowerBound }
    func run(_ program: ChildProcess) async throws(FileFailure) -> ChildProcess.Ending { try await here.run(program) }
}

/// Numbers by chance, the same for the same seed.
private struct SplitMix {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return range.lowerBound + Int((mixed ^ (mixed >> 31)) % UInt64(range.count))
    }
}
