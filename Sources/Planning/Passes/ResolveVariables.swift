import Diagnostics
import Runbooks

/// Gives every variable its value: as given, from the environment, or the fallback; and holds it against its type.
func resolveVariables(_ draft: inout PlanDraft) {
    for variable in draft.runbook.variables {
        let name = variable.name.value
        if let secret = variable.secret {
            if let part = secret.parts.first(where: { $0.value.firstReference != nil }) {
                draft.findings.report(.variableInVariable(part))
            }
            draft.variables[name] = PlannedVariable(name: name, value: .secret(PlannedSecret(secret)))
            if draft.request.values[name] != nil { draft.findings.report(.givenSecret(variable.name)) }
        } else if let value = draft.value(of: variable) {
            draft.variables[name] = PlannedVariable(name: name, value: .text(value))
        }
    }
    for name in draft.request.values.keys.sorted() where draft.definitions[name] == nil {
        draft.findings.report(.unknownValue(name, known: draft.runbook.variables.map(\.name.value)))
    }
}

extension PlanDraft {
    /// The value of a variable; reported when there is none, or none it may have.
    fileprivate mutating func value(of variable: Variable) -> String? {
        let values = (variable.fallback.map { [$0] } ?? []) + variable.allowed
        if let value = values.first(where: { $0.value.text.firstReference != nil }) {
            findings.report(.variableInVariable(value.map(\.text)))
            return nil
        }
        let name = variable.name.value
        let written = variable.fallback.flatMap { $0.value == .null ? nil : $0.value.text.replacing("$${", with: "${") }
        let value = request.values[name] ?? variable.environment.flatMap { request.environment[$0.value] } ?? written
        guard let value else {
            findings.report(.noValue(variable))
            return nil
        }
        if let problem = Diagnostic.wrongValue(value, for: variable) {
            findings.report(problem)
            return nil
        }
        return value
    }
}

/// Warns of variables that nothing refers to: most are a misspelt reference.
func warnOfUnusedVariables(_ draft: inout PlanDraft) {
    // What has errors was not read to its end, and may refer to anything.
    guard !draft.findings.hasErrors else { return }
    for variable in draft.runbook.variables where !draft.usedVariables.contains(variable.name.value) {
        draft.findings.report(
            Diagnostic(
                PlanningCodes.unusedVariable, "nothing refers to variable `\(variable.name.value)`",
                at: variable.name.span, severity: .warning,
                help: "remove it, or refer to it as :'\(variable.name.value)' in SQL"))
    }
}

extension PlannedSecret {
    init(_ reference: SecretReference) {
        self =
            switch reference {
            case .environment(let name): .environment(name.value)
            case .file(let path): .file(path.value)
            case .program(let arguments): .program(arguments.map(\.value))
            }
    }
}

extension SecretReference {
    /// What is written of it.
    fileprivate var parts: [Located<String>] {
        switch self {
        case .environment(let name): [name]
        case .file(let path): [path]
        case .program(let arguments): arguments
        }
    }
}

extension Diagnostic {
    fileprivate static func noValue(_ variable: Variable) -> Diagnostic {
        let name = variable.name.value
        let ways =
            ["give it one with --var \(name)=VALUE"]
            + (variable.environment.map { ["set `\($0.value)` in the environment"] } ?? [])
        return Diagnostic(
            PlanningCodes.variableValue, "variable `\(name)` has no value", at: variable.name.span,
            help: ways.joined(separator: ", ") + ", or write a `default`")
    }

    fileprivate static func givenSecret(_ name: Located<String>) -> Diagnostic {
        Diagnostic(
            PlanningCodes.variableValue, "--var \(name.value): a secret takes no value from the command line",
            at: name.span, help: "every user of the machine could read it there; put it where `secret` says")
    }

    fileprivate static func variableInVariable(_ value: Located<String>) -> Diagnostic {
        Diagnostic(
            PlanningCodes.variableValue, "`\(value.value)`: a variable cannot be made from variables",
            at: value.span, help: "write the value out, or take it from the environment as `${NAME}`")
    }

    fileprivate static func unknownValue(_ name: String, known: [String]) -> Diagnostic {
        Diagnostic(
            PlanningCodes.variableValue, "--var \(name): the runbook has no variable `\(name)`", at: nil,
            help: known.nearest(to: name).map { "did you mean `\($0)`?" }
                ?? (known.isEmpty ? "the runbook has no `vars`" : "its variables are \(known.ticked("and"))"))
    }

    fileprivate static func wrongValue(_ value: String, for variable: Variable) -> Diagnostic? {
        let name = variable.name
        if value.contains("\0") {
            return Diagnostic(
                PlanningCodes.variableValue, "the value of `\(name.value)` holds a NUL character", at: name.span,
                help: "no database takes NUL in text; remove it")
        }
        if !variable.allowed.isEmpty, !variable.allowed.contains(where: { $0.value.text == value }) {
            return Diagnostic(
                PlanningCodes.variableValue, "variable `\(name.value)` may not be `\(value)`", at: name.span,
                help: "it allows \(variable.allowed.map(\.value.text).ticked())")
        }
        let fits =
            switch variable.type {
            case .string: true
            case .boolean: value == "true" || value == "false"
            case .number: ExactDecimal(value) != nil
            }
        guard !fits else { return nil }
        let expected = variable.type == .boolean ? "`true` or `false`" : "a number"
        return Diagnostic(
            PlanningCodes.variableValue, "variable `\(name.value)` is `\(value)`, expected \(expected)", at: name.span,
            help: "its type is \(variable.type.rawValue)")
    }
}
