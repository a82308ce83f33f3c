import Databases
import Execution
@testable import Planning
import Runbooks
import TestSupport
import Testing

/// A result with these rows; its columns are a, b...
private func result(
    _ rows: [DatabaseValue]...,
    columns: [String]? = nil,
    count: Int? = nil,
    tag: String = "SELECT"
) -> StatementResult {
    let width = rows.first?.count ?? 1
    let names = columns ?? (0..<width).map { String(UnicodeScalar(UInt8(97 + $0))) }
    return StatementResult(
        tag: tag,
        columns: names.map { .init(name: $0, type: "") },
        rows: rows,
        rowCount: count ?? rows.count,
        notices: []
    )
}

private func bound(_ relation: Bound.Relation, _ digits: String) -> Bound {
    Bound(relation, Quantity(digits: digits, written: digits))
}

struct `A judgement` {
    struct Case: CustomTestStringConvertible, Sendable {
        let expectation: PlannedExpectation
        let result: StatementResult
        let passes: Bool
        let found: String

        var testDescription: String { "\(expectation.phrase): \(found)" }

        init(_ expectation: PlannedExpectation, _ result: StatementResult, _ passes: Bool, _ found: String) {
            self.expectation = expectation
            self.result = result
            self.passes = passes
            self.found = found
        }
    }

    static let values: [Case] = [
        Case(.value(.integer(5)), result([.integer(5)]), true, "5"),
        Case(.value(.integer(5)), result([.number("5.00")]), true, "5.00"),
        Case(.value(.integer(5)), result([.text("5")]), true, "\"5\""),
        Case(.value(.integer(5)), result([.text("5 ")]), false, "\"5 \""),
        Case(.value(.integer(5)), result([.text("five")]), false, "\"five\""),
        Case(.value(.integer(1)), result([.boolean(true)]), false, "true"),
        Case(.value(.boolean(true)), result([.boolean(true)]), true, "true"),
        Case(.value(.boolean(true)), result([.integer(1)]), true, "1"),
        Case(.value(.boolean(true)), result([.integer(2)]), false, "2"),
        Case(.value(.boolean(true)), result([.text("true")]), false, "\"true\""),
        Case(.value(.null), result([.null]), true, "NULL"),
        Case(.value(.null), result([.text("")]), false, "\"\""),
        Case(.value(.text("")), result([.null]), false, "NULL"),
        Case(.value(.text("005")), result([.text("5")]), false, "\"5\""),
        Case(.value(.text("é")), result([.text("e\u{301}")]), false, "\"e\u{301}\""),
        Case(.value(.integer(5)), result(), false, "no rows"),
        Case(.value(.integer(5)), result([.integer(5)], [.integer(5)]), false, "2 rows"),
        Case(.value(.integer(5)), result([.integer(5), .integer(5)]), false, "2 columns"),
        Case(.value(.text("x")), result(columns: ["a"], count: 1), false, "a row too large to keep"),
        Case(.value(.integer(0)), result(columns: [], tag: "UPDATE 0"), false, "no result (UPDATE 0)"),
    ]

    static let numbers: [Case] = [
        Case(
            .bounds([bound(.atLeast, "9007199254740993")]), result([.integer(9_007_199_254_740_992)]), false,
            "9007199254740992"),
        Case(
            .bounds([bound(.below, "0.3")]), result([.number("0.29999999999999999999")]), true, "0.29999999999999999999"
        ),
        Case(.bounds([bound(.above, "0"), bound(.atMost, "1")]), result([.number("1e0")]), true, "1e0"),
        Case(.bounds([bound(.atLeast, "0")]), result([.number("NaN")]), false, "NaN"),
        Case(.bounds([bound(.atLeast, "0")]), result([.number("Infinity")]), false, "Infinity"),
        Case(.bounds([bound(.atLeast, "0")]), result([.null]), false, "NULL"),
        Case(
            .bounds([bound(.atLeast, "0")]), result([.text("1e-9223372036854775808")]), false,
            "\"1e-9223372036854775808\""),
        Case(.contains("b\n"), result([.text("a b\r\nb\n")]), true, "\"a b\r\nb\n\""),
        Case(.contains("\n"), result([.text("a\r\n")]), true, "\"a\r\n\""),
        Case(.contains("x"), result([.null]), false, "NULL"),
        Case(.matches("^v[0-9]+$"), result([.text("v12")]), true, "\"v12\""),
        Case(.matches("^v[0-9]+$"), result([.null]), false, "NULL"),
    ]

