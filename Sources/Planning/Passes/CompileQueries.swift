import Databases
import Diagnostics
import Runbooks
import Statements

extension PlanDraft {
    /// One statement that asks; nil when there is none that could be asked.
    ///
    /// `owner` is what asks, for messages; `check` the check, whose `for_each` may give values.
    mutating func compileQuery(
        _ text: InlineText, on target: PlannedTarget, owner: String, check: Check? = nil
    ) -> PlannedStatement? {
        let read = Script.read(Array(text.text.utf8), dialect: target.engine.dialect, locate: text.span(of:))
        let script = heard(read, on: target, locate: text.span(of:))
        guard let statement = script.statements.first else { return nil }
        let mayWrite = check?.mayWrite ?? false
        if script.statements.count > 1 {
            let second = text.span(of: script.statements[1].range)
            findings.report(
                Diagnostic(
                    PlanningCodes.query, "\(owner) has \(Count(script.statements.count, "statement")), expected one",
                    at: second, label: "second statement", help: "make a check of each"))
        } else if statement.kind == .nonTransactional || (statement.kind == .transactional && !mayWrite) {
            let isCheck = check != nil
            findings.report(.writes(statement, owner, isCheck: isCheck, at: text.span(of: statement.range)))
        }
        checkVariables(of: statement, check: check, on: target, locate: text.span(of:))
        return planned(statement, on: target, line: text.span(of: statement.range).line)
    }

    /// Looks every variable of a statement up, and whether its value can be a name where it stands for one.
    mutating func checkVariables(
        of statement: Statement, check: Check?, on target: PlannedTarget, locate: (Range<Int>) -> SourceSpan
    ) {
        for reference in statement.variables {
            if let check, let entry = check.forEach.first(where: { $0.name.value == reference.name }) {
                if reference.form == .identifier { checkNames(entry, of: check, on: target) }
                continue
            }
            let start = statement.range.lowerBound
            let span = locate(start + reference.range.lowerBound..<start + reference.range.upperBound)
            guard variable(Located(reference.name, at: span)) != nil, reference.form == .identifier,
                case .text(let value)? = variables[reference.name]?.value,
                said.insert("name \(reference.name) on \(target.engine.rawValue)").inserted
            else { continue }
            checkName(value, of: "variable `\(reference.name)`", on: target, at: span)
        }
    }

    /// The variable of that name, noted as used, or reported: once for each text it is missed in.
    mutating func variable(_ name: Located<String>) -> Variable? {
        usedVariables.insert(name.value)
        if let variable = definitions[name.value] { return variable }
        guard said.insert("no \(name.value) in \(name.span.source.name)").inserted else { return nil }
        let known = runbook.variables.map(\.name.value)
        findings.report(
            Diagnostic(
                PlanningCodes.unknownVariable, "variable `\(name.value)` is not defined", at: name.span,
                help: known.nearest(to: name.value).map { "did you mean `\($0)`?" }
                    ?? (known.isEmpty ? "define it under `vars`" : "`vars` defines \(known.ticked("and"))")))
        return nil
    }
}

extension Diagnostic {
    fileprivate static func writes(
        _ statement: Statement, _ owner: String, isCheck: Bool, at span: SourceSpan
    ) -> Diagnostic {
        guard statement.kind == .transactional else {
            return Diagnostic(
                PlanningCodes.query, "\(owner) is \(statement.verb), which cannot run in a transaction", at: span,
                help: "ask with a SELECT")
        }
        return Diagnostic(
            PlanningCodes.query, "\(owner) is \(statement.verb), which writes", at: span,
            help: isCheck
                ? "ask with a SELECT, or say `transaction: rollback`: then nothing of it stays" : "ask with a SELECT")
    }
}
