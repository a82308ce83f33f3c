import Statements

/// What is found in more than one statement: in checks, commands, rollbacks, and over a whole plan.
struct PlanRules {
    private var checks: CheckReview
    private var commands: CommandReview
    /// By target: databases share no names.
    private var protections: [String: ProtectionReview] = [:]
    private var keys: [String: KeyReview] = [:]
    private var files: FileReview
    private let targets: [PlannedFinding]

    /// Given what catalogs say of its targets.
    init(_ plan: Plan, knowing schemas: [String: KnownSchema]) {
        checks = CheckReview(plan, knowing: schemas)
        commands = CommandReview(plan)
        files = FileReview(plan)
        targets = AddressFindings.findings(in: plan)
    }

    /// What is found in the next phase.
    mutating func findings(in reviewed: ReviewedPhase) -> [PlannedFinding] {
        for statement in reviewed.statements {
            protections[statement.step.target, default: ProtectionReview()].take(statement)
            keys[statement.step.target, default: KeyReview()].take(statement)
        }
        return ScriptRules.findings(in: reviewed) + RollbackRules.findings(in: reviewed)
            + files.findings(in: reviewed) + checks.findings(in: reviewed) + commands.findings(in: reviewed.phase)
    }

    /// What is found over the whole plan.
    var findings: [PlannedFinding] {
        let names = protections.keys.sorted()
        return targets + names.flatMap { protections[$0]?.findings ?? [] } + names.flatMap { keys[$0]?.findings ?? [] }
    }
}

extension RuleFinding {
    /// With its place in a plan.
    func placed(at place: Place, phase: String, step: String?) -> PlannedFinding {
        PlannedFinding(code, message, help: help, severity: severity, at: place, phase: phase, step: step)
    }

    /// At a statement.
    func placed(at statement: ReviewedStatement) -> PlannedFinding { placed(at: StatementSite(statement)) }

    /// Where a statement was.
    func placed(at site: StatementSite) -> PlannedFinding { placed(at: site.place, phase: site.phase, step: site.step) }
}

/// Where a statement stands: what is kept of it until the end of a plan.
struct StatementSite {
    let place: Place
    let phase: String
    let step: String

    init(_ statement: ReviewedStatement) {
        (place, phase, step) = (statement.place, statement.phase.id, statement.step.id)
    }
}
