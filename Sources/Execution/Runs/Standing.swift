public import Planning

extension RunState {
    /// Whether anything a plan's steps changed is there still, or may be.
    func stands(in plan: Plan) -> Bool { !standing(in: plan).isEmpty }

    /// The phases of which something is there still, or may be: what only reads leaves nothing, nor does a program
    /// whose phase has nothing to take back.
    public func standing(in plan: Plan) -> [PhaseState] {
        phases.filter { state in
            guard state.standsToBeUndone, let phase = plan.phase(state.id) else { return state.standsToBeUndone }
            if state.status == .rollingBack || state.status == .rollbackFailed { return true }
            // What people do once its gate says go is not among its steps.
            if case .irreversible = phase.rollback, state.status == .done { return true }
            let harmless = phase.steps.filter { step in
                if case .nothing = phase.rollback, step.stepClass == .external { return true }
                return step.stepClass == .readOnly
            }
            return !Set(state.applied + [state.inDoubt].compactMap { $0 }).isSubset(of: harmless.map(\.id))
        }
    }
}
