import Databases
import Diagnostics
import Runbooks
import Statements

/// What fails, or passes over its work, on the schema that it meets; and what running programs stumble over.
struct SchemaFindings: StatementRule {
    func findings(for statement: ReviewedStatement, in transaction: OpenTransaction) -> [RuleFinding] {
        statement.obstacles.map { finding(for: $0, statement) }
            + (transaction.isBack ? [] : forward(statement))
    }

    private func finding(for obstacle: Obstacle, _ statement: ReviewedStatement) -> RuleFinding {
        let object = obstacle.object
        switch obstacle.kind {
        case .notThere:
            return RuleFinding(
                ReviewCodes.unknownName, "\(statement.verb) works on \(object), which is not there",
                help: obstacle.more.map { "did you mean \($0)?" } ?? "correct the name, or make it before",
                severity: .error)
        case .alreadyThere:
            return RuleFinding(
                ReviewCodes.madeAgain, "\(statement.verb) makes \(object), which is there already",
                help: "leave the statement out, or say by `done_when` how to tell that it is done", severity: .error)
        case .passedOver:
            return RuleFinding(
                ReviewCodes.passedOver, "IF NOT EXISTS passes over \(object), which is there already",
                help: "compare it with what is there, and leave the statement out or write one that fails")
        case .stoodOn:
            return RuleFinding(
                ReviewCodes.stoodOn,
                "\(statement.verb) of \(object) fails while \(obstacle.more ?? "something") stands on it",
                help: "drop what stands on it first, and make it again afterwards", severity: .error)
        case .noValue:
            return RuleFinding(
                ReviewCodes.noValue,
                "\(object) has no value for the rows that are there (about \(obstacle.more ?? "some"))",
                help: "give it a default, or set NOT NULL when all rows have a value")
        }
    }

    private func forward(_ statement: ReviewedStatement) -> [RuleFinding] {
        statement.effects.changes.flatMap { change -> [RuleFinding] in
            guard let table = change.object.relationName, !statement.isNew(table), !statement.ownColumns(change) else {
                return []
            }
            return [renamed(change), emptyColumn(change, statement)].compactMap(\.self)
        }
    }

    private func renamed(_ change: Change) -> RuleFinding? {
        guard [.renames, .moves].contains(change.action), case .name(let name) = change.detail,
            change.object.isRelation || change.object.kind == .column
        else { return nil }
        let way = change.action == .renames ? "renamed to \(name)" : "moved to schema \(name)"
        return RuleFinding(
            ReviewCodes.renames, "\(change.object) is \(way), and programs that name it fail from then on",
            help: "add the new one beside it, move everything over, and drop the old one later")
    }

    /// Without a catalog nobody knows whether there are rows.
    private func emptyColumn(_ change: Change, _ statement: ReviewedStatement) -> RuleFinding? {
        guard change.action == .creates, case .column(let definition) = change.detail, definition.isNotNull,
            definition.defaultValue == nil, !definition.isNumbered, !definition.isGenerated,
            !statement.knowsSchema, statement.engine == .postgres
        else { return nil }
        return RuleFinding(
            ReviewCodes.noValue, "\(change.object) has no value for rows that are there",
            help: "give it a default, or set NOT NULL when all rows have a value")
    }
}

extension ReviewedStatement {
    /// Whether a change is of a column that the plan made.
    fileprivate func ownColumns(_ change: Change) -> Bool {
        change.object.kind == .column && change.action == .renames && newColumns.contains(change.object.name)
    }
}
