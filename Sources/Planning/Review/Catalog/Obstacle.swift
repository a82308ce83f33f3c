import Diagnostics
import Statements

/// What a catalog, and the statements before, say that a statement will fail on, or pass over.
struct Obstacle: Sendable, Equatable {
    /// What kind.
    let kind: Kind
    /// What it is about.
    let object: SchemaObject
    /// What more there is to say: what stands on it, what was meant.
    let more: String?

    /// The kinds.
    enum Kind: Sendable {
        /// What it works on is not there.
        case notThere
        /// What it makes is there already.
        case alreadyThere
        /// What it makes is there already, so that it makes nothing.
        case passedOver
        /// Something stands on what it drops, or on the column whose type it changes.
        case stoodOn
        /// A column without a value, in a table with rows.
        case noValue
    }

    /// The obstacles of a statement in a schema that is wholly known; none where it is not.
    static func all(of effects: StatementEffects, in model: SchemaModel) -> [Obstacle] {
        guard model.isComplete else { return [] }
        var reading = ObstacleReading(model: model, effects: effects)
        reading.model.push()
        for change in effects.changes where !change.isConditional {
            reading.read(change)
            reading.model.apply(change)
        }
        return reading.found
    }
}

private struct ObstacleReading {
    var model: SchemaModel
    let effects: StatementEffects
    private(set) var found: [Obstacle] = []
    /// The relations and columns that the statement itself makes.
    private var made: Set<SchemaObject> = []

    init(model: SchemaModel, effects: StatementEffects) {
        self.model = model
        self.effects = effects
    }

    mutating func read(_ change: Change) {
        // Sequences have names that the server chooses, and composite types have columns, too.
        guard change.object.schema != "temp", change.object.kind != .sequence, !isSystem(change.object),
            !(change.object.relationName.map(model.isType) ?? false)
        else { return }
        switch change.action {
        case .creates: creates(change)
        case .drops: drops(change)
        case .writes, .calls, .sets, .notifies, .grants, .revokes, .replaces, .comments: break
        default: works(change)
        }
    }

    private func isSystem(_ object: SchemaObject) -> Bool {
        (object.relationName ?? RelationName(schema: object.schema, name: "")).isOfServer
    }

    private mutating func add(_ kind: Obstacle.Kind, _ object: SchemaObject, _ more: String? = nil) {
        let obstacle = Obstacle(kind: kind, object: object, more: more)
        if !found.contains(obstacle) { found.append(obstacle) }
    }

    /// Whether the relation of a part is there, or is made just now.
    private mutating func needsRelation(of change: Change) -> SchemaModel.Relation? {
        guard let name = change.object.relationName else { return nil }
        if let relation = model[name] { return relation }
        guard !change.isTolerant, !made.contains(where: { $0.relationName == name }) else { return nil }
        add(.notThere, SchemaObject(.table, schema: name.schema, name: name.name), meant(name))
        return nil
    }

    /// A relation whose name is nearly the same.
    private func meant(_ name: RelationName) -> String? {
        guard model.relationCount <= 2000 else { return nil }
        return model.relationNames(in: name.schema).nearest(to: name.name)
    }

    private mutating func creates(_ change: Change) {
        let object = change.object
        let isThere: Bool
        switch object.kind {
        case .table, .view, .materializedView, .foreignTable, .sequence:
            isThere = !change.isTemporary && object.relationName.map { model[$0] != nil } ?? false
            made.insert(object)
        case .column, .constraint:
            guard !made.contains(where: { $0.isRelation && $0.relationName == object.relationName }),
                let relation = needsRelation(of: change)
            else { return }
            isThere =
                object.kind == .column
                ? relation.columns[object.name] != nil : relation.constraints[object.name] != nil
            noValue(change, relation)
        case .index:
            guard needsRelation(of: change) != nil else { return }
            isThere = model.hasIndex(RelationName(schema: object.schema, name: object.name))
        default:
            if object.relation != nil, object.kind != .enumValue { _ = needsRelation(of: change) }
            return
        }
        if isThere { add(change.isTolerant ? .passedOver : .alreadyThere, object) }
    }

