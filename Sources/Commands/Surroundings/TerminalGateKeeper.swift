import Diagnostics
import Execution
import Glibc
import Planning

/// Decides gates by what the command line says, else by asking at the terminal; one question at a time.
///
/// Silence, the end of the input and the end of the time are no-go.
actor TerminalGateKeeper: GateKeeper {
    private let answers: [String: Bool]
    private let operatorName: String
    private let isInteractive: Bool
    private let isInterrupted: @Sendable () -> Bool
    /// Questions of phases that run side by side wait for each other.
    private let turns = Turns()

    init(
        answers: [String: Bool],
        operatorName: String,
        isInteractive: Bool,
        isInterrupted: @escaping @Sendable () -> Bool
    ) {
        self.answers = answers
        self.operatorName = operatorName
        self.isInteractive = isInteractive
        self.isInterrupted = isInterrupted
    }

    nonisolated func canDecide(_ phase: String) -> Bool { isInteractive || answers[phase] != nil }

    func decide(
        _ asking: GateQuestion, unless isMoot: @escaping @Sendable () -> Bool,
        said: @Sendable (GateDecision) async throws(FileFailure) -> Void
    ) async throws(FileFailure) -> GateDecision? {
        let phase = asking.phase
        if let go = answers[phase] { return GateDecision(go: go, by: operatorName, reason: "--gate") }
        return try await turns.take("terminal") { () throws(FileFailure) in
            try await talk(asking, unless: isMoot, said)
        }
    }

    private func talk(
        _ asking: GateQuestion, unless isMoot: @escaping @Sendable () -> Bool,
        _ said: @Sendable (GateDecision) async throws(FileFailure) -> Void
    ) async throws(FileFailure) -> GateDecision? {
        guard !isMoot() else { return nil }
        let (gate, phase) = (asking.gate, asking.phase)
        let deadline = gate.timeout.map { ContinuousClock.now.advanced(by: .milliseconds($0)) }
        let limit = gate.timeout.map { " (silence for \(Self.words($0)) is no-go)" } ?? ""
        Output.message("\n\(phase.printable): \(gate.question.printable)\(limit)\n")
        var reasons = asking.earlier.map(\.reason).filter { !$0.isEmpty }
        for decision in asking.earlier { Output.message("  \(decision.by.printable) said go before.\n") }
        for decider in gate.deciders.isEmpty ? [operatorName] : asking.deciders {
            guard let decision = await ask(decider, phase, until: deadline, unless: isMoot) else { return nil }
            guard decision.go else { return decision }
            if asking.deciders.count > 1 { try await said(decision) }
            if !decision.reason.isEmpty { reasons.append(decision.reason) }
        }
        let everybody = gate.deciders.isEmpty ? operatorName : gate.deciders.joined(separator: ", ")
        return GateDecision(go: true, by: everybody, reason: reasons.joined(separator: "; "))
    }

    func choose(afterFailureOf phase: String, cause: FailureCause) async -> FailureChoice? {
        guard isInteractive else { return nil }
        return await turns.take("terminal") { await talk(ofFailure: cause, phase) }
    }

    private func talk(ofFailure cause: FailureCause, _ phase: String) async -> FailureChoice? {
        Output.message("\nPhase \(phase.printable) failed: \(cause.message.printable)\n")
        while true {
            let prompt = "[u]nwind everything, [r]oll back this phase only, [s]top here> "
            switch await TerminalInput.line(prompt, until: nil, unless: isInterrupted)?.lowercased() {
            case nil:
                Output.message("\n")
                return nil
            case "u", "unwind": return .unwind
            case "r", "rollback": return .rollback
            case "s", "stop": return .stop
            default: Output.message("u, r or s.\n")
            }
        }
    }

    /// What a decider says; nil when the question was withdrawn.
    private func ask(
        _ decider: String, _ phase: String, until deadline: ContinuousClock.Instant?,
        unless isMoot: @escaping @Sendable () -> Bool
    ) async -> GateDecision? {
        let isInterrupted = isInterrupted
        while true {
            let prompt = "  \(phase.printable): go or no-go, \(decider.printable)> "
            let answer = await TerminalInput.line(prompt, until: deadline, unless: { isInterrupted() || isMoot() })
            guard let answer else {
                Output.message("\n")
                if isMoot() { return nil }
                // Whoever is asked when a signal comes has decided nothing.
                return isInterrupted()
                    ? GateDecision(go: false, by: GateDecision.nobody, reason: "stopped by a signal")
                    : GateDecision(go: false, by: decider, reason: "no answer")
            }
            let words = answer.split(separator: " ", maxSplits: 1).map(String.init)
            let reason = words.count > 1 ? words[1] : ""
            switch words.first?.lowercased() {
            case "go": return GateDecision(go: true, by: decider, reason: reason)
            case "no-go", "nogo", "no": return GateDecision(go: false, by: decider, reason: reason)
            default: Output.message("  Write `go` or `no-go`, and a reason behind it if there is one.\n")
            }
        }
    }

    private static func words(_ milliseconds: Int) -> String {
        milliseconds % 60_000 == 0 ? "\(milliseconds / 60_000)m" : "\(milliseconds / 1000)s"
    }
}
