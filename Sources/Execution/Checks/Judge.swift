public import Databases
public import Planning
import Runbooks

/// Holds answers against expectations; pure, and suspicious: no row, NULL or a second row never pass unasked.
public enum Judge {
    /// Judges the result of a query.
    ///
    /// `captured` is the earlier result for `same_as`; `indexes` the names found in the plan for `uses_index`.
    public static func judge(
        _ result: StatementResult, by expectation: PlannedExpectation, captured: CapturedResult? = nil,
        indexes: [String] = []
    ) -> Judgement {
        switch expectation {
        case .value, .bounds, .contains, .matches: judgeSingle(result, expectation)
        case .rows(let bounds):
            judgement(
                bounds.allSatisfy { $0.admits(String(result.rowCount)) }, bounds.phrase + " " + "rows",
                "\(result.rowCount) rows")
        case .row(let columns): judgeRow(result, columns)
        case .set(let wanted): judgeSet(result, wanted, exact: true)
        case .includes(let wanted): judgeSet(result, wanted, exact: false)
        case .table(let rows): judgeTable(result, rows)
        case .sameAs(let name):
            judgement(
                captured?.matches(CapturedResult(result)) ?? false,
                captured.map { "as captured in `\(name)`: \($0.summary)" } ?? "a capture `\(name)`, which is not there",
                CapturedResult(result).summary)
        case .usesIndex(let name):
            judgement(
                indexes.contains(name), "a plan that uses index `\(name)`",
                indexes.isEmpty ? "a plan without an index" : "a plan that uses \(indexes.joined(separator: ", "))")
        case .failure: judgement(false, expectation.phrase, "success: \(result.tag)")
        case .command: judgement(false, expectation.phrase, "a query result")
        }
    }

    /// Judges the error of a query that may be expected to fail.
    public static func judge(_ error: DatabaseError, by expectation: PlannedExpectation) -> Judgement {
        let found = error.code.isEmpty ? error.message : "\(error.code): \(error.message)"
        guard case .failure(let sqlstate, let text) = expectation, error.kind == .statement else {
            return judgement(false, expectation.phrase, "error \(found)")
        }
        let passed = (sqlstate.map { $0 == error.code } ?? true) && (text.map { error.message.contains($0) } ?? true)
        return judgement(passed, expectation.phrase, "error \(found)")
    }

    /// Judges how a program ended.
    public static func judge(status: Int, output: String, by expectation: PlannedExpectation) -> Judgement {
        guard case .command(let exit, let wanted) = expectation else {
            return judgement(false, expectation.phrase, "exit \(status)")
        }
        guard status == exit else {
            return judgement(false, expectation.phrase, "exit \(status), output \(output.excerpt)")
        }
        let text = output.trimmedBlanks
        let passed =
            switch wanted {
            case nil: true
            case .value(let literal): literal.equals(.text(text))
            case .bounds(let bounds): bounds.allSatisfy { $0.admits(text) }
            case .contains(let part): text.contains(part)
            case .matches(let pattern): text.matches(pattern: pattern)
            }
        return judgement(passed, expectation.phrase, "exit \(status), output \(text.excerpt)")
    }

    private static func judgeSingle(_ result: StatementResult, _ expectation: PlannedExpectation) -> Judgement {
        guard result.rowCount == 1, result.columns.count == 1, let value = result.rows.first?.first else {
            return judgement(false, expectation.phrase, result.shape)
        }
        let text = value.text
        let passed =
            switch expectation {
            case .value(let literal): literal.equals(value)
            case .bounds(let bounds): text.map { text in bounds.allSatisfy { $0.admits(text) } } ?? false
            case .contains(let part): text?.contains(part) ?? false
            case .matches(let pattern): text?.matches(pattern: pattern) ?? false
            default: false
            }
        return judgement(passed, expectation.phrase, value.phrase)
    }

    private static func judgeRow(
        _ result: StatementResult, _ wanted: [PlannedExpectation.ColumnValue]
    ) -> Judgement {
        let expected = PlannedExpectation.row(wanted).phrase
        guard result.rowCount == 1, let row = result.rows.first else {
            return judgement(false, expected, result.shape)
        }
        var found: [String] = []
        var passed = true
        for column in wanted {
            guard let index = result.columns.firstIndex(where: { $0.name == column.column }) else {
                found.append("no column `\(column.column)`")
                passed = false
                continue
            }
            found.append("\(column.column) = \(row[index].phrase)")
            passed = passed && column.value.equals(row[index])
        }
        return judgement(passed, expected, found.joined(separator: ", "))
    }

    private static func judgeSet(_ result: StatementResult, _ wanted: [Literal], exact: Bool) -> Judgement {
        let values = result.rows.compactMap(\.first)
        let missing = wanted.filter { literal in !values.contains { literal.equals($0) } }
        let foreign = exact ? values.filter { value in !wanted.contains { $0.equals(value) } } : []
        let passed = missing.isEmpty && foreign.isEmpty && !result.isTruncated && !result.columns.isEmpty
        var found = "\(result.rowCount) rows"
        if !missing.isEmpty { found += ", missing \(missing.map(\.phrase).joined(separator: ", "))" }
        if !foreign.isEmpty { found += ", also \(foreign.prefix(10).map(\.phrase).joined(separator: ", "))" }
        let word = exact ? "exactly" : "at least"
        return judgement(passed, "\(word) \(wanted.map(\.phrase).joined(separator: ", "))", found)
    }

    private static func judgeTable(_ result: StatementResult, _ wanted: [[Literal]]) -> Judgement {
        let expected = "\(wanted.count) rows as listed"
        guard result.rowCount == wanted.count, !result.isTruncated else {
            return judgement(false, expected, "\(result.rowCount) rows")
        }
        for (index, row) in result.rows.enumerated() {
            let same = row.count == wanted[index].count && zip(wanted[index], row).allSatisfy { $0.equals($1) }
            if !same {
                let found = row.map(\.phrase).joined(separator: ", ")
                return judgement(false, expected, "row \(index + 1) is \(found)")
            }
        }
        return judgement(true, expected, "the same")
    }

    private static func judgement(_ passed: Bool, _ expected: String, _ found: String) -> Judgement {
        Judgement(passed: passed, expected: expected, found: found)
    }
}
