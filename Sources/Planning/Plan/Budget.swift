import CanonicalJSON

/// How the estimates of a plan stand to its window: the last moment at which each phase may begin, so that all can still
/// be taken back before the window ends, and where there is no way back.
public struct Budget: Sendable, Equatable {
    /// What is kept for each phase that takes part, in the order of the plan.
    public let starts: [PhaseBudget]
    /// The first phases, on each way through the plan, after which there is no way back.
    public let barriers: [String]
    /// How long after the beginning of the window everything can last be taken back before its end, in milliseconds;
    /// nil without a window.
    public let lastReturn: Int?

    /// The phase whose unwind takes longest, the first of several.
    public var longest: PhaseBudget? {
        guard let most = starts.map(\.unwind).max() else { return nil }
        return starts.first { $0.unwind == most }
    }
}

/// The time a phase needs.
public struct PhaseBudget: Sendable, Equatable {
    /// The phase.
    public let phase: String
    /// How long it takes at most, in milliseconds: its timeout, else the upper end of its estimate; nil when it has
    /// neither.
    public let most: Int?
    /// How long it takes at most to take back what may stand when it fails, in milliseconds, as far as the nearest
    /// barrier; rollbacks without an estimate count as nothing.
    public let unwind: Int
    /// How long after the beginning of the window it may last begin, in milliseconds; nil without a window.
    public let latestStart: Int?
    /// How long after the beginning of the run it should begin, in milliseconds.
    public let expectedStart: Int
    /// Whether an estimate is missing, so that nothing of this is a promise.
    public let isOpen: Bool
}

extension PlannedPhase {
    /// How long it takes at most, in milliseconds: it is stopped at its timeout, and else takes what was estimated.
    public var most: Int? { timeout ?? estimate?.to }
}

extension PlannedRollback {
    /// How long it takes at most, in milliseconds; nil when it has steps and nobody said how long they take.
    public var most: Int? {
        guard case .steps(_, _, let estimate, _) = self else { return 0 }
        return estimate?.to
    }
}

extension Plan {
    /// How its estimates stand to its window.
    public var times: Budget { Budget(phases, budget) }
}

extension Budget {
    init(_ phases: [PlannedPhase], _ budget: PlannedBudget) {
        let relations = PhaseRelations(phases)
        let costs = PhaseCosts(phases.map { $0.skipped == nil ? $0.rollback.most : 0 })
        let window = budget.window?.length
        var finish: [Int] = []
        var starts: [PhaseBudget] = []
        for (index, phase) in phases.enumerated() {
            let start = relations.needs[index].map { finish[$0] }.max() ?? 0
            finish.append(start &+ (phase.skipped == nil ? phase.estimate?.to ?? 0 : 0))
            guard phase.skipped == nil else { continue }
            // What does not wait for it may be done before it, and what a barrier before it stands on stays.
            let stays = relations.after[index].union(relations.kept[index])
            let unwind = costs.total &- costs.sum(of: stays)
            starts.append(
                PhaseBudget(
                    phase: phase.id, most: phase.most, unwind: unwind,
                    latestStart: window.map { $0 &- (phase.most ?? 0) &- unwind }, expectedStart: start,
                    isOpen: phase.most == nil || !costs.unknown.isSubset(of: stays)))
        }
        self.starts = starts
        barriers = phases.indices.filter { phases[$0].isBarrier && relations.kept[$0].isEmpty }.map { phases[$0].id }
        lastReturn = window.map { $0 &- (starts.map(\.unwind).max() ?? 0) }
    }
}

extension PlannedPhase {
    /// Whether nothing takes it back.
    var isBarrier: Bool {
        guard skipped == nil, case .irreversible = rollback else { return false }
        return true
    }
}

extension Budget {
    /// What people approve of it: nothing where there is neither a window nor an objective.
    static func json(_ phases: [PlannedPhase], _ budget: PlannedBudget) -> JSON {
        guard !budget.isEmpty else { return .null }
        let times = Budget(phases, budget)
        let timeline = Timeline(phases)
        return .compact([
            "least_ms": .integer(timeline.least), "expected_ms": .integer(timeline.critical),
            "most_ms": .integer(timeline.most),
            "starts": .list(times.starts, \.json),
            "no_return": .list(times.barriers, JSON.string), "last_return_ms": .optional(times.lastReturn),
        ])
    }
}

extension PhaseBudget {
    fileprivate var json: JSON {
        .compact([
            "phase": .string(phase), "most_ms": .optional(most), "unwind_ms": .integer(unwind),
            "latest_start_ms": .optional(latestStart), "no_promise": .flag(isOpen),
        ])
    }
}
