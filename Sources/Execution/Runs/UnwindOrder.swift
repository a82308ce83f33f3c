public import Planning

/// Which phases are taken back, in which order, and which stand because nothing may take them back.
public struct UnwindOrder: Sendable {
    /// The phases that are looked at, the last first: those taken back, and those of which nothing took effect or of
    /// which something was left by a rollback, whose schema is compared.
    public let phases: [PlannedPhase]
    /// Those of which something may be there.
    let touched: Set<String>
    /// What cannot be taken back and stands, and all it was built on; phases beside it are not among them.
    let kept: Set<String>

    /// The order for phases of a plan, the last first.
    init(_ phases: [PlannedPhase], _ state: RunState, of plan: Plan) {
        self.phases = phases
        touched = Set(phases.map(\.id).filter { state.phase($0)?.standsToBeUndone ?? false })
        let standing = Set(state.standing(in: plan).map(\.id))
        let barriers = phases.filter { $0.irreversible != nil && standing.contains($0.id) }
        kept = Self.foundations(of: barriers, in: plan)
    }

    /// The order in which what stands of a run is taken back, as far as a phase, which stays; nil takes back everything.
    ///
    /// - Throws: `RunRefusal.unknownPhase` for a phase that the run has not begun.
    public init(_ state: RunState, of plan: Plan, after phase: String?) throws(RunRefusal) {
        var begun = state.phases[...]
        if let phase {
            guard let index = begun.firstIndex(where: { $0.id == phase }) else {
                throw .unknownPhase(phase, known: begun.map(\.id))
            }
            begun = begun[(index + 1)...]
        }
        let concerned = begun.filter { $0.standsToBeUndone || $0.leftSomething }
        self.init(concerned.reversed().compactMap { plan.phase($0.id) }, state, of: plan)
    }

    /// The phases that are taken back, the last first.
    public var takenBack: [PlannedPhase] { phases.filter { touched.contains($0.id) && !kept.contains($0.id) } }

    /// The phases that stand, the last first, each with the reason when it is its own.
    public var standing: [(phase: PlannedPhase, reason: String?)] {
        phases.filter { touched.contains($0.id) && kept.contains($0.id) }.map { ($0, $0.irreversible) }
    }

    /// These phases and all they need, however far.
    private static func foundations(of phases: [PlannedPhase], in plan: Plan) -> Set<String> {
        var found: Set<String> = []
        var open = phases.map(\.id)
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
