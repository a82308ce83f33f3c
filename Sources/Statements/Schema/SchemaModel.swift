/// What is known of a database's schema: what the statements before made of it, and what a catalog says.
///
/// Without a catalog it is open: what is not in it may be there or not. With one it is complete.
public struct SchemaModel: Sendable {
    /// Whether what is not in it is not there.
    public let isComplete: Bool
    /// Whether sessions are in a time zone in which `timestamp` and `timestamptz` are the same values.
    public var isUTC = false
    /// Relations by name; the schema of unqualified names is left out.
    private var relations = Layered<RelationName, Relation>()
    /// The tables of indexes.
    var indexes = Layered<RelationName, RelationName>()
    /// Types that are not the server's own.
    var types = Layered<RelationName, UserType>()
    /// The relations whose foreign keys ever referred to one: some may not any more.
    private var everReferred = Layered<RelationName, Set<RelationName>>()
    /// Pairs of types that a catalog says are stored alike.
    var alike: Set<TypePair> = []
    /// The tables of extended statistics.
    var statistics: [RelationName: RelationName] = [:]
    /// The tables whose triggers call a function.
    var triggerFunctions: [RelationName: Set<RelationName>] = [:]
    /// Routines of users that a catalog says give the same for every row of a statement.
    var settledRoutines: Set<RelationName> = []
    /// The schema that names without one are looked up in first.
    private let usualSchema: String
    /// Those they are looked up in then.
    private let otherSchemas: ArraySlice<String>

    /// A model in which nothing is known yet, or nothing is there.
    public init(isComplete: Bool = false, searchPath: [String] = ["public"]) {
        self.isComplete = isComplete
        usualSchema = searchPath.first ?? "public"
        otherSchemas = searchPath.dropFirst()
    }

    /// A relation, as far as it is known.
    public struct Relation: Sendable {
        /// What it is.
        public var kind: SchemaObject.Kind
        /// Whether the statements made it, so that nobody else works with it yet.
        public var isNew: Bool
        /// By name.
        public var columns: [String: Column] = [:]
        /// By name.
        public var constraints: [String: Constraint] = [:]
        /// Whether its rows are in partitions.
        public var isPartitioned = false
        /// What it is a partition of or inherits from.
        public var parents: [RelationName] = []
        /// Its partitions and heirs.
        public var children: [RelationName] = []
        /// The partition that takes what no other does.
        public var defaultPartition: RelationName?
        /// Views and foreign keys of others that stand on it.
        public var dependents: Set<RelationName> = []
        /// How many rows it had when it was last analysed.
        public var rows: Int?
        /// Its size with indexes, in bytes.
        public var bytes: Int?
        /// Whose it is; nil where that is not known.
        public var owner: String?
        /// How its rows are stored; nil where that is not known.
        public var accessMethod: String?
        /// Its indexes with their columns.
        public var indexes: [RelationName: [String]] = [:]
        /// What a catalog says cannot be without it.
        public var uses: [Use] = []
        /// The sequences that belong to its columns.
        public var sequences: [RelationName] = []

        /// A relation of which no more is known.
        public init(_ kind: SchemaObject.Kind, isNew: Bool = false) {
            self.kind = kind
            self.isNew = isNew
        }
    }

    /// A view, or a policy, that cannot be without a relation or one of its columns.
    public struct Use: Sendable, Hashable {
        /// What it is, in words: `view daily`, `policy own on orders`.
        public let words: String
        /// Its name where it is a relation.
        public let relation: RelationName?
        /// The column it needs; nil for the whole.
        public let column: String?

        /// A use by its parts.
        public init(words: String, relation: RelationName?, column: String?) {
            self.words = words
            self.relation = relation
            self.column = column
        }
    }

    /// A column, as far as it is known.
    public struct Column: Sendable {
        /// Its type.
        public var type: TypeReference?
        /// Whether it is known to have no NULL.
        public var isNotNull: Bool
        /// Whether the statements made it.
        public var isNew = false

        /// A column by its parts.
        public init(type: TypeReference?, isNotNull: Bool) {
            self.type = type
            self.isNotNull = isNotNull
        }
    }

    /// A constraint, as far as it is known.
    public struct Constraint: Sendable {
        /// What it demands.
        public let kind: ConstraintDefinition.Kind
        /// The columns it is about.
        public let columns: [String]
        /// The table a foreign key refers to.
        public let references: RelationName?
        /// Whether all rows are known to keep it.
        public var isValid: Bool
        /// The column that `CHECK (column IS NOT NULL)` is about.
        public let notNullColumn: String?

