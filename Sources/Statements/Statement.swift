public import Diagnostics

/// Whose rules a script is read by.
public enum SQLDialect: String, Sendable {
    /// PostgreSQL, by libpg_query (the grammar of PostgreSQL 15).
    case postgres
    /// SQLite, by its tokenizer's rules.
    case sqlite
}

/// What a crash can leave of a statement, and so how it is run.
public enum StatementClass: String, Sendable, CaseIterable {
    /// Runs in a transaction: exactly once, decided by its marker.
    case transactional = "T"
    /// Cannot run in a transaction: decided by a probe.
    case nonTransactional = "N"
    /// Only reads, as far as its text shows: repeatable. A function it calls may write.
    case readOnly = "R"
}

/// One statement of a script.
public struct Statement: Sendable {
    /// Its bytes in the script: from its first word to its last, without semicolon and surrounding comments.
    public let range: Range<Int>
    /// Its text, with references to variables still in it.
    public let text: String
    /// What it does, as the words it begins with: `CREATE INDEX CONCURRENTLY`, `INSERT`.
    public let verb: String
    /// How it is run.
    public let kind: StatementClass
    /// The concurrent work on an index it asks for, whose outcome can be looked up.
    ///
    /// Nil when a variable is part of the name: ask `ConcurrentIndex.asked(by:)` once it is bound.
    public let concurrentIndex: ConcurrentIndex?
    /// The variables it refers to, in order.
    public let variables: [VariableReference]

    /// A statement by its parts.
    public init(
        range: Range<Int>,
        text: String,
        verb: String,
        kind: StatementClass,
        concurrentIndex: ConcurrentIndex?,
        variables: [VariableReference]
    ) {
        self.range = range
        self.text = text
        self.verb = verb
        self.kind = kind
        self.concurrentIndex = concurrentIndex
        self.variables = variables
    }
}

/// A `:'name'` or `:"name"` in a statement.
public struct VariableReference: Sendable, Hashable {
    /// The variable's name.
    public let name: String
    /// Whether it stands for a value or for a name.
    public let form: Form
    /// Its bytes in the statement's text, from the colon to the closing quote.
    public let range: Range<Int>

    /// A reference by its parts.
    public init(name: String, form: Form, range: Range<Int>) {
        self.name = name
        self.form = form
        self.range = range
    }

    /// What the value becomes.
    public enum Form: Sendable {
        /// A quoted literal.
        case literal
        /// A quoted identifier.
        case identifier
    }
}

/// Index work that cannot run in a transaction and leaves a state that can be looked up.
public struct ConcurrentIndex: Sendable, Hashable {
    /// What is asked for.
    public let action: Action
    /// The schema, when written; for `CREATE INDEX` the table's, which is where the index will be.
    public let schema: String?
    /// The index's name, as the server folds and cuts it.
    public let name: String
    /// For `CREATE INDEX` the table's name: an index is in the schema of its table, whatever the search path says.
    public let table: String?
    /// Whether `IF [NOT] EXISTS` is written.
    public let tolerant: Bool

    /// An index job by its parts.
    public init(action: Action, schema: String?, name: String, table: String? = nil, tolerant: Bool) {
        self.action = action
        self.schema = schema
        self.name = name
        self.table = table
        self.tolerant = tolerant
    }

    /// The jobs.
    public enum Action: String, Sendable, CaseIterable {
        /// `CREATE INDEX CONCURRENTLY`
        case create
        /// `DROP INDEX CONCURRENTLY`
        case drop
        /// `REINDEX INDEX CONCURRENTLY`
        case rebuild
    }
}

/// A script taken apart: its statements, and what is wrong with it.
public struct Script: Sendable {
    /// The statements in order; empty when the text could not be read to its end.
    public let statements: [Statement]
    /// What was found; an error means the statements are not to be run.
    public let findings: [Diagnostic]

    /// A script by its parts.
    public init(statements: [Statement], findings: [Diagnostic]) {
        self.statements = statements
        self.findings = findings
    }
}

extension Statement {
    /// How a single statement of PostgreSQL is run; nil when the text is none.
    public static func kind(of text: String) -> StatementClass? {
        let bytes = Array(text.utf8)
        return PostgresScanner.scan(bytes, from: 0).segments.first.map {
            Classification($0, in: bytes, dialect: .postgres).kind
        }
    }
}
