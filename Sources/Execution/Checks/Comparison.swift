import Databases
public import Planning
import Runbooks

extension Literal {
    /// Whether a value of the database equals this: by the value's own kind, text as a number only for a number.
    func equals(_ value: DatabaseValue) -> Bool {
        switch (self, value) {
        case (.null, .null): return true
        case (.null, _), (_, .null): return false
        case (.boolean(let wanted), .boolean(let found)): return wanted == found
        // SQLite has no booleans and stores them as 0 and 1.
        case (.boolean(let wanted), .integer(let found)): return found == (wanted ? 1 : 0)
        // By bytes: Swift takes texts for equal that differ in how their letters are composed.
        case (.text(let wanted), _): return value.text.map { $0.utf8.elementsEqual(wanted.utf8) } ?? false
        case (.integer, _), (.number, _):
            guard let found = value.text.flatMap({ ExactDecimal($0) }), let wanted = ExactDecimal(text) else {
                return false
            }
            return found == wanted
        case (.boolean, _): return false
        }
    }

    /// For people: text in quotes.
    var phrase: String {
        switch self {
        case .text(let text): "\"\(text)\""
        case .null: "NULL"
        default: text
        }
    }
}

extension DatabaseValue {
    /// For people: text in quotes.
    var phrase: String {
        switch self {
        case .null: "NULL"
        case .text(let text): "\"\(text)\""
        case .bytes(let bytes): "\(bytes.count) bytes"
        default: text ?? "NULL"
        }
    }
}

extension StatementResult {
    /// Rows and columns, when they are not one and one.
    var shape: String {
        if columns.isEmpty { return "no result (\(tag))" }
        if rowCount == 0 { return "no rows" }
        if rowCount > 1 { return rowCount.rows }
        return isTruncated ? "a row too large to keep" : "\(columns.count) columns"
    }
}

extension Bound {
    /// Whether a number in text lies within it; text that is no number does not.
    func admits(_ text: String) -> Bool {
        guard let value = ExactDecimal(text.trimmedBlanks), let limit = ExactDecimal(quantity.digits) else {
            return false
        }
        return switch relation {
        case .exactly: value == limit
        case .atLeast: value >= limit
        case .atMost: value <= limit
        case .above: value > limit
        case .below: value < limit
        }
    }

    /// For people.
    var phrase: String {
        switch relation {
        case .exactly: quantity.written
        case .atLeast: "at least \(quantity.written)"
        case .atMost: "at most \(quantity.written)"
        case .above: "above \(quantity.written)"
        case .below: "below \(quantity.written)"
        }
    }
}

extension Int {
    /// So many rows, for people.
    var rows: String { self == 1 ? "1 row" : "\(self) rows" }
}

extension [Bound] {
    /// For people.
    var phrase: String { map(\.phrase).joined(separator: " and ") }

    /// Whether the last number named is one.
    fileprivate var isOne: Bool { last?.quantity.digits == "1" }
}

extension PlannedExpectation {
    /// What is expected, for people.
    public var phrase: String {
        switch self {
        case .value(let literal): return literal.phrase
        case .bounds(let bounds): return bounds.phrase
        case .contains(let text): return "text with \"\(text)\""
        case .matches(let pattern): return "text that matches /\(pattern)/"
        case .rows(let bounds): return bounds.phrase + (bounds.isOne ? " row" : " rows")
        case .row(let columns):
            return "one row with " + columns.map { "\($0.column) = \($0.value.phrase)" }.joined(separator: ", ")
        case .set(let values): return "exactly " + values.map(\.phrase).joined(separator: ", ")
        case .includes(let values): return "at least " + values.map(\.phrase).joined(separator: ", ")
        case .table(let rows): return "\(rows.count.rows) as listed"
        case .sameAs(let name): return "as captured in `\(name)`"
        case .usesIndex(let name): return "a plan that uses index `\(name)`"
        case .failure(let sqlstate, let text):
            let parts = [sqlstate.map { "SQLSTATE \($0)" }, text.map { "\"\($0)\"" }].compactMap { $0 }
            return "an error" + (parts.isEmpty ? "" : " with " + parts.joined(separator: " and "))
        case .command(let exit, let output):
            return "exit \(exit)" + (output.map { " and output " + $0.phrase } ?? "")
        }
    }
}

extension PlannedOutput {
    var phrase: String {
        switch self {
        case .value(let literal): literal.phrase
        case .bounds(let bounds): bounds.phrase
        case .contains(let text): "with \"\(text)\""
        case .matches(let pattern): "that matches /\(pattern)/"
        }
    }
}

extension String {
    /// Whether a text stands in it, byte for byte.
    func holds(_ part: String) -> Bool { Array(utf8).contains(Array(part.utf8)) }

    /// Without blanks and line ends at both sides.
    var trimmedBlanks: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }

    /// Whether a regular expression matches somewhere; one that is none matches nothing.
    func matches(pattern: String) -> Bool {
        guard let regex = try? Regex(pattern) else { return false }
        return contains(regex)
    }
}
