public import Statements

/// What a plan does, statement by statement, and what of it a reviewer should know.
public struct PlanReview: Sendable, Equatable {
    /// In the order of the plan.
    public internal(set) var findings: [PlannedFinding] = []

    /// Those that nobody has accepted.
    public var open: [PlannedFinding] { findings.filter { $0.accepted == nil } }
}

extension Plan {
    /// Looks at everything the plan does, given what is known of the schemas of its targets.
    public func reviewed(knowing schemas: [String: SchemaModel] = [:]) -> PlanReview {
        var reading = Reading(self, knowing: schemas)
        var rollbacks = RollbackReview()
        for phase in active {
            let reviewed = reading.read(phase)
            rollbacks.review(reviewed)
        }
        let acceptances = Acceptances(self)
        return PlanReview(findings: rollbacks.findings.map { acceptances.applied(to: $0) })
    }
}