    static let rows: [Case] = [
        Case(.rows([bound(.exactly, "2")]), result([.null], [.null]), true, "2 rows"),
        Case(.rows([bound(.exactly, "0")]), result(), true, "0 rows"),
        Case(.rows([bound(.exactly, "0")]), result(columns: [], tag: "UPDATE 3"), false, "no result (UPDATE 3)"),
        Case(.rows([bound(.atLeast, "20000")]), result([.integer(1)], count: 20_000), true, "20000 rows"),
        Case(.row([.init(column: "b", value: .integer(2))]), result([.integer(1), .integer(2)]), true, "b = 2"),
        Case(
            .row([.init(column: "c", value: .integer(2))]), result([.integer(1), .integer(2)]), false, "no column `c`"),
        Case(
            .row([.init(column: "a", value: .integer(1))]), result([.integer(1), .integer(1)], columns: ["a", "a"]),
            false, "more than one column `a`"),
        Case(.row([.init(column: "a", value: .integer(1))]), result(), false, "no rows"),
        Case(.row([.init(column: "a", value: .null)]), result([.null]), true, "a = NULL"),
        Case(.set([.text("a"), .text("b")]), result([.text("b")], [.text("a")]), true, "2 rows"),
        Case(.set([.text("a")]), result([.text("a")], [.text("a")]), false, "2 rows, also \"a\""),
        Case(.set([.text("a"), .text("a")]), result([.text("a")], [.text("a")]), true, "2 rows"),
        Case(.set([.text("a"), .text("a")]), result([.text("a")]), false, "1 row, missing \"a\""),
        Case(.set([]), result(), true, "0 rows"),
        Case(.set([]), result(columns: [], tag: "DELETE 2"), false, "no result (DELETE 2)"),
        Case(.set([.text("a")]), result([.text("a")], count: 2), false, "2 rows"),
        Case(.includes([.text("a")]), result([.text("b")], [.text("a")], [.null]), true, "3 rows"),
        Case(.includes([.null]), result([.text("b")]), false, "1 row, missing NULL"),
        Case(.table([[.integer(1), .null]]), result([.integer(1), .null]), true, "the same"),
        Case(.table([[.integer(1)], [.integer(2)]]), result([.integer(2)], [.integer(1)]), false, "row 1 is 2"),
        Case(.table([[.integer(1)]]), result([.integer(1), .integer(2)]), false, "row 1 is 1, 2"),
        Case(.table([]), result(columns: [], tag: "UPDATE 1"), false, "no result (UPDATE 1)"),
        Case(.failure(sqlstate: nil, contains: "x"), result([.text("x")]), false, "success: SELECT"),
    ]

    @Test(arguments: values + numbers + rows)
    func `holds an answer against what was expected`(example: Case) {
        let judgement = Judge.judge(example.result, by: example.expectation)
        #expect(judgement.passed == example.passes)
        #expect(judgement.found == example.found)
    }

    @Test func `about an error wants all that was said, from the statement itself`() {
        let error = DatabaseError(kind: .statement, code: "42501", message: "permission denied for table t")
        let expectation = PlannedExpectation.failure(sqlstate: "42501", contains: "table t")
        #expect(Judge.judge(error, by: expectation).passed)
        #expect(!Judge.judge(error, by: .failure(sqlstate: "42502", contains: nil)).passed)
        #expect(!Judge.judge(error, by: .failure(sqlstate: "42501", contains: "schema")).passed)
        #expect(!Judge.judge(error, by: .value(.integer(1))).passed)
        for kind in [DatabaseError.Kind.connection, .timeout, .cancelled] {
            #expect(!Judge.judge(DatabaseError(kind: kind, code: "42501", message: "table t"), by: expectation).passed)
        }
        let late = DatabaseError(kind: .statement, code: "57014", message: "canceling statement")
        #expect(!Judge.judge(late, by: .failure(sqlstate: nil, contains: "statement")).passed)
        #expect(Judge.judge(late, by: .failure(sqlstate: "57014", contains: nil)).passed)
    }

    @Test func `about a program wants its status and what it printed`() {
        let plain = PlannedExpectation.command(exit: 0, output: nil)
        #expect(Judge.judge(status: 0, output: "x", by: plain).passed)
        #expect(!Judge.judge(status: 137, output: "x", by: plain).passed)
        #expect(Judge.judge(status: 0, output: " 5\n", by: .command(exit: 0, output: .value(.integer(5)))).passed)
        #expect(!Judge.judge(status: 1, output: "5", by: .command(exit: 0, output: .value(.integer(5)))).passed)
        let bounds = PlannedExpectation.command(exit: 0, output: .bounds([bound(.below, "5")]))
        #expect(Judge.judge(status: 0, output: "4.9\n", by: bounds).passed)
        #expect(!Judge.judge(status: 0, output: "none\n", by: bounds).passed)
        #expect(!Judge.judge(status: 0, output: "", by: .command(exit: 0, output: .contains("x"))).passed)
    }

    @Test func `about a capture compares values, not what was cut off`() {
        let before = CapturedResult(result([.integer(1), .null], [.text("NULL"), .integer(2)]))
        let expectation = PlannedExpectation.sameAs("counts")
        func judge(_ result: StatementResult, _ captured: CapturedResult?) -> Bool {
            Judge.judge(result, by: expectation, captured: captured).passed
        }
        #expect(judge(result([.integer(1), .null], [.text("NULL"), .integer(2)]), before))
        #expect(judge(result([.integer(1), .null], [.text("NULL"), .integer(2)]), before.fingerprintOnly))
        #expect(!judge(result([.integer(1), .text("NULL")], [.text("NULL"), .integer(2)]), before))
        #expect(!judge(result([.text("NULL"), .integer(2)], [.integer(1), .null]), before))
        #expect(!judge(result([.integer(1), .null]), nil))
        let cut = result([.integer(1)], count: 5)
        #expect(!judge(cut, CapturedResult(cut)))
        #expect(CapturedResult(json: before.json) == before)
        #expect(CapturedResult(json: before.fingerprintOnly.json) == before.fingerprintOnly)
    }

    @Test func `about an index wants its name in the plan`() {
        let expectation = PlannedExpectation.usesIndex("i")
        #expect(Judge.judge(result(), by: expectation, indexes: ["h", "i"]).passed)
        #expect(!Judge.judge(result(), by: expectation, indexes: ["ii"]).passed)
        #expect(!Judge.judge(result(), by: expectation, indexes: []).passed)
    }
}
