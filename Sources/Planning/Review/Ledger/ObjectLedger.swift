import Statements

/// Which objects a plan's statements have made, changed and dropped so far, in a schema of which nothing else is known.
///
/// It is a value: the state before a phase is kept by copying it, and what a rollback brings about is seen by applying
/// it to a copy.
struct ObjectLedger {
    /// By what tells an object from every other.
    private(set) var entries = Layered<ObjectKey, Entry>()
    /// What an object cannot be there without.
    private var needs = Layered<ObjectKey, Set<ObjectKey>>()
    /// What ever needed an object: some may not any more.
    private var everNeeded = Layered<ObjectKey, Set<ObjectKey>>()
    /// Relations that were dropped and made again: what stands on them may have been there before.
    private var remade = Layered<ObjectKey, Bool>()
    /// What was ever a part of a relation.
    private var parts = Layered<ObjectKey, Set<ObjectKey>>()
    /// What ever had a name, of the kinds that are looked up by it alone.
    private var namesakes = Layered<String, Set<ObjectKey>>()

    /// Whether what is not in it was not there before.
    private let isComplete: Bool

    init(isComplete: Bool = false) { self.isComplete = isComplete }

    /// What is known of an object.
    struct Entry {
        /// As the statement that last made it names it.
        var object: SchemaObject
        /// Whether it was there before the first statement that names it, as far as that statement tells.
        let initially: Presence
        /// Whether it is there now.
        var presence: Presence
        /// Which statement made the one that is there now; nil for what was there before.
        var maker: Int?
        /// Which statement dropped it.
        var dropper: Int?
        /// What it was called before the statements, when they only gave it another name.
        var origin: ObjectKey?
        /// Which statement gave a property its value, by the property's name.
        var properties: [String: Int] = [:]
        /// What a table holds, as far as the statements tell.
        var rows: [RowWork] = []
        /// How it was made.
        var detail: Change.Detail = .none
    }

    /// Whether something is there.
    enum Presence {
        case yes, no, maybe
    }

    /// A statement that changes rows, and the columns it is about; none for whole rows.
    struct RowWork {
        let statement: Int
        let action: Change.Action
        let columns: Set<String>
    }

    /// What is known of an object.
    subscript(_ key: ObjectKey) -> Entry? { entries[key] }

    /// Begins a try, whose changes can be forgotten or kept.
    mutating func push() {
        entries.push()
        needs.push()
        everNeeded.push()
        remade.push()
        parts.push()
        namesakes.push()
    }

    /// Forgets the newest try.
    mutating func pop() {
        entries.pop()
        needs.pop()
        everNeeded.pop()
        remade.pop()
        parts.pop()
        namesakes.pop()
    }

    /// Keeps the newest try.
    mutating func merge() {
        entries.merge()
        needs.merge()
        everNeeded.merge()
        remade.merge()
        parts.merge()
        namesakes.merge()
    }

    /// Whether an object is there, its relation included.
    func presence(of key: ObjectKey) -> Presence? {
        guard let entry = entries[key] else { return nil }
        if let relation = relation(of: key), entries[relation]?.presence == .no { return .no }
        return entry.presence
    }

    /// What an object goes with.
    private func relation(of key: ObjectKey) -> ObjectKey? {
        if let relation = key.relationKey { return relation }
        guard key.kind == .index, let object = entries[key]?.object, let table = object.relation else { return nil }
        return ObjectKey(SchemaObject(.table, schema: object.schema, name: table))
    }

    /// Takes in what a statement does; the statement is told by its number.
    mutating func apply(_ effects: StatementEffects, by statement: Int) {
        for change in effects.changes { apply(change, by: statement) }
        link(effects)
    }

    private mutating func apply(_ change: Change, by statement: Int) {
        let key = self.key(of: change.object)
        switch change.action {
        case .creates, .replaces: create(change, key, statement)
        case .drops: drop(change, key, statement)
        case .renames: rename(change, key, statement)
        case .moves: note(key, change.object, property: "schema", statement)
        case .alters, .comments, .grants, .revokes:
            note(key, change.object, property: change.propertyName, statement)
            attach(change, key, statement)
        case .inserts, .updates, .deletes, .truncates, .merges:
            var columns: Set<String> = []
            if case .rows(let rows) = change.detail, change.action == .updates { columns = Set(rows.columns) }
            touch(key, change.object, as: .yes)
            entries[key]?.rows.append(RowWork(statement: statement, action: change.action, columns: columns))
        default: break
        }
    }

