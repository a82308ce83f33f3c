import Diagnostics
import YAML

/// What no table of keys can say of a phase.
enum PhaseRules {
    private static let deeds = Tables.verbs + ["steps", "checks", "preconditions", "gate"]

    /// A phase has a step, a check or a gate.
    static let doesSomething: KeyTable.Rule = { phase, findings in
        guard !phase.has(anyOf: deeds) else { return }
        let id = phase.written("id")
        findings.report(
            Diagnostic(
                RunbookCodes.emptyPhase,
                "phase \(id?.value.ticked ?? "") does nothing",
                at: id?.span ?? phase.head,
                help: "add `steps`, or one of \(Tables.verbs.ticked()), or at least `checks` or a `gate`"
            )
        )
    }

    /// Steps and checks are told apart by their ids.
    static let idsDiffer: KeyTable.Rule = { phase, findings in
        reportTwins(phase.items("steps"), "step", &findings)
        reportTwins(phase.items("preconditions") + phase.items("checks"), "check", &findings)
    }

    /// The same within a rollback.
    static let rollbackIDsDiffer: KeyTable.Rule = { rollback, findings in
        reportTwins(rollback.items("steps"), "step", &findings)
        reportTwins(rollback.items("checks"), "check", &findings)
    }

    /// `rollback: none` is a file called `none` to nobody.
    static let rollbackIsPath: KeyTable.Rule = { phase, findings in
        guard let text = phase.written("rollback"), ["none", "irreversible"].contains(text.value) else {
            return
        }
        findings.report(
            Diagnostic(
                RunbookCodes.reason,
                "`\(text.value)` needs a reason",
                at: text.span,
                help: "write `rollback: { \(text.value): reason }`"
            )
        )
    }

    private static func reportTwins(_ nodes: [Node], _ noun: String, _ findings: inout Findings) {
        var places: [String: SourceSpan] = [:]
        for id in nodes.compactMap({ Entries($0)?.written("id") }) {
            guard let first = places[id.value] else {
                places[id.value] = id.span
                continue
            }
            findings.report(
                Diagnostic(
                    RunbookCodes.duplicateID,
                    "two \(noun)s of this phase are called \(id.value.ticked)",
                    at: id.span,
                    related: [Diagnostic.Related("first used here", at: first)],
                    help: "give one of them another id"
                )
            )
        }
    }
}

/// What no table of keys can say of a check and what it expects.
enum CheckRules {
    private static let ofCommands = ["exit", "stdout"]

    /// A check has a query or a command, unless it asks what a capture asked.
    static let asksSomething: KeyTable.Rule = { check, findings in
        let expect = Entries(check["expect"])
        guard !check.has(anyOf: ["query", "run"]), check["expect"] != nil, expect?["same_as"] == nil else {
            return
        }
        findings.report(
            Diagnostic(
                RunbookCodes.subject,
                "this check asks nothing",
                at: check.head,
                help: "add `query` or `run`"
            )
        )
    }

    /// The query of a condition has an expectation.
    static let queryHasExpectation: KeyTable.Rule = { condition, findings in
        guard condition["query"] != nil, condition["expect"] == nil else { return }
        findings.report(
            Diagnostic(
                RunbookCodes.noExpectation,
                "this condition has no expectation",
                at: condition.head,
                help: "add `expect`, such as `expect: true` or `expect: { rows: 0 }`"
            )
        )
    }

    /// A query has no exit status.
    static let queryTakesItsExpectation: KeyTable.Rule = { check, findings in
        guard check["run"] == nil, check["query"] != nil, let expect = Entries(check["expect"]) else {
            return
        }
        guard let key = expect.keys.first(where: { ofCommands.contains($0.value) }) else { return }
        findings.report(
            Diagnostic(
                RunbookCodes.expectation,
                "a query has no `\(key.value)`",
                at: key.span,
                help: "write what its rows or its one value must be; `\(key.value)` belongs to `run`"
            )
        )
    }