        /// A constraint by its parts.
        public init(
            kind: ConstraintDefinition.Kind, columns: [String], references: RelationName?, isValid: Bool,
            notNullColumn: String?
        ) {
            self.kind = kind
            self.columns = columns
            self.references = references
            self.isValid = isValid
            self.notNullColumn = notNullColumn
        }
    }

    /// A type of users.
    struct UserType: Sendable {
        /// The type it is a form of; nil for one of its own.
        let base: TypeReference?
        /// Whether values are checked when they are given that type.
        var isChecked: Bool
        /// The relations with columns of that type.
        var users: Set<RelationName> = []
    }

    /// How many entries there are, with those that are gone.
    var relationsKept: Int { relations.count }

    /// The name under which a relation is kept.
    func key(_ name: RelationName) -> RelationName {
        guard name.schema == nil else {
            return name.schema == usualSchema ? RelationName(schema: nil, name: name.name) : name
        }
        guard !otherSchemas.isEmpty, relations[name] == nil else { return name }
        let elsewhere = otherSchemas.lazy.map { RelationName(schema: $0, name: name.name) }
        return elsewhere.first { relations[$0] != nil } ?? name
    }

    /// What is known of a relation.
    public subscript(_ name: RelationName) -> Relation? { relations[key(name)] }

    /// Whether the statements made a relation: nobody else works with it yet.
    public func isNew(_ name: RelationName) -> Bool { self[name]?.isNew ?? false }

    /// Changes what is known of a relation; it is known from then on.
    mutating func edit(_ name: RelationName, as kind: SchemaObject.Kind = .table, _ change: (inout Relation) -> Void) {
        change(&relations[key(name), default: Relation(kind, isNew: false)])
    }

    mutating func put(_ relation: Relation, as name: RelationName) {
        relations[key(name)] = relation
        for table in relation.referenced { refer(from: name, to: table) }
    }

    /// That a foreign key of a relation refers to another.
    mutating func refer(from name: RelationName, to table: RelationName) {
        everReferred[key(table), default: []].insert(key(name))
    }

    @discardableResult
    mutating func take(_ name: RelationName) -> Relation? {
        defer { relations[key(name)] = nil }
        return relations[key(name)]
    }

    /// Begins a try, whose changes can be forgotten.
    public mutating func push() {
        relations.push()
        indexes.push()
        types.push()
        everReferred.push()
    }

    /// Forgets the newest try.
    public mutating func pop() {
        relations.pop()
        indexes.pop()
        types.pop()
        everReferred.pop()
    }

    /// Every relation by name, sorted; looks at everything.
    var allRelations: [(name: RelationName, relation: Relation)] {
        relations.keys.sorted().compactMap { name in relations[name].map { (name, $0) } }
    }

    /// What is known of the column of a relation.
    func column(_ name: String, of relation: RelationName) -> Column? { self[relation]?.columns[name] }

    /// The table of an index.
    func table(ofIndex name: RelationName) -> RelationName? { indexes[key(name)] }

    /// Everything below a relation: its partitions and heirs, and theirs.
    func descendants(of name: RelationName) -> [RelationName] {
        var found: [RelationName] = []
        var open = self[name]?.children ?? []
        while let next = open.popLast() {
            guard !found.contains(next) else { continue }
            found.append(next)
            open += self[next]?.children ?? []
        }
        return found.sorted()
    }

    /// The foreign keys of others that refer to a relation: whose they are.
    public func referrers(to name: RelationName) -> [RelationName] {
        let own = key(name)
        return (everReferred[own] ?? []).filter { $0 != own && self[$0]?.refers(to: own, key) ?? false }.sorted()
    }

    /// What stands on a relation, and on that: views, and tables with foreign keys to it.
    func allDependents(of name: RelationName) -> [RelationName] {
        var found: Set<RelationName> = []
        var open = [key(name)]
        while let next = open.popLast() {
            let direct = (relations[next]?.dependents ?? []).union(referrers(to: next))
            for dependent in direct where found.insert(dependent).inserted {
                if relations[dependent]?.kind != .table { open.append(dependent) }
            }
        }
        return found.sorted()
    }
}

extension SchemaModel.Relation {
    /// The tables that its foreign keys refer to.
    public var referenced: Set<RelationName> { Set(constraints.values.compactMap(\.references)) }

    fileprivate func refers(to name: RelationName, _ key: (RelationName) -> RelationName) -> Bool {
        constraints.values.contains { $0.references.map(key) == name }
    }
}