    /// The key of an object; of an index or trigger whose table is not named that of the one with its name.
    func key(of object: SchemaObject) -> ObjectKey {
        let key = ObjectKey(object)
        guard key.isLoose, entries[key] == nil else { return key }
        let same = (namesakes[key.name] ?? []).filter { $0.kind == key.kind && $0.schema == key.schema }
        return same.sorted().first { presence(of: $0) != .no } ?? same.min() ?? key
    }

    /// An object that is there before all statements.
    mutating func know(_ object: SchemaObject, _ detail: Change.Detail = .none) {
        let key = ObjectKey(object)
        var entry = Entry(object: object, initially: .yes, presence: .yes)
        entry.detail = detail
        entries[key] = entry
        if key.isLookedUpByName { namesakes.edit(key.name, default: []) { $0.insert(key) } }
        if let relation = relation(of: key) { parts.edit(relation, default: []) { $0.insert(key) } }
    }

    /// That an object which is there cannot be without another.
    mutating func know(_ user: SchemaObject, needs other: SchemaObject) {
        let (own, needed) = (ObjectKey(user), ObjectKey(other))
        guard entries[own] != nil, own != needed else { return }
        needs.edit(own, default: []) { $0.insert(needed) }
        everNeeded.edit(needed, default: []) { $0.insert(own) }
    }

    private mutating func touch(_ key: ObjectKey, _ object: SchemaObject, as initially: Presence) {
        guard entries[key] == nil else { return }
        var initially = isComplete && key.kind.isCatalogued ? .no : initially
        if let relation = key.relationKey ?? ObjectKey(table: object), initially == .no, remade[relation] ?? false {
            initially = .maybe
        }
        entries[key] = Entry(object: object, initially: initially, presence: initially)
        if key.isLookedUpByName { namesakes.edit(key.name, default: []) { $0.insert(key) } }
        if let relation = relation(of: key) { parts.edit(relation, default: []) { $0.insert(key) } }
    }

    private mutating func create(_ change: Change, _ key: ObjectKey, _ statement: Int) {
        let isSure = !change.isTolerant && !change.isConditional && change.action == .creates
        let isNew = entries[key] == nil
        touch(key, change.object, as: isSure ? .no : .maybe)
        guard var entry = entries[key], !change.isTolerant || isNew || entry.presence != .yes else { return }
        entry.object = change.object
        entry.presence = change.isConditional ? .maybe : .yes
        entry.maker = statement
        entry.detail = change.detail
        entry.rows = []
        entries[key] = entry
        if case .constraint(let definition) = change.detail, let index = definition.index,
            let table = change.object.relationName
        {
            // The index becomes the constraint's, under its name.
            consume(ObjectKey(SchemaObject(.index, schema: table.schema, relation: table.name, name: index)), statement)
        }
    }

    private mutating func consume(_ index: ObjectKey, _ statement: Int) {
        guard entries[index] != nil else { return }
        entries[index]?.presence = .no
        entries[index]?.dropper = statement
    }

    private mutating func drop(_ change: Change, _ key: ObjectKey, _ statement: Int) {
        let isSure = !change.isTolerant && !change.isConditional
        touch(key, change.object, as: isSure ? .yes : .maybe)
        guard entries[key]?.presence != .no else { return }
        entries[key]?.presence = change.isConditional ? .maybe : .no
        entries[key]?.dropper = statement
        entries[key]?.maker = nil
        if change.object.kind == .column { dropWhatIsOf(change.object, statement) }
        if change.object.kind == .schema, change.cascades { dropAll(inSchema: change.object.name, statement) }
        guard change.object.isRelation else { return }
        if entries[key]?.initially != .no { remade[key] = true }
        for part in parts[key] ?? [] where relation(of: part) == key && entries[part]?.presence != .no {
            entries[part]?.presence = .no
            entries[part]?.maker = nil
            entries[part]?.dropper = statement
        }
    }

