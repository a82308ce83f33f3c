extension SchemaModel {
    /// Takes in what a statement does.
    public mutating func apply(_ effects: StatementEffects) {
        for change in effects.changes { apply(change) }
    }

    /// Takes in one change.
    public mutating func apply(_ change: Change) {
        switch change.action {
        case .creates, .replaces: create(change)
        case .drops: drop(change.object)
        case .alters: alter(change)
        case .renames: rename(change)
        case .moves: move(change)
        case .sets:
            guard change.object.name.lowercased() == "timezone", case .setting(let value, _) = change.detail else {
                return
            }
            isUTC = ["utc", "etc/utc", "gmt"].contains(value?.lowercased() ?? "")
        default: break
        }
    }

    private mutating func create(_ change: Change) {
        let object = change.object
        switch (object.kind, change.detail) {
        case (.column, .column(let definition)):
            guard let table = object.relationName else { return }
            edit(table) {
                if change.isTolerant, $0.columns[object.name] != nil { return }
                $0.columns[object.name] = Column(type: definition.type, isNotNull: definition.isNotNull)
                $0.columns[object.name]?.isNew = true
            }
        case (.constraint, .constraint(let definition)):
            guard let table = object.relationName else { return }
            edit(table) { $0.add(definition, name: object.name) }
            if let referenced = definition.references { refer(from: table, to: referenced) }
        case (.index, let detail):
            guard let table = object.relationName else { return }
            var columns: [String] = []
            if case .index(let definition) = detail { columns = definition.columns }
            knowIndex(RelationName(schema: object.schema, name: object.name), of: table, columns: columns)
        case (.type, _), (.domain, _):
            types[key(RelationName(schema: object.schema, name: object.name))] = UserType(
                base: nil, isChecked: object.kind == .domain)
        case (_, .table(let definition)): createTable(object, definition, isTolerant: change.isTolerant)
        default:
            guard object.isRelation else { return }
            let name = RelationName(schema: object.schema, name: object.name)
            if self[name] == nil { put(Relation(object.kind, isNew: change.action == .creates), as: name) }
        }
    }

    private mutating func createTable(_ object: SchemaObject, _ definition: TableDefinition, isTolerant: Bool) {
        let name = RelationName(schema: object.schema, name: object.name)
        if isTolerant, self[name] != nil { return }
        var relation = Relation(object.kind, isNew: true)
        relation.isPartitioned = definition.isPartitioned
        relation.parents = (definition.inherits + [definition.partitionOf].compactMap(\.self)).map(key)
        put(relation, as: name)
        let own = key(name)
        for parent in relation.parents { edit(parent) { $0.children.append(own) } }
    }

    private mutating func drop(_ object: SchemaObject) {
        let name = RelationName(schema: object.schema, name: object.name)
        switch object.kind {
        case .column:
            guard let table = object.relationName else { return }
            edit(table) { relation in
                relation.columns[object.name] = nil
                relation.constraints = relation.constraints.filter { !$0.value.columns.contains(object.name) }
                relation.uses.removeAll { $0.column == object.name }
            }
        case .constraint:
            guard let table = object.relationName else { return }
            edit(table) { $0.constraints[object.name] = nil }
        case .index:
            let index = key(name)
            if let table = indexes[index] { edit(table) { $0.indexes[index] = nil } }
            indexes[index] = nil
        case .policy:
            guard let table = object.relationName else { return }
            edit(table) { $0.uses.removeAll { $0.words == object.description } }
        case .type, .domain: types[key(name)] = nil
        default:
            guard object.isRelation, let gone = take(name) else { return }
            let own = key(name)
            for parent in gone.parents { edit(parent) { $0.children.removeAll { $0 == own } } }
            for index in gone.indexes.keys { indexes[index] = nil }
        }
    }

    private mutating func alter(_ change: Change) {
        guard case .property(let property) = change.detail, let table = change.object.relationName else { return }
        let name = change.object.name
        switch property {
        case .type(let type, _, _):
            edit(table) { $0.columns[name, default: Column(type: nil, isNotNull: false)].type = type }
        case .notNull(let isOn):
            edit(table) { $0.columns[name, default: Column(type: nil, isNotNull: false)].isNotNull = isOn }
        case .validated: edit(table) { $0.constraints[name]?.isValid = true }
        case .attached(let partition):
            guard change.object.kind != .index else { return }
            let (parent, child) = (key(table), key(partition))
            edit(parent) { $0.children.append(child) }
            edit(child) { $0.parents.append(parent) }
        case .detached(let partition, _):
            let (parent, child) = (key(table), key(partition))
            edit(parent) { $0.children.removeAll { $0 == child } }
            edit(child) { $0.parents.removeAll { $0 == parent } }
        default: break
        }
    }

    private mutating func rename(_ change: Change) {
        guard case .name(let new) = change.detail else { return }
        let object = change.object
        if object.isRelation {
            let name = RelationName(schema: object.schema, name: object.name)
            if let relation = take(name) { put(relation, as: RelationName(schema: object.schema, name: new)) }
        } else if let table = object.relationName {
            edit(table) { relation in
                switch object.kind {
                case .column: relation.columns[new] = relation.columns.removeValue(forKey: object.name)
                case .constraint: relation.constraints[new] = relation.constraints.removeValue(forKey: object.name)
                default: break
                }
            }
        }
    }

    private mutating func move(_ change: Change) {
        guard case .name(let schema) = change.detail, change.object.isRelation else { return }
        let name = RelationName(schema: change.object.schema, name: change.object.name)
        if let relation = take(name) { put(relation, as: RelationName(schema: schema, name: name.name)) }
    }
}

extension SchemaModel.Relation {
    fileprivate mutating func add(_ definition: ConstraintDefinition, name: String) {
        constraints[name] = SchemaModel.Constraint(
            kind: definition.kind, columns: definition.columns, references: definition.references,
            isValid: !definition.isNotValid, notNullColumn: definition.notNullColumn)
        if definition.kind == .primaryKey {
            for column in definition.columns {
                columns[column, default: SchemaModel.Column(type: nil, isNotNull: true)].isNotNull = true
            }
        }
    }
}
