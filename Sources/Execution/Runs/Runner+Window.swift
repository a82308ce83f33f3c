import Planning

/// When a run may begin and go on.
extension Runner {
    /// Makes sure that it is the time of a plan whose window has a beginning.
    func refuseOutsideWindow(_ plan: Plan) throws(RunRefusal) {
        guard let window = plan.budget.window, let start = window.start?.time else { return }
        let now = ClockTime.now
        let end = window.end(begun: now)
        guard now < start || now >= end else { return }
        throw .outsideWindow(
            run: nil, now: window.words(for: now), from: window.words(for: start), to: window.words(for: end),
            isEarly: now < start)
    }

    /// Makes sure that a run that is to go forward is still in its window.
    func refuseAfterWindow(_ plan: Plan, _ run: String, begun: ClockTime) throws(RunRefusal) {
        guard let window = plan.budget.window else { return }
        let now = ClockTime.now
        let end = window.end(begun: begun)
        guard now >= end else { return }
        throw .outsideWindow(
            run: run, now: window.words(for: now), from: window.words(for: window.start?.time ?? begun),
            to: window.words(for: end), isEarly: false)
    }
}

extension RunState {
    /// The phases whose failure has a policy that was not followed yet when the process died.
    var unfollowed: [String] {
        outcome == nil ? phases.filter { $0.failure?.hasPolicy ?? false }.map(\.id) : []
    }

    /// Whether to go on with the run begins anything: it is not taken back, has not ended, and phases are left.
    func goesForward(in plan: Plan) -> Bool {
        guard !isUnwinding, unfollowed.isEmpty, !(outcome?.isFinal ?? false) else { return false }
        return plan.phases.contains { phase in
            let status = self.phase(phase.id)?.status
            return status != .done && status != .skipped
        }
    }
}

extension [JournalLine] {
    /// When the run began whose journal this is: now, where it has not.
    var begun: ClockTime { first.flatMap { ClockTime($0.time) } ?? .now }
}
