import Databases
import Diagnostics
import Runbooks
import Statements

extension PlanDraft {
    /// A file's script.
    mutating func compileFile(
        _ path: Located<String>, step: Step, in phase: Phase, on target: PlannedTarget
    ) -> PlannedScript? {
        switch request.files.read(path.value) {
        case .failure(let problem):
            findings.report(.file(path, problem))
            return nil
        case .success(let bytes):
            let source = SourceText(name: path.value, bytes: bytes)
            return compileScript(
                Script.read(bytes, dialect: target.engine.dialect, locate: source.span),
                text: String(decoding: bytes, as: UTF8.self), file: path.value, step: step, in: phase, on: target,
                locate: source.span)
        }
    }

    /// A script written in the runbook.
    mutating func compileInline(
        _ text: InlineText, step: Step, in phase: Phase, on target: PlannedTarget
    ) -> PlannedScript? {
        compileScript(
            Script.read(Array(text.text.utf8), dialect: target.engine.dialect, locate: text.span(of:)),
            text: text.text, file: nil, step: step, in: phase, on: target, locate: text.span(of:))
    }

    private mutating func compileScript(
        _ script: Script, text: String, file: String?, step: Step, in phase: Phase, on target: PlannedTarget,
        locate: (Range<Int>) -> SourceSpan
    ) -> PlannedScript? {
        findings.report(contentsOf: script.findings)
        guard !script.findings.contains(where: { $0.severity == .error }) else { return nil }
        let mode = step.transaction?.value ?? .file
        checkTransaction(script, mode: mode, step: step, locate: locate)
        return PlannedScript(
            file: file,
            text: text,
            transaction: mode,
            role: role(step.role, on: target),
            settings: settings(own: step.session, in: phase, on: target),
            statements: script.statements.map { statement in
                checkVariables(of: statement, each: [], locate: locate)
                return PlannedStatement(statement, line: locate(statement.range).start.line)
            })
    }

    /// Holds the statements against the way they are to be grouped.
    private mutating func checkTransaction(
        _ script: Script, mode: TransactionMode, step: Step, locate: (Range<Int>) -> SourceSpan
    ) {
        guard mode == .none else {
            for statement in script.statements where statement.kind == .nonTransactional {
                findings.report(.notInTransaction(statement, at: locate(statement.range)))
            }
            return
        }
        if script.statements.count > 1 {
            findings.report(.oneStatementOnly(script.statements.count, at: locate(script.statements[1].range)))
        } else if let statement = script.statements.first, statement.concurrentIndex == nil, step.doneWhen == nil {
            findings.report(.noProbe(statement, at: locate(statement.range)))
        }
    }

    /// One statement that asks; nil when there is none that could be asked.
    mutating func compileQuery(
        _ text: InlineText, on target: PlannedTarget, mayWrite: Bool, each: [String], owner: String
    ) -> PlannedStatement? {
        let script = Script.read(Array(text.text.utf8), dialect: target.engine.dialect, locate: text.span(of:))
        findings.report(contentsOf: script.findings)
        guard let statement = script.statements.first else { return nil }
        if script.statements.count > 1 {
            let second = text.span(of: script.statements[1].range)
            findings.report(
                Diagnostic(
                    PlanningCodes.query, "\(owner) has \(Count(script.statements.count, "statement")), expected one",
                    at: second, label: "second statement", help: "make a check of each"))
        } else if statement.kind == .nonTransactional || (statement.kind == .transactional && !mayWrite) {
            findings.report(.writingQuery(statement, owner: owner, at: text.span(of: statement.range)))
        }
        checkVariables(of: statement, each: each, locate: text.span(of:))
        return PlannedStatement(statement, line: text.span(of: statement.range).start.line)
    }

    private mutating func checkVariables(
        of statement: Statement, each: [String], locate: (Range<Int>) -> SourceSpan
    ) {
        for reference in statement.variables where !each.contains(reference.name) {
            let start = statement.range.lowerBound
            let range = start + reference.range.lowerBound..<start + reference.range.upperBound
            _ = variable(Located(reference.name, at: locate(range)))
        }
    }

