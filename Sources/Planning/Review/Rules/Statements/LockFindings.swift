import Databases
import Statements

/// What keeps others waiting, and how it would not.
struct LockFindings: StatementRule {
    func findings(for statement: ReviewedStatement, in transaction: OpenTransaction) -> [RuleFinding] {
        guard statement.engine == .postgres else { return [] }
        var found: [RuleFinding] = []
        for change in statement.effects.changes {
            guard let table = change.object.relationName else {
                if change.object.kind == .index { found += index(change, statement) }
                continue
            }
            guard !statement.isNew(table) else { continue }
            found += partition(change)
            // What is done with all of a small table is done in a moment.
            guard !statement.surroundings.smallTables.contains(table) else { continue }
            found += index(change, statement) + constraint(change, statement, table, transaction)
        }
        if statement.cost.rewrite.isAssumed, !statement.isAboutSmallTables,
            let claim = ImpactClaim(statement.cost.rewrite), !found.isTold
        {
            let words = claim.isSure ? claim.words : "unless \(claim.words)"
            found.append(
                RuleFinding(
                    ReviewCodes.rewrites, "\(statement.tableWords) is written anew: \(words)",
                    help: "add a column, fill it in batches, and exchange the two"))
        }
        return found + underLock(statement, transaction)
    }

    private func index(_ change: Change, _ statement: ReviewedStatement) -> [RuleFinding] {
        switch (change.action, change.object.kind) {
        case (.creates, .index) where !change.isConcurrent:
            let table = change.object.relation ?? "its table"
            return [
                RuleFinding(
                    ReviewCodes.indexBlocks, "writes to \(table) wait until \(change.object) is built",
                    help: "write CREATE INDEX CONCURRENTLY, in a step with `transaction: none`")
            ]
        case (.drops, .index) where !change.isConcurrent && !statement.dropsOwnIndex(change.object):
            return [
                RuleFinding(
                    ReviewCodes.indexDropBlocks, "reads and writes of its table wait while \(change.object) is dropped",
                    help: "write DROP INDEX CONCURRENTLY, in a step with `transaction: none`")
            ]
        case (.reindexes, _) where !change.isConcurrent:
            return [
                RuleFinding(
                    ReviewCodes.reindexBlocks, "reads and writes wait while the indexes of \(change.object) are built",
                    help: "write REINDEX ... CONCURRENTLY, in a step with `transaction: none`")
            ]
        case (.refreshes, _) where !change.isConcurrent:
            return [
                RuleFinding(
                    ReviewCodes.refreshBlocks, "reads of \(change.object) wait until its rows are computed",
                    help: "write REFRESH MATERIALIZED VIEW CONCURRENTLY, with a unique index on the view")
            ]
        default: return []
        }
    }

    private func constraint(
        _ change: Change, _ statement: ReviewedStatement, _ table: RelationName, _ transaction: OpenTransaction
    ) -> [RuleFinding] {
        switch change.detail {
        case .constraint(let definition) where change.action == .creates:
            let isBuilt = [.unique, .primaryKey, .exclusion].contains(definition.kind) && definition.index == nil
            if isBuilt {
                return [
                    RuleFinding(
                        ReviewCodes.constraintBuilds,
                        "reads and writes of \(table) wait while \(change.object) builds its index",
                        help: definition.kind == .exclusion
                            ? "fill a new table and exchange the two"
                            : "build a unique index concurrently before, and add the constraint USING INDEX")
                ]
            }
            guard [.check, .foreignKey].contains(definition.kind), !definition.isNotValid, !definition.isOfNewColumn
            else { return [] }
            let who =
                definition.kind == .check
                ? "reads and writes of \(table)"
                : "writes to \(table) and \(definition.references?.description ?? "the other table")"
            return [
                RuleFinding(
                    ReviewCodes.constraintChecks, "\(who) wait while every row is held against \(change.object)",
                    help: "add it NOT VALID, and VALIDATE it in a later step")
            ]
        case .property(.notNull(true)) where statement.cost.scan.isAssumed:
            return [
                RuleFinding(
                    ReviewCodes.constraintChecks,
                    "reads and writes of \(table) wait while \(change.object) is searched for NULL",
                    help: "add CHECK (\(change.object.name) IS NOT NULL) NOT VALID, validate it, then SET NOT NULL")
            ]
        case .property(.validated):
            guard transaction.constraints.contains(change.object) else { return [] }
            return [
                RuleFinding(
                    ReviewCodes.validatesAtOnce, "\(change.object) is validated in the transaction that adds it",
                    help: "make VALIDATE CONSTRAINT a step of its own")
            ]
        default: return []
        }
    }

    private func partition(_ change: Change) -> [RuleFinding] {
        switch change.detail {
        case .property(.detached(let partition, false)) where !change.isConcurrent:
            return [
                RuleFinding(
                    ReviewCodes.partitionBlocks,
                    "reads and writes of \(change.object.fullName) wait while \(partition) is detached",
                    help: "write DETACH PARTITION ... CONCURRENTLY, in a step with `transaction: none`")
            ]
        default: return []
        }
    }

    /// Rows that are worked on while a stronger lock of the same transaction is held.
    private func underLock(_ statement: ReviewedStatement, _ transaction: OpenTransaction) -> [RuleFinding] {
        let works = statement.effects.changes.first { change in
            guard [.updates, .deletes, .inserts, .merges].contains(change.action), !change.isConditional else {
                return false
            }
            guard case .rows(let rows) = change.detail else { return true }
            return change.action != .inserts || rows.source != .values
        }
        guard let works else { return [] }
        guard let table = works.object.relationName, !statement.surroundings.smallTables.contains(table),
            let mode = transaction.held[table], mode >= .shareRowExclusive
        else {
            return []
        }
        return [
            RuleFinding(
                ReviewCodes.worksUnderLock,
                "\(statement.verb) of \(works.object.fullName) works while \(mode.name) on it is held",
                help: "make it a step of its own, after the change of definitions")
        ]
    }
}

extension [RuleFinding] {
    /// Whether something was found that already says that others wait for long.
    fileprivate var isTold: Bool {
        contains { $0.code == ReviewCodes.constraintBuilds || $0.code == ReviewCodes.refreshBlocks }
    }
}

extension ReviewedStatement {
    /// The table it is about, for the beginning of a message.
    fileprivate var tableWords: String {
        effects.changes.first.map { $0.object.relationName?.description ?? $0.object.fullName } ?? "a table"
    }

    /// Whether hardly anything is in the tables it changes.
    fileprivate var isAboutSmallTables: Bool {
        let tables = effects.changes.filter { $0.action != .reads }.compactMap(\.object.relationName)
        return !tables.isEmpty && tables.allSatisfy(surroundings.smallTables.contains)
    }

    /// Whether the index that is dropped is on a table that the plan has made.
    fileprivate func dropsOwnIndex(_ index: SchemaObject) -> Bool {
        cost.locks.contains { $0.isNew } || effects.changes.contains { $0.action == .drops && $0.object.kind == .table }
    }
}
