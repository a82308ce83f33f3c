/// What is dropped.
extension LockRules {
    mutating func drop(_ change: Change) {
        let object = change.object
        switch object.kind {
        case .table, .foreignTable: dropTable(change)
        case .view, .materializedView, .sequence:
            lock(object.relationName, .accessExclusive)
            dependents(change)
        case .column: dropColumn(change)
        case .constraint: dropConstraint(change)
        case .index: dropIndex(change)
        case .policy, .trigger, .rule: lock(object.relationName, .accessExclusive)
        case .type, .domain, .extension: if change.cascades { lockUsers(of: object, .accessExclusive) }
        case .schema, .function, .procedure, .routine:
            guard change.cascades else { return }
            for name in whatGoesWith(object) { lock(name, .accessExclusive) }
            lock([], or: "everything that depends on the \(object)", .accessExclusive)
            if model.isComplete { cannotTell() }
        case .privilege:
            let role = object.name.replacing("everything owned by ", with: "")
            lock(model.relations(ownedBy: role), or: object.name, .accessExclusive)
            if model.isComplete { cannotTell() }
        case .statistics:
            let table = model.statistics[model.key(RelationName(schema: object.schema, name: object.name))]
            lock([table].compactMap(\.self), or: "the table of the statistics", .shareUpdateExclusive)
        default: break
        }
    }

    /// The tables that a catalog says are in a schema, or have triggers that call a function.
    private func whatGoesWith(_ object: SchemaObject) -> [RelationName] {
        if object.kind == .schema {
            let own = model.relations(inSchema: object.name)
            return Set(own + own.flatMap(model.allDependents)).sorted()
        }
        return model.triggerFunctions[model.key(RelationName(schema: object.schema, name: object.name))]?.sorted() ?? []
    }

    /// What stands on a relation goes with it, and so is locked.
    private mutating func dependents(_ change: Change) {
        guard change.cascades, let table = change.object.relationName else { return }
        lock(model.allDependents(of: table), or: "everything that depends on \(table)", .accessExclusive)
    }

    private mutating func dropTable(_ change: Change) {
        guard let table = change.object.relationName else { return }
        lockAll(of: table, .accessExclusive)
        for parent in model[table]?.parents ?? [] { lock(parent, .accessExclusive) }
        if !isNew(table) {
            lockKeys(of: nil, in: table, "the tables that \(table) has foreign keys to, and what it is a partition of")
        }
        dependents(change)
    }

    private mutating func dropColumn(_ change: Change) {
        guard let table = change.object.relationName else { return }
        lockAll(of: table, .accessExclusive)
        if model.column(change.object.name, of: table) != nil || !model.isComplete {
            lockKeys(of: change.object.name, in: table, "the tables that foreign keys of the column refer to")
        }
        dependents(change)
    }

    private mutating func dropConstraint(_ change: Change) {
        guard let table = change.object.relationName else { return }
        lockAll(of: table, .accessExclusive)
        let known = model[table]?.constraints[change.object.name]
        if known == nil || known?.kind == .foreignKey {
            lock(
                [known?.references].compactMap(\.self), or: "the table it refers to, if it is a foreign key",
                .accessExclusive)
        }
        if change.cascades {
            lock(model.referrers(to: table), or: "the tables with foreign keys to \(table)", .accessExclusive)
        }
    }

    private mutating func dropIndex(_ change: Change) {
        let index = RelationName(schema: change.object.schema, name: change.object.name)
        if model.isComplete, model.table(ofIndex: index) == nil { return }
        lockIndex(index, .accessExclusive, table: change.isConcurrent ? .shareUpdateExclusive : .accessExclusive)
        guard let table = model.table(ofIndex: index), !change.isConcurrent else { return }
        for child in model.descendants(of: table) { lock(child, .accessExclusive) }
    }
}