    /// A command is judged by its exit status and its output.
    static let commandTakesItsExpectation: KeyTable.Rule = { check, findings in
        guard check["run"] != nil, check["query"] == nil, let expect = check["expect"] else { return }
        let help = "write `expect: { exit: 0 }` or `expect: { stdout: { value: text } }`"
        guard let entries = Entries(expect) else {
            findings.report(
                Diagnostic(
                    RunbookCodes.expectation,
                    "a program is judged by `exit` and `stdout`",
                    at: expect.span.head,
                    help: help
                )
            )
            return
        }
        guard let key = entries.keys.first(where: { !ofCommands.contains($0.value) }) else { return }
        findings.report(
            Diagnostic(
                RunbookCodes.expectation,
                "`\(key.value)` is no expectation of a program",
                at: key.span,
                help: help
            )
        )
    }

    /// A program knows nothing of roles and settings of a session.
    static let commandHasNoSession: KeyTable.Rule = { check, findings in
        guard check["run"] != nil, check["query"] == nil else { return }
        for key in check.keys where ["target", "as", "session"].contains(key.value) {
            findings.report(
                Diagnostic(
                    RunbookCodes.misplacedKey,
                    "`\(key.value)` has nothing to apply to",
                    at: key.span,
                    help: "it belongs beside `query`; a program gets what it needs under `env`"
                )
            )
        }
    }

    /// An object whose keys are all free to leave out still needs one.
    static let isNotEmpty: KeyTable.Rule = { object, findings in
        guard object.keys.isEmpty else { return }
        findings.report(
            Diagnostic(
                RunbookCodes.expectation,
                "this expects nothing",
                at: object.node.span.head,
                help: "write a key into the braces"
            )
        )
    }
}

/// What no table of keys can say of a variable.
enum VariableRules {
    /// A secret has one source and is shown nowhere.
    static let secretStandsAlone: KeyTable.Rule = { variable, findings in
        guard variable["secret"] != nil else { return }
        for key in variable.keys where ["default", "env", "allow", "type"].contains(key.value) {
            findings.report(
                Diagnostic(
                    RunbookCodes.contradiction,
                    "a secret variable has no `\(key.value)`",
                    at: key.span,
                    help: "remove it: a secret is text that is read from its source only"
                )
            )
        }
    }

    /// The default is one of the values allowed, and all of them are of the type.
    static let valuesFitType: KeyTable.Rule = { variable, findings in
        let allowed = variable.items("allow").compactMap(scalar)
        let fallback = variable["default"].flatMap(scalar)
        let type = variable.written("type").flatMap { Variable.ValueType(rawValue: $0.value) }
        for value in allowed + (fallback.map { [$0] } ?? []) {
            guard let type, value.scalar.value != .null, !fits(value.scalar, type) else { continue }
            findings.report(
                Diagnostic(
                    RunbookCodes.contradiction,
                    "a variable of type `\(type.rawValue)` cannot be \(value.scalar.text.ticked)",
                    at: value.span.head,
                    help: type == .string ? "quote it: `\"\(value.scalar.text)\"`" : nil
                )
            )
        }
        guard let fallback, !allowed.isEmpty, !fallback.scalar.text.contains("$"),
            fallback.scalar.value != .null
        else { return }
        guard !allowed.contains(where: { $0.scalar.text == fallback.scalar.text }) else { return }
        findings.report(
            Diagnostic(
                RunbookCodes.contradiction,
                "the default \(fallback.scalar.text.ticked) is not one of the values allowed",
                at: fallback.span.head,
                help: "allowed: \(allowed.map(\.scalar.text).ticked("and"))"
            )
        )
    }

    private static func scalar(_ node: Node) -> (scalar: Scalar, span: SourceSpan)? {
        guard case .scalar(let scalar) = node.content else { return nil }
        return (scalar, node.span)
    }

    private static func fits(_ scalar: Scalar, _ type: Variable.ValueType) -> Bool {
        switch (type, scalar.value) {
        case (.string, .text), (.number, .integer), (.number, .number), (.boolean, .boolean), (_, .null): true
        case (_, .text): scalar.text.contains("$")
        default: false
        }
    }
}
