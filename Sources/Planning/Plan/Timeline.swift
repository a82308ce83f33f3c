/// How long a plan should take, from the estimates of its phases.
public struct Timeline: Sendable, Equatable {
    /// All estimates together, in milliseconds: the time when one phase follows another.
    public let total: Int
    /// The longest way through the dependencies, in milliseconds: the time when all that may run at once does.
    public let critical: Int
    /// The phases on that way, in order.
    public let criticalPath: [String]
    /// The time if every phase used all its timeout; nil when one has none.
    public let limit: Int?
    /// The estimates of all rollbacks together, in milliseconds.
    public let rollback: Int
    /// How many phases have no estimate.
    public let withoutEstimate: Int
}

extension Plan {
    /// How long it should take.
    public var timeline: Timeline {
        let active = active
        var finish: [String: (time: Int, before: String?)] = [:]
        for phase in phases {
            let last = phase.needs.max { finish[$0]?.time ?? 0 < finish[$1]?.time ?? 0 }
            let start = last.flatMap { finish[$0]?.time } ?? 0
            finish[phase.id] = (start + (phase.skipped == nil ? phase.estimate ?? 0 : 0), last)
        }
        let end = phases.max { finish[$0.id]?.time ?? 0 < finish[$1.id]?.time ?? 0 }?.id
        var path: [String] = []
        var step = end
        while let id = step {
            path.append(id)
            step = finish[id]?.before
        }
        let limits = active.map(\.timeout)
        return Timeline(
            total: active.compactMap(\.estimate).reduce(0, +),
            critical: end.flatMap { finish[$0]?.time } ?? 0,
            criticalPath: path.reversed().filter { phase($0)?.skipped == nil },
            limit: limits.contains(nil) ? nil : limits.compactMap { $0 }.reduce(0, +),
            rollback: active.map(\.rollback.estimate).reduce(0, +),
            withoutEstimate: active.count { $0.estimate == nil })
    }

    /// The phases that may run at the same time, wave by wave, in the order of the plan.
    public var waves: [[PlannedPhase]] {
        let depth = (phases.map(\.wave).max() ?? -1) + 1
        var waves = [[PlannedPhase]](repeating: [], count: depth)
        for phase in phases { waves[phase.wave].append(phase) }
        return waves
    }
}

extension PlannedRollback {
    /// Its estimate in milliseconds, 0 when there is none.
    public var estimate: Int {
        guard case .steps(_, _, let estimate, _) = self else { return 0 }
        return estimate ?? 0
    }
}
