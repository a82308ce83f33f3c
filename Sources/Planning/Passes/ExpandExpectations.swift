import Diagnostics
import Runbooks

extension PlanDraft {
    /// What a check expects, with variables in place; a pattern that is none is reported.
    mutating func expand(_ expectation: Expectation, of check: Check) -> PlannedExpectation {
        let span = check.span
        switch expectation {
        case .value(let literal): return .value(expand(literal, near: span))
        case .bounds(let bounds): return .bounds(bounds)
        case .contains(let text): return .contains(expand(text, near: span))
        case .matches(let pattern): return .matches(expandPattern(pattern, near: span))
        case .rows(let bounds): return .rows(bounds)
        case .row(let columns):
            return .row(columns.map { .init(column: $0.column.value, value: expand($0.value, near: span)) })
        case .set(let values): return .set(values.map { expand($0, near: span) })
        case .includes(let values): return .includes(values.map { expand($0, near: span) })
        case .table(let rows): return .table(rows.map { $0.map { expand($0, near: span) } })
        case .sameAs(let name): return .sameAs(name.value)
        case .usesIndex(let name): return .usesIndex(expand(name).value)
        case .failure(let sqlstate, let text):
            return .failure(sqlstate: sqlstate, contains: text.map { expand($0, near: span) })
        case .command(let exit, let output):
            return .command(exit: exit, output: output.map { expand($0, near: span) })
        }
    }

    private mutating func expand(
        _ output: Expectation.OutputExpectation, near span: SourceSpan
    ) -> PlannedOutput {
        switch output {
        case .value(let literal): .value(expand(literal, near: span))
        case .bounds(let bounds): .bounds(bounds)
        case .contains(let text): .contains(expand(text, near: span))
        case .matches(let pattern): .matches(expandPattern(pattern, near: span))
        }
    }

    private mutating func expandPattern(_ pattern: String, near span: SourceSpan) -> String {
        let expanded = expand(pattern, near: span)
        do {
            _ = try Regex(expanded)
        } catch {
            findings.report(
                Diagnostic(
                    PlanningCodes.pattern, "`\(expanded)` is not a regular expression: \(error)",
                    at: span.place(of: pattern), help: "put a backslash before a character that means itself"))
        }
        return expanded
    }
}
