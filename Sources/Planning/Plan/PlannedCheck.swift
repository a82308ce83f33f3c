public import Runbooks

/// A query or a command with what it must answer.
public struct PlannedCheck: Sendable, Equatable {
    /// Its name in the whole plan, such as `m007/other-rows-hidden` or `m007/check-3`.
    public let id: String
    /// What it proves, in a line.
    public let name: String
    /// What is asked.
    public let subject: Subject
    /// What must be answered.
    public let expectation: PlannedExpectation
    /// The database it asks; nil for commands.
    public let target: String?
    /// Whether its failure stops or only warns.
    public let severity: Check.Severity
    /// For how long it is asked again, in milliseconds, and with what pause.
    public let retry: PlannedRetry?
    /// Whether it may write; what it wrote never stays.
    public let mayWrite: Bool
    /// How long one asking may take, in milliseconds.
    public let timeout: Int?
    /// The values it takes `:'name'` from before the plan's own: one round of `for_each`.
    public let each: [PlannedSetting]
    /// Where it is written.
    public let place: Place

    /// What a check asks.
    public enum Subject: Sendable, Equatable {
        /// One SQL statement.
        case query(PlannedQuery)
        /// A program.
        case command(PlannedCommand)
    }
}

/// Asking again while a check does not pass.
public struct PlannedRetry: Sendable, Equatable {
    /// For how long, in milliseconds.
    public let total: Int
    /// The pause between, in milliseconds.
    public let every: Int
}

/// What a check must answer, with every name resolved.
public enum PlannedExpectation: Sendable, Equatable {
    /// One row, one column, equal to this.
    case value(Literal)
    /// One row, one column, within these bounds.
    case bounds([Bound])
    /// One row, one column, text that holds this.
    case contains(String)
    /// One row, one column, text that this regular expression matches.
    case matches(String)
    /// So many rows.
    case rows([Bound])
    /// Exactly one row, in which these columns are equal.
    case row([ColumnValue])
    /// The first column holds exactly these.
    case set([Literal])
    /// The first column holds at least these.
    case includes([Literal])
    /// The whole result, in order.
    case table([[Literal]])
    /// The same result as the capture.
    case sameAs(String)
    /// The plan of the query uses this index.
    case usesIndex(String)
    /// The statement fails so.
    case failure(sqlstate: String?, contains: String?)
    /// The program ends with this status and prints this.
    case command(exit: Int, output: PlannedOutput?)

    /// A column and the value it must have.
    public struct ColumnValue: Sendable, Equatable {
        /// The column.
        public let column: String
        /// The value.
        public let value: Literal
    }
}

/// What a program must print.
public enum PlannedOutput: Sendable, Equatable {
    /// Exactly this.
    case value(Literal)
    /// A number within these bounds.
    case bounds([Bound])
    /// Text that holds this.
    case contains(String)
    /// Text that this regular expression matches.
    case matches(String)
}
