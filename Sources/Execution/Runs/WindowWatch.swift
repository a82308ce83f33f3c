import Databases
import Planning
import Runbooks

/// Keeps what a run begins inside its window: nothing begins that could not be taken back before the window ends.
///
/// It knows every phase that began and until when it may be at work, so that those beside each other do not count on the
/// same time. What was begun by an earlier process is in the state of the run.
final class WindowWatch: Sendable {
    private let plan: Plan
    private let window: PlannedWindow
    /// When the window ends.
    let end: ClockTime
    private let shared = Guarded(Shared())

    private struct Shared {
        /// Until when each phase that began may be at work.
        var busy: [String: ClockTime] = [:]
        /// What stands or is under way and can be taken back.
        var begun: Set<String> = []
    }

    /// The watch over a run that began then; nil where the plan has no window.
    init?(_ plan: Plan, begun: ClockTime) {
        guard let window = plan.budget.window else { return nil }
        self.plan = plan
        self.window = window
        end = window.end(begun: begun)
    }

    /// Lets a phase begin; why it may not, when it could not be taken back any more.
    ///
    /// Phases and rollbacks without an estimate count as nothing, so that then only the end of the window counts.
    func admit(_ phase: PlannedPhase, _ state: RunState) -> FailureCause? {
        let standing = state.phases.filter(\.isDoneOrStands)
        let gone = standing.filter { plan.phase($0.id)?.irreversible != nil && state.mustBeTakenBack($0, in: plan) }
        let kept = UnwindOrder.foundations(of: gone.map(\.id), in: plan)
        let now = ClockTime.now
        return shared.withLock { shared in
            let begun = Set(standing.map(\.id)).union(shared.busy.keys).union([phase.id]).subtracting(kept)
            let unwind = unwind(begun)
            let done = max(now.adding(phase.most ?? 0), shared.busy.values.max() ?? now)
            guard now < end, done.adding(unwind) <= end else {
                return refusal(of: phase, work: phase.most ?? 0, unwind, done.adding(unwind), now)
            }
            shared.busy[phase.id] = done
            shared.begun = begun
            return nil
        }
    }

    /// Notes that a phase waits for people, after its work where its gate is at the end.
    func waits(_ phase: PlannedPhase, at moment: Gate.Moment) {
        guard moment == .end else { return }
        shared.withLock { $0.busy[phase.id] = .now }
    }

    /// Notes that a phase goes on after its gate.
    func goesOn(_ phase: PlannedPhase, after moment: Gate.Moment) {
        guard moment == .start else { return }
        shared.withLock { $0.busy[phase.id] = ClockTime.now.adding(phase.most ?? 0) }
    }

    /// Notes that a phase has done its work.
    func isDone(_ phase: PlannedPhase) { shared.withLock { $0.busy[phase.id] = .now } }

    /// Until when the gate of a phase that began may say go.
    func latest(for phase: PlannedPhase, at moment: Gate.Moment) -> ClockTime {
        end.adding(-unwind(after: phase, at: moment) - (moment == .start ? phase.most ?? 0 : 0))
    }

    /// Why the gate of a phase is no-go whatever people say; nil while it may say go.
    func refusal(at moment: Gate.Moment, of phase: PlannedPhase) -> FailureCause? {
        let now = ClockTime.now
        guard now >= end || now > latest(for: phase, at: moment) else { return nil }
        let work = moment == .start ? phase.most ?? 0 : 0
        let unwind = unwind(after: phase, at: moment)
        return refusal(of: phase, work: work, unwind, now.adding(work + unwind), now)
    }

    /// How long taking back takes when a gate says no-go: what an irreversible phase has done keeps all there is.
    private func unwind(after phase: PlannedPhase, at moment: Gate.Moment) -> Int {
        let begun = shared.withLock(\.begun)
        guard moment == .end, phase.irreversible != nil else { return unwind(begun) }
        return unwind(begun.subtracting(UnwindOrder.foundations(of: [phase.id], in: plan)))
    }

    /// How long it takes at most to take phases back, in milliseconds.
    private func unwind(_ phases: Set<String>) -> Int {
        phases.reduce(0) { $0 &+ (plan.phase($1)?.rollback.most ?? 0) }
    }

    private func refusal(
        of phase: PlannedPhase, work: Int, _ unwind: Int, _ over: ClockTime, _ now: ClockTime
    ) -> FailureCause {
        let close = window.words(for: end)
        guard now < end else {
            return FailureCause(message: "too late for \(phase.id): the window ended at \(close)", place: phase.place)
        }
        let parts = [
            work > 0 ? "up to \(work.timeWords) of work" : nil,
            unwind > 0 ? "up to \(unwind.timeWords) to take everything back" : nil,
        ].compactMap(\.self)
        let late = over.milliseconds - end.milliseconds
        let message =
            "too late for \(phase.id): \(parts.joined(separator: " and ")) would go on for \(late.roundedUp.timeWords)"
            + " after the end of the window at \(close)"
        return FailureCause(message: message, place: phase.place)
    }
}

extension GateDecision {
    /// Who decides where the window leaves no time: no name of a role has a blank.
    public static let window = "the window"
}

extension ClockTime {
    /// By the clock of the machine.
    static var now: ClockTime { ClockTime(CurrentMachine.value.time) ?? ClockTime(milliseconds: 0) }
}

extension Int {
    /// Whole seconds, not less.
    fileprivate var roundedUp: Int { (self + 999) / 1000 * 1000 }
}
