public import Planning

/// Which phases are taken back, in which order, and which stand because nothing may take them back.
public struct UnwindOrder: Sendable {
    /// The phases that are looked at, the last first: those taken back, and those of which nothing took effect or of
    /// which something was left by a rollback, whose schema is compared.
    public let phases: [PlannedPhase]
    /// Those that are done or of which something may be there.
    let touched: Set<String>
    /// Those whose rollback has something to take back.
    let effective: Set<String>
    /// What cannot be taken back and stands, and all it was built on; phases beside it are not among them.
    let kept: Set<String>

    /// The order for phases of a plan, the last first.
    init(_ phases: [PlannedPhase], _ state: RunState, of plan: Plan) {
        let states = phases.compactMap { state.phase($0.id) }
        let effective = Set(states.filter { state.mustBeTakenBack($0, in: plan) }.map(\.id))
        self.phases = phases
        self.effective = effective
        touched = effective.union(states.filter { $0.status == .done }.map(\.id))
        kept = Self.foundations(
            of: phases.filter { $0.irreversible != nil && effective.contains($0.id) }.map(\.id), in: plan)
    }

    /// The order in which what stands of a run is taken back, as far as a phase, which stays with all before it in the
    /// plan; nil takes back everything.
    ///
    /// What an earlier rollback left is compared again wherever it is.
    ///
    /// - Throws: `RunRefusal.unknownPhase` for a phase that the plan does not have.
    public init(_ state: RunState, of plan: Plan, after phase: String?) throws(RunRefusal) {
        var later: Set<String>?
        if let phase {
            guard let index = plan.phases.firstIndex(where: { $0.id == phase }) else {
                throw .unknownPhase(phase, known: plan.phases.map(\.id))
            }
            later = Set(plan.phases[(index + 1)...].map(\.id))
        }
        let concerned = state.phases.filter { candidate in
            if candidate.leftSomething { return true }
            guard later?.contains(candidate.id) ?? true else { return false }
            return candidate.isDoneOrStands
        }
        self.init(concerned.reversed().compactMap { plan.phase($0.id) }, state, of: plan)
    }

    /// The phases that are taken back, the last first.
    public var takenBack: [PlannedPhase] { phases.filter { touched.contains($0.id) && !kept.contains($0.id) } }

    /// The phases that stand, the last first, each with the reason when it is its own.
    public var standing: [(phase: PlannedPhase, reason: String?)] {
        phases.filter { touched.contains($0.id) && kept.contains($0.id) }.map { ($0, $0.irreversible) }
    }

    /// Why there is nothing to take back of a phase; nil when there is.
    public func nothing(of phase: PlannedPhase) -> String? {
        if case .nothing(let reason) = phase.rollback { return reason }
        return effective.contains(phase.id) ? nil : "none of its steps took effect in this run"
    }

    /// These phases and all they need, however far.
    static func foundations(of phases: [String], in plan: Plan) -> Set<String> {
        var found: Set<String> = []
        var open = phases
        while let id = open.popLast() {
            guard found.insert(id).inserted else { continue }
            open += plan.phase(id)?.needs ?? []
        }
        return found
    }
}

extension PlannedPhase {
    /// Why it cannot be taken back; nil when it can.
    var irreversible: String? {
        guard case .irreversible(let reason) = rollback else { return nil }
        return reason
    }
}
