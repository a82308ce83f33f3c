/// A thing in a database that statements create, alter and drop.
public struct SchemaObject: Sendable, Hashable {
    /// What it is.
    public let kind: Kind
    /// The schema, where it is written: of a part of a relation the relation's.
    public let schema: String?
    /// The relation, or the type, it is a part of: of columns, constraints, policies, triggers, rules, enum values; of an
    /// index its table, where the statement names it.
    public let relation: String?
    /// Its own name, as the server folds and cuts it.
    public let name: String
    /// The types of a routine's arguments, where they are written: `integer, text[]`.
    public let arguments: String?

    /// An object by its parts.
    public init(
        _ kind: Kind, schema: String? = nil, relation: String? = nil, name: String, arguments: String? = nil
    ) {
        self.kind = kind
        self.schema = schema
        self.relation = relation
        self.name = name
        self.arguments = arguments
    }

    /// What there is; the raw value is the word for people.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case table, view, materializedView = "materialized view", foreignTable = "foreign table", sequence, index
        case column, constraint, policy, trigger, rule, statistics
        case function, procedure, aggregate, routine
        case type, domain, enumValue = "enum value", collation, cast, conversion
        case `operator`, operatorClass = "operator class", operatorFamily = "operator family"
        case textSearch = "text search object", language, transform, accessMethod = "access method"
        case schema, `extension`, database, tablespace, role, system = "server setting"
        case publication, subscription, server, wrapper = "foreign-data wrapper", userMapping = "user mapping"
        case eventTrigger = "event trigger", privilege, defaultPrivileges = "default privileges"
        case comment, label = "security label", largeObject = "large object", setting, session
    }

    /// Whether rows are read from it, or it is a sequence: what a lock of a table is taken on.
    public var isRelation: Bool {
        switch kind {
        case .table, .view, .materializedView, .foreignTable, .sequence: true
        default: false
        }
    }

    /// The relation it is, or is a part of; nil for what belongs to none.
    public var relationName: RelationName? {
        if isRelation { return RelationName(schema: schema, name: name) }
        return relation.map { RelationName(schema: schema, name: $0) }
    }
}

extension SchemaObject: CustomStringConvertible {
    /// Kind and name: `column orders.note`, `policy p on orders`, `function f(integer)`.
    public var description: String { "\(kind.rawValue) \(fullName)" }

    /// The name without the kind, with its schema and relation.
    public var fullName: String {
        let prefix = schema.map { $0 + "." } ?? ""
        switch kind {
        case .column, .enumValue: return prefix + (relation.map { $0 + "." } ?? "") + name
        case .constraint, .policy, .trigger, .rule:
            return relation.map { "\(name) on \(prefix)\($0)" } ?? prefix + name
        case .comment, .label, .privilege: return name
        default: return prefix + name + (arguments.map { "(\($0))" } ?? "")
        }
    }
}

/// The name of a table, view or sequence, as a statement writes it.
public struct RelationName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The schema, where it is written.
    public let schema: String?
    /// The name in it.
    public let name: String

    /// A name by its parts.
    public init(schema: String?, name: String) {
        self.schema = schema
        self.name = name
    }

    /// `schema.name`, or the name alone.
    public var description: String { schema.map { "\($0).\(name)" } ?? name }

    /// By the name for people.
    public static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}
