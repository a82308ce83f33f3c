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

    init(answers: [String: Bool], operatorName: String, isInteractive: Bool) {
        self.answers = answers
        self.operatorName = operatorName
        self.isInteractive = isInteractive
    }

    func decide(_ gate: PlannedGate, phase: String) async -> GateDecision {
        if let go = answers[phase] { return GateDecision(go: go, by: operatorName, reason: "--gate") }
        guard isInteractive else {
            return GateDecision(go: false, by: "nobody", reason: "no terminal to ask at, and no --gate \(phase)=go")
        }
        let deadline = gate.timeout.map { ContinuousClock.now.advanced(by: .milliseconds($0)) }
        for decider in gate.deciders.isEmpty ? [operatorName] : gate.deciders {
            let decision = await ask(decider, gate, phase, until: deadline)
            guard decision.go else { return decision }
        }
        return GateDecision(go: true, by: gate.deciders.isEmpty ? operatorName : gate.deciders.joined(separator: ", "))
    }

    func choose(afterFailureOf phase: String, cause: FailureCause) async -> FailureChoice? {
        guard isInteractive else { return nil }
        Output.message("\nPhase \(phase) failed: \(cause.message.printable)\n")
        while true {
            Output.message("[u]nwind everything, [r]oll back this phase only, [s]top here> ")
            switch await TerminalInput.line(until: nil)?.lowercased() {
            case nil: return nil
            case "u", "unwind": return .unwind
            case "r", "rollback": return .rollback
            case "s", "stop": return .stop
            default: Output.message("u, r or s.\n")
            }
        }
    }

    private func ask(
        _ decider: String, _ gate: PlannedGate, _ phase: String, until deadline: ContinuousClock.Instant?
    ) async -> GateDecision {
        let limit = gate.timeout.map { " (silence for \(Self.words($0)) is no-go)" } ?? ""
        Output.message("\n\(phase.printable): \(gate.question.printable)\(limit)\n")
        while true {
            Output.message("  go or no-go, \(decider.printable)> ")
            guard let answer = await TerminalInput.line(until: deadline) else {
                Output.message("\n")
                return GateDecision(go: false, by: decider, reason: "no answer")
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
