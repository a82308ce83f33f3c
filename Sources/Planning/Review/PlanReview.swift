public import Statements

/// What a plan does, statement by statement, and what of it a reviewer should know.
public struct PlanReview: Sendable, Equatable {
    /// In the order of the plan.
    public let findings: [PlannedFinding]
    /// What statements do and lock, in the order of the plan; those that only write some rows are left out.
    public let impacts: [StatementImpact]

    /// What the runbook leaves as it is.
    public let acceptances: [PlannedAcceptance]

    init(
        findings: [PlannedFinding] = [], impacts: [StatementImpact] = [], acceptances: [PlannedAcceptance] = []
    ) {
        self.findings = findings
        self.impacts = impacts
        self.acceptances = acceptances
    }

    /// The findings that nobody has accepted.
    public var open: [PlannedFinding] { findings.filter { $0.accepted == nil } }
}

extension Plan {
    /// The same plan with everything looked at that it does, given what is known of the schemas of its targets.
    public func reviewed(knowing schemas: [String: SchemaModel] = [:]) -> Plan {
        var reading = Reading(self, knowing: schemas)
        var rollbacks = RollbackReview()
        var access = AccessReview()
        var losses = LossReview(budget.objective)
        var impacts: [StatementImpact] = []
        var findings: [PlannedFinding] = []
        for phase in active {
            let reviewed = reading.read(phase)
            access.take(reviewed)
            let back = rollbacks.review(reviewed)
            findings += StatementRules.findings(in: reviewed) + back + losses.review(reviewed, back)
            for step in reviewed.forward + reviewed.back {
                impacts += step.enumerated().compactMap { StatementImpact($1, index: $0) }
            }
        }
        losses.mark(&findings)
        findings += access.findings + BudgetReview(self).findings
        var acceptances = Acceptances(self)
        let applied = findings.map { acceptances.applied(to: $0) }
        return with(
            PlanReview(
                findings: applied + acceptances.unused, impacts: impacts, acceptances: review.acceptances))
    }
}

/// A kind of finding that a runbook leaves as it is.
public struct PlannedAcceptance: Sendable, Equatable {
    /// The code.
    public let code: String
    /// The phase it is left in; nil for all.
    public let phase: String?
    /// Why.
    public let reason: String
    /// Where that is written.
    public let place: Place
}
