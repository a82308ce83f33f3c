/// The SQL in which one engine says what all of them can do.
public protocol Dialect: Sendable {
    /// What the engine can and cannot do.
    var capabilities: Capabilities { get }

    /// Opens a transaction that may write; takes SQLite's write lock at once.
    var beginWrite: SQLStatement { get }
    /// Opens a transaction that may write, of a stated isolation level; as the session's own where the engine has no
    /// such level.
    func beginWrite(isolation: String) -> SQLStatement
    /// Opens a transaction in which nothing can be written.
    var beginReadOnly: SQLStatement { get }

    /// Applies settings to the running transaction and answers one row: the values now in effect, in this order.
    ///
    /// Nil when there is nothing to apply or the engine has no settings.
    func applySettings(_ settings: [(name: String, value: String)]) -> SQLStatement?
    /// Applies settings to the session until changed; answers as `applySettings` does.
    func applySessionSettings(_ settings: [(name: String, value: String)]) -> SQLStatement?
    /// Takes another role for the running transaction; nil when the engine has no roles.
    func assumeRole(_ role: String) -> SQLStatement?
    /// One row, one column: an identifier of the running transaction, to notice a hidden COMMIT. Nil when none.
    var transactionIdentifier: SQLStatement? { get }

    /// What gonogo's own tables are prefixed with: a schema and a dot, or a word.
    var ledgerPrefix: String { get }
    /// Statements that must come before the ledger's tables, such as making its schema; each is repeatable.
    var ledgerPreparation: [SQLStatement] { get }
    /// Tries to take the lock of this database's ledger for the session; one row, one boolean. Nil when none.
    var tryLock: SQLStatement? { get }
    /// Gives it back.
    var unlock: SQLStatement? { get }
    /// Marks the session as one that works for a run, until it ends; one row, one boolean. Nil when there is no lock.
    func work(for run: String) -> SQLStatement?
    /// Whether no session works for any run; one row, one boolean. Nil when there is no lock.
    var isFree: SQLStatement? { get }

    /// Who holds the ledger's lock: process id, start, application, user and host.
    var holder: SQLStatement? { get }
    /// The sessions that work for a run, or for any, whatever they call themselves: process id, start, state, for how
    /// many seconds, what they run, application. Nil when the engine knows none.
    func sessions(workingFor run: String?) -> SQLStatement?
    /// Ends a session known by its process id and start.
    func end(session process: String, since start: String) -> SQLStatement?

    /// What a session carries that the next one who uses it would meet: what kind of thing, its name. Nil when it can
    /// carry nothing.
    var leftovers: SQLStatement? { get }

    /// Whether the database has functions of its users, which any statement may call: one row, one boolean. Cheaper
    /// than what is left. Nil when there are none.
    var hasFunctions: SQLStatement? { get }

    /// What a session keeps of a question although its transaction was rolled back, as above. Nil when that can be
    /// nothing.
    var heldPastRollback: SQLStatement? { get }

    /// Who keeps a session waiting for a lock: who it is, how it stands, for how many seconds, and what it runs, or what
    /// would end it where nobody runs anything. Nil when the engine cannot tell.
    func blockers(of process: Int) -> SQLStatement?

    /// Who holds locks on relations of these names now, or has a transaction open for longer than a moment: schema,
    /// name, whether the name alone leads to it, the mode as the server names it, who it is, how it stands, for how many
    /// seconds its transaction is open. Of those that are only open the first four are NULL. Nil when the engine cannot
    /// tell.
    func lockHolders(of names: [String]) -> SQLStatement?

    /// A name as SQL text, quoted.
    func identifier(_ name: String) -> String
    /// A text value as SQL text, quoted.
    func literal(_ text: String) -> String

    /// The statement that shows how another would be carried out.
    func explain(_ query: String) -> String
    /// The names of the indexes in what `explain` answered.
    func indexes(inExplained result: StatementResult) -> [String]

    /// One row with one text column: `attached`, `pending`, `detached` or, without such tables, `absent`, for a partition
    /// of a table; the schemas may be nil. Nil when the engine has none.
    func partitionState(schema: String?, name: String, of parent: (schema: String?, name: String)) -> SQLStatement?
    /// One row with one text column: `absent`, `valid` or `invalid`, for a database of the server. Nil when there is no
    /// server.
    func databaseState(_ name: String) -> SQLStatement?

    /// One row for an index looked up as the session would: `absent`, `valid`, `invalid`, or `elsewhere` when it is on
    /// another table than the one named; then its name and its table's as SQL text.
    ///
    /// The schema is that of the table, where one is named; it may be nil: the search path decides.
    func indexState(schema: String?, name: String, table: String?) -> SQLStatement?
    /// What a broken off rebuilding left of an index, or of all indexes of a table: a row each with the name and the
    /// table's as SQL text. Nil when the engine leaves nothing.
    func brokenRebuilds(schema: String?, name: String, isTable: Bool) -> SQLStatement?
    /// Waits, in a transaction, until nobody builds an index of a table; then a row while the index is there and
    /// invalid: who is changing that, if anybody is or was, and whether it is so still. Both are given as SQL text. Nil
    /// when nobody can build meanwhile.
    func awaitBuilds(of index: String, on table: String) -> (wait: SQLStatement, invalid: SQLStatement)?
}

extension Dialect {
    /// It can carry nothing.
    public var leftovers: SQLStatement? { nil }
    /// There are none.
    public var hasFunctions: SQLStatement? { nil }
    /// Keeps nothing.
    public var heldPastRollback: SQLStatement? { nil }

    /// There are none.
    public func partitionState(
        schema: String?, name: String, of parent: (schema: String?, name: String)
    ) -> SQLStatement? { nil }

    /// It cannot tell.
    public func lockHolders(of names: [String]) -> SQLStatement? { nil }

    /// There is no server.
    public func databaseState(_ name: String) -> SQLStatement? { nil }

    /// It leaves nothing.
    public func brokenRebuilds(schema: String?, name: String, isTable: Bool) -> SQLStatement? { nil }

    /// Nobody can.
    public func awaitBuilds(of index: String, on table: String) -> (wait: SQLStatement, invalid: SQLStatement)? {
        nil
    }

    /// There is one level only.
    public func beginWrite(isolation: String) -> SQLStatement { beginWrite }
}

/// What an engine can do.
public struct Capabilities: Sendable {
    /// Whether DDL takes part in transactions.
    public let transactionalDDL: Bool
    /// Whether there are roles to take.
    public let roles: Bool
    /// Whether there are settings to apply.
    public let settings: Bool
    /// Whether indexes can be built while others write.
    public let concurrentIndexes: Bool
    /// Whether several sessions may write at the same time.
    public let concurrentWriters: Bool

    /// Capabilities by their parts.
    public init(
        transactionalDDL: Bool, roles: Bool, settings: Bool, concurrentIndexes: Bool, concurrentWriters: Bool
    ) {
        self.transactionalDDL = transactionalDDL
        self.roles = roles
        self.settings = settings
        self.concurrentIndexes = concurrentIndexes
        self.concurrentWriters = concurrentWriters
    }
}
