import Databases
import Statements

/// Programs and functions: what never ends, and what is dropped by its name alone.
struct RoutineFindings: StatementRule {
    func findings(for statement: ReviewedStatement, in transaction: OpenTransaction) -> [RuleFinding] {
        guard statement.engine == .postgres else { return [] }
        var found: [RuleFinding] = []
        if statement.effects.loopsOverRows, let loop = statement.effects.endlessLoop {
            found.append(
                RuleFinding(
                    ReviewCodes.endless,
                    "the loop of this \(statement.verb) never ends where \(loop.source) is NULL: \(loop.target) stays NULL, and the row is found again",
                    help: "add `AND \(loop.source) IS NOT NULL`, or go by ranges of the key"))
        }
        for change in statement.effects.changes where change.action == .drops && change.object.arguments == nil {
            guard [.function, .procedure, .routine].contains(change.object.kind), !change.isConditional else {
                continue
            }
            found.append(
                RuleFinding(
                    ReviewCodes.byNameAlone, "\(change.object) is dropped without its arguments",
                    help: "write the types of its arguments: \(change.object.fullName)(...)"))
        }
        return found
    }
}
