import Statements

/// What tells an object from every other, however a statement writes its name.
struct ObjectKey: Hashable, Comparable {
    let kind: SchemaObject.Kind
    let schema: String?
    let relation: String?
    let name: String
    let arguments: String?
    /// Looked up many times for each time it is made.
    private let hash: Int

    init(kind: SchemaObject.Kind, schema: String?, relation: String?, name: String, arguments: String?) {
        var hasher = Hasher()
        hasher.combine(kind)
        hasher.combine(schema)
        hasher.combine(relation)
        hasher.combine(name)
        hasher.combine(arguments)
        hash = hasher.finalize()
        self.kind = kind
        self.schema = schema
        self.relation = relation
        self.name = name
        self.arguments = arguments
    }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    static func == (left: Self, right: Self) -> Bool {
        left.hash == right.hash && left.kind == right.kind && left.name == right.name && left.relation == right.relation
            && left.schema == right.schema && left.arguments == right.arguments
    }

    /// The schema that is searched first by default is the one of names without a schema.
    init(_ object: SchemaObject) {
        let schema = object.schema == "public" ? nil : object.schema
        let isIndex = object.kind == .index
        self.init(
            kind: object.kind.family, schema: schema, relation: isIndex ? nil : object.relation, name: object.name,
            arguments: object.arguments)
    }

    /// The table of an index.
    init?(table object: SchemaObject) {
        guard object.kind == .index, let table = object.relation else { return nil }
        self.init(SchemaObject(.table, schema: object.schema, name: table))
    }

    /// The relation that goes and takes this with it.
    var relationKey: ObjectKey? {
        guard let relation, kind != .enumValue else {
            return kind == .enumValue
                ? relation.map { ObjectKey(kind: .type, schema: schema, relation: nil, name: $0, arguments: nil) } : nil
        }
        return ObjectKey(kind: .table, schema: schema, relation: nil, name: relation, arguments: nil)
    }

    /// Whether something with this name may be kept under a longer key.
    var isLoose: Bool {
        switch kind {
        case .trigger: relation == nil
        case .function, .procedure: arguments == nil
        default: false
        }
    }

    /// Whether statements name such an object without saying what it is a part of, or with which arguments.
    var isLookedUpByName: Bool { [.trigger, .function, .procedure, .type, .domain].contains(kind) }

    func renamed(_ name: String) -> ObjectKey {
        ObjectKey(kind: kind, schema: schema, relation: relation, name: name, arguments: arguments)
    }

    func moved(to relation: ObjectKey) -> ObjectKey {
        ObjectKey(kind: kind, schema: relation.schema, relation: relation.name, name: name, arguments: arguments)
    }

    /// By the words for people.
    static func < (left: Self, right: Self) -> Bool {
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        if left.schema != right.schema { return left.schema ?? "" < right.schema ?? "" }
        if left.relation != right.relation { return left.relation ?? "" < right.relation ?? "" }
        if left.name != right.name { return left.name < right.name }
        return left.arguments ?? "" < right.arguments ?? ""
    }
}

extension SchemaObject.Kind {
    /// Whether facts of a schema tell of all such objects.
    var isCatalogued: Bool {
        switch self {
        case .table, .view, .materializedView, .foreignTable, .sequence, .index, .column, .constraint, .policy,
            .trigger,
            .rule, .function, .procedure, .type, .domain, .enumValue, .schema, .extension:
            true
        default: false
        }
    }

    /// Kinds that one statement may name for another share a key.
    fileprivate var family: SchemaObject.Kind {
        switch self {
        case .foreignTable, .view, .materializedView: .table
        case .routine, .aggregate: .function
        default: self
        }
    }
}

extension Property {
    /// What it is called, without its value: what has to be set back.
    var name: String {
        switch self {
        case .type: "type"
        case .defaultValue: "default"
        case .notNull: "NOT NULL"
        case .identity: "identity"
        case .expressionDropped: "generation expression"
        case .statistics: "statistics target"
        case .columnOptions: "options"
        case .storage: "storage"
        case .compression: "compression"
        case .rowSecurity: "ROW LEVEL SECURITY"
        case .forcedRowSecurity: "FORCE ROW LEVEL SECURITY"
        case .triggers: "triggers"
        case .validated: "validation"
        case .deferrable: "deferrability"
        case .replicaIdentity: "replica identity"
        case .owner: "owner"
        case .tablespace: "tablespace"
        case .accessMethod: "access method"
        case .logged: "logging"
        case .clusterIndex: "cluster index"
        case .options: "storage parameters"
        case .inherits: "inheritance"
        case .attached, .detached: "partition"
        case .definition: "definition"
        case .position: "position"
        case .ownedBy: "owning column"
        case .domainConstraint: "constraints"
        case .version: "version"
        case .published: "publication"
        case .other(let words): words
        }
    }
}
