import Planning

extension Runner {
    /// What the rollback of a phase left.
    ///
    /// - Throws: `RunRefusal` also for a phase that left nothing.
    public func residue(_ directory: RunDirectory, phase: String) async throws(RunRefusal) -> [Residue] {
        try await holding(directory) { plan, lines, _ throws(RunRefusal) in
            try left(by: phase, RunState(lines.map(\.event)), plan)
        }
    }

    /// Writes down that what the rollback of a phase left may stay: from then on it is not told as left any more.
    public func accept(
        _ directory: RunDirectory, phase: String, reason: String
    ) async throws(RunRefusal) {
        try await holding(directory) { plan, lines, guards throws(RunRefusal) in
            _ = try left(by: phase, RunState(lines.map(\.event)), plan)
            let word = Event.residueAccepted(phase: phase, reason: reason, by: environment.operatorName)
            try await record(word, in: directory, plan, lines, guards, status: .stuck) { _, _ in }
        }
    }

    private func left(by phase: String, _ state: RunState, _ plan: Plan) throws(RunRefusal) -> [Residue] {
        let open = state.outcome?.isFinal ?? false ? [] : state.phases.filter(\.leftSomething).map(\.id)
        if open.contains(phase), let residue = state.phase(phase)?.residue { return residue }
        throw plan.phase(phase) == nil
            ? .unknownPhase(phase, known: plan.phases.map(\.id)) : .nothingLeft(phase: phase, open: open)
    }
}
