/// What is read, written and kept up, without a change of definition.
extension LockRules {
    mutating func use(_ change: Change) {
        let table = change.object.relationName
        switch change.action {
        case .reads: lock(table, .accessShare)
        case .inserts, .updates, .deletes, .merges:
            lock(table, .rowExclusive)
            if case .rows(let rows) = change.detail, !rows.isFiltered, let table {
                scans(.yes("every row is \(change.action == .updates ? "updated" : "deleted")"), of: table)
            }
        case .truncates: truncate(change)
        case .locks: if case .lock(let mode) = change.detail { lock(table, mode) }
        case .vacuums, .analyzes, .clusters, .reindexes, .refreshes: keepUp(change)
        case .comments: comment(change.object)
        case .writes where change.object.kind == .sequence: lock(sequence(change.object), .rowExclusive)
        default: break
        }
    }

    private func sequence(_ object: SchemaObject) -> RelationName {
        let parts = object.name.split(separator: ".", maxSplits: 1).map(String.init)
        return RelationName(schema: parts.count > 1 ? parts[0] : nil, name: parts.last ?? object.name)
    }

    private mutating func truncate(_ change: Change) {
        guard let table = change.object.relationName else { return }
        lockAll(of: table, .accessExclusive)
        if change.cascades {
            lock(model.referrers(to: table), or: "every table with a foreign key to \(table)", .accessExclusive)
        }
        if case .words("RESTART IDENTITY") = change.detail {
            lock(model[table]?.sequences ?? [], or: "the sequences of \(table)", .accessExclusive)
        }
    }

    private mutating func comment(_ object: SchemaObject) {
        switch object.kind {
        case .constraint, .policy, .trigger, .rule: lock(object.relationName, .accessShare)
        case .index: break
        default: lock(object.relationName, .shareUpdateExclusive)
        }
    }

    private mutating func keepUp(_ change: Change) {
        let (mode, words) = upkeep(change)
        if let table = change.object.relationName {
            lockAll(of: table, mode)
            if change.action == .clusters || change.action == .reindexes { runsOutsideIfPartitioned(table) }
        } else if change.object.kind == .index {
            lockIndex(
                RelationName(schema: change.object.schema, name: change.object.name),
                change.isConcurrent ? .shareUpdateExclusive : .accessExclusive, table: mode)
        } else {
            for (name, relation) in model.allRelations
            where relation.kind == .table || relation.kind == .materializedView {
                if change.object.kind != .schema || name.schema == change.object.name { lock(name, mode) }
            }
            lock([], or: "every table, one after the other", mode)
        }
        switch words {
        case .rewrite(let reason):
            change.object.relationName.map { rewrites(.yes(reason), of: $0) } ?? cost(rewrites: .yes(reason))
        case .scan(let reason):
            change.object.relationName.map { scans(.yes(reason), of: $0) } ?? cost(scans: .yes(reason))
        case .none: break
        }
        if change.action == .refreshes { lock([], or: "the tables it reads", .accessShare) }
    }

    private enum Work {
        case rewrite(String)
        case scan(String)
        case none
    }

    private func upkeep(_ change: Change) -> (LockMode, Work) {
        switch change.action {
        case .vacuums where change.detail == .words("FULL"): (.accessExclusive, .rewrite("the table is written anew"))
        case .clusters: (.accessExclusive, .rewrite("the table is written anew, in the order of an index"))
        case .reindexes:
            (change.isConcurrent ? .shareUpdateExclusive : .share, .scan("the indexes are built anew"))
        case .refreshes where change.isConcurrent: (.exclusive, .scan("the rows are computed again and compared"))
        case .refreshes: (.accessExclusive, .rewrite("the rows are computed again"))
        default: (.shareUpdateExclusive, .none)
        }
    }
}