    /// Rows that are there would have no value for the column.
    private mutating func noValue(_ change: Change, _ relation: SchemaModel.Relation) {
        guard case .column(let definition) = change.detail, definition.isNotNull, definition.defaultValue == nil,
            !definition.isNumbered, !definition.isGenerated, !relation.isNew, let rows = relation.rows, rows > 0
        else { return }
        add(.noValue, change.object, "\(rows.rounded) rows")
    }

    private mutating func works(_ change: Change) {
        guard let relation = needsRelation(of: change) else { return }
        let object = change.object
        switch (change.detail, object.kind) {
        case (.property(let property), .column):
            guard relation.columns[object.name] != nil else {
                if !change.isTolerant {
                    add(.notThere, object, relation.columns.keys.sorted().nearest(to: object.name))
                }
                return
            }
            if case .type = property { stoodOn(change, relation) }
        case (.property(.validated), .constraint):
            if relation.constraints[object.name] == nil { add(.notThere, object) }
        case (.rows(let rows), _) where relation.kind == .table:
            for column in rows.columns where relation.columns[column] == nil {
                add(
                    .notThere, SchemaObject(.column, schema: object.schema, relation: object.name, name: column),
                    relation.columns.keys.sorted().nearest(to: column))
            }
        case (.name, .column):
            if relation.columns[object.name] == nil { add(.notThere, object) }
        default: break
        }
    }

    private mutating func drops(_ change: Change) {
        let object = change.object
        switch object.kind {
        case .table, .view, .materializedView, .foreignTable, .sequence:
            guard let relation = needsRelation(of: change) else { return }
            stoodOn(change, relation)
        case .column:
            guard let relation = needsRelation(of: change) else { return }
            guard relation.columns[object.name] != nil else {
                if !change.isTolerant {
                    add(.notThere, object, relation.columns.keys.sorted().nearest(to: object.name))
                }
                return
            }
            stoodOn(change, relation)
        case .constraint:
            guard let relation = needsRelation(of: change) else { return }
            if relation.constraints[object.name] == nil, !change.isTolerant { add(.notThere, object) }
        case .index:
            let name = RelationName(schema: object.schema, name: object.name)
            if !change.isTolerant, !model.hasIndex(name) { add(.notThere, object) }
        case .policy, .trigger, .rule: _ = needsRelation(of: change)
        default: break
        }
    }

    /// What a catalog says stands on it, and is neither dropped with it nor taken along.
    private mutating func stoodOn(_ change: Change, _ relation: SchemaModel.Relation) {
        guard !change.cascades, let table = change.object.relationName else { return }
        let dropped = effects.changes.filter { $0.action == .drops }.compactMap(\.object.relationName)
        let isColumn = change.object.kind == .column
        let uses = relation.uses.filter { use in
            (isColumn ? use.column == change.object.name : use.relation != nil)
                && !(use.relation.map { dropped.contains($0) || (model[$0]?.isNew ?? true) } ?? false)
        }
        let keys =
            isColumn ? [] : model.referrers(to: table).filter { !dropped.contains($0) }.map { "a foreign key of \($0)" }
        let all = Set(uses.map(\.words)).sorted() + keys
        guard let first = all.first else { return }
        add(.stoodOn, change.object, all.count > 1 ? "\(first) and \(all.count - 1) more" : first)
    }
}

extension Change {
    /// Whether it makes a table or view of the session's own, which stands in front of one of the same name.
    var isTemporary: Bool {
        switch detail {
        case .table(let definition): definition.isTemporary
        case .words(let words): words == "temporary"
        default: false
        }
    }
}

extension RelationName {
    /// Whether it is the server's own, or gonogo's: no catalog of users' objects has it.
    var isOfServer: Bool {
        let schema = schema ?? ""
        return schema.hasPrefix("pg_") || schema == "information_schema" || schema == "gonogo" || name.hasPrefix("pg_")
    }
}
