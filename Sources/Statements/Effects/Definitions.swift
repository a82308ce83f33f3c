/// A type, as a statement names it.
public struct TypeReference: Sendable, Hashable {
    /// The schema, where it is written or implied: `pg_catalog` for the types that have keywords.
    public let schema: String?
    /// The name in it: `int4`, `varchar`, `mood`.
    public let name: String
    /// What stands in parentheses: `varchar(50)`, `numeric(10,2)`.
    public let modifiers: [Int]
    /// Whether it is an array.
    public let isArray: Bool

    /// A type by its parts.
    public init(schema: String?, name: String, modifiers: [Int] = [], isArray: Bool = false) {
        self.schema = schema
        self.name = name
        self.modifiers = modifiers
        self.isArray = isArray
    }
}

/// What a column is given when a row names no value.
public enum DefaultValue: Sendable, Hashable {
    /// The same for every row of one statement: a constant, or an expression without a function that is unknown.
    case settled
    /// Another for every row, or perhaps: functions by name, of which one is volatile or not known.
    case volatile(functions: [String])
}

/// A column as it is added.
public struct ColumnDefinition: Sendable, Hashable {
    /// Its type; nil where a query gives it.
    public let type: TypeReference?
    /// Its default.
    public let defaultValue: DefaultValue?
    /// Whether it is `NOT NULL`, also by a primary key.
    public let isNotNull: Bool
    /// Whether a sequence fills it: `serial` or an identity.
    public let isNumbered: Bool
    /// Whether it is computed and stored.
    public let isGenerated: Bool
    /// As it is written, in a line.
    public let text: String
}

/// A constraint as it is added.
public struct ConstraintDefinition: Sendable, Hashable {
    /// What it demands.
    public let kind: Kind
    /// The columns it is about, as far as they are listed.
    public let columns: [String]
    /// The table and the columns that a foreign key refers to.
    public let references: RelationName?
    /// The columns of that table; empty for its primary key.
    public let referencedColumns: [String]
    /// Whether rows that are there are not looked at.
    public let isNotValid: Bool
    /// The index it takes over.
    public let index: String?
    /// Whether it may be checked at the end of a transaction.
    public let isDeferrable: Bool
    /// The column that `CHECK (column IS NOT NULL)` is about.
    public let notNullColumn: String?
    /// Whether it came with a column that is added.
    public let isOfNewColumn: Bool
    /// As it is written, in a line.
    public let text: String

    /// A constraint by its parts.
    public init(
        kind: Kind, columns: [String], references: RelationName? = nil, referencedColumns: [String] = [],
        isNotValid: Bool = false, index: String? = nil, isDeferrable: Bool = false, notNullColumn: String? = nil,
        isOfNewColumn: Bool = false, text: String = ""
    ) {
        self.kind = kind
        self.columns = columns
        self.references = references
        self.referencedColumns = referencedColumns
        self.isNotValid = isNotValid
        self.index = index
        self.isDeferrable = isDeferrable
        self.notNullColumn = notNullColumn
        self.isOfNewColumn = isOfNewColumn
        self.text = text
    }

    /// The kinds.
    public enum Kind: String, Sendable, Hashable {
        case check, unique, primaryKey = "primary key", foreignKey = "foreign key", exclusion
    }
}

/// An index as it is made.
public struct IndexDefinition: Sendable, Hashable {
    /// The columns; an expression has none.
    public let columns: [String]
    /// Whether no two rows may be equal.
    public let isUnique: Bool
    /// Whether writers go on while it is built.
    public let isConcurrent: Bool
    /// Whether partitions are left out.
    public let isOnly: Bool
    /// Whether it covers some rows only.
    public let isPartial: Bool
    /// How it is built: `btree`, `hnsw`.
    public let method: String

    /// An index by its parts.
    public init(
        columns: [String], isUnique: Bool, isConcurrent: Bool = false, isOnly: Bool = false, isPartial: Bool = false,
        method: String = "btree"
    ) {
        self.columns = columns
        self.isUnique = isUnique
        self.isConcurrent = isConcurrent
        self.isOnly = isOnly
        self.isPartial = isPartial
        self.method = method
    }
}

/// A policy as it is made or altered.
public struct PolicyDefinition: Sendable, Hashable {
    /// `all`, `select`, `insert`, `update` or `delete`; nil when it is altered.
    public let command: String?
    /// Whether one such policy is enough; several are joined with OR.
    public let isPermissive: Bool
    /// Whom it is for.
    public let roles: [String]
    /// What rows may be seen.
    public let using: PolicyExpression?
    /// What rows may be written.
    public let check: PolicyExpression?
    /// The columns that its conditions name.
    public let columns: [String]
}

/// The condition of a policy, as far as it matters whom it lets in.
public struct PolicyExpression: Sendable, Hashable {
    /// Whether it is the word `true`.
    public let isAlwaysTrue: Bool
    /// The settings it reads.
    public let settings: [SettingRead]

    /// `current_setting(name, missing_ok)`.
    public struct SettingRead: Sendable, Hashable {
        /// The setting; empty when an expression names it.
        public let name: String
        /// Whether a session without it gets NULL instead of an error.
        public let isMissingOk: Bool
        /// Whether an empty value is taken for none.
        public let isNullIfEmpty: Bool
    }
}

/// What is done to rows.
public struct RowChange: Sendable, Hashable {
    /// The columns that get values; empty where none are listed.
    public let columns: [String]
    /// Whether it is for some rows only.
    public let isFiltered: Bool
    /// Where inserted rows come from.
    public let source: Source
    /// Whether rows that are there already may be changed instead.
    public let overwrites: Bool

    /// Where inserted rows come from.
    public enum Source: Sendable, Hashable {
        /// Not inserted, or written in the statement.
        case values
        /// A query that lists columns.
        case query
        /// A query with `*`.
        case everyColumn
    }

    static let some = RowChange(columns: [], isFiltered: true, source: .values, overwrites: false)
    static let every = RowChange(columns: [], isFiltered: false, source: .values, overwrites: false)
}

/// A loop that looks for rows in which a column is NULL, and gives it the value of another column.
public struct EndlessLoop: Sendable, Hashable {
    /// The column that is looked for and filled.
    public let target: String
    /// The column whose values it gets: where that is NULL, too, the row is found again for ever.
    public let source: String
}

/// A routine as it is made.
public struct RoutineDefinition: Sendable, Hashable {
    /// `sql`, `plpgsql`.
    public let language: String
    /// Whether it acts as its owner.
    public let isSecurityDefiner: Bool
    /// Whether its search path is fixed.
    public let fixesSearchPath: Bool
}
