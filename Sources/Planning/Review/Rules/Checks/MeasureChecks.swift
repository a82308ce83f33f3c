import Runbooks
import Statements

/// Checks that compare another thing than they seem to.
struct MeasureChecks: CheckRule {
    func findings(for asked: AskedQuery, in schema: CheckedSchema) -> [RuleFinding] {
        guard let shape = asked.shape else { return [] }
        return textOrder(asked, shape) + countOfCounts(asked, shape) + somePresent(asked, shape)
    }

    private func textOrder(_ asked: AskedQuery, _ shape: QueryShape) -> [RuleFinding] {
        guard case .extreme(let column, let isGreatest) = shape.answer,
            case .value(.text(let text)) = asked.expectation,
            !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return [] }
        let word = isGreatest ? "greatest" : "least"
        return [
            RuleFinding(
                ReviewCodes.orderOfTexts, "\(asked.owner) takes the \(word) \(column) as text, where '9' is above '10'",
                help: "compare numbers: \(column)::int")
        ]
    }

    private func countOfCounts(_ asked: AskedQuery, _ shape: QueryShape) -> [RuleFinding] {
        guard let table = shape.counted.first(where: { $0.name.holdsCounts }) else { return [] }
        return [
            RuleFinding(
                ReviewCodes.countsCounts,
                "\(asked.owner) counts the rows of \(table) instead of reading what they hold",
                help: "keep the counts with a `capture:`, and compare with `same_as`")
        ]
    }

    private func somePresent(_ asked: AskedQuery, _ shape: QueryShape) -> [RuleFinding] {
        guard let column = shape.onlyPresent.first else { return [] }
        switch asked.expectation {
        case .bounds(let bounds) where shape.answer == .count && bounds.demandOneAtLeast: break
        case .rows(let bounds) where shape.answer != .count && bounds.demandOneAtLeast: break
        default: return []
        }
        return [
            RuleFinding(
                ReviewCodes.somePresent,
                "\(asked.owner) passes with one row that has a \(column), however many lack it",
                help: "count those that lack it: WHERE \(column) IS NULL, with `expect: 0`")
        ]
    }
}

extension String {
    /// Whether a table is named for the counts that are kept in it.
    fileprivate var holdsCounts: Bool { self == "counts" || hasSuffix("_counts") || hasSuffix("_count") }
}
