/// What a catalog says of a schema, as far as it tells what a statement will lock, read, write and destroy there.
///
/// Everything a user can name is in it: what is not in it is not there.
public struct SchemaFacts: Sendable, Equatable {
    /// The schemas that a name without one is looked up in, in order; empty where there are none.
    public var searchPath: [String] = []
    /// The time zone of a new session; nil where there are none.
    public var timeZone: String?
    /// Tables, views, sequences and indexes' tables.
    public var relations: [Relation] = []
    /// The columns of relations, in their order.
    public var columns: [Column] = []
    /// The constraints of tables.
    public var constraints: [Constraint] = []
    /// All indexes, also those of constraints.
    public var indexes: [Index] = []
    /// Triggers, policies and rules, which belong to relations.
    public var parts: [Part] = []
    /// What was made from a relation and cannot be without it: views, for the columns they use.
    public var uses: [Use] = []
    /// Types that are not the server's own.
    public var types: [UserType] = []
    /// Types of whose values those of others are, as they are stored.
    public var binaryCasts: [Link] = []
    /// Partitions and heirs, and what they are of.
    public var inheritance: [Link] = []
    /// Sequences, and the tables whose columns they belong to.
    public var sequenceOwners: [Link] = []
    /// Extended statistics, and the tables they are of.
    public var statistics: [Link] = []
    /// Functions that triggers call, and the tables those are of.
    public var triggerFunctions: [Link] = []
    /// Functions and procedures that are not the server's own.
    public var routines: [Routine] = []
    /// Schemas and extensions.
    public var others: [Other] = []

    /// A schema of which nothing is there.
    public init() {}

    /// A name with its schema; nil where the engine has none.
    public struct Name: Sendable, Hashable {
        /// The schema.
        public let schema: String?
        /// The name in it.
        public let name: String

        /// A name by its parts.
        public init(schema: String?, name: String) {
            self.schema = schema
            self.name = name
        }
    }

    /// A table, view or sequence.
    public struct Relation: Sendable, Equatable {
        /// Its name.
        public let name: Name
        /// What it is.
        public let kind: Kind
        /// How its rows are stored, such as `heap`; nil where that is not known.
        public var accessMethod: String?
        /// About how many rows it has, as when it was last analysed; nil where nobody has counted.
        public var rows: Int?
        /// Its size with its indexes, in bytes; nil where it has none of its own or that is not known.
        public var bytes: Int?
        /// The partition that takes what no other does.
        public var defaultPartition: Name?
        /// Whose it is; nil where nobody owns anything.
        public var owner: String?
        /// Whether its rows are guarded by policies.
        public var hasRowSecurity = false
        /// Whether those bind its owner as well.
        public var forcesRowSecurity = false

        /// A relation of which no more is known.
        public init(name: Name, kind: Kind) {
            self.name = name
            self.kind = kind
        }

        /// What a relation can be.
        public enum Kind: String, Sendable {
            case table, partitionedTable, foreignTable, view, materializedView, sequence
        }
    }

    /// A type as a column has it.
    public struct TypeName: Sendable, Hashable {
        /// The schema; nil for one of SQLite's.
        public let schema: String?
        /// The name in it, as the server keeps it: `int4`, `varchar`.
        public let name: String
        /// What stands in parentheses.
        public let modifiers: [Int]
        /// Whether it is an array of such.
        public let isArray: Bool

        /// A type by its parts.
        public init(schema: String?, name: String, modifiers: [Int] = [], isArray: Bool = false) {
            self.schema = schema
            self.name = name
            self.modifiers = modifiers
            self.isArray = isArray
        }
    }

    /// A column.
    public struct Column: Sendable, Equatable {
        /// The relation it is of.
        public let relation: Name
        /// Its name.
        public let name: String
        /// Its type; nil where none is declared.
        public let type: TypeName?
        /// Whether it can hold no NULL.
        public let isNotNull: Bool

        /// A column by its parts.
        public init(relation: Name, name: String, type: TypeName?, isNotNull: Bool) {
            self.relation = relation
            self.name = name
            self.type = type
            self.isNotNull = isNotNull
        }
    }

    /// A constraint of a table.
    public struct Constraint: Sendable, Equatable {
        /// The table.
        public let relation: Name
        /// Its name.
        public let name: String
        /// What it demands.
        public let kind: Kind
        /// The columns it is about.
        public let columns: [String]
        /// The table a foreign key refers to.
        public var references: Name?
        /// The columns it refers to.
        public var referencedColumns: [String] = []
        /// Whether all rows are known to keep it.
        public var isValid = true
        /// As the server writes it.
        public var definition = ""

