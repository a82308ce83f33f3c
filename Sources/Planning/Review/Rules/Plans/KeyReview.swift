import Databases
import Statements

/// Foreign keys whose columns no index begins with, where the plan itself makes all there is.
struct KeyReview {
    private var made: Set<RelationName> = []
    private var columns: [RelationName: Set<String>] = [:]
    private var indexes: [RelationName: [[String]]] = [:]
    private var keys:
        [(
            columns: [String], table: RelationName, references: RelationName, at: StatementSite
        )] = []

    /// Follows a statement.
    mutating func take(_ statement: ReviewedStatement) {
        // What may have been there before may have indexes of its own.
        guard !statement.effects.changes.contains(where: { $0.isTolerant && $0.object.kind == .table }) else { return }
        for change in statement.effects.changes where !change.isTolerant || change.object.kind != .column {
            take(change, statement)
        }
    }

    private mutating func take(_ change: Change, _ statement: ReviewedStatement) {
        guard
            let table = change.object.relationName
                ?? change.object.relation.map({ RelationName(schema: nil, name: $0) })
        else { return }
        switch (change.action, change.detail) {
        case (.creates, .table(let definition)) where change.object.kind == .table:
            // Indexes may come along from what it is made like.
            if definition.like.isEmpty, definition.partitionOf == nil { made.insert(table) }
        case (.creates, .column(let definition)):
            columns[table, default: []].insert(change.object.name)
            // SQLite's keys of one column stand in its definition.
            let text = definition.text.uppercased()
            if statement.engine == .sqlite, text.contains("PRIMARY KEY") || text.contains("UNIQUE") {
                indexes[table, default: []].append([change.object.name])
            }
        case (.creates, .index(let index)) where !index.isPartial: indexes[table, default: []].append(index.columns)
        case (.creates, .constraint(let definition)):
            switch definition.kind {
            case .primaryKey, .unique: indexes[table, default: []].append(definition.columns)
            case .foreignKey:
                guard let references = definition.references, !definition.columns.isEmpty else { return }
                keys.append((definition.columns, table, references, StatementSite(statement)))
            default: break
            }
        case (.renames, .name(let name)) where change.object.isRelation: rename(table, name)
        default: break
        }
    }

    private mutating func rename(_ table: RelationName, _ name: String) {
        let new = RelationName(schema: table.schema, name: name)
        if made.remove(table) != nil { made.insert(new) }
        columns[new] = columns.removeValue(forKey: table)
        indexes[new] = indexes.removeValue(forKey: table)
        for index in keys.indices where keys[index].table == table { keys[index].table = new }
    }

    /// What is found over the whole plan.
    var findings: [PlannedFinding] {
        keys.compactMap { key in
            let isKnown = made.contains(key.table) || Set(key.columns).isSubset(of: columns[key.table] ?? [])
            let isIndexed = (indexes[key.table] ?? []).contains {
                Set($0.prefix(key.columns.count)) == Set(key.columns)
            }
            guard isKnown, !isIndexed else { return nil }
            let columns = key.columns.joined(separator: ", ")
            return RuleFinding(
                ReviewCodes.keyWithoutIndex,
                "no index of \(key.table) begins with \(columns): each DELETE in \(key.references) reads all of it",
                help: "make an index on \(key.table) (\(columns))"
            ).placed(at: key.at)
        }
    }
}
