import Diagnostics

/// A statement as the splitter sees it, before it is classified.
struct Segment {
    /// From its first token to its last.
    let range: Range<Int>
    /// How many tokens it has.
    let tokens: Int
    /// The variables in it, with their places in the script.
    let references: [VariableReference]
}

/// Something wrong with a stretch of the script; it becomes a finding once the place is known in its file.
struct Flaw {
    let range: Range<Int>
    let finding: (SourceSpan) -> Diagnostic

    init(_ range: Range<Int>, _ finding: @escaping (SourceSpan) -> Diagnostic) {
        self.range = range
        self.finding = finding
    }
}

/// What was found wrong so far; the first hundred errors and the first hundred warnings are kept.
struct Flaws {
    private(set) var errors: [Flaw] = []
    private(set) var warnings: [Flaw] = []

    mutating func error(_ range: Range<Int>, _ finding: @escaping (SourceSpan) -> Diagnostic) {
        if errors.count < Limits.findings { errors.append(Flaw(range, finding)) }
    }

    mutating func warning(_ range: Range<Int>, _ finding: @escaping (SourceSpan) -> Diagnostic) {
        if warnings.count < Limits.findings { warnings.append(Flaw(range, finding)) }
    }

    mutating func add(_ other: Flaws) {
        for flaw in other.errors { error(flaw.range, flaw.finding) }
        for flaw in other.warnings { warning(flaw.range, flaw.finding) }
    }

    /// As findings, in the order of the script.
    func findings(_ locate: (Range<Int>) -> SourceSpan) -> [Diagnostic] {
        (errors + warnings).enumerated()
            .sorted { ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset) }
            .map { $0.element.finding(locate($0.element.range)) }
    }
}

/// What a scan found.
struct Scan {
    /// The statements, in order.
    var segments: [Segment] = []
    /// What is wrong with the text.
    var flaws = Flaws()
    /// The script as the parser gets it: byte for byte as long, without what only psql understands.
    var parsable: [UInt8]
    /// Where the parser has to stop, because something is opened there and never closed.
    var parsableEnd: Int
    /// Whether the text was read to its end; false when something is opened and never closed.
    var isWhole = true
}

/// What is refused before anything else looks at it.
///
/// Measured with libpg_query 15-4.0.0: splitting takes up to 300 bytes of memory for each token and never recurses
/// deeper than bison's own stack, which ends in an error at 10,000 levels. A statement of 500,000 tokens takes
/// 150 MB at worst. Trees are never asked for: printing one recurses, and 80,000 chained operators end the process.
enum Limits {
    /// Bytes of a script.
    static let script = 64 << 20
    /// Statements of a script.
    static let statements = 500_000
    /// Bytes of a statement.
    static let statement = 16 << 20
    /// Tokens of a statement.
    static let tokens = 500_000
    /// Tokens the parser gets at a time, when a single statement has not more.
    static let batch = 50_000
    /// Errors, and warnings, that are told of one script.
    static let findings = 100
    /// Bytes PostgreSQL keeps of a name.
    static let name = 63
}
