import Planning

/// A plan with what follows from it worked out once: what each failure does, and what statements do and lock.
struct PlanOutline {
    let plan: Plan
    let impacts: Impacts
    /// When each phase may begin at the latest; nothing without a window.
    let latest: [String: String]
    private let consequences: [FailureConsequence]
    private let gateConsequences: [FailureConsequence?]

    init(_ plan: Plan) {
        self.plan = plan
        impacts = Impacts(plan.review)
        latest = BudgetFacts(plan).latest
        consequences = plan.consequences
        gateConsequences = plan.gateConsequences
    }

    /// What the failure of the phase at this place does, in a few words.
    func ifItFails(_ index: Int) -> String {
        let phase = plan.phases[index]
        return phase.skipped == nil ? consequences[index].words(in: phase.id) : "-"
    }

    /// When the phase at this place begins, how long it takes and what its failure does, a few words each.
    func course(of index: Int) -> [String] {
        let phase = plan.phases[index]
        if let reason = phase.skipped { return ["skipped: \(reason.prose)"] }
        var words = [phase.needs.isEmpty ? "at once" : "after \(phase.needs.listed(6))"]
        words.append(phase.estimate.map { "takes \($0.words)" } ?? "no estimate")
        if let limit = phase.timeout { words.append("at most \(limit.duration)") }
        if let moment = latest[phase.id] { words.append("begins by \(moment) at the latest") }
        return words + ["if it fails: \(ifItFails(index))"]
    }

    /// What a no-go at its gate does; nil where there is no gate.
    func ifNoGo(_ index: Int) -> String? { gateConsequences[index]?.words(in: plan.phases[index].id) }
}
