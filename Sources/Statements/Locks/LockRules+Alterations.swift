/// What is altered, renamed and moved.
extension LockRules {
    mutating func alter(_ change: Change) {
        guard case .property(let property) = change.detail else {
            if case .policy = change.detail { lock(change.object.relationName, .accessExclusive) }
            return
        }
        switch change.object.kind {
        case .index: alterIndex(change.object, property)
        case .sequence: alterSequence(change.object, property)
        case .domain: alterDomain(change.object, property)
        case .column: alterColumn(change.object, property)
        case .role:
            if case .other(let words) = property, words.hasPrefix("everything") {
                let owned = model.relations(ownedBy: change.object.name)
                lock(owned, or: "every table that \(change.object.name) owns", .accessExclusive)
                if model.isComplete { cannotTell() }
            }
        case .tablespace:
            guard case .other(let words) = property, words.hasPrefix("everything") else { return }
            for (name, relation) in model.allRelations where relation.kind == .table { lock(name, .accessExclusive) }
            lock([], or: "every table in the tablespace \(change.object.name)", .accessExclusive)
            cost(scans: .yes("the files are copied to another tablespace"))
        case .type where property == .definition:
            let name = RelationName(schema: change.object.schema, name: change.object.name)
            if model.types[model.key(name)] != nil { lockType(name) } else { lock(name, .accessExclusive) }
        default:
            guard let table = change.object.relationName else { return }
            alterTable(table, property, change)
        }
    }

    private mutating func alterTable(_ table: RelationName, _ property: Property, _ change: Change) {
        switch property {
        case .validated: validate(change.object.name, of: table)
        case .statistics, .options(isLight: true), .clusterIndex, .published: lock(table, .shareUpdateExclusive)
        case .triggers: lock(table, .shareRowExclusive)
        case .inherits(let parent, let isOn):
            lock(table, .accessExclusive)
            lock(parent, isOn ? .shareUpdateExclusive : .accessShare)
        case .attached(let partition): attach(partition, to: table)
        case .detached(let partition, let isFinal): detach(partition, from: table, change.isConcurrent || isFinal)
        case .logged:
            lock(table, .accessExclusive)
            rewrites(.yes("the table is written anew, to or from the log"), of: table)
        case .accessMethod(let method):
            lock(table, .accessExclusive)
            if model.isComplete, model[table]?.accessMethod == method { return }
            rewrites(.unless("it has that access method already"), of: table)
        case .tablespace:
            lock(table, .accessExclusive)
            scans(.yes("the files are copied to another tablespace"), of: table)
        default: lock(table, .accessExclusive)
        }
    }

    private mutating func validate(_ constraint: String, of table: RelationName) {
        lockAll(of: table, .shareUpdateExclusive)
        scans(.yes("every row is checked"), of: table)
        let known = model[table]?.constraints[constraint]
        if known == nil || known?.kind == .foreignKey {
            lock(
                [known?.references].compactMap(\.self), or: "the table it refers to, if it is a foreign key", .rowShare)
        }
    }

    private mutating func attach(_ partition: RelationName, to table: RelationName) {
        lock(table, .shareUpdateExclusive)
        lock(partition, .accessExclusive)
        lockDefaultPartition(of: table)
        scans(
            .unless("a valid CHECK of \(partition) says what the partition demands, and its indexes are there"),
            of: partition)
    }

    private mutating func detach(_ partition: RelationName, from table: RelationName, _ isConcurrent: Bool) {
        lock(table, isConcurrent ? .shareUpdateExclusive : .accessExclusive)
        lock(partition, .accessExclusive)
    }

    private mutating func alterColumn(_ column: SchemaObject, _ property: Property) {
        guard let table = column.relationName else { return }
        switch property {
        case .statistics, .columnOptions: return lockAll(of: table, .shareUpdateExclusive)
        case .identity("altered"), .identity("off"):
            lock(model[table]?.sequences ?? [], or: "the sequence of the column", .accessExclusive)
        case .type(let type, let isComputed, _):
            lockAll(of: table, .accessExclusive)
            let old = model.column(column.name, of: table)?.type
            rewrites(TypeChange.rewrites(from: old, to: type, isComputed: isComputed, in: model), of: table)
            lockKeys(of: column.name, in: table, "the tables that foreign keys of the column join it to")
            return
        case .notNull(true):
            let isKnown =
                model[table]?.constraints.values.contains { $0.isValid && $0.notNullColumn == column.name } ?? false
            if !isKnown {
                scans(.unless("a valid CHECK (\(column.name) IS NOT NULL) is there already"), of: table)
            }
        default: break
        }
        lockAll(of: table, .accessExclusive)
    }

    /// The tables that the foreign keys of a column, or to it, join a table to.
    mutating func lockKeys(of column: String?, in table: RelationName, _ words: String) {
        let keys = model[table]?.constraints.values.filter { key in
            key.kind == .foreignKey && (column.map { key.columns.contains($0) } ?? true)
        }
        let referrers = column == nil ? [] : model.referrers(to: table)
        lock((keys ?? []).compactMap(\.references).sorted() + referrers, or: words, .accessExclusive)
    }

    private mutating func alterIndex(_ index: SchemaObject, _ property: Property) {
        let name = RelationName(schema: index.schema, name: index.name)
        switch property {
        case .attached(let partition):
            lockIndex(name, .shareUpdateExclusive, table: .accessShare)
            lockIndex(partition, .accessExclusive, table: .accessShare)
        case .tablespace: lockIndex(name, .accessExclusive, table: nil)
        default: lockIndex(name, .shareUpdateExclusive, table: nil)
        }
    }

    /// An index, and its table where that is locked with it.
    mutating func lockIndex(_ index: RelationName, _ mode: LockMode, table: LockMode?) {
        cost(locks: index, mode)
        guard let table else { return }
        lock([model.table(ofIndex: index)].compactMap(\.self), or: "the table of the index \(index)", table)
    }

    private mutating func alterSequence(_ sequence: SchemaObject, _ property: Property) {
        let name = RelationName(schema: sequence.schema, name: sequence.name)
        switch property {
        case .ownedBy(let table):
            lock(name, .shareRowExclusive)
            lock(table, .accessShare)
        case .definition, .position: lock(name, .shareRowExclusive)
        default: lock(name, .accessExclusive)
        }
    }

    private mutating func alterDomain(_ domain: SchemaObject, _ property: Property) {
        guard case .domainConstraint(isChecked: true) = property else { return }
        lockUsers(of: domain, .share)
        cost(scans: .unless("no table has a column of the domain"))
    }

    /// The tables with columns of a type.
    mutating func lockUsers(of type: SchemaObject, _ mode: LockMode) {
        let users = model.types[model.key(RelationName(schema: type.schema, name: type.name))]?.users ?? []
        lock(users.sorted(), or: "every table with a column of the \(type)", mode)
    }

    mutating func rename(_ change: Change) {
        let object = change.object
        switch object.kind {
        case .index where change.action == .renames:
            lockIndex(RelationName(schema: object.schema, name: object.name), .shareUpdateExclusive, table: nil)
        case .column: object.relationName.map { lockAll(of: $0, .accessExclusive) }
        default: lock(object.relationName, .accessExclusive)
        }
    }
}
