import Databases
import Statements

/// What a rollback does that holds on the day it is written, and not when it is needed; and what a phase and its rollback
/// take away from rows.
enum RollbackRules {
    /// What is found in the rollback of a phase.
    static func findings(in reviewed: ReviewedPhase) -> [PlannedFinding] {
        var found: [PlannedFinding] = []
        var isGuarded = false
        let updated = reviewed.updatedColumns
        // What earlier phases made has rows by the time a rollback is needed; what the phase itself made goes.
        let own = reviewed.madeRelations
        for statement in reviewed.rollback {
            isGuarded = isGuarded || statement.effects.isGuard
            found += byValue(statement, updated, own).map { $0.placed(at: statement) }
            guard !isGuarded else { continue }
            found += stricter(statement, reviewed, own).map { $0.placed(at: statement) }
        }
        return found + unprotected(reviewed.statements, "the phase", but: own)
            + unprotected(reviewed.rollback, "the rollback", but: own)
    }

    // MARK: Rows by their value

    private static func byValue(
        _ statement: ReviewedStatement, _ updated: [RelationName: Set<String>], _ own: Set<RelationName>
    ) -> [RuleFinding] {
        statement.effects.changes.compactMap { change in
            guard change.action == .updates, case .rows(let rows) = change.detail, rows.isFiltered,
                let table = change.object.relationName, !rows.columns.isEmpty, !own.contains(table)
            else { return nil }
            let named = statement.engine == .postgres ? statement.effects.columns : statement.text.conditionNames
            let readsMore = statement.effects.changes.contains { $0.action == .reads }
            guard !named.isEmpty, !readsMore, named.isSubset(of: Set(rows.columns)),
                !(updated[table] ?? []).isDisjoint(with: rows.columns)
            else { return nil }
            let columns = named.sorted().joined(separator: ", ")
            return RuleFinding(
                ReviewCodes.rowsByValue,
                "the rollback finds rows of \(table) by their \(columns) alone, and those that got it since are changed, too",
                help: "keep the keys of the rows that the phase changes, or accept it with a reason")
        }
    }

    // MARK: Constraints that rows written since may break

    private static func stricter(
        _ statement: ReviewedStatement, _ reviewed: ReviewedPhase, _ own: Set<RelationName>
    ) -> [RuleFinding] {
        guard statement.engine == .postgres else { return [] }
        return statement.effects.changes.compactMap { change in
            guard let table = change.object.relationName, !own.contains(table), !change.isConditional else {
                return nil
            }
            let words: String
            switch (change.action, change.detail) {
            case (.creates, .constraint(let definition)) where !definition.isNotValid && !definition.isOfNewColumn:
                guard !reviewed.demands(definition, of: table) else { return nil }
                words = "\(change.object)"
            case (.alters, .property(.notNull(true))):
                guard reviewed.loosens(change.object) else { return nil }
                words = "NOT NULL of \(change.object)"
            case (.creates, .index(let definition)) where definition.isUnique: words = "unique \(change.object)"
            default: return nil
            }
            return RuleFinding(
                ReviewCodes.mayNotHold,
                "the rollback makes \(words) again, and fails where rows written since break it",
                help: "look for such rows first, and say which: RAISE EXCEPTION in a DO, or a check of the phase")
        }
    }

    // MARK: Tables that everybody sees again

    /// One finding for all tables of a phase, or of its rollback, that lose their row level security.
    private static func unprotected(
        _ statements: [ReviewedStatement], _ who: String, but own: Set<RelationName>
    ) -> [PlannedFinding] {
        var first: ReviewedStatement?
        var tables: [String] = []
        for statement in statements.prefix(while: { !$0.effects.isGuard }) {
            for change in statement.effects.changes {
                guard case .property(.rowSecurity(false)) = change.detail, let table = change.object.relationName,
                    !own.contains(table)
                else { continue }
                first = first ?? statement
                tables.append(table.description)
            }
        }
        guard let first else { return [] }
        let names = tables.joined(separator: ", ")
        return [
            RuleFinding(
                ReviewCodes.lessProtected,
                "\(who) takes row level security off \(names): every session sees all rows that are there then",
                help: "refuse while there are rows of several tenants, or accept it with a reason"
            ).placed(at: first)
        ]
    }
}

extension ReviewedPhase {
    /// The relations that the phase or its rollback makes.
    fileprivate var madeRelations: Set<RelationName> {
        Set(
            (statements + rollback).flatMap(\.effects.changes).filter { $0.action == .creates && $0.object.isRelation }
                .compactMap(\.object.relationName))
    }

    /// The columns that the phase itself updates, by table.
    fileprivate var updatedColumns: [RelationName: Set<String>] {
        var found: [RelationName: Set<String>] = [:]
        for change in statements.flatMap(\.effects.changes) where change.action == .updates {
            guard let table = change.object.relationName, case .rows(let rows) = change.detail else { continue }
            found[table, default: []].formUnion(rows.columns)
        }
        return found
    }

    /// Whether the phase adds a constraint that demands as much: of the same kind, on some of the same columns.
    fileprivate func demands(_ definition: ConstraintDefinition, of table: RelationName) -> Bool {
        statements.contains { statement in
            statement.effects.changes.contains { change in
                guard change.action == .creates, change.object.relationName == table,
                    case .constraint(let own) = change.detail
                else { return false }
                guard own.kind == definition.kind else { return false }
                switch own.kind {
                case .primaryKey, .unique:
                    return !own.columns.isEmpty && Set(own.columns).isSubset(of: definition.columns)
                case .foreignKey:
                    // A row that both columns tie to another is tied to it by one of them, too.
                    return Set(definition.columns).isSubset(of: own.columns) && own.references == definition.references
                case .check, .exclusion: return own.text == definition.text
                }
            }
        }
    }

    /// Whether the phase lets a column be NULL.
    fileprivate func loosens(_ column: SchemaObject) -> Bool {
        statements.contains { statement in
            statement.effects.changes.contains { $0.object == column && $0.detail == .property(.notNull(false)) }
        }
    }
}

extension String {
    /// The names in the condition of a statement of SQLite, and in what it assigns; texts and keywords are left out.
    fileprivate var conditionNames: Set<String> {
        let line = lowercased()
        guard let start = line.firstRange(of: "where") else { return [] }
        var names: Set<String> = []
        for (index, part) in line[start.upperBound...].split(separator: "'", omittingEmptySubsequences: false)
            .enumerated()
        where index % 2 == 0 {
            names.formUnion(
                part.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init).filter { word in
                    !["and", "or", "not", "is", "null", "in", "between", "like", "glob", "true", "false"].contains(word)
                        && !(word.first?.isNumber ?? true)
                })
        }
        return names
    }
}
