public import Planning

extension RunState {
    /// Whether anything a plan's steps changed is there still, or may be.
    public func stands(in plan: Plan) -> Bool { !standing(in: plan).isEmpty }

    /// Whether to begin anew would do something again: something stands, or a program ran of which nobody says that it
    /// may run twice.
    func hasActed(in plan: Plan) -> Bool {
        guard !isUnwinding, !stands(in: plan) else { return stands(in: plan) }
        let ran = Set(phases.flatMap(\.programs))
        return plan.phases.flatMap(\.steps).contains { ran.contains($0.id) && !$0.isRepeatable && $0.doneWhen == nil }
    }

    /// The phases of which something is there still, or may be; not those of which only programs ran that their
    /// authors say leave nothing.
    public func standing(in plan: Plan) -> [PhaseState] {
        phases.filter { state in
            guard mustBeTakenBack(state, in: plan) else { return false }
            guard case .nothing? = plan.phase(state.id)?.rollback else { return true }
            return state.inDoubt != nil || !Set(state.applied).isSubset(of: state.programs)
        }
    }

    /// Whether a phase did something that its rollback is for: what was passed over was there before, and what only
    /// reads leaves nothing.
    public func mustBeTakenBack(_ state: PhaseState, in plan: Plan) -> Bool {
        guard state.status != .rolledBack, state.status != .skipped else { return false }
        if state.hasEffect { return true }
        guard state.wasDone, let phase = plan.phase(state.id) else { return false }
        // What people do before its gate says go is not among its steps.
        let acts = phase.steps.contains { $0.stepClass != .readOnly }
        return switch phase.rollback {
        case .irreversible: true
        case .steps: !acts
        case .nothing: false
        }
    }

    /// The phases whose programs ran although nothing takes back what they did.
    public func unreversedPrograms(in plan: Plan) -> [PhaseState] {
        phases.filter { state in
            guard !state.programs.isEmpty, case .nothing? = plan.phase(state.id)?.rollback else { return false }
            return true
        }
    }
}
