/// The locks that PostgreSQL takes for what a statement does, and what it reads and writes under them.
///
/// The rules were measured on PostgreSQL 15, a statement shape at a time; a test measures them again on the server that
/// is installed. Where a catalog would have to tell, the strongest lock that is possible is said.
struct LockRules {
    private(set) var cost = StatementCost()
    let model: SchemaModel
    /// The relations that the statement itself makes.
    private var made: Set<RelationName> = []

    init(_ model: SchemaModel) { self.model = model }

    /// What a statement costs.
    static func cost(of effects: StatementEffects, knowing model: SchemaModel) -> StatementCost {
        var rules = LockRules(model)
        for change in effects.changes { rules.read(change) }
        for unseen in effects.unseen { rules.read(unseen) }
        return rules.cost
    }

    private mutating func read(_ unseen: Unseen) {
        cost.cannotTell()
        switch unseen {
        case .commits: cost.runsOutside(.yes("it commits"))
        case .procedure(let name): cost.runsOutside(.unless("the procedure \(name) commits nothing"))
        default: break
        }
    }

    /// Some work on a partitioned table is done a partition at a time, each in a transaction of its own.
    mutating func runsOutsideIfPartitioned(_ table: RelationName) {
        guard let known = model[table], model.isComplete || known.isNew else {
            return cost.runsOutside(.unless("\(table) is not partitioned"))
        }
        if known.isPartitioned { cost.runsOutside(.yes("\(table) is partitioned")) }
    }

    private mutating func read(_ change: Change) {
        switch change.action {
        case .creates, .replaces: create(change)
        case .alters: alter(change)
        case .drops: drop(change)
        case .renames, .moves: rename(change)
        default: use(change)
        }
    }

    /// Locks a relation that was there before the statement.
    mutating func lock(_ relation: RelationName?, _ mode: LockMode) {
        guard let relation, !made.contains(model.key(relation)) else { return }
        if model.isComplete, model[relation] == nil, !isSystem(relation) { return }
        cost.lock(.named(relation), mode, isNew: model.isNew(relation))
    }

    /// Locks a composite type, which is a relation of its own kind.
    mutating func lockType(_ type: RelationName) { cost.lock(.named(type), .accessExclusive) }

    /// Locks relations that only a catalog names: those, where there is one, and otherwise in words.
    mutating func lock(_ known: [RelationName], or words: String, _ mode: LockMode) {
        for relation in known { lock(relation, mode) }
        if !model.isComplete { cost.lock(.others(words), mode) }
    }

    mutating func scans(_ claim: Claim, of table: RelationName) {
        if !isNew(table) { cost.scans(claim) }
    }

    mutating func rewrites(_ claim: Claim, of table: RelationName) {
        guard !isNew(table) else { return }
        cost.rewrites(claim)
        cost.scans(claim)
    }

    mutating func cost(rewrites claim: Claim) {
        cost.rewrites(claim)
        cost.scans(claim)
    }
    mutating func cost(scans claim: Claim) { cost.scans(claim) }
    /// Locks an index, by its own name.
    mutating func cost(locks index: RelationName, _ mode: LockMode) { cost.lock(.index(index), mode) }
    mutating func make(_ relation: RelationName) { made.insert(model.key(relation)) }
    mutating func cannotTell() { cost.cannotTell() }

    /// Whether nothing is in a table that others could wait for.
    func isNew(_ table: RelationName) -> Bool { made.contains(model.key(table)) || model.isNew(table) }

    private func isSystem(_ relation: RelationName) -> Bool {
        relation.schema == "pg_catalog" || relation.schema == "information_schema" || relation.name.hasPrefix("pg_")
    }

    /// A table with its partitions and heirs, where they take part.
    mutating func lockAll(of table: RelationName, _ mode: LockMode) {
        lock(table, mode)
        lockChildren(of: table, mode)
    }

    /// The partitions and heirs of a table.
    mutating func lockChildren(of table: RelationName, _ mode: LockMode) {
        for child in model.descendants(of: table) { lock(child, mode) }
        if !isNew(table) { lock([], or: "the partitions and heirs of \(table)", mode) }
    }
}

// MARK: What is made

