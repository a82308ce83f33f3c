import Planning

/// The catalogs that the databases of a phase must equal once it is taken back.
///
/// That is the one from before the phase, unless phases ran beside it: a catalog tells how a database was when all that
/// stands now was finished and none of what was taken back had begun. Where no catalog was kept at such a moment, there
/// is nothing to compare with, yet: once the last of the phases side by side is taken back there is.
struct CatalogReference {
    /// The catalogs, by target.
    private(set) var catalogs: [String: KeptCatalog] = [:]
    /// Phases taken back earlier that could not be compared then, and are with this.
    private(set) var covers: [String] = []

    /// The reference for a phase, taken as taken back, whatever its state says.
    init(for id: String, in state: RunState, of plan: Plan) {
        guard let phase = state.phase(id) else { return }
        for target in phase.catalogs.keys.sorted() {
            let involved = state.phases.filter { $0.catalogs[target] != nil }
            guard let chosen = Self.reference(for: phase, among: involved, state, plan) else { continue }
            catalogs[target] = chosen.catalogs[target].map {
                KeptCatalog(digest: $0, others: state.others(since: chosen.keptAt).filter { $0.target == target })
            }
            covers += involved.filter { other in
                other.id != id && other.status == .rolledBack && !other.compared.contains(target)
                    && !covers.contains(other.id) && other.keptAt >= chosen.keptAt
            }.map(\.id)
        }
    }

    private static func reference(
        for phase: RunState.PhaseState, among involved: [RunState.PhaseState], _ state: RunState, _ plan: Plan
    ) -> RunState.PhaseState? {
        // When the last of what stands was finished, and the first of what was taken back began.
        var finished = 0
        var begun = phase.keptAt
        for other in involved where other.id != phase.id {
            if other.status == .rolledBack {
                begun = min(begun, other.keptAt)
            } else if state.mustBeTakenBack(other, in: plan) {
                finished = max(finished, other.ended ?? Int.max)
            }
        }
        // What works outside of transactions shows half of itself, also when nothing is left of it in the end.
        let passing = involved.filter { plan.phase($0.id)?.showsHalf ?? false }
        return involved.last { chosen in
            chosen.started > finished && chosen.keptAt <= begun
                && passing.allSatisfy { $0.id == chosen.id || !$0.wasAtWork(beside: chosen) }
        }
    }
}

/// A catalog to compare with.
struct KeptCatalog {
    let digest: String
    /// What others changed since it was kept.
    var others: [Residue] = []
}

extension RunState.PhaseState {
    fileprivate var keptAt: Int { kept ?? 0 }

    /// Whether it may have been at work while the catalogs of another were read.
    fileprivate func wasAtWork(beside other: RunState.PhaseState) -> Bool {
        keptAt < other.keptAt && (ended ?? Int.max) > other.started
    }
}

extension PlannedPhase {
    /// Whether others see its steps before they are done.
    fileprivate var showsHalf: Bool {
        steps.contains { $0.stepClass == .nonTransactional || $0.stepClass == .external }
    }
}