    /// The tables of a schema that are there, sorted; looks at everything.
    func tables(inSchema schema: String) -> [ObjectKey] {
        let own = schema == "public" ? nil : schema
        return entries.keys.filter { $0.kind == .table && $0.schema == own && presence(of: $0) != .no }.sorted()
    }

    /// A schema takes everything in it with it.
    private mutating func dropAll(inSchema schema: String, _ statement: Int) {
        let own = schema == "public" ? nil : schema
        for key in entries.keys where key.schema == own && key.kind != .schema && key.kind != .extension {
            guard entries[key]?.presence != .no else { continue }
            entries[key]?.presence = .no
            entries[key]?.maker = nil
            entries[key]?.dropper = statement
        }
    }

    /// A column takes its indexes and constraints with it.
    private mutating func dropWhatIsOf(_ column: SchemaObject, _ statement: Int) {
        guard let relation = ObjectKey(column).relationKey else { return }
        for part in parts[relation] ?? [] where entries[part]?.presence != .no {
            let columns: [String]
            switch entries[part]?.detail {
            case .constraint(let definition): columns = definition.columns
            case .index(let definition): columns = definition.columns
            default: continue
            }
            guard columns.contains(column.name) else { continue }
            entries[part]?.presence = .no
            entries[part]?.maker = nil
            entries[part]?.dropper = statement
        }
    }

    private mutating func rename(_ change: Change, _ key: ObjectKey, _ statement: Int) {
        guard case .name(let name) = change.detail else { return }
        touch(key, change.object, as: .yes)
        let new = key.renamed(name)
        let renamed = SchemaObject(
            change.object.kind, schema: change.object.schema, relation: change.object.relation, name: name,
            arguments: change.object.arguments)
        touch(new, renamed, as: .no)
        let old = entries[key]
        let maker = old?.maker
        let origin = old?.origin ?? (maker == nil ? key : nil)
        entries[new]?.presence = .yes
        // What was there before and only has another name now is told apart from what the statements made, and is
        // itself again under its own name.
        entries[new]?.maker = new == origin ? nil : maker ?? statement
        entries[new]?.origin = new == origin ? nil : origin
        // Rows written before under the old name are in it.
        entries[new]?.rows = old?.rows ?? []
        entries[new]?.detail = old?.detail ?? .none
        entries[key]?.presence = .no
        entries[key]?.dropper = statement
        guard change.object.isRelation else { return }
        for part in parts[key] ?? [] where relation(of: part) == key {
            guard let moved = entries[part] else { continue }
            parts.edit(new, default: []) { $0.insert(part.kind == .index ? part : part.moved(to: new)) }
            if part.kind == .index {
                entries[part]?.object = moved.object.moved(to: name)
                continue
            }
            if part.isLookedUpByName { namesakes.edit(part.name, default: []) { $0.insert(part.moved(to: new)) } }
            entries[part.moved(to: new)] = Entry(
                object: moved.object.moved(to: name),
                initially: entries[part.moved(to: new)]?.initially ?? (remade[new] ?? false ? .maybe : .no),
                presence: moved.presence, maker: moved.maker, dropper: moved.dropper, properties: moved.properties,
                rows: moved.rows, detail: moved.detail)
            entries[part]?.presence = .no
        }
        for user in everNeeded[key] ?? [] {
            needs.edit(user, default: []) { if $0.remove(key) != nil { $0.insert(new) } }
            everNeeded.edit(new, default: []) { $0.insert(user) }
        }
    }

    private mutating func note(_ key: ObjectKey, _ object: SchemaObject, property: String, _ statement: Int) {
        touch(key, object, as: .yes)
        entries[key]?.properties[property] = statement
    }

    private mutating func attach(_ change: Change, _ key: ObjectKey, _ statement: Int) {
        guard case .property(.attached(let partition)) = change.detail else { return }
        let part = SchemaObject(.table, schema: partition.schema, name: partition.name)
        note(ObjectKey(part), part, property: "partition", statement)
    }

