import Diagnostics
public import Execution

/// What is known of a step in doubt, as a person weighs it.
public enum EvidenceText {
    /// The step, what the journal says, what the ledger says, what its probe answers; every line ended.
    public static func render(_ evidence: StepEvidence, step: String) -> String {
        var lines = ["\(step.printable)  \(evidence.title.prose)", "Journal"]
        for line in evidence.journal {
            lines.append("  \(line.time.printable)  \(line.event.type)" + remark(line.event))
        }
        lines.append("Ledger   \(evidence.ledger?.printable ?? "knows nothing of it")")
        if let probe = evidence.probe {
            lines.append("Probe    \(probe.verdict == .pass ? "says that it is done" : "does not say that it is done")")
            lines.append("         expected \(probe.expected.prose), found \(probe.found.prose)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What the rollback of a phase left; every line ended.
    public static func render(_ residue: [Residue], phase: String) -> String {
        (["Left after the rollback of \(phase.printable):"] + residue.flatMap(\.lines).map { "  \($0)" })
            .map { $0 + "\n" }.joined()
    }

    private static func remark(_ event: Event) -> String {
        switch event {
        case .stepFailed(_, let cause, let leaves): "  \(cause.line); left \(leaves.rawValue)"
        case .stepPassedOver(_, let reason): "  \(reason.prose)"
        case .stepResolved(_, let resolution):
            "  \(resolution.verdict.words), says \(resolution.by.prose): \(resolution.reason.prose)"
        default: ""
        }
    }
}
