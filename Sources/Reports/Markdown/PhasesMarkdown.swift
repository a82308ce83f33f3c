import Diagnostics
import Planning
import Runbooks
import Statements

/// The phases of a plan as a table of the comment.
struct PhasesMarkdown {
    private let outline: PlanOutline

    init(_ plan: Plan) { outline = PlanOutline(plan) }

    /// As many rows as fit, each phase with its gate.
    func lines(limit: Int) -> [String] {
        let phases = outline.plan.phases
        guard !phases.isEmpty else { return [] }
        let rows = phases.indices.map { self.rows(of: $0).joined(separator: "\n") }
        return ["| # | Phase | Does | Locks | Est. | If it fails |", "|--:|---|---|---|--:|---|"]
            + rows.fitting(limit) { "| | and \(Count($0, "phase")) more | `gonogo plan show FILE` | | | |" } + [""]
    }

    private func rows(of index: Int) -> [String] {
        let phase = outline.plan.phases[index]
        var rows = [row(of: index, phase)]
        guard let gate = phase.gate, phase.skipped == nil else { return rows }
        let noGo = outline.ifNoGo(index).map { "no-go: \($0.clipped(to: 160).markdown)" } ?? ""
        let question = gate.question.clipped(to: 300).markdown
        rows.insert(
            "| | **GATE** | \(question) (\(gate.terms.clipped(to: 200).markdown)) | | | \(noGo) |",
            at: gate.moment == .start ? 0 : 1)
        return rows
    }

    private func row(of index: Int, _ phase: PlannedPhase) -> String {
        let cells = [
            String(index + 1), phase.id.shortened(to: 80).markdownCode, does(phase), locks(of: phase),
            phase.estimate?.words ?? "-", outline.ifItFails(index).clipped(to: 160).markdown,
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func does(_ phase: PlannedPhase) -> String {
        if let reason = phase.skipped { return "*skipped:* \(reason.clipped(to: 160).markdown)" }
        var parts = phase.otherWork
        if let script = phase.firstScript {
            let more = script.others > 0 ? " and \(Count(script.others, "step")) more" : ""
            let count = Count(script.statements, "statement")
            parts.insert("\(script.name.shortened(to: 64).markdownCode) (\(count))\(more)", at: 0)
        }
        if !phase.checks.isEmpty { parts.append(Count(phase.checks.count, "check").description) }
        if let condition = phase.condition { parts.append("only if \(condition.name.clipped(to: 120).markdown)") }
        if case .irreversible = phase.rollback { parts.append("**irreversible**") }
        return parts.joined(separator: ", ")
    }

    private func locks(of phase: PlannedPhase) -> String {
        outline.impacts.locks(of: phase).prefix(2).map { lock in
            let names = lock.objects.prefix(3).map { $0.shortened(to: 60).markdownCode }.joined(separator: ", ")
            return "\(lock.mode.name) \(names)" + (lock.objects.count > 3 ? " +\(lock.objects.count - 3)" : "")
        }.joined(separator: "; ")
    }
}
