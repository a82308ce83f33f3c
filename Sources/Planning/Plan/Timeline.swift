/// How long a plan should take, from the estimates of its phases.
public struct Timeline: Sendable, Equatable {
    /// All estimates together, in milliseconds: the time when one phase follows another.
    public let total: Int
    /// The longest way through the dependencies, in milliseconds: the time when all that may run at once does.
    public let critical: Int
    /// The phases on that way, in order.
    public let criticalPath: [String]
    /// The same when every phase takes as little as its estimate says.
    public let least: Int
    /// The same when every phase takes as long as it may: up to its timeout, else the upper end of its estimate.
    public let most: Int
    /// The time when one phase follows another and each takes as long as it may; nil when one has neither.
    public let limit: Int?
    /// The estimates of all rollbacks together, in milliseconds.
    public let rollback: Int
    /// The same when each takes as little as its estimate says.
    public let rollbackLeast: Int
    /// How many phases have no estimate.
    public let withoutEstimate: Int
    /// Whether each phase has an estimate or a timeout; one that has neither counts as nothing.
    public let isBounded: Bool
}

extension Plan {
    /// How long it should take.
    public var timeline: Timeline { Timeline(phases) }

    /// The phases that may run at the same time, wave by wave, in the order of the plan.
    public var waves: [[PlannedPhase]] {
        let depth = (phases.map(\.wave).max() ?? -1) + 1
        var waves = [[PlannedPhase]](repeating: [], count: depth)
        for phase in phases { waves[phase.wave].append(phase) }
        return waves
    }
}

extension Timeline {
    init(_ phases: [PlannedPhase]) {
        let active = phases.filter { $0.skipped == nil }
        let most = active.map(\.most)
        let isBounded = !most.contains(nil)
        let expected = LongestWay(phases) { $0.estimate?.to ?? 0 }
        self.init(
            total: active.compactMap(\.estimate?.to).reduce(0, &+), critical: expected.time,
            criticalPath: expected.phases, least: LongestWay(phases) { $0.estimate?.from ?? 0 }.time,
            most: LongestWay(phases) { $0.most ?? 0 }.time,
            limit: isBounded ? most.compactMap(\.self).reduce(0, &+) : nil,
            rollback: active.compactMap(\.rollback.estimate?.to).reduce(0, &+),
            rollbackLeast: active.compactMap(\.rollback.estimate?.from).reduce(0, &+),
            withoutEstimate: active.count { $0.estimate == nil }, isBounded: isBounded)
    }
}

/// The longest way through the dependencies of phases.
private struct LongestWay {
    let time: Int
    /// The phases on it that take part, in order.
    let phases: [String]

    init(_ all: [PlannedPhase], length: (PlannedPhase) -> Int) {
        var finish: [String: (time: Int, before: String?)] = [:]
        for phase in all {
            let last = phase.needs.max { finish[$0]?.time ?? 0 < finish[$1]?.time ?? 0 }
            let start = last.flatMap { finish[$0]?.time } ?? 0
            finish[phase.id] = (start &+ (phase.skipped == nil ? length(phase) : 0), last)
        }
        let end = all.max { finish[$0.id]?.time ?? 0 < finish[$1.id]?.time ?? 0 }?.id
        var path: Set<String> = []
        var step = end
        // A damaged plan may go round in circles, and is refused only later.
        while let id = step, path.insert(id).inserted { step = finish[id]?.before }
        time = end.flatMap { finish[$0]?.time } ?? 0
        phases = all.filter { $0.skipped == nil && path.contains($0.id) }.map(\.id)
    }
}

extension PlannedRollback {
    /// How long it should take; nil where nobody said so, and where there are no steps.
    public var estimate: PlannedEstimate? {
        guard case .steps(_, _, let estimate, _) = self else { return nil }
        return estimate
    }
}
