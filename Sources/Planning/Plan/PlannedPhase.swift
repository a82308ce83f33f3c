public import Runbooks

/// A phase with every name resolved.
public struct PlannedPhase: Sendable, Equatable {
    /// Its name.
    public let id: String
    /// What it does, in a line.
    public let title: String?
    /// What it does, at length.
    public let description: String?
    /// The phases that must be done first, in the order of the plan.
    public let needs: [String]
    /// How many phases deep its dependencies go: phases of one wave may run in parallel.
    public let wave: Int
    /// Why it takes no part, when a variable decides so.
    public let skipped: String?
    /// What must answer as expected, or the phase is passed over.
    public let condition: PlannedCheck?
    /// What must hold before its first step.
    public let preconditions: [PlannedCheck]
    /// What it does.
    public let steps: [PlannedStep]
    /// What must hold after its last step.
    public let checks: [PlannedCheck]
    /// The decision of people.
    public let gate: PlannedGate?
    /// What takes it back.
    public let rollback: PlannedRollback
    /// What its failure does.
    public let onFailure: FailurePolicy
    /// How long it should take.
    public let estimate: PlannedEstimate?
    /// How long it may take, in milliseconds.
    public let timeout: Int?
    /// Where it is written.
    public let place: Place

    /// The databases it touches, each once.
    public var targets: [String] {
        var names: [String] = []
        let used = steps.map(\.target) + (preconditions + checks + (condition.map { [$0] } ?? [])).compactMap(\.target)
        for name in used where !names.contains(name) { names.append(name) }
        return names
    }
}

/// The go/no-go decision of people.
public struct PlannedGate: Sendable, Equatable {
    /// What they are asked.
    public let question: String
    /// Who must answer, by role; nobody named means whoever runs it.
    public let deciders: [String]
    /// How long they have, in milliseconds; silence is no-go.
    public let timeout: Int?
    /// What a no-go does.
    public let onNoGo: FailurePolicy
    /// When it is asked.
    public let moment: Gate.Moment
    /// Where it is written.
    public let place: Place

    /// The same with no more time than this, in milliseconds.
    public func lasting(_ time: Int) -> PlannedGate {
        PlannedGate(
            question: question, deciders: deciders, timeout: min(timeout ?? time, time), onNoGo: onNoGo,
            moment: moment, place: place)
    }
}

/// What takes a phase back.
public enum PlannedRollback: Sendable, Equatable {
    /// Steps, then checks.
    case steps([PlannedStep], checks: [PlannedCheck], estimate: PlannedEstimate?, place: Place)
    /// There is nothing to take back.
    case nothing(reason: String)
    /// It cannot be taken back; no automatic unwind goes past it.
    case irreversible(reason: String)
}

extension PlannedPhase {
    /// The steps of its rollback.
    public var rollbackSteps: [PlannedStep] {
        guard case .steps(let steps, _, _, _) = rollback else { return [] }
        return steps
    }
}
