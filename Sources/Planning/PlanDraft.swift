import Databases
import Diagnostics
import Runbooks

/// A plan in the making: the runbook, and what each pass adds to it.
struct PlanDraft {
    let request: Planner.Request
    let runbook: Runbook
    var findings = Findings()
    /// The place of each phase in the file, by id.
    let positions: [String: Int]
    /// By name.
    var targets: [String: PlannedTarget] = [:]
    /// As the runbook defines them, by name.
    let definitions: [String: Variable]
    /// With their values, by name; those without a usable one are missing.
    var variables: [String: PlannedVariable] = [:]
    var usedVariables: Set<String> = []
    /// What has been said of a name once and for all, so that one cause is one finding.
    var said: Set<String> = []
    /// What the runbook says of itself, with variables in place.
    var title: String?
    var description: String?
    var owner: String?
    var consent = PlannedConsent()
    /// Statements the built-in grammar refuses.
    var questions: [ServerQuestion] = []
    /// Files that were read, by path and dialect: one file has the same bytes in every step.
    var scripts: [ScriptKey: ScriptFile] = [:]
    /// Where each id of a step or a check was given, by the whole id.
    var stepIDs: [String: SourceSpan] = [:]
    var checkIDs: [String: SourceSpan] = [:]
    /// Where each backup is asked for, by its path.
    var backups: [String: SourceSpan] = [:]
    /// For each phase the indexes of the phases it needs, each once, ascending.
    var needs: [[Int]]
    /// Indexes of phases, in the order of the plan.
    var order: [Int] = []
    var waves: [Int]
    /// Why a phase takes no part.
    var skipped: [String?]
    /// By name.
    var captures: [String: CaptureSite] = [:]
    /// For each phase that captures: which phases are known to come after it, or not to.
    var followers: [Int: [Int: Bool]] = [:]
    var titles: [PhaseTexts]
    var gates: [PlannedGate?]
    var conditions: [PlannedCheck?]
    var steps: [[PlannedStep]]
    var preconditions: [[PlannedCheck]]
    var checks: [[PlannedCheck]]
    var rollbacks: [PlannedRollback?]

    /// What a phase says of itself, with variables in place.
    struct PhaseTexts {
        var title: String?
        var description: String?
    }

    init(_ request: Planner.Request) {
        self.request = request
        runbook = request.runbook
        definitions = Dictionary(
            request.runbook.variables.map { ($0.name.value, $0) }, uniquingKeysWith: { first, _ in first })
        positions = Dictionary(
            request.runbook.phases.enumerated().map { ($1.id.value, $0) }, uniquingKeysWith: { first, _ in first })
        let count = runbook.phases.count
        needs = Array(repeating: [], count: count)
        waves = Array(repeating: 0, count: count)
        skipped = Array(repeating: nil, count: count)
        titles = Array(repeating: PhaseTexts(), count: count)
        gates = Array(repeating: nil, count: count)
        conditions = Array(repeating: nil, count: count)
        steps = Array(repeating: [], count: count)
        preconditions = Array(repeating: [], count: count)
        checks = Array(repeating: [], count: count)
        rollbacks = Array(repeating: nil, count: count)
    }

    /// Where something of the runbook stands, as plans show it.
    func place(_ span: SourceSpan) -> Place { Place(file: request.path, line: span.line) }

    /// The finished plan; only when no pass found an error.
    func assembled() -> Plan {
        var ranks = [Int](repeating: 0, count: order.count)
        for (rank, index) in order.enumerated() { ranks[index] = rank }
        return Plan(
            name: runbook.name.value,
            title: title,
            owner: owner,
            risk: runbook.risk,
            runbook: request.path,
            targets: runbook.databases.compactMap { targets[$0.name.value] },
            variables: runbook.variables.compactMap { variables[$0.name.value] },
            patience: PlannedPatience(
                lockWait: runbook.lockWait?.milliseconds, resumesAfterDisconnect: runbook.onDisconnect == .resume),
            consent: consent,
            budget: PlannedBudget(runbook, place),
            phases: order.map { assembledPhase($0, ranks) },
            review: PlanReview(acceptances: acceptances),
            description: description)
    }

    /// What the runbook and its phases leave as it is.
    private var acceptances: [PlannedAcceptance] {
        let all =
            runbook.accepted.map { ($0, String?.none) }
            + order.flatMap { index in runbook.phases[index].accepted.map { ($0, runbook.phases[index].id.value) } }
        return all.map { accepted, phase in
            PlannedAcceptance(
                code: accepted.code.value, phase: phase, reason: accepted.reason, place: place(accepted.code.span))
        }
    }

    private func assembledPhase(_ index: Int, _ ranks: [Int]) -> PlannedPhase {
        let phase = runbook.phases[index]
        return PlannedPhase(
            id: phase.id.value,
            title: titles[index].title,
            description: titles[index].description,
            needs: needs[index].sorted { ranks[$0] < ranks[$1] }.map { runbook.phases[$0].id.value },
            wave: waves[index],
            skipped: skipped[index],
            condition: conditions[index],
            preconditions: preconditions[index],
            steps: steps[index],
            checks: checks[index],
            gate: gates[index],
            // A document without a rollback is refused when it is read; were one to come here, nothing may pass it.
            rollback: rollbacks[index] ?? .irreversible(reason: "the runbook names no rollback"),
            onFailure: phase.onFailure ?? runbook.onFailure,
            estimate: phase.estimate.map(PlannedEstimate.init),
            timeout: phase.timeout?.milliseconds,
            place: place(phase.span))
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    public var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
