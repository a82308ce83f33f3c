extension Plan {
    /// The targets that it does anything in.
    public var usedTargets: [PlannedTarget] {
        let used = Set(active.flatMap(\.allTargets))
        return targets.filter { used.contains($0.name) }
    }

    /// Whether it may run in one database alone, as that was when it was made.
    public var isBound: Bool { usedTargets.allSatisfy { $0.binding != nil } }

    /// The same plan, bound to what was found; by target.
    public func bound(to bindings: [String: TargetBinding]) -> Plan {
        Plan(
            name: name, title: title, owner: owner, risk: risk, runbook: runbook,
            targets: targets.map { target in
                var target = target
                target.binding = bindings[target.name]
                return target
            }, variables: variables, patience: patience, consent: consent, budget: budget, phases: phases,
            review: review, description: description)
    }
}

extension PlannedPhase {
    /// Every database it or its rollback touches.
    public var allTargets: [String] {
        guard case .steps(let steps, let checks, _, _) = rollback else { return targets }
        return targets + steps.map(\.target) + checks.compactMap(\.target)
    }
}

extension PlannedTarget {
    /// The same without what it is bound to.
    var unbound: PlannedTarget {
        PlannedTarget(name: name, engine: engine, display: display, written: written)
    }
}
