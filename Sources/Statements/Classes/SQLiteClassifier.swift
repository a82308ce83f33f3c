/// Tells how a SQLite statement is run, from its words.
struct SQLiteClassifier {
    private var words: Words<SQLiteLexer>
    private let range: Range<Int>

    static func classify(_ segment: Segment, in bytes: [UInt8]) -> Classification {
        var classifier = SQLiteClassifier(segment.range, Words(SQLiteLexer(bytes, in: segment.range)))
        return classifier.classify()
    }

    private init(_ range: Range<Int>, _ words: Words<SQLiteLexer>) {
        self.range = range
        self.words = words
    }

    private mutating func classify() -> Classification {
        let verb = words.keyword
        words.advance()
        switch verb {
        case "SELECT", "VALUES", "EXPLAIN": return Classification(verb, .readOnly)
        case "WITH": return with()
        case "VACUUM", "ATTACH", "DETACH": return Classification(verb, .nonTransactional)
        case "PRAGMA": return pragma()
        case "CREATE", "DROP", "ALTER":
            let kind = ObjectKind.read(&words).words
            return Classification(kind.isEmpty ? verb : "\(verb) \(kind)", .transactional)
        case "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE":
            return TransactionControl.classify(verb, &words, range)
        case "": return Classification("SQL", .transactional)
        default: return Classification(verb, .transactional)
        }
    }

    private mutating func with() -> Classification {
        var depth = 0
        while !words.isAtEnd {
            switch words.current.kind {
            case .symbol(ASCII.open): depth += 1
            case .symbol(ASCII.close): depth -= 1
            case .word where depth <= 0:
                let word = words.keyword
                if ["SELECT", "VALUES"].contains(word) { return Classification(word, .readOnly) }
                if ["INSERT", "REPLACE", "UPDATE", "DELETE"].contains(word) {
                    return Classification(word, .transactional)
                }
            default: break
            }
            words.advance()
        }
        return Classification("WITH", .transactional)
    }

    /// A pragma asks unless it is given a value; the argument of some is what they ask about.
    private mutating func pragma() -> Classification {
        var name = words.keyword
        words.advance()
        if words.accept(symbol: ASCII.dot) {
            name = words.keyword
            words.advance()
        }
        let verb = "PRAGMA \(name.lowercased())"
        if ["WAL_CHECKPOINT"].contains(name) { return Classification(verb, .nonTransactional) }
        if words.isAtEnd {
            return Classification(verb, Self.working.contains(name) ? .transactional : .readOnly)
        }
        let inParentheses = words.current.kind == .symbol(ASCII.open)
        if inParentheses, Self.asking.contains(name) { return Classification(verb, .readOnly) }
        return Classification(verb, Self.outside.contains(name) ? .nonTransactional : .transactional)
    }

    /// Refused or ignored inside a transaction.
    private static let outside: Set<String> = ["JOURNAL_MODE", "SYNCHRONOUS", "FOREIGN_KEYS"]
    /// Do something without being given a value.
    private static let working: Set<String> = ["OPTIMIZE", "INCREMENTAL_VACUUM", "SHRINK_MEMORY"]
    private static let asking: Set<String> = [
        "TABLE_INFO", "TABLE_XINFO", "TABLE_LIST", "INDEX_LIST", "INDEX_INFO", "INDEX_XINFO",
        "FOREIGN_KEY_LIST",
        "FOREIGN_KEY_CHECK", "INTEGRITY_CHECK", "QUICK_CHECK",
    ]
}
