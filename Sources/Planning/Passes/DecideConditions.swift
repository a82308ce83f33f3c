import Diagnostics
import Runbooks

/// Decides the conditions that only variables decide; a phase that takes no part keeps its place in the plan.
func decideConditions(_ draft: inout PlanDraft) {
    for (index, phase) in draft.runbook.phases.enumerated() {
        guard case .variable(let name, let wanted)? = phase.condition, let variable = draft.variable(name) else {
            continue
        }
        if let problem = Diagnostic.undecidable(name, wanted, variable) {
            draft.findings.report(problem)
        } else if case .text(let value)? = draft.variables[name.value]?.value, !wanted.isSame(as: value, variable.type)
        {
            draft.skipped[index] = "\(name.value) is \(value), not \(wanted.text)"
        }
    }
}

extension Literal {
    /// Whether a variable of that type has this value.
    fileprivate func isSame(as value: String, _ type: Variable.ValueType) -> Bool {
        guard type == .number, let left = ExactDecimal(text), let right = ExactDecimal(value) else {
            return text == value
        }
        return left == right
    }

    fileprivate func fits(_ type: Variable.ValueType) -> Bool {
        switch (type, self) {
        case (.boolean, .boolean), (.number, .integer), (.number, .number): true
        // A number that is not quoted is meant as it is written.
        case (.string, .text), (.string, .integer), (.string, .number): true
        default: false
        }
    }
}

extension Diagnostic {
    /// What is wrong with a condition that could never, or not surely, be decided.
    fileprivate static func undecidable(
        _ name: Located<String>, _ wanted: Literal, _ variable: Variable
    ) -> Diagnostic? {
        if variable.secret != nil {
            return Diagnostic(
                PlanningCodes.condition, "`\(name.value)` is secret and decides nothing", at: name.span,
                help: "plans hold no secret: use another variable")
        }
        if !wanted.fits(variable.type) {
            let equals = wanted == .boolean(true) ? "without `equals` it would have to be `true`" : "it is never that"
            return Diagnostic(
                PlanningCodes.condition,
                "variable `\(name.value)` is a \(variable.type.rawValue), the condition asks for `\(wanted.text)`",
                at: name.span, label: equals, help: "write `equals:` with a value it may have")
        }
        let allowed = variable.allowed.map(\.value)
        if !allowed.isEmpty, !allowed.contains(where: { wanted.isSame(as: $0.text, variable.type) }) {
            return Diagnostic(
                PlanningCodes.condition, "variable `\(name.value)` can never be `\(wanted.text)`", at: name.span,
                help: "it allows \(allowed.map(\.text).ticked())")
        }
        return nil
    }
}