    /// The variable of that name, noted as used, or reported.
    mutating func variable(_ name: Located<String>) -> Variable? {
        usedVariables.insert(name.value)
        if let variable = runbook.variables.first(where: { $0.name.value == name.value }) { return variable }
        let known = runbook.variables.map(\.name.value)
        findings.report(
            Diagnostic(
                PlanningCodes.unknownVariable, "variable `\(name.value)` is not defined", at: name.span,
                help: known.nearest(to: name.value).map { "did you mean `\($0)`?" }
                    ?? (known.isEmpty ? "define it under `vars`" : "`vars` defines \(known.ticked("and"))")))
        return nil
    }

    /// The role something runs as; reported where the engine has none.
    mutating func role(_ role: Located<String>?, on target: PlannedTarget) -> String? {
        guard let role else { return nil }
        guard target.engine == .sqlite else { return role.value }
        findings.report(
            Diagnostic(
                PlanningCodes.engine, "`as: \(role.value)`: SQLite has no roles", at: role.span,
                help: "remove `as`"))
        return nil
    }

    /// The settings in effect: the runbook's, the phase's, its own, later ones over earlier ones.
    mutating func settings(own: [Setting], in phase: Phase, on target: PlannedTarget) -> [PlannedSetting] {
        guard target.engine != .sqlite else {
            // The runbook's own settings may be meant for its other databases.
            if let setting = (own + phase.session).first {
                findings.report(
                    Diagnostic(
                        PlanningCodes.engine, "`\(setting.name.value)`: SQLite has no session settings",
                        at: setting.name.span, help: "remove it; pragmas belong into a step of their own"))
            }
            return []
        }
        var result: [PlannedSetting] = []
        for setting in runbook.session + phase.session + own {
            result.removeAll { $0.name == setting.name.value }
            result.append(PlannedSetting(name: setting.name.value, value: setting.value.value))
        }
        return result
    }
}

extension PlannedStatement {
    init(_ statement: Statement, line: Int) {
        self.init(
            text: statement.text, verb: statement.verb, kind: statement.kind,
            concurrentIndex: statement.concurrentIndex, variables: statement.variables, line: line)
    }
}

extension Engine {
    fileprivate var dialect: SQLDialect {
        switch self {
        case .postgres: .postgres
        case .sqlite: .sqlite
        }
    }
}

extension Diagnostic {
    fileprivate static func notInTransaction(_ statement: Statement, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            PlanningCodes.notInTransaction, "\(statement.verb) cannot run in a transaction", at: span,
            help: "make it a step of its own with `transaction: none`"
                + (statement.concurrentIndex == nil ? " and `done_when`" : ""))
    }

    fileprivate static func oneStatementOnly(_ count: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            PlanningCodes.oneStatement, "a step without a transaction has \(Count(count, "statement"))", at: span,
            label: "second statement", help: "one statement for each step with `transaction: none`: split it")
    }

    fileprivate static func noProbe(_ statement: Statement, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            PlanningCodes.noProbe, "after a crash nobody could tell whether this \(statement.verb) ran", at: span,
            help: "add `done_when: {query: ..., expect: ...}` to the step")
    }

    fileprivate static func writingQuery(_ statement: Statement, owner: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            PlanningCodes.query, "\(owner) is \(statement.verb), which writes", at: span,
            help: statement.kind == .nonTransactional
                ? "ask with a SELECT" : "ask with a SELECT, or say `transaction: rollback`: then nothing of it stays")
    }

    fileprivate static func file(_ path: Located<String>, _ problem: FileProblem) -> Diagnostic {
        let (message, help): (String, String) =
            switch problem {
            case .missing(let near):
                (
                    "`\(path.value)` is not there",
                    near.isEmpty ? "paths are relative to the root of the runbook" : "near it there is \(near.ticked())"
                )
            case .outside(let resolved):
                ("`\(path.value)` leads out of the root, to `\(resolved)`", "move the file below the root")
            case .notAFile(let kind): ("`\(path.value)` is \(kind), expected a file", "name a file")
            case .unreadable(let reason): ("`\(path.value)` cannot be read: \(reason)", "see to its permissions")
            case .tooLarge(let bytes, let limit):
                ("`\(path.value)` has \(bytes) bytes, at most \(limit) are taken", "split it, or load it with `run`")
            }
        return Diagnostic(PlanningCodes.file, message, at: path.span, help: help)
    }
}
