import Statements

/// What the statements before a check made of a database, as far as it matters for what a query can prove.
///
/// It is layered, so that the checks of a rollback are looked at after it and forgotten without a copy.
struct CheckedSchema {
    private var relations = Layered<RelationName, Relation>()
    private var analyzed = Layered<Bool, Int>()
    private var number = 0
    /// Relations other than tables, by name; what was dropped since is among them.
    private(set) var queries: [RelationName] = []
    /// Indexes whose build may have left them invalid, with their tables: built concurrently, or passed over by their
    /// name.
    private(set) var doubtfulIndexes: [String: String] = [:]
    /// The first of them, by table.
    private var doubtfulTables: [String: String] = [:]
    /// The settings that policies read.
    private(set) var policySettings: Set<String> = []

    /// A relation, as far as the statements tell.
    struct Relation {
        var kind = SchemaObject.Kind.table
        /// Whether a statement dropped it.
        var isGone = false
        /// Whether it was made for one session only.
        var isTemporary = false
        /// Which statement last changed its rows.
        var filled: Int?
        /// Which statement last had its statistics gathered.
        var analyzed: Int?
        /// The settings that its policies read.
        var settings: Set<String> = []
    }

    /// What is known of a relation.
    subscript(_ name: RelationName) -> Relation? { relations[Self.key(name)] }

    private static func key(_ name: RelationName) -> RelationName {
        name.schema == "public" ? RelationName(schema: nil, name: name.name) : name
    }

    /// Whether rows of a relation were changed and its statistics not gathered since.
    func isStale(_ name: RelationName) -> Bool {
        guard let relation = self[name], let filled = relation.filled else { return false }
        return max(relation.analyzed ?? 0, analyzed[true] ?? 0) < filled
    }

    /// A doubtful index that a query of pg_indexes is about.
    func doubtfulIndex(for shape: QueryShape) -> String? {
        if let name = shape.names(in: ["indexname"]).first(where: { doubtfulIndexes[$0] != nil }) { return name }
        if shape.hasPatterns(in: ["indexname"]) {
            return doubtfulIndexes.keys.sorted().first { shape.asksFor($0, in: ["indexname"]) }
        }
        guard !shape.conditions.contains(where: { $0.column == "indexname" }) else { return nil }
        return shape.names(in: ["tablename"]).lazy.compactMap { doubtfulTables[$0] }.first
    }

    mutating func push() {
        relations.push()
        analyzed.push()
    }

    mutating func pop() {
        relations.pop()
        analyzed.pop()
    }

    /// Takes in what a statement does.
    mutating func take(_ statement: ReviewedStatement) {
        number += 1
        for change in statement.effects.changes { take(change) }
    }

    private mutating func edit(_ name: RelationName, _ change: (inout Relation) -> Void) {
        relations.edit(Self.key(name), default: Relation(), change)
    }

    private mutating func take(_ change: Change) {
        let object = change.object
        if change.action == .creates, object.kind == .index, change.isConcurrent || change.isTolerant {
            let table = object.relation ?? ""
            doubtfulIndexes[object.name] = table
            if doubtfulTables[table] == nil { doubtfulTables[table] = object.name }
        }
        if change.action == .analyzes || change.action == .vacuums, !object.isRelation { analyzed[true] = number }
        guard let name = object.relationName else { return }
        let now = number
        switch (change.action, change.detail) {
        case (.creates, .policy(let policy)):
            let settings = [policy.using, policy.check].compactMap(\.self).flatMap(\.settings).map(\.name)
            policySettings.formUnion(settings)
            edit(name) { $0.settings.formUnion(settings) }
        case (.creates, _) where object.isRelation, (.replaces, _) where object.isRelation: make(change, name)
        case (.creates, _) where object.kind == .column: edit(name) { $0.filled = now }
        case (.drops, _) where object.isRelation && !change.isConditional: edit(name) { $0.isGone = true }
        case (.renames, .name(let new)) where object.isRelation: rename(name, new)
        case (.inserts, _), (.updates, _), (.merges, _): edit(name) { $0.filled = now }
        case (.analyzes, _), (.vacuums, _): edit(name) { $0.analyzed = now }
        default: break
        }
    }

    private mutating func make(_ change: Change, _ name: RelationName) {
        var made = Relation(kind: change.object.kind)
        if case .table(let definition) = change.detail {
            made.isTemporary = definition.isTemporary
            if definition.isFilled { made.filled = number }
        }
        edit(name) { $0 = made }
        if made.kind != .table { queries.append(name) }
    }

    private mutating func rename(_ name: RelationName, _ new: String) {
        var moved = self[name] ?? Relation()
        edit(name) { $0.isGone = true }
        moved.isGone = false
        edit(RelationName(schema: name.schema, name: new)) { $0 = moved }
    }
}
