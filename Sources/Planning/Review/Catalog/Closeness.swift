import Statements

/// How far what a catalog says still holds, after the statements before: what they do without the model following it
/// exactly makes that nothing is said any more to be there or not.
struct Closeness {
    /// Whether tables and columns are known exactly.
    private(set) var ofTables = true
    /// Whether indexes and constraints are, whose names the server may choose.
    private(set) var ofParts = true

    /// The obstacles that are certain.
    func certain(_ obstacles: [Obstacle]) -> [Obstacle] {
        guard ofTables else { return [] }
        return obstacles.filter { ofParts || ![.index, .constraint].contains($0.object.kind) }
            .filter { obstacle in
                // A name that looks like one of the server's own choice, which counts on where it is taken.
                guard obstacle.kind == .alreadyThere, [.index, .constraint].contains(obstacle.object.kind) else {
                    return true
                }
                return !(obstacle.object.relation.map { obstacle.object.name.hasPrefix($0 + "_") } ?? false)
            }
    }

    /// Follows a statement.
    mutating func follow(_ reading: StatementReading, in model: SchemaModel, path: Int) {
        let effects = reading.effects
        if !effects.unseen.isEmpty || effects.changes.contains(where: { !Self.isFollowed($0, in: model, path: path) }) {
            ofTables = false
        }
        if effects.changes.contains(where: \.touchesParts) { ofParts = false }
    }

    /// A program may have changed anything.
    mutating func open() { ofTables = false }

    private static func isFollowed(_ change: Change, in model: SchemaModel, path: Int) -> Bool {
        if change.isConditional || change.cascades || change.isTemporary { return false }
        let hasChildren = change.object.relationName.map { !(model[$0]?.children ?? []).isEmpty } ?? false
        switch (change.action, change.detail) {
        case (.reads, _), (.inserts, _), (.updates, _), (.deletes, _), (.truncates, _), (.merges, _), (.locks, _),
            (.comments, _), (.grants, _), (.revokes, _), (.vacuums, _), (.analyzes, _), (.sets, _):
            return true
        case (.creates, .table(let definition)):
            return path < 2 && definition.isPlain
        case (.creates, .column), (.drops, _), (.renames, _):
            guard [.table, .column, .index, .constraint, .view, .trigger, .policy].contains(change.object.kind) else {
                return false
            }
            return path < 2 && !hasChildren && !(change.action == .renames && change.object.kind == .index)
                && !(change.action == .renames && change.object.kind == .column)
        case (.creates, _):
            return [.index, .constraint, .view, .policy, .trigger, .function].contains(change.object.kind)
        case (.alters, .property): return change.object.kind == .table || change.object.kind == .column
        default: return false
        }
    }
}

extension Change {
    /// Whether indexes or constraints come or go by it.
    fileprivate var touchesParts: Bool {
        switch (action, object.kind) {
        case (.creates, .index), (.creates, .constraint), (.drops, .index), (.drops, .constraint), (.drops, .column),
            (.drops, .table), (.renames, _):
            true
        default: false
        }
    }
}

extension TableDefinition {
    /// Whether its columns are those that the statement lists.
    fileprivate var isPlain: Bool {
        !isFilled && !isTemporary && like.isEmpty && inherits.isEmpty && partitionOf == nil
    }
}
