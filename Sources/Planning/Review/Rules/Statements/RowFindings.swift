import Databases
import Runbooks
import Statements

/// What is done to rows, and what goes without being named.
struct RowFindings: StatementRule {
    func findings(for statement: ReviewedStatement, in transaction: OpenTransaction) -> [RuleFinding] {
        var found = statement.effects.changes.flatMap { self.findings(for: $0, of: statement) }
        if statement.effects.loopsOverRows, !statement.effects.unseen.contains(.commits) {
            found.append(
                RuleFinding(
                    ReviewCodes.batchesInOne, "the batches of this \(statement.verb) are one transaction",
                    help: "make a step of each range of keys"))
        }
        return found
    }

    private func findings(for change: Change, of statement: ReviewedStatement) -> [RuleFinding] {
        let table = change.object.relationName
        if change.cascades, change.action == .drops || change.action == .truncates {
            let what = change.action == .drops ? "drops" : "empties"
            return [
                RuleFinding(
                    ReviewCodes.cascade, "CASCADE \(what) whatever depends on \(change.object)",
                    help: "name what goes, in the order in which it can")
            ]
        }
        guard let table, case .rows(let rows) = change.detail else { return [] }
        let isMuch = !statement.isNew(table) && !statement.surroundings.smallTables.contains(table)
        switch change.action {
        case .updates where !rows.isFiltered && isMuch, .deletes where !rows.isFiltered && !statement.isNew(table):
            let verb = change.action == .updates ? "updates" : "deletes"
            return [
                RuleFinding(
                    ReviewCodes.everyRow, "\(statement.verb) \(verb) every row of \(table)",
                    help: "say which rows with WHERE, and do many in batches")
            ]
        case .inserts where rows.columns.isEmpty && rows.source != .values:
            return [
                RuleFinding(
                    ReviewCodes.byPlace, "the columns of \(table) are filled by their places",
                    help: "name the columns after INSERT INTO \(table), and in the SELECT")
            ]
        default: return []
        }
    }
}

/// Settings, indexes that hide, values that come too early.
struct SessionFindings: StatementRule {
    func findings(for statement: ReviewedStatement, in transaction: OpenTransaction) -> [RuleFinding] {
        guard statement.engine == .postgres else { return [] }
        var found: [RuleFinding] = []
        for change in statement.effects.changes {
            switch (change.action, change.detail) {
            case (.creates, .index) where change.isTolerant:
                found.append(
                    RuleFinding(
                        ReviewCodes.hidesBroken,
                        "IF NOT EXISTS passes over \(change.object), whether it is valid or not",
                        help: "leave IF NOT EXISTS out"))
            case (.sets, .setting(_, true)) where statement.script.transaction == .none:
                found.append(
                    RuleFinding(
                        ReviewCodes.settingLost, "SET LOCAL of \(change.object.name) does nothing here",
                        help: "write `session: { \(change.object.name): ... }` at the step"))
            default: break
            }
        }
        if let value = transaction.newValues.first(where: { statement.text.contains("'\($0)'") }),
            !statement.effects.changes.contains(where: { $0.object.kind == .enumValue })
        {
            found.append(
                RuleFinding(
                    ReviewCodes.valueTooEarly, "the value '\(value)' cannot be used in the transaction that adds it",
                    help: "add it in a step of its own, before"))
        }
        return found
    }
}
