import CanonicalJSON
import Databases
import Diagnostics
public import Planning
import Runbooks
import Statements

/// The SQL of a plan in the order it is sent, as a script for reading: everything that is not sent is a comment, and so
/// are the rollbacks below it.
public enum PlanScript {
    /// The script.
    public static func render(_ plan: Plan) -> String {
        var lines = ["-- plan \(plan.digest.hex)", "-- \(plan.name.prose) (\(plan.runbook.prose))"]
        for target in plan.targets {
            lines.append("-- target \(target.name.prose): \(target.engine.title), \(target.display.prose)")
        }
        for variable in plan.variables { lines.append("-- variable \(variable.words)") }
        for (index, phase) in plan.phases.enumerated() {
            lines += ["", "-- phase \(index + 1) \(phase.heading)"]
            if let reason = phase.skipped {
                lines.append("-- skipped: \(reason.prose)")
                continue
            }
            lines += forward(phase)
        }
        for phase in plan.active.reversed() { lines += [""] + back(phase).map(comment) }
        return lines.map { $0 + "\n" }.joined().withoutCommands
    }

    private static func forward(_ phase: PlannedPhase) -> [String] {
        var lines: [String] = []
        if let gate = phase.gate, gate.moment == .start { lines.append("-- gate: \(gate.question.prose)") }
        if let condition = phase.condition { lines += asked(condition, "only if") }
        for check in phase.preconditions { lines += asked(check, "precondition") }
        for step in phase.steps { lines += self.lines(of: step) }
        for check in phase.checks { lines += asked(check, "check") }
        if let gate = phase.gate, gate.moment == .end { lines.append("-- gate: \(gate.question.prose)") }
        return lines
    }

    private static func back(_ phase: PlannedPhase) -> [String] {
        let heading = "-- rollback of phase \(phase.id.prose)"
        switch phase.rollback {
        case .nothing(let reason): return ["\(heading): none (\(reason.prose))"]
        case .irreversible(let reason): return ["\(heading): irreversible (\(reason.prose))"]
        case .steps(let steps, let checks, _, let place):
            return ["\(heading) (\(place.description.prose))"] + steps.flatMap(lines)
                + checks.flatMap { asked($0, "check") }
        }
    }

    private static func lines(of step: PlannedStep) -> [String] {
        var lines = ["-- step \(step.id.prose) on \(step.target.prose) (\(step.origin.prose))"]
        if let probe = step.doneWhen { lines += asked(probe, "passed over when") }
        switch step.action {
        case .apply(let script): lines += statements(of: script, step)
        case .run(let command): lines += text("run: " + command.arguments.joined(separator: " "))
        case .backup(let path): lines.append("-- backup: \(path.prose)")
        case .capture(let capture): lines += text("capture \(capture.name): \(capture.query.statement.text)")
        }
        return lines
    }

    private static func statements(of script: PlannedScript, _ step: PlannedStep) -> [String] {
        var lines = script.settings.map { "-- setting \($0.name.prose) = \($0.value.prose)" }
        if let role = script.role { lines.append("-- as \(role.prose)") }
        let isOne = script.transaction == .file
        if isOne { lines.append("-- BEGIN") }
        for statement in script.statements {
            if script.transaction == .statement { lines.append("-- BEGIN") }
            lines.append("-- \((script.file ?? step.place.file).prose):\(statement.line)")
            lines += statement.text.codeLines
            // A comment at the end of the statement would take the semicolon with it.
            let isOpen = lines.last?.contains("--") ?? false
            if isOpen { lines.append(";") } else { lines[lines.count - 1] += ";" }
            if script.transaction == .statement { lines.append("-- COMMIT") }
        }
        if isOne { lines.append("-- COMMIT") }
        return lines
    }

    private static func asked(_ check: PlannedCheck, _ word: String) -> [String] {
        let head = "-- \(word) \(check.id.prose) (\(check.place.description.prose)): \(check.line)"
        return [head] + text((check.isCommand ? "run: " : "") + check.question)
    }

    /// A text of several lines, as comments.
    private static func text(_ text: String) -> [String] {
        text.codeLines.filter { !$0.isEmpty }.map { "--   " + $0 }
    }

    private static func comment(_ line: String) -> String { line.hasPrefix("--") ? line : "-- " + line }
}

extension PlannedPhase {
    fileprivate var heading: String { "\(id.prose)\(title.map { ": \($0.prose)" } ?? "") (\(place.description.prose))" }
}

extension PlannedStep {
    /// Its file, or where its verb is written.
    fileprivate var origin: String { script?.file ?? place.description }
}