    // MARK: What stands on what

    private mutating func link(_ effects: StatementEffects) {
        var used: Set<ObjectKey> = []
        for unseen in effects.unseen {
            if case .routine(let name) = unseen { used.formUnion(routines(named: name)) }
        }
        let read = effects.changes.filter { $0.action == .reads }.map { key(of: $0.object) }
        for change in effects.changes where change.action == .creates || change.action == .replaces {
            let own = key(of: change.object)
            var needed = used
            switch change.detail {
            case .trigger(let function): needed.formUnion(routines(named: function))
            case .constraint(let definition):
                guard let table = definition.references else { break }
                let referenced = ObjectKey(SchemaObject(.table, schema: table.schema, name: table.name))
                needed.insert(referenced)
                needed.formUnion(uniqueKeys(of: referenced, on: definition.referencedColumns))
            case .policy(let definition):
                guard let table = change.object.relationName else { break }
                for column in definition.columns {
                    needed.insert(
                        ObjectKey(SchemaObject(.column, schema: table.schema, relation: table.name, name: column)))
                }
            case .column(let definition): needed.formUnion(definition.type.map(types(named:)) ?? [])
            case .table(let definition):
                for parent in definition.inherits + [definition.partitionOf].compactMap(\.self) {
                    needed.insert(ObjectKey(SchemaObject(.table, schema: parent.schema, name: parent.name)))
                }
            case .routine: needed.formUnion(types(in: change.object.arguments ?? ""))
            default: break
            }
            if change.object.kind == .view || change.object.kind == .materializedView { needed.formUnion(read) }
            if change.object.kind == .table, case .table(let definition) = change.detail, !definition.isFilled,
                change.detail != .none
            {
                needed.subtract(read)
            }
            needed.remove(own)
            needs[own] = needed
            for other in needed { everNeeded.edit(other, default: []) { $0.insert(own) } }
        }
    }

    /// The constraints of a table that a foreign key to those columns stands on.
    private func uniqueKeys(of table: ObjectKey, on columns: [String]) -> [ObjectKey] {
        (parts[table] ?? []).filter { part in
            guard case .constraint(let definition)? = entries[part]?.detail, presence(of: part) == .yes else {
                return false
            }
            switch definition.kind {
            case .primaryKey: return columns.isEmpty || definition.columns.isEmpty || definition.columns == columns
            case .unique: return definition.columns == columns
            default: return false
            }
        }
    }

    private func routines(named name: String) -> Set<ObjectKey> {
        let path = name.split(separator: ".").map(String.init)
        return (namesakes[path.last ?? ""] ?? []).filter { [.function, .procedure].contains($0.kind) }
    }

    private func types(named type: TypeReference) -> Set<ObjectKey> {
        (namesakes[type.name] ?? []).filter { [.type, .domain].contains($0.kind) }
    }

    private func types(in arguments: String) -> Set<ObjectKey> {
        let words = Set(arguments.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
        return words.reduce(into: []) { found, word in
            found.formUnion((namesakes[word] ?? []).filter { [.type, .domain].contains($0.kind) })
        }
    }

    /// What is there and cannot be without an object, apart from its own parts.
    func dependents(of key: ObjectKey) -> [ObjectKey] {
        (everNeeded[key] ?? []).filter { user in
            needs[user]?.contains(key) ?? false && relation(of: user) != key && presence(of: user) == .yes
        }.sorted()
    }
}

extension Change {
    /// What a change of a property is kept under.
    var propertyName: String {
        switch (action, detail) {
        case (.comments, _): "comment"
        case (.grants, .privileges(let list, let grantees)), (.revokes, .privileges(let list, let grantees)):
            "privileges \(list.joined(separator: ", ")) of \(grantees.joined(separator: ", "))"
        case (_, .property(let property)): property.name
        case (_, .policy): "definition"
        default: "definition"
        }
    }
}

extension SchemaObject {
    fileprivate func moved(to relation: String) -> SchemaObject {
        SchemaObject(kind, schema: schema, relation: relation, name: name, arguments: arguments)
    }
}
