public import Statements

/// What a plan does, statement by statement, and what of it a reviewer should know.
public struct PlanReview: Sendable, Equatable {
    /// In the order of the plan.
    public let findings: [PlannedFinding]
    /// What statements do and lock, in the order of the plan; those that only write some rows are left out.
    public let impacts: [StatementImpact]

    init(findings: [PlannedFinding] = [], impacts: [StatementImpact] = []) {
        self.findings = findings
        self.impacts = impacts
    }

    /// The findings that nobody has accepted.
    public var open: [PlannedFinding] { findings.filter { $0.accepted == nil } }
}

extension Plan {
    /// The same plan with everything looked at that it does, given what is known of the schemas of its targets.
    public func reviewed(knowing schemas: [String: SchemaModel] = [:]) -> Plan {
        var reading = Reading(self, knowing: schemas)
        var rollbacks = RollbackReview()
        var impacts: [StatementImpact] = []
        var findings: [PlannedFinding] = []
        for phase in active {
            let reviewed = reading.read(phase)
            findings += StatementRules.findings(in: reviewed) + rollbacks.review(reviewed)
            for step in reviewed.forward + reviewed.back {
                impacts += step.enumerated().compactMap { StatementImpact($1, index: $0) }
            }
        }
        let acceptances = Acceptances(self)
        return with(
            PlanReview(findings: findings.map { acceptances.applied(to: $0) }, impacts: impacts))
    }
}