extension LockRules {
    private mutating func create(_ change: Change) {
        let object = change.object
        guard let table = object.relationName else { return }
        switch change.detail {
        case .table(let definition): createTable(table, definition, isTolerant: change.isTolerant)
        case .column(let definition): addColumn(definition, to: table, isTolerant: change.isTolerant, name: object.name)
        case .constraint(let definition): addConstraint(definition, to: table)
        case .index(let definition): createIndex(definition, on: table, named: object, isTolerant: change.isTolerant)
        case .policy: lock(table, .accessExclusive)
        case .trigger: lock(table, .shareRowExclusive)
        default:
            if object.kind == .rule { return lock(table, .accessExclusive) }
            if change.action == .replaces { lock(table, .accessExclusive) }
            make(table)
        }
    }

    private mutating func createTable(_ table: RelationName, _ definition: TableDefinition, isTolerant: Bool) {
        if isTolerant, model[table] != nil { return make(table) }
        make(table)
        if let parent = definition.partitionOf {
            lock(parent, .accessExclusive)
            lockDefaultPartition(of: parent)
        }
        for parent in definition.inherits { lock(parent, .shareUpdateExclusive) }
        for other in definition.like { lock(other, .accessShare) }
        if definition.isFilled { cost.scans(.yes("its rows come from a query")) }
    }

    /// A new partition takes rows that the default partition would have taken: that one is read, and nobody may write.
    mutating func lockDefaultPartition(of parent: RelationName) {
        let known = model[parent]?.defaultPartition
        lock([known].compactMap(\.self), or: "the default partition of \(parent)", .accessExclusive)
        if let known { scans(.yes("the default partition \(known) is searched for rows of the new one"), of: known) }
        if known == nil, !model.isComplete { scans(.unless("\(parent) has no default partition"), of: parent) }
    }

    private mutating func addColumn(
        _ definition: ColumnDefinition, to table: RelationName, isTolerant: Bool, name: String
    ) {
        lockAll(of: table, .accessExclusive)
        if isTolerant, model.column(name, of: table) != nil { return }
        if definition.isGenerated { rewrites(.yes("every row gets the value of the generated column"), of: table) }
        if definition.isNumbered { rewrites(.yes("every row gets a number of its own"), of: table) }
        if case .volatile(let functions)? = definition.defaultValue {
            let own = functions.filter { !model.isSettled($0) }
            if !own.isEmpty {
                rewrites(.yes("the default is another for every row: \(own.joined(separator: ", "))"), of: table)
            }
        }
        if let type = definition.type { rewrites(model.checksValues(of: type), of: table) }
        if definition.isNotNull, definition.defaultValue == nil, !definition.isNumbered, !definition.isGenerated {
            scans(.yes("no row may be there, since the column would have no value"), of: table)
        }
    }

    private mutating func addConstraint(_ definition: ConstraintDefinition, to table: RelationName) {
        let isChecked = !definition.isNotValid
        switch definition.kind {
        case .foreignKey:
            // With a column that is added the table is locked for that anyway.
            lock(table, .shareRowExclusive)
            if let referenced = definition.references { lockAll(of: referenced, .shareRowExclusive) }
            lockChildren(of: table, .shareRowExclusive)
            if isChecked, !definition.isOfNewColumn {
                scans(.yes("every row is looked up in \(definition.referencedName)"), of: table)
            }
        case .check:
            lockAll(of: table, .accessExclusive)
            if isChecked { scans(.yes("every row is checked"), of: table) }
        case .unique, .exclusion:
            lockAll(of: table, .accessExclusive)
            if definition.index == nil { scans(.yes("an index is built"), of: table) }
        case .primaryKey:
            lockAll(of: table, .accessExclusive)
            if definition.index == nil {
                scans(.yes("an index is built"), of: table)
            } else if !hasNoNulls(definition.columns, in: table) {
                scans(.unless("its columns are NOT NULL already"), of: table)
            }
        }
    }

    /// Whether columns are known to be NOT NULL.
    private func hasNoNulls(_ columns: [String], in table: RelationName) -> Bool {
        !columns.isEmpty && columns.allSatisfy { model.column($0, of: table)?.isNotNull ?? false }
    }

    private mutating func createIndex(
        _ definition: IndexDefinition, on table: RelationName, named index: SchemaObject, isTolerant: Bool
    ) {
        let mode: LockMode = definition.isConcurrent ? .shareUpdateExclusive : .share
        lock(table, mode)
        if !definition.isOnly { lockChildren(of: table, mode) }
        let name = RelationName(schema: index.schema, name: index.name)
        if isTolerant, model.table(ofIndex: name) != nil { return }
        if definition.isOnly, model[table]?.isPartitioned ?? false { return }
        scans(.yes("the index is built"), of: table)
    }
}

extension ConstraintDefinition {
    fileprivate var referencedName: String { references.map(\.description) ?? "the table it refers to" }
}
