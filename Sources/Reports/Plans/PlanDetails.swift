import CanonicalJSON
import Diagnostics
import Execution
import Planning
import Runbooks
import Statements

/// Every step, statement, check and rollback of a plan, phase by phase.
struct PlanDetails {
    private let plan: Plan
    private let impacts: Impacts

    init(_ plan: Plan) {
        self.plan = plan
        impacts = Impacts(plan.review)
    }

    var text: String {
        var lines = plan.description.map { ["About  \($0.prose.clipped(to: 400))", ""] } ?? []
        for (index, phase) in plan.phases.enumerated() {
            if index > 0 { lines.append("") }
            lines += self.lines(of: phase, number: index + 1)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func lines(of phase: PlannedPhase, number: Int) -> [String] {
        let title = phase.title.map { "  \($0.prose)" } ?? ""
        var lines = ["Phase \(number)  \(phase.id.printable)\(title)  (\(phase.place.description.printable))"]
        if let description = phase.description { lines.append("  \(description.prose.clipped(to: 400))") }
        if !phase.needs.isEmpty { lines.append("  needs \(phase.needs.listed(12))") }
        if let reason = phase.skipped { lines.append("  SKIPPED: \(reason.prose)") }
        if let estimate = phase.estimate, estimate.from < estimate.to { lines.append("  takes \(estimate.words)") }
        if let limit = phase.timeout { lines.append("  at most \(limit.duration)") }
        if let condition = phase.condition { lines += describe(condition, as: "only if") }
        for check in phase.preconditions { lines += describe(check, as: "precondition") }
        for step in phase.steps { lines += describe(step, as: "step") }
        for check in phase.checks { lines += describe(check, as: "check") }
        if let gate = phase.gate {
            lines.append("  gate at its \(gate.moment.rawValue): \(gate.question.prose)")
            lines.append("    \(gate.terms)")
        }
        return lines + describe(phase.rollback)
    }

    private func describe(_ rollback: PlannedRollback) -> [String] {
        switch rollback {
        case .nothing(let reason): return ["  rollback: none (\(reason.prose))"]
        case .irreversible(let reason): return ["  rollback: irreversible (\(reason.prose))"]
        case .steps(let steps, let checks, let estimate, _):
            var lines = ["  rollback" + (estimate.map { ", \($0.words)" } ?? "")]
            for step in steps { lines += describe(step, as: "step").map { "  " + $0 } }
            for check in checks { lines += describe(check, as: "check").map { "  " + $0 } }
            return lines
        }
    }

    private func describe(_ step: PlannedStep, as word: String) -> [String] {
        var lines = [
            "  \(word) \(step.id.printable)  \(step.summary.prose)  (\(step.facts.joined(separator: ", ")))"
        ]
        switch step.action {
        case .apply(let script):
            if let file = script.file { lines.append("    \(file.printable)  sha256 \(script.digest.short)") }
            let width = String(script.statements.last?.line ?? 1).count
            for (index, statement) in script.statements.enumerated() {
                lines.append(describe(statement, width: width))
                let margin = String(repeating: " ", count: width + 9)
                lines += (impacts.of(step, at: index)?.lines ?? []).map { margin + $0.clipped(to: 400) }
            }
        case .run(let command): lines.append("    \(command.arguments.joined(separator: " ").excerpt)")
        case .backup(let path): lines.append("    \(path.excerpt)")
        case .capture(let capture):
            lines.append(
                "    \(capture.query.statement.text.excerpt)\(capture.fingerprint ? "  (digest only)" : "")"
            )
        }
        if let probe = step.doneWhen { lines.append("    passed over when \(probe.line)") }
        return lines
    }

    private func describe(_ statement: PlannedStatement, width: Int) -> String {
        let line = String(statement.line).leftPadded(to: width)
        return
            "    \(line)  \(statement.kind.rawValue)  \(statement.verb.printable): \(statement.text.excerpt)"
    }

    private func describe(_ check: PlannedCheck, as word: String) -> [String] {
        let facts = check.facts
        let remark = facts.isEmpty ? "" : "  (\(facts.joined(separator: ", ")))"
        return [
            "  \(word) \(check.id.printable)  \(check.name.prose)\(remark)", "    asks    \(check.question.excerpt)",
            "    expects \(check.expectation.phrase.prose.clipped(to: 400))",
        ]
    }
}

extension String {
    /// Its first hundred characters in a line.
    fileprivate var excerpt: String { String(prefix(1000)).prose.clipped(to: 100) }
}