        /// A constraint by its parts.
        public init(relation: Name, name: String, kind: Kind, columns: [String]) {
            self.relation = relation
            self.name = name
            self.kind = kind
            self.columns = columns
        }

        /// The kinds.
        public enum Kind: String, Sendable {
            case check, unique, primaryKey, foreignKey, exclusion
        }
    }

    /// An index.
    public struct Index: Sendable, Equatable {
        /// Its name.
        public let name: Name
        /// The relation it is on.
        public let relation: Name
        /// Its columns; an expression has none.
        public let columns: [String]
        /// Whether no two rows may be equal.
        public let isUnique: Bool
        /// Whether queries can use it.
        public let isValid: Bool
        /// Whether it belongs to a constraint of the same name.
        public let isOfConstraint: Bool

        /// An index by its parts.
        public init(
            name: Name, relation: Name, columns: [String], isUnique: Bool, isValid: Bool, isOfConstraint: Bool
        ) {
            self.name = name
            self.relation = relation
            self.columns = columns
            self.isUnique = isUnique
            self.isValid = isValid
            self.isOfConstraint = isOfConstraint
        }
    }

    /// A trigger, policy or rule.
    public struct Part: Sendable, Equatable {
        /// What it is.
        public let kind: Kind
        /// The relation it is of.
        public let relation: Name
        /// Its name.
        public let name: String

        /// A part by its parts.
        public init(kind: Kind, relation: Name, name: String) {
            self.kind = kind
            self.relation = relation
            self.name = name
        }

        /// What belongs to a relation.
        public enum Kind: String, Sendable {
            case trigger, policy, rule
        }
    }

    /// A view or routine that cannot be without a relation, or without one of its columns.
    public struct Use: Sendable, Equatable {
        /// What uses it.
        public let user: Name
        /// What that is: `view`, `materialized view`, `policy p on t`.
        public let kind: String
        /// What is used.
        public let relation: Name
        /// The column that is used; nil for the whole.
        public let column: String?

        /// A use by its parts.
        public init(user: Name, kind: String, relation: Name, column: String?) {
            self.user = user
            self.kind = kind
            self.relation = relation
            self.column = column
        }
    }

    /// A type that somebody made.
    public struct UserType: Sendable, Equatable {
        /// Its name.
        public let name: Name
        /// What it is.
        public let kind: Kind
        /// The type a domain is a form of.
        public var base: TypeName?
        /// Whether a domain's values are checked.
        public var isChecked = false
        /// The values of an enum, in order.
        public var values: [String] = []

        /// A type by its parts.
        public init(name: Name, kind: Kind) {
            self.name = name
            self.kind = kind
        }

        /// The kinds.
        public enum Kind: String, Sendable {
            case domain, enumeration, other
        }
    }

    /// What leads from one name to another.
    public struct Link: Sendable, Hashable {
        /// The one.
        public let source: Name
        /// The other.
        public let target: Name

        /// A link by its ends.
        public init(source: Name, target: Name) {
            self.source = source
            self.target = target
        }
    }

    /// A function or procedure that somebody made.
    public struct Routine: Sendable, Equatable {
        /// Its name.
        public let name: Name
        /// Whether it is called by `CALL`.
        public let isProcedure: Bool
        /// The types of its arguments as the server spells them: `integer, text[]`.
        public let arguments: String
        /// Whether each call may give another result.
        public let isVolatile: Bool
        /// Its language.
        public let language: String
        /// The statement that would make it anew, where its language is SQL or PL/pgSQL; otherwise empty.
        public let definition: String

        /// A routine by its parts.
        public init(
            name: Name, isProcedure: Bool, arguments: String, isVolatile: Bool, language: String, definition: String
        ) {
            self.name = name
            self.isProcedure = isProcedure
            self.arguments = arguments
            self.isVolatile = isVolatile
            self.language = language
            self.definition = definition
        }
    }

    /// A schema or an extension.
    public struct Other: Sendable, Equatable {
        /// What it is.
        public let kind: Kind
        /// Its name.
        public let name: String

        /// A thing by its parts.
        public init(kind: Kind, name: String) {
            self.kind = kind
            self.name = name
        }

        /// What has a name of its own.
        public enum Kind: String, Sendable {
            case schema, `extension`
        }
    }
}
