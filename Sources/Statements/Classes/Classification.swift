/// What a statement does, as far as its words show.
struct Classification {
    var verb: String
    var kind = StatementClass.transactional
    var concurrentIndex: ConcurrentIndex?
    var flaws = Flaws()

    init(_ segment: Segment, in bytes: [UInt8], dialect: SQLDialect) {
        switch dialect {
        case .postgres: self = PostgresClassifier.classify(segment, in: bytes)
        case .sqlite: self = SQLiteClassifier.classify(segment, in: bytes)
        }
    }

    init(_ verb: String, _ kind: StatementClass) {
        self.verb = verb
        self.kind = kind
    }
}

/// A way through the tokens of a statement.
///
/// A copy looks ahead.
struct Words<Source: Lexer> {
    private var lexer: Source
    /// The token that is looked at.
    private(set) var current: Token

    init(_ lexer: Source) {
        self.lexer = lexer
        current = self.lexer.next()
    }

    /// The current token in capitals, when it is a word that could be a keyword.
    var keyword: String { current.kind == .word ? lexer.bytes.keyword(in: current.range) : "" }

    /// The first letter of the current token, as a small one.
    var initial: UInt8 { current.range.isEmpty ? 0 : lexer.bytes[current.range.lowerBound] | 0x20 }

    /// Whether there is nothing more.
    var isAtEnd: Bool { current.kind == .end }

    /// The bytes it walks through.
    var bytes: [UInt8] { lexer.bytes }

    mutating func advance() { current = lexer.next() }

    func at(_ keyword: StaticString) -> Bool { lexer.token(current, is: keyword) }

    /// Goes past a keyword, when it is there.
    mutating func accept(_ keyword: StaticString) -> Bool {
        guard at(keyword) else { return false }
        advance()
        return true
    }

    /// Goes past several keywords, when all are there.
    mutating func accept(_ keywords: StaticString...) -> Bool {
        var ahead = self
        for keyword in keywords where !ahead.accept(keyword) { return false }
        self = ahead
        return true
    }

    /// Goes past a sign, when it is there.
    mutating func accept(symbol: UInt8) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    /// Goes past a list in parentheses; tells whether a keyword is in it.
    mutating func skipParentheses(lookingFor keyword: StaticString) -> Bool {
        var depth = 0
        var found = false
        repeat {
            switch current.kind {
            case .symbol(ASCII.open): depth += 1
            case .symbol(ASCII.close): depth -= 1
            case .end: return found
            default: found = found || at(keyword)
            }
            advance()
        } while depth > 0
        return found
    }
}
