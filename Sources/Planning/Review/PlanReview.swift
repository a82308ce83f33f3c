public import Databases
import Diagnostics
import Statements

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

    /// Those of them that the plan will fail on.
    public var openErrors: [PlannedFinding] { open.filter { $0.severity == .error } }
}

extension Plan {
    /// The same plan with everything looked at that it does, given what catalogs say of its targets, by their names.
    public func reviewed(knowing schemas: [String: SchemaFacts] = [:]) -> Plan {
        let engines = Dictionary(targets.map { ($0.name, $0.engine) }) { $1 }
        let known = Dictionary(
            uniqueKeysWithValues: schemas.map { ($0, KnownSchema($1, engine: engines[$0] ?? .postgres)) })
        var reading = Reading(self, knowing: known)
        var rollbacks = RollbackReview(knowing: known.mapValues(\.ledger))
        var access = AccessReview(knowing: schemas)
        var unique = UniqueFindings()
        var others = PlanRules(self, knowing: known)
        var losses = LossReview(budget.objective)
        var impacts: [StatementImpact] = []
        var findings = review.findings.filter { $0.code == ReviewCodes.refused.id }
        for phase in active {
            let reviewed = reading.read(phase)
            access.take(reviewed)
            let back = rollbacks.review(reviewed)
            findings += StatementRules.findings(in: reviewed) + DestructionFindings.findings(in: reviewed)
            findings += unique.findings(in: reviewed) + back + losses.review(reviewed, back)
            findings += others.findings(in: reviewed)
            for step in reviewed.forward + reviewed.back {
                impacts += step.enumerated().compactMap { StatementImpact($1, index: $0) }
            }
        }
        losses.mark(&findings)
        findings += access.findings + others.findings + BudgetReview(self).findings
        var acceptances = Acceptances(self)
        let applied = findings.map { acceptances.applied(to: $0) }
        // What is accepted for a large database need not be found on a small one.
        let unused = schemas.isEmpty ? acceptances.unused : []
        return with(
            PlanReview(
                findings: applied + unused, impacts: impacts, acceptances: review.acceptances))
    }
}

extension Plan {
    /// The same plan with what SQLite refuses of it, which only the library can tell: it stays when the plan is reviewed
    /// again without one.
    func tried(in makeTrial: @Sendable () -> (any SchemaTrial)?) -> Plan {
        let findings = TrialReview.findings(in: self, trying: makeTrial)
        return findings.isEmpty ? self : with(PlanReview(findings: findings, acceptances: review.acceptances))
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
