import Databases
import Planning
import Runbooks

extension PhaseRunner {
    /// Notes how many rows it leaves in what its rollback drops: whatever is more later was written by others.
    func countRows(_ sessions: PhaseSessions) async throws(FileFailure) {
        let counter = LossCounter(plan: context.plan, timeout: LossCounter.patience)
        let losses = counter.losses(of: phase.id)
        guard !losses.isEmpty else { return }
        let counts = await counter.count(phase.id) { target throws(DatabaseError) in
            try await sessions.session(target)
        }
        let rows = losses.map { Loss(phase: phase.id, what: $0.what, rows: counts[$0.what] ?? nil) }
        try await context.log.report(.rowsCounted(phase: phase.id, rows: rows))
    }

    /// Why the phase may not begin, as it could not be taken back inside the window any more.
    func admission() async throws(FileFailure) -> PhaseFailure? {
        guard let cause = context.window?.admit(phase, await context.log.state) else { return nil }
        guard let gate = phase.gate, gate.moment == .start else { return PhaseFailure(cause: cause, kind: .window) }
        return try await refuse(at: gate, cause)
    }

    /// What people are asked at a gate now, and until when.
    func question(at gate: PlannedGate) async -> GateQuestion {
        let earlier = context.isResumed ? await context.log.state.answers[phase.id] ?? [] : []
        return GateQuestion(
            gate: gate.closing(at: context.window?.latest(for: phase, at: gate.moment)), phase: phase.id,
            deciders: gate.deciders.filter { id in !earlier.contains { $0.by == id } }, earlier: earlier)
    }

    /// The gate is no-go by itself where nothing said at it could be followed inside the window.
    func windowRefusal(at gate: PlannedGate) async throws(FileFailure) -> PhaseFailure? {
        guard let cause = context.window?.refusal(at: gate.moment, of: phase) else { return nil }
        return try await refuse(at: gate, cause)
    }

    private func refuse(at gate: PlannedGate, _ cause: FailureCause) async throws(FileFailure) -> PhaseFailure {
        let decision = GateDecision(go: false, by: GateDecision.window, reason: cause.message)
        try await context.log.announce(.gateDecided(phase: phase.id, decision: decision))
        return PhaseFailure(cause: cause, kind: .window)
    }
}

extension PlannedPhase {
    /// Whether a failure leaves it as it is, for people to look at.
    func stands(after kind: FailureKind) -> Bool { [.stop, .ask].contains(policy(after: kind)) }
}

extension PlannedGate {
    /// The same, to be answered until then at the latest.
    fileprivate func closing(at end: ClockTime?) -> PlannedGate {
        guard let end else { return self }
        return lasting(Swift.max(1, end.milliseconds - ClockTime.now.milliseconds))
    }
}
