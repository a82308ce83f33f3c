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
    /// By name.
    var variables: [String: PlannedVariable] = [:]
    var usedVariables: Set<String> = []
    /// For each phase the indexes of the phases it needs, each once, ascending.
    var needs: [[Int]]
    /// Indexes of phases, in the order of the plan.
    var order: [Int] = []
    var waves: [Int]
    /// Why a phase takes no part.
    var skipped: [String?]
    /// By name.
    var captures: [String: CaptureSite] = [:]
    var conditions: [PlannedCheck?]
    var steps: [[PlannedStep]]
    var preconditions: [[PlannedCheck]]
    var checks: [[PlannedCheck]]
    var rollbacks: [PlannedRollback?]

    /// A capture and where it is made.
    struct CaptureSite {
        let capture: PlannedCapture
        let target: String
        let phase: Int
        let span: SourceSpan
    }

    init(_ request: Planner.Request) {
        self.request = request
        runbook = request.runbook
        positions = Dictionary(
            request.runbook.phases.enumerated().map { ($1.id.value, $0) }, uniquingKeysWith: { first, _ in first })
        let count = runbook.phases.count
        needs = Array(repeating: [], count: count)
        waves = Array(repeating: 0, count: count)
        skipped = Array(repeating: nil, count: count)
        conditions = Array(repeating: nil, count: count)
        steps = Array(repeating: [], count: count)
        preconditions = Array(repeating: [], count: count)
        checks = Array(repeating: [], count: count)
        rollbacks = Array(repeating: nil, count: count)
    }

    /// Where something of the runbook stands, as plans show it.
    func place(_ span: SourceSpan) -> Place { Place(file: request.path, line: span.start.line) }

    /// The finished plan; only when no pass found an error.
    func assembled() -> Plan {
        Plan(
            name: runbook.name.value,
            title: runbook.title,
            owner: runbook.owner,
            risk: runbook.risk,
            runbook: request.path,
            targets: runbook.databases.compactMap { targets[$0.name.value] },
            variables: runbook.variables.compactMap { variables[$0.name.value] },
            phases: order.map(assembledPhase))
    }

    private func assembledPhase(_ index: Int) -> PlannedPhase {
        let phase = runbook.phases[index]
        let policy = phase.onFailure ?? runbook.onFailure
        return PlannedPhase(
            id: phase.id.value,
            title: phase.title,
            description: phase.description,
            needs: needs[index].map { runbook.phases[$0].id.value },
            wave: waves[index],
            skipped: skipped[index],
            condition: conditions[index],
            preconditions: preconditions[index],
            steps: steps[index],
            checks: checks[index],
            gate: phase.gate.map { gate in
                PlannedGate(
                    question: gate.question.value,
                    deciders: gate.deciders.map(\.value),
                    timeout: gate.timeout?.milliseconds,
                    onNoGo: gate.onNoGo ?? policy,
                    moment: gate.moment,
                    place: place(gate.span))
            },
            rollback: rollbacks[index] ?? .nothing(reason: ""),
            onFailure: policy,
            estimate: phase.estimate?.milliseconds,
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
