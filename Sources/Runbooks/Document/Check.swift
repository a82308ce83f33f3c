public import Diagnostics

/// A query or a command with an expectation.
public struct Check: Sendable {
    /// A name for references, unique in the phase.
    public let id: Located<String>?
    /// What it proves, in a line; may hold `${each.name}`.
    public let name: String?
    /// What is asked.
    public let subject: Subject
    /// What must be answered.
    public let expectation: Expectation
    /// The database it asks, when not the phase's.
    public let target: Located<String>?
    /// The role it asks as.
    public let role: Located<String>?
    /// Settings while it asks.
    public let session: [Setting]
    /// Names with the values they take in turn; every combination is a check of its own.
    public let forEach: [(name: Located<String>, values: [String])]
    /// Whether its failure stops or only warns.
    public let severity: Severity
    /// How long and how often it is asked again while it does not pass.
    public let retry: Retry?
    /// Whether it may write; what it wrote never stays.
    public let mayWrite: Bool
    /// How long one asking may take.
    public let timeout: Duration?
    /// Where it is written.
    public let span: SourceSpan

    /// What a check asks.
    public enum Subject: Sendable {
        /// One SQL statement.
        case query(InlineText)
        /// A program.
        case command(Command)
        /// The query of the capture its expectation names.
        case capture
    }

    /// What a failed check does.
    public enum Severity: String, Sendable, CaseIterable {
        /// It fails the phase.
        case error
        /// It is reported.
        case warn
    }

    /// Asking again.
    public struct Retry: Sendable {
        /// For how long.
        public let total: Duration
        /// With what pause between.
        public let every: Duration
    }
}

/// What a check must answer.
public enum Expectation: Sendable {
    /// One row, one column, equal to this by the database's type.
    case value(Literal)
    /// One row, one column, within these bounds.
    case bounds([Bound])
    /// One row, one column, text that holds this.
    case contains(String)
    /// One row, one column, text that this regular expression matches somewhere.
    case matches(String)
    /// So many rows.
    case rows([Bound])
    /// Exactly one row, in which these columns are equal.
    case row([(column: Located<String>, value: Literal)])
    /// The first column holds exactly these, in any order.
    case set([Literal])
    /// The first column holds at least these.
    case includes([Literal])
    /// The whole result, in this order.
    case table([[Literal]])
    /// The same result as the capture.
    case sameAs(Located<String>)
    /// The plan of the query uses this index.
    case usesIndex(Located<String>)
    /// The statement fails with this SQLSTATE and a message that holds this.
    case failure(sqlstate: String?, contains: String?)
    /// The program ends with this status and prints this.
    case command(exit: Int, output: OutputExpectation?)

    /// What a program must print on its standard output, blanks at both ends aside.
    public indirect enum OutputExpectation: Sendable {
        /// Exactly this.
        case value(Literal)
        /// A number within these bounds.
        case bounds([Bound])
        /// Text that holds this.
        case contains(String)
        /// Text that this regular expression matches somewhere.
        case matches(String)
    }
}

/// One limit of a number.
public struct Bound: Sendable, Hashable {
    /// Which side.
    public let relation: Relation
    /// The limit.
    public let quantity: Quantity

    /// A bound by its parts.
    public init(_ relation: Relation, _ quantity: Quantity) {
        self.relation = relation
        self.quantity = quantity
    }

    /// The sides, by the keys of the format.
    public enum Relation: String, Sendable, CaseIterable {
        /// Equal.
        case exactly
        /// Greater or equal.
        case atLeast = "at_least"
        /// Less or equal.
        case atMost = "at_most"
        /// Greater.
        case above
        /// Less.
        case below
    }
}

/// A number with its unit taken in: sizes in bytes, durations in milliseconds, percent as the number.
public struct Quantity: Sendable, Hashable {
    /// Its value as exact decimal digits, such as `20000000000` or `0.5`.
    public let digits: String
    /// As it was written, for showing.
    public let written: String

    /// A quantity by its parts.
    public init(digits: String, written: String) {
        self.digits = digits
        self.written = written
    }
}
