/// What a query asks, as far as its text says; of it is told what it can prove.
public struct QueryShape: Sendable, Hashable {
    /// What it reads, each once; its own `WITH` names are left out.
    public internal(set) var relations: [RelationName] = []
    /// The columns that its expressions name.
    public internal(set) var columns: Set<String> = []
    /// The functions it calls, without their schemas.
    public internal(set) var functions: Set<String> = []
    /// What it answers with.
    public internal(set) var answer = Answer.other
    /// The constants that columns are compared with.
    public internal(set) var conditions: [Condition] = []
    /// Whether equal rows are told once: `DISTINCT`, `GROUP BY`, `count(DISTINCT ...)`.
    public internal(set) var isDistinct = false
    /// The columns that must have a value, where the whole condition is that and nothing else.
    public internal(set) var onlyPresent: [String] = []
    /// The relations whose rows `count(*)` counts, also in the queries within.
    public internal(set) var counted: [RelationName] = []

    /// What a query answers with, where that matters for what may be expected.
    public enum Answer: Sendable, Hashable {
        /// Always the same, whatever is in the database.
        case constant
        /// One number that is never NULL and never below zero: a count of rows.
        case count
        /// The first or last of texts, in the order of texts: of the column, where it is one.
        case extreme(column: String, isGreatest: Bool)
        /// A comparison of a count that is true for every count.
        case alwaysTrue
        /// Anything else.
        case other
    }

    /// A column and what it is compared with.
    public struct Condition: Sendable, Hashable {
        /// The column.
        public let column: String
        /// One of these must fit.
        public let patterns: [TextPattern]
    }

    /// The names that it compares these columns with, as a whole.
    public func names(in columns: Set<String>) -> [String] {
        conditions.filter { columns.contains($0.column) }.flatMap(\.patterns).compactMap { pattern in
            if case .exactly(let name) = pattern { name } else { nil }
        }
    }

    /// Whether it compares these columns with anything but whole names.
    public func hasPatterns(in columns: Set<String>) -> Bool {
        conditions.contains { condition in
            columns.contains(condition.column)
                && condition.patterns.contains { if case .exactly = $0 { false } else { true } }
        }
    }

    /// Whether it compares a column with something that fits a text.
    public func asksFor(_ name: String, in columns: Set<String>) -> Bool {
        conditions.contains { condition in
            columns.contains(condition.column) && condition.patterns.contains { $0.fits(name) }
        }
    }
}

/// What a text is compared with.
public enum TextPattern: Sendable, Hashable {
    /// Exactly this.
    case exactly(String)
    /// `LIKE`, perhaps without regard to case.
    case like(String, ignoresCase: Bool)
    /// A regular expression: only what is constant at its beginning, and whether it must stand at the beginning.
    case regularExpression(String, isAnchored: Bool, ignoresCase: Bool)

    /// Whether a text fits; of a regular expression whether its constant beginning does.
    public func fits(_ text: String) -> Bool {
        switch self {
        case .exactly(let other): return text == other
        case .like(let pattern, let ignoresCase):
            return ignoresCase
                ? Self.like(Array(pattern.lowercased())[...], Array(text.lowercased())[...])
                : Self.like(Array(pattern)[...], Array(text)[...])
        case .regularExpression(let part, let isAnchored, let ignoresCase):
            let (part, text) = ignoresCase ? (part.lowercased(), text.lowercased()) : (part, text)
            return isAnchored ? text.hasPrefix(part) : part.isEmpty || text.contains(part)
        }
    }

    /// `%` for any text, `_` for any sign, a backslash for the sign itself: greedy from the left, with one way back.
    private static func like(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        var (pattern, text) = (pattern, text)
        var retry: (pattern: ArraySlice<Character>, text: ArraySlice<Character>)?
        while true {
            if pattern.first == "%" {
                pattern = pattern.dropFirst()
                retry = (pattern, text)
                continue
            }
            let literal = pattern.first == "\\" ? pattern.dropFirst().first : pattern.first
            let isAny = pattern.first == "_"
            if let sign = text.first, isAny || sign == literal, literal != nil {
                pattern = pattern.dropFirst(pattern.first == "\\" ? 2 : 1)
                text = text.dropFirst()
                continue
            }
            if text.isEmpty, pattern.isEmpty { return true }
            guard let last = retry, !last.text.isEmpty else { return false }
            (pattern, text) = (last.pattern, last.text.dropFirst())
            retry = (pattern, text)
        }
    }
}
