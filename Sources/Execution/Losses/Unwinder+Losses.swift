import Databases
import Planning
import Runbooks

extension Unwinder {
    /// Whether an unwind stops where something is to be lost that nobody accepted.
    var mustAsk: Bool { isAsked || context.plan.budget.objective?.dataLoss == DataLoss.none }

    /// Counts what taking phases back would lose, and tells it; whether it must not go on.
    func loses(_ phases: [PlannedPhase], all: [PlannedPhase]) async throws(FileFailure) -> Bool {
        let counter = LossCounter(plan: context.plan, timeout: mustAsk ? LossCounter.patience : LossCounter.haste)
        let state = await context.log.state
        let found = await counted(phases, counter, state)
        guard !found.isEmpty else { return false }
        let isCovered = counter.unaccepted(found).allSatisfy { loss in
            let accepted = state.lossAccepted.first { $0.phase == loss.phase && $0.what == loss.what }
            guard let accepted else { return false }
            return accepted.rows.map { most in loss.rows.map { $0 <= most } ?? false } ?? true
        }
        guard mustAsk, !isCovered else {
            // Told once: each phase is only counted again to see whether there is more.
            if found != state.lost.filter({ loss in found.contains { $0.what == loss.what } }) {
                try await context.log.report(.lossFound(found, token: "", isStopped: false))
            }
            return false
        }
        // The word that is given covers all that is still to be taken back, as far as that can be told now.
        let left = all.drop { $0.id != phases.first?.id }
        let losses = counter.unaccepted(await counted(Array(left), counter, state))
        let token = LossToken(context.run, losses).text
        try await context.log.announce(.lossFound(losses, token: token, isStopped: true))
        return true
    }

    private func counted(_ phases: [PlannedPhase], _ counter: LossCounter, _ state: RunState) async -> [Loss] {
        guard phases.contains(where: { !counter.losses(of: $0.id).isEmpty }) else { return [] }
        let sessions = PhaseSessions(context)
        let found = await counter.find(in: phases, state, unbased: isAsked) { target throws(DatabaseError) in
            try await sessions.session(target)
        }
        await sessions.close()
        return found
    }
}

extension Runner {
    /// What taking back would lose and somebody has accepted.
    ///
    /// - Throws: `RunRefusal.losesData` where nobody has; then nothing was changed.
    func acceptedLosses(
        _ order: UnwindOrder, _ state: RunState, _ plan: Plan, _ run: String,
        _ asked: (to: String?, accepting: String?), _ guards: [TargetGuard]
    ) async throws(RunRefusal) -> [Loss] {
        let counter = LossCounter(plan: plan, timeout: LossCounter.patience)
        let phases = order.takenBack.filter { order.nothing(of: $0) == nil }
        let found = await counter.find(in: phases, state, unbased: true) { target throws(DatabaseError) in
            guard let held = guards.first(where: { $0.target.name == target }) else {
                throw DatabaseError(kind: .connection, message: "the plan has no target `\(target)`")
            }
            return await held.session
        }
        let losses = counter.unaccepted(found)
        guard !losses.isEmpty else { return [] }
        if let given = asked.accepting, LossToken.accepts(given, losses, of: run) { return losses }
        throw .losesData(
            run: run, losses, token: LossToken(run, losses).text, to: asked.to, isOther: asked.accepting != nil)
    }
}
