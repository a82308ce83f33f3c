/// What is found in more than one statement: in checks, commands, rollbacks, and over a whole plan.
struct PlanRules {
    private var checks: CheckReview
    private var commands: CommandReview
    private var access = ProtectionReview()
    private var keys = KeyReview()
    private var files: FileReview
    private let targets: [PlannedFinding]

    init(_ plan: Plan) {
        checks = CheckReview(plan)
        commands = CommandReview(plan)
        files = FileReview(plan)
        targets = AddressFindings.findings(in: plan)
    }

    /// What is found in the next phase.
    mutating func findings(in reviewed: ReviewedPhase) -> [PlannedFinding] {
        access.take(reviewed)
        keys.take(reviewed)
        return ScriptRules.findings(in: reviewed) + RollbackRules.findings(in: reviewed)
            + files.findings(in: reviewed) + checks.findings(in: reviewed) + commands.findings(in: reviewed.phase)
    }

    /// What is found over the whole plan.
    var findings: [PlannedFinding] { targets + access.findings + keys.findings }
}

extension RuleFinding {
    /// With its place in a plan.
    func placed(at place: Place, phase: String, step: String?) -> PlannedFinding {
        PlannedFinding(code, message, help: help, at: place, phase: phase, step: step)
    }

    /// At a statement.
    func placed(at statement: ReviewedStatement) -> PlannedFinding {
        placed(at: statement.place, phase: statement.phase.id, step: statement.step.id)
    }
}
