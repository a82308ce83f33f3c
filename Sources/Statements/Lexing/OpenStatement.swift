/// The statement a scanner is in: what it needs to remember to know where it ends.
struct OpenStatement {
    private(set) var range: Range<Int>?
    private(set) var tokens = 0
    private(set) var depth = 0
    private(set) var previous: Token?
    /// Whether it begins with `COPY`.
    private(set) var copies = false
    /// Whether it is a `COPY ... FROM stdin`.
    var copiesIn = false
    /// The variables in it.
    var references: [VariableReference] = []
    /// The first parameter in it.
    var parameter: Range<Int>?

    private var words = 0
    private var creates = false
    private var isRoutine = false
    private var bodyDepth = 0
    private var prepares = false

    /// Whether a semicolon here ends it.
    var isComplete: Bool { depth == 0 && bodyDepth == 0 }

    /// Whether parameters in it belong to what it makes: a function, a prepared statement, a generic plan.
    var mayHaveParameters: Bool { creates || prepares }

    /// Takes in what a token says about where the statement ends.
    mutating func follow(_ token: Token, _ bytes: [UInt8]) {
        switch token.kind {
        case .symbol(ASCII.open): depth += 1
        case .symbol(ASCII.close): depth = max(0, depth - 1)
        case .word: follow(word: token.range, bytes)
        default: break
        }
    }

    /// Makes a token part of it.
    mutating func add(_ token: Token) {
        range = (range?.lowerBound ?? token.range.lowerBound)..<token.range.upperBound
        tokens += 1
        previous = token
    }

    /// Whether a token would become one literal, or one name, with a value put in before or after it.
    ///
    /// Literals on consecutive lines are one literal; a doubled quote is a quote.
    func merges(_ previous: Token, _ token: Token) -> Bool {
        switch (previous.kind, token.kind) {
        case (.reference(.literal), .string), (.string, .reference(.literal)),
            (.reference(.literal), .reference(.literal)):
            true
        case (.reference(.identifier), .quotedName): previous.range.upperBound == token.range.lowerBound
        default: false
        }
    }

    private mutating func follow(word range: Range<Int>, _ bytes: [UInt8]) {
        defer { words += 1 }
        if words == 0, tokens == 0 {
            creates = bytes.spell("CREATE", in: range)
            copies = bytes.spell("COPY", in: range)
            prepares = bytes.spell("PREPARE", in: range) || bytes.spell("EXPLAIN", in: range)
        } else if creates, words == 1 || words == 3 {
            isRoutine = isRoutine || bytes.spell("FUNCTION", in: range) || bytes.spell("PROCEDURE", in: range)
        }
        guard isRoutine, let previous else { return }
        if bodyDepth == 0 {
            if bytes.spell("ATOMIC", in: range), spells(previous, "BEGIN", bytes) { bodyDepth = 1 }
        } else if previous.kind != .symbol(ASCII.dot), !spells(previous, "AS", bytes) {
            if bytes.spell("CASE", in: range) { bodyDepth += 1 }
            if bytes.spell("END", in: range) { bodyDepth -= 1 }
        }
    }

    private func spells(_ token: Token, _ keyword: StaticString, _ bytes: [UInt8]) -> Bool {
        token.kind == .word && bytes.spell(keyword, in: token.range)
    }
}
