import Databases
import Runbooks
import Statements

/// Checks that pass whatever is in the database.
struct EmptyChecks: CheckRule {
    func findings(for asked: AskedQuery, in schema: CheckedSchema) -> [RuleFinding] {
        if let reason = reason(for: asked) {
            return [
                RuleFinding(
                    ReviewCodes.cannotFail, "\(asked.owner) \(reason)",
                    help: "expect what would be wrong otherwise, or leave the check out")
            ]
        }
        guard let shape = asked.shape, findsItself(shape, asked) else { return [] }
        return [
            RuleFinding(
                ReviewCodes.cannotFail, "\(asked.owner) finds itself: its own text is in pg_stat_activity, too",
                help: "add `AND pid <> pg_backend_pid()`, or look at pg_stat_progress_create_index and its like")
        ]
    }

    private func reason(for asked: AskedQuery) -> String? {
        guard let expectation = asked.expectation else { return nil }
        let isCount = asked.shape.map { $0.answer == .count } ?? asked.countsInSQLite
        switch expectation {
        // What takes too long fails, too: then the time is what is looked at.
        case _ where asked.isTimed: return nil
        case .rows(let bounds) where bounds.admitEveryCount: return "cannot fail: every number of rows is as expected"
        case .bounds(let bounds) where isCount && bounds.admitEveryCount:
            return "cannot fail: every count is as expected"
        case .includes(let values) where values.isEmpty: return "cannot fail: it expects nothing"
        case .value(.boolean(true)) where asked.shape?.answer == .alwaysTrue:
            return "cannot fail: every count is as compared"
        case .failure, .usesIndex, .command: return nil
        default:
            return asked.shape?.answer == .constant ? "proves nothing: it asks for a constant, whatever is there" : nil
        }
    }

    private func findsItself(_ shape: QueryShape, _ asked: AskedQuery) -> Bool {
        shape.relations.contains { $0.name == "pg_stat_activity" } && !shape.functions.contains("pg_backend_pid")
            && shape.asksFor(asked.text, in: ["query"])
    }
}

extension AskedQuery {
    /// Whether a query of SQLite is one count and nothing else; its queries are read by their words.
    fileprivate var countsInSQLite: Bool {
        let words = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let others = [" group by ", " having ", " limit ", " union ", " except ", " intersect "]
        return engine == .sqlite && words.hasPrefix("select count(") && !others.contains(where: words.contains)
            && words.firstRange(of: ") from ").map { !words[..<$0.lowerBound].contains(",") } ?? false
    }
}
