/// One thing that a statement does, as its text says.
///
/// Nothing here is looked up: whether a table of that name is there, a server knows.
public struct Change: Sendable, Hashable {
    /// What is done.
    public let action: Action
    /// To what.
    public let object: SchemaObject
    /// What more the text says.
    public let detail: Detail
    /// Whether it is passed over where the object is there already, or not there.
    public let isTolerant: Bool
    /// Whether what depends on the object goes with it.
    public let cascades: Bool
    /// Whether others may go on meanwhile: `CONCURRENTLY`.
    public let isConcurrent: Bool
    /// Whether it happens on a condition only: in a branch or loop of a program.
    public internal(set) var isConditional = false

    /// A change by its parts.
    public init(
        _ action: Action, _ object: SchemaObject, _ detail: Detail = .none, isTolerant: Bool = false,
        cascades: Bool = false, isConcurrent: Bool = false
    ) {
        self.action = action
        self.object = object
        self.detail = detail
        self.isTolerant = isTolerant
        self.cascades = cascades
        self.isConcurrent = isConcurrent
    }

    /// What is done; the raw value is the word for people.
    public enum Action: String, Sendable, Hashable {
        case creates, replaces, alters, renames, moves, drops
        case inserts = "inserts into", updates, deletes = "deletes from", truncates, merges = "merges into"
        case reads, locks
        case vacuums, analyzes, clusters, reindexes, refreshes
        case grants, revokes, comments = "comments on", calls, sets, notifies = "notifies", writes
    }

    /// What more the text says of a change.
    public enum Detail: Sendable, Hashable {
        case none
        /// A table is made: as a partition of, or inheriting from, others; like others; whether for the session only.
        case table(TableDefinition)
        case column(ColumnDefinition)
        case constraint(ConstraintDefinition)
        case index(IndexDefinition)
        case policy(PolicyDefinition)
        case routine(RoutineDefinition)
        /// What a trigger calls.
        case trigger(function: String)
        /// A property gets a value.
        case property(Property)
        /// Its new name, or new schema.
        case name(String)
        case rows(RowChange)
        /// A setting gets a value, for the transaction or for the session; nil when it is no constant.
        case setting(value: String?, isLocal: Bool)
        case lock(LockMode)
        /// Who gets or loses what.
        case privileges([String], grantees: [String])
        /// What a word says: the form of a maintenance, the value of a comment.
        case words(String)
    }
}

/// A table as it is made.
public struct TableDefinition: Sendable, Hashable {
    /// The table it is a partition of.
    public let partitionOf: RelationName?
    /// The tables it inherits from.
    public let inherits: [RelationName]
    /// The tables whose columns it takes.
    public let like: [RelationName]
    /// Whether it lives for the session only.
    public let isTemporary: Bool
    /// Whether its rows are partitioned.
    public let isPartitioned: Bool
    /// Whether a query fills it.
    public let isFilled: Bool
}

/// A property of an object that a statement changes, with its value where that says something.
public enum Property: Sendable, Hashable {
    /// A column's type, and whether the values are computed by an expression of its own.
    case type(TypeReference, isComputed: Bool, collation: String?)
    case defaultValue(isSet: Bool)
    case notNull(Bool)
    case identity(String)
    case expressionDropped
    case statistics, columnOptions, storage, compression
    case rowSecurity(Bool)
    case forcedRowSecurity(Bool)
    /// A trigger, or all of them: on or off.
    case triggers(isOn: Bool)
    case validated
    case deferrable
    case replicaIdentity(index: String?)
    case owner(String)
    case tablespace(String)
    case accessMethod(String)
    case logged(Bool)
    case clusterIndex(String?)
    /// Storage parameters; whether all of them need no more than the lock that lets reads and writes go on.
    case options(isLight: Bool)
    case inherits(RelationName, isOn: Bool)
    case attached(partition: RelationName)
    case detached(partition: RelationName, isFinal: Bool)
    /// What a rule, a policy, a function or a sequence says.
    case definition
    /// A sequence's position.
    case position
    case ownedBy(RelationName?)
    /// A domain's constraint; whether the rows are looked at.
    case domainConstraint(isChecked: Bool)
    case version
    /// It is told to subscribers, or statistics are kept of it: what another statement names the table for.
    case published
    /// Anything else, in the words of the statement.
    case other(String)
}

/// What a statement does, and what of it cannot be seen.
public struct StatementEffects: Sendable, Hashable {
    /// In the order of the text.
    public internal(set) var changes: [Change]
    /// What the text does not show.
    public internal(set) var unseen: [Unseen]
    /// Whether it changes rows in a loop.
    public internal(set) var loopsOverRows = false
    /// A loop in it that never ends where a column is NULL.
    public internal(set) var endlessLoop: EndlessLoop?
    /// The columns that its expressions name, whatever relation they are of.
    public internal(set) var columns: Set<String> = []
    /// Whether it can refuse to go on by itself: it raises an exception on a condition.
    public var isGuard: Bool

    /// What was found.
    public init(changes: [Change] = [], unseen: [Unseen] = [], isGuard: Bool = false) {
        self.changes = changes
        self.unseen = unseen
        self.isGuard = isGuard
    }
}

/// Why the effects of a statement are not all known.
public enum Unseen: Sendable, Hashable {
    /// It does not parse by the built-in grammar, so a newer server may still take it.
    case notParsed
    /// It is too deep to be taken apart.
    case tooDeep
    /// A routine that somebody wrote is called.
    case routine(String)
    /// A procedure is called, which may commit, too.
    case procedure(String)
    /// It ends the transaction it is in.
    case commits
    /// SQL that is put together while it runs; what is constant of it.
    case dynamic(String)
    /// A program in a language that is not read.
    case language(String)
}
