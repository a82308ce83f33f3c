import Databases
import Statements

/// Partitions that come and go under a lock of the whole table, and constraints of types that are held against rows.
struct WideLockFindings: StatementRule {
    func findings(for statement: ReviewedStatement, in transaction: OpenTransaction) -> [RuleFinding] {
        guard statement.engine == .postgres else { return [] }
        return statement.effects.changes.flatMap { change -> [RuleFinding] in
            switch change.detail {
            case .table(let definition) where change.action == .creates:
                return definition.partitionOf.map { parent in made(change.object, of: parent, statement) } ?? []
            case .property(.domainConstraint(isChecked: true)):
                return [
                    RuleFinding(
                        ReviewCodes.constraintChecks,
                        "writes to every table with a column of \(change.object) wait while its rows are checked",
                        help: "add the constraint NOT VALID, and VALIDATE it in a later step")
                ]
            default: return []
            }
        }
    }

    private func made(_ partition: SchemaObject, of parent: RelationName, _ statement: ReviewedStatement)
        -> [RuleFinding]
    {
        let isOthers = statement.cost.locks.contains { $0.relation == .named(parent) && !$0.isNew }
        guard isOthers else { return [] }
        return [
            RuleFinding(
                ReviewCodes.partitionBlocks,
                "reads and writes of \(parent) wait for the lock that making \(partition) takes",
                help: "make the table by itself, and ATTACH PARTITION it")
        ]
    }
}
