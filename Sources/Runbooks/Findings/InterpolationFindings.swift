import Diagnostics

extension Diagnostic {
    static func malformed(_ reference: Reference) -> Self {
        Self(
            RunbookCodes.malformedVariable,
            "\(reference.written.ticked) is not a reference to a variable",
            at: reference.span,
            help:
                "write `${NAME}`, `${NAME:-value where unset}` or `${NAME:?why it is needed}`; a plain dollar is `$$`"
        )
    }

    static func required(_ reference: Reference, _ message: String) -> Self {
        Self(
            RunbookCodes.unsetVariable,
            "`\(reference.name)` must be set in the environment",
            at: reference.span,
            label: message.isEmpty ? nil : message,
            help: "set `\(reference.name)` and try again"
        )
    }

    static func unknownVariable(_ reference: Reference, _ name: String, _ known: Set<String>) -> Self {
        let names = known.sorted()
        let help =
            names.nearest(to: name).map { "did you mean `${vars.\($0)}`?" }
            ?? (names.isEmpty ? "add it under `vars`" : "defined under `vars`: \(names.ticked("and"))")
        return Self(
            RunbookCodes.unsetVariable,
            "`\(reference.name)` is not defined",
            at: reference.span,
            help: help
        )
    }

    static func misplacedEach(_ reference: Reference, _ name: String) -> Self {
        Self(
            RunbookCodes.misplacedReference,
            "\(reference.written.ticked) can stand only in the `name` of a check",
            at: reference.span,
            help: "in SQL write `:'\(name)'` for a value or `:\"\(name)\"` for a name"
        )
    }

    static func notYet(_ reference: Reference, _ scope: String) -> Self {
        Self(
            RunbookCodes.notYet,
            "`${\(scope).*}` is not supported yet",
            at: reference.span,
            help: "write the text out, or give it as an environment variable"
        )
    }

    static func unknownRunFact(_ reference: Reference) -> Self {
        Self(
            RunbookCodes.malformedVariable,
            "\(reference.written.ticked) refers to nothing",
            at: reference.span,
            help: "a run has \(RunFact.allCases.map(\.reference).ticked("and"))"
        )
    }

    static func unknownScope(_ reference: Reference, _ scope: String) -> Self {
        Self(
            RunbookCodes.malformedVariable,
            "\(reference.written.ticked) refers to nothing",
            at: reference.span,
            help:
                "write `${vars.name}` for a variable of the runbook, or `${NAME}` for one of the environment"
        )
    }

    static func secretVariable(_ reference: Reference) -> Self {
        Self(
            RunbookCodes.secretInClear,
            "`${\(reference.name)}` would put a secret into the plan",
            at: reference.span,
            help: "refer to it: `{ env: \(reference.name) }` under `env` of a step or `secret` of a variable"
        )
    }

    static func inSQL(_ reference: Reference) -> Self {
        let name = reference.suggestion
        return Self(
            RunbookCodes.variableInSQL,
            "values do not go into SQL text: \(reference.written.ticked)",
            at: reference.span,
            help:
                "write `:'\(name)'` for a value or `:\"\(name)\"` for a name, and define `\(name)` under `vars`"
        )
    }

    static func inShell(_ reference: Reference) -> Self {
        let last = reference.name.split(separator: ".").last.map(String.init) ?? "NAME"
        let name = last.uppercased()
        return Self(
            RunbookCodes.variableInShell,
            "values do not go into shell text: \(reference.written.ticked)",
            at: reference.span,
            help: "write `\"$\(name)\"`, and beside `run` `env: { \(name): \"\(reference.written)\" }`"
        )
    }

    static func parameterInShell(_ name: String, at span: SourceSpan) -> Self {
        let upper = name.uppercased()
        return Self(
            RunbookCodes.parameterInShell,
            "a shell does not know the variable `\(name)`",
            at: span,
            help: "write `\"$\(upper)\"`, and beside `run` `env: { \(upper): \"${vars.\(name)}\" }`; "
                + "or write `run` as a list, without a shell"
        )
    }
}
