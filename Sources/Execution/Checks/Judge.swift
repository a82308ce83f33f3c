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
            // A statement that answers with no rows at all, such as an UPDATE, has none to count.
            judgement(
                !result.columns.isEmpty && bounds.allSatisfy { $0.admits(String(result.rowCount)) },
                expectation.phrase,
                result.columns.isEmpty ? result.shape : "\(result.rowCount) row\(result.rowCount == 1 ? "" : "s")"
            )
        case .row(let columns): judgeRow(result, columns)
        case .set(let wanted): judgeSet(result, wanted, exact: true)
        case .includes(let wanted): judgeSet(result, wanted, exact: false)
        case .table(let rows): judgeTable(result, rows)
        case .sameAs(let name):
            judgement(
                !result.isTruncated && captured?.matches(CapturedResult(result)) ?? false,
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
        // A statement that ran out of time did not fail as expected, unless just that was expected.
        let inTime = error.code != "57014" || sqlstate == error.code
        let passed =
            inTime && (sqlstate.map { $0 == error.code } ?? true) && (text.map { error.message.holds($0) } ?? true)
        return judgement(passed, expectation.phrase, "error \(found)")
    }

    /// Judges how a program ended.
    public static func judge(status: Int, output: String, by expectation: PlannedExpectation) -> Judgement {
        guard case .command(let exit, let wanted) = expectation else {
            return judgement(false, expectation.phrase, "exit \(status)")
        }
        guard status == exit else {
            return judgement(false, expectation.phrase, "exit \(status), output \"\(output)\"")
        }
        let text = output.trimmedBlanks
        let passed =
            switch wanted {
            case nil: true
            case .value(let literal): literal.equals(.text(text))
            case .bounds(let bounds): bounds.allSatisfy { $0.admits(text) }
            case .contains(let part): text.holds(part)
            case .matches(let pattern): text.matches(pattern: pattern)
            }
        return judgement(passed, expectation.phrase, "exit \(status), output \"\(text)\"")
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
            case .contains(let part): text?.holds(part) ?? false
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
            let places = result.columns.indices.filter { result.columns[$0].name == column.column }
            guard let index = places.first, places.count == 1 else {
                found.append("\(places.isEmpty ? "no" : "more than one") column `\(column.column)`")
                passed = false
                continue
            }
            found.append("\(column.column) = \(row[index].phrase)")
            passed = passed && column.value.equals(row[index])
        }
        return judgement(passed, expected, found.joined(separator: ", "))
    }

    /// A value that comes twice must be listed twice: a set that grew a second administrator is another set.
    private static func judgeSet(_ result: StatementResult, _ wanted: [Literal], exact: Bool) -> Judgement {
        var foreign = result.rows.compactMap(\.first)
        var missing: [Literal] = []
        for literal in wanted {
            if let place = foreign.firstIndex(where: literal.equals) {
                foreign.remove(at: place)
            } else {
                missing.append(literal)
            }
        }
        let passed = missing.isEmpty && (foreign.isEmpty || !exact) && !result.isTruncated && !result.columns.isEmpty
        var found = result.columns.isEmpty ? result.shape : result.rowCount.rows
        if !missing.isEmpty { found += ", missing \(missing.map(\.phrase).joined(separator: ", "))" }
        if exact, !foreign.isEmpty { found += ", also \(foreign.prefix(10).map(\.phrase).joined(separator: ", "))" }
        let word = exact ? "exactly" : "at least"
        return judgement(passed, "\(word) \(wanted.map(\.phrase).joined(separator: ", "))", found)
    }

    private static func judgeTable(_ result: StatementResult, _ wanted: [[Literal]]) -> Judgement {
        let expected = "\(wanted.count.rows) as listed"
        guard result.rowCount == wanted.count, !result.isTruncated, !result.columns.isEmpty else {
            return judgement(false, expected, result.columns.isEmpty ? result.shape : result.rowCount.rows)
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
