public import Runbooks

/// What the failure of a phase does to the phases before it, as far as a plan can tell.
public struct FailureConsequence: Sendable, Equatable {
    /// The policy it follows from.
    public let policy: FailurePolicy
    /// The irreversible phase an unwind ends at: the phase itself, or one before it.
    public let barrier: String?
    /// The phases whose rollback has something to do, in the order of the plan.
    private let undone: ArraySlice<String>

    fileprivate init(policy: FailurePolicy, undone: ArraySlice<String> = [], barrier: String? = nil) {
        self.policy = policy
        self.undone = undone
        self.barrier = barrier
    }

    /// The phases whose rollback has something to do, in the order they are taken back.
    public var takesBack: ReversedCollection<ArraySlice<String>> { undone.reversed() }
}

extension Plan {
    /// What the failure of each phase does, in the order of the phases, one of them after the other.
    ///
    /// A phase counts as done when it stands before the failed one in the plan.
    public var consequences: [FailureConsequence] {
        let history = UndoHistory(self)
        return phases.indices.map { history.consequence(of: phases[$0].onFailure, at: $0, in: self) }
    }

    /// What a no-go at the gate of each phase does, in the order of the phases; nil where there is no gate.
    public var gateConsequences: [FailureConsequence?] {
        let history = UndoHistory(self)
        return phases.indices.map { index in
            phases[index].gate.map { gate in
                history.consequence(of: gate.onNoGo, at: index, in: self, applied: gate.moment == .end)
            }
        }
    }

    /// What the failure of a phase does; nil when the plan has no such phase.
    public func consequence(ofFailing id: String) -> FailureConsequence? {
        phases.firstIndex { $0.id == id }.map {
            UndoHistory(self).consequence(of: phases[$0].onFailure, at: $0, in: self)
        }
    }
}

/// Which phases have a rollback with steps, and where an unwind from each phase would end; shared by all of them, so
/// that a plan of many phases is worked through once.
private struct UndoHistory {
    /// The phases with something to do in their rollback, in the order of the plan.
    private var undoable: [String] = []
    /// How many of them stand before each phase, and one number more for the end.
    private var before: [Int] = []
    /// Where the unwind ends, before each phase: the barrier's name and how many of `undoable` lie behind it.
    private var barriers: [(id: String, count: Int)?] = []

    init(_ plan: Plan) {
        var barrier: (id: String, count: Int)?
        for phase in plan.phases {
            before.append(undoable.count)
            barriers.append(barrier)
            guard phase.skipped == nil else { continue }
            switch phase.rollback {
            case .steps: undoable.append(phase.id)
            case .irreversible: barrier = (phase.id, undoable.count)
            case .nothing: break
            }
        }
        before.append(undoable.count)
    }

    func consequence(
        of policy: FailurePolicy,
        at index: Int,
        in plan: Plan,
        applied: Bool = true
    ) -> FailureConsequence {
        let phase = plan.phases[index]
        let end = applied ? before[index + 1] : before[index]
        switch policy {
        case .stop, .ask: return FailureConsequence(policy: policy)
        case .rollback where !applied: return FailureConsequence(policy: policy)
        case .rollback, .unwind:
            if applied, case .irreversible = phase.rollback {
                return FailureConsequence(policy: policy, barrier: phase.id)
            }
            if policy == .rollback {
                return FailureConsequence(policy: policy, undone: undoable[before[index]..<end])
            }
            let barrier = barriers[index]
            return FailureConsequence(
                policy: policy,
                undone: undoable[(barrier?.count ?? 0)..<end],
                barrier: barrier?.id
            )
        }
    }
}
