import Statements

/// What is passed over by its name, and values that hang on the session.
struct ValueFindings: StatementRule {
    func findings(for statement: ReviewedStatement, in transaction: OpenTransaction) -> [RuleFinding] {
        statement.effects.changes.flatMap { change in
            byName(change, statement) + timeZone(change, statement)
        }
    }

    private func byName(_ change: Change, _ statement: ReviewedStatement) -> [RuleFinding] {
        guard change.action == .creates, change.isTolerant, [.table, .column].contains(change.object.kind) else {
            return []
        }
        if case .table(let definition) = change.detail, definition.isTemporary { return [] }
        return [
            RuleFinding(
                ReviewCodes.anyDefinition,
                "IF NOT EXISTS passes over \(change.object), however it is defined",
                help: "leave IF NOT EXISTS out, so that the phase fails where it is there")
        ]
    }

    private func timeZone(_ change: Change, _ statement: ReviewedStatement) -> [RuleFinding] {
        guard case .property(.type(let new, isComputed: false, _)) = change.detail,
            let old = statement.typesBefore[change.object], old.isTimestamp, new.isTimestamp, old.name != new.name,
            !statement.script.settings.contains(where: { $0.name.lowercased() == "timezone" }), !statement.isInTimeZone
        else { return [] }
        return [
            RuleFinding(
                ReviewCodes.sessionTimeZone,
                "the values of \(change.object) are read as times of whatever time zone the session has",
                help:
                    "write USING \(change.object.name) AT TIME ZONE 'UTC', or `session: { timezone: UTC }` at the step")
        ]
    }
}

extension TypeReference {
    fileprivate var isTimestamp: Bool { ["timestamp", "timestamptz"].contains(name) && !isArray }
}
