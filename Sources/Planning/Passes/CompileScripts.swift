import Databases
import Diagnostics
import Runbooks
import Statements

/// Which file, read by whose rules.
struct ScriptKey: Hashable {
    let path: String
    let dialect: SQLDialect
}

/// A file that was read.
struct ScriptFile {
    let source: SourceText
    let text: String
    let script: Script
}

/// Where a script stands, and what it is for.
private struct ScriptSite {
    let step: Step
    let phase: Phase
    let target: PlannedTarget
    let locate: (Range<Int>) -> SourceSpan
}

extension PlanDraft {
    /// A file's script.
    mutating func compileFile(
        _ path: Located<String>, step: Step, in phase: Phase, on target: PlannedTarget
    ) -> PlannedScript? {
        let path = expand(path)
        guard let file = read(path, on: target) else { return nil }
        let site = ScriptSite(step: step, phase: phase, target: target, locate: file.source.span)
        return compileScript(file.script, text: file.text, file: path.value, at: site)
    }

    /// A script written in the runbook.
    mutating func compileInline(
        _ text: InlineText, step: Step, in phase: Phase, on target: PlannedTarget
    ) -> PlannedScript? {
        let read = Script.read(Array(text.text.utf8), dialect: target.engine.dialect, locate: text.span(of:))
        let script = heard(read, on: target, locate: text.span(of:))
        let site = ScriptSite(step: step, phase: phase, target: target, locate: text.span(of:))
        return compileScript(script, text: text.text, file: nil, at: site)
    }

    /// A file taken apart; once, however many steps apply it, so that all of them apply the same bytes.
    private mutating func read(_ path: Located<String>, on target: PlannedTarget) -> ScriptFile? {
        let dialect = target.engine.dialect
        let key = ScriptKey(path: path.value, dialect: dialect)
        if let file = scripts[key] { return file }
        switch request.files.read(path.value) {
        case .failure(let problem):
            findings.report(.file(path, problem))
            return nil
        case .success(let bytes):
            let source = SourceText(name: path.value, bytes: bytes)
            let script = heard(
                Script.read(bytes, dialect: dialect, locate: source.span), on: target, locate: source.span)
            let file = ScriptFile(source: source, text: String(decoding: bytes, as: UTF8.self), script: script)
            scripts[key] = file
            return file
        }
    }

    private mutating func compileScript(
        _ script: Script, text: String, file: String?, at site: ScriptSite
    ) -> PlannedScript? {
        guard !script.findings.contains(where: { $0.severity == .error }) else { return nil }
        let mode = site.step.transaction?.value ?? .file
        let statements = script.statements.map { statement in
            checkVariables(of: statement, check: nil, on: site.target, locate: site.locate)
            var planned = planned(statement, on: site.target, line: site.locate(statement.range).line)
            // A function that a query calls may do anything; only checks and captures are asked where nothing may write.
            if site.target.engine == .postgres, Self.queries.contains(planned.verb), planned.kind == .readOnly {
                planned.kind = .transactional
            }
            return planned
        }
        checkTransaction(script, statements, mode: mode, at: site)
        return PlannedScript(
            file: file,
            text: text,
            transaction: mode,
            role: role(site.step.role, on: site.target),
            settings: settings(own: site.step.session, in: site.phase, on: site.target),
            statements: statements)
    }

    private static let queries: Set<String> = ["SELECT", "VALUES", "TABLE"]

    /// Holds the statements against the way they are to be grouped.
    private mutating func checkTransaction(
        _ script: Script, _ planned: [PlannedStatement], mode: TransactionMode, at site: ScriptSite
    ) {
        guard mode == .none else {
            for statement in script.statements where statement.kind == .nonTransactional {
                findings.report(.notInTransaction(statement, at: site.locate(statement.range)))
            }
            return
        }
        if script.statements.count > 1 {
            let second = site.locate(script.statements[1].range)
            findings.report(.oneStatementOnly(script.statements.count, at: second))
        } else if let statement = planned.first, statement.concurrentIndex == nil, site.step.doneWhen == nil,
            !site.step.isRepeatable, OutsideJob(askedBy: statement.bound(sqlText)) == nil
        {
            findings.report(.noProbe(statement, at: site.locate(script.statements[0].range)))
        }
    }

    /// A statement as a plan has it; the index it works on is known once its variables are.
    func planned(_ statement: Statement, on target: PlannedTarget, line: Int) -> PlannedStatement {
        var index = statement.concurrentIndex
        if index == nil, statement.kind == .nonTransactional, target.engine == .postgres, !statement.variables.isEmpty {
            index = ConcurrentIndex.asked(by: statement.bound(value: sqlText))
        }
        return PlannedStatement(
            text: statement.text, verb: statement.verb, kind: statement.kind, concurrentIndex: index,
            variables: statement.variables, line: line)
    }

    /// A variable as SQL, for looking at; what runs is quoted by the engine's own dialect.
    private func sqlText(_ reference: VariableReference) -> String {
        let quote = reference.form == .identifier ? "\"" : "'"
        guard case .text(let value)? = variables[reference.name]?.value else { return quote + "?" + quote }
        return quote + value.replacing(quote, with: quote + quote) + quote
    }
}

extension Engine {
    var dialect: SQLDialect {
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
                + (statement.concurrentIndex == nil ? " and `done_when` or `retry: safe`" : ""))
    }

    fileprivate static func oneStatementOnly(_ count: Int, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            PlanningCodes.oneStatement, "a step without a transaction has \(Count(count, "statement"))", at: span,
            label: "second statement", help: "one statement for each step with `transaction: none`: split it")
    }

    fileprivate static func noProbe(_ statement: PlannedStatement, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            PlanningCodes.noProbe, "after a crash nobody could tell whether this \(statement.verb) ran", at: span,
            help: "add `done_when: {query: ..., expect: ...}` to the step, or `retry: safe` when it may be done twice")
    }

    fileprivate static func file(_ path: Located<String>, _ problem: FileProblem) -> Diagnostic {
        let (message, help): (String, String) =
            switch problem {
            case .missing where path.value.contains(" ") && !path.value.hasSuffix(".sql"):
                ("`\(path.value)` is not there", "SQL in place of a file is written `{ statement: \"...\" }`")
            case .missing(let near):
                (
                    "`\(path.value)` is not there",
                    near.isEmpty ? "paths are relative to the root of the runbook" : "near it there is \(near.ticked())"
                )
            case .outside(path.value):
                ("`\(path.value)` is outside of the root", "write a path below the root, relative to it")
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
