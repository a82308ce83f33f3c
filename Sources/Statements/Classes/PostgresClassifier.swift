/// Tells how a PostgreSQL statement is run, from its words.
///
/// What cannot run in a transaction was measured on PostgreSQL 15 (SQLSTATE 25001). What the words do not show is not
/// known here: whether the table of a `REINDEX` or `CLUSTER` is partitioned, whether a procedure commits, and whether a
/// function called by a `SELECT` writes. `R` therefore means: reads, as far as the text shows.
struct PostgresClassifier {
    private var words: Words<PostgresLexer>
    private let segment: Segment
    private let bytes: [UInt8]

    static func classify(_ segment: Segment, in bytes: [UInt8]) -> Classification {
        var classifier = PostgresClassifier(segment, bytes)
        return classifier.classify()
    }

    private init(_ segment: Segment, _ bytes: [UInt8]) {
        self.segment = segment
        self.bytes = bytes
        words = Words(PostgresLexer(bytes, in: segment.range))
    }

    private mutating func classify() -> Classification {
        while words.accept(symbol: ASCII.open) {}
        let verb = words.keyword
        words.advance()
        switch verb {
        case "SELECT", "VALUES", "TABLE", "WITH": return query(verb)
        case "SHOW": return Classification(verb, .readOnly)
        case "EXPLAIN": return explain()
        case "CREATE", "DROP", "ALTER": return definition(verb)
        case "REINDEX": return reindex()
        case "VACUUM": return Classification(verb, .nonTransactional)
        case "CLUSTER": return cluster()
        case "REFRESH":
            _ = words.accept("MATERIALIZED", "VIEW")
            let verb = "REFRESH MATERIALIZED VIEW"
            return Classification(words.at("CONCURRENTLY") ? verb + " CONCURRENTLY" : verb, .transactional)
        case "SET", "RESET", "DISCARD":
            return SessionStatement.classify(verb, &words, segment.range)
        case "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE":
            return TransactionControl.classify(verb, &words, segment.range)
        case "": return Classification("SQL", .transactional)
        default: return Classification(verb, .transactional)
        }
    }

    /// A query reads unless a word in it writes or locks: `INTO`, `FOR UPDATE`, a changing `WITH`.
    private mutating func query(_ verb: String) -> Classification {
        var verb = verb
        var kind = StatementClass.readOnly
        var depth = 0
        let setting = words.at("SET_CONFIG") ? SessionStatement.setting(byFunction: words) : nil
        while !words.isAtEnd {
            switch words.current.kind {
            case .symbol(ASCII.open): depth += 1
            case .symbol(ASCII.close): depth -= 1
            case .word:
                if writes() { kind = .transactional }
                if verb == "WITH", depth <= 0, Self.main.contains(words.keyword) { verb = words.keyword }
            default: break
            }
            words.advance()
        }
        var result = Classification(verb, kind)
        if let setting {
            let isRole = setting == "role"
            result.flaws.warning(segment.range) { .sessionSetting("set_config", setting, isRole: isRole, at: $0) }
        }
        return result
    }

    private static let main: Set<String> = [
        "SELECT", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE",
    ]

    private func writes() -> Bool {
        switch words.initial {
        case UInt8(ascii: "i"): words.at("INTO") || words.at("INSERT")
        case UInt8(ascii: "f"): words.at("FOR") && locks()
        case UInt8(ascii: "u"): words.at("UPDATE")
        case UInt8(ascii: "d"): words.at("DELETE")
        case UInt8(ascii: "m"): words.at("MERGE")
        default: false
        }
    }

    private func locks() -> Bool {
        var ahead = words
        ahead.advance()
        return ["UPDATE", "SHARE", "NO", "KEY"].contains(ahead.keyword)
    }

    /// `EXPLAIN` reads; with `ANALYZE` the statement is carried out.
    private mutating func explain() -> Classification {
        var runs = false
        if words.current.kind == .symbol(ASCII.open) {
            runs = words.skipParentheses(lookingFor: "ANALYZE") || runs
        } else {
            while words.at("ANALYZE") || words.at("ANALYSE") || words.at("VERBOSE") {
                runs = runs || !words.at("VERBOSE")
                words.advance()
            }
        }
        return Classification(runs ? "EXPLAIN ANALYZE" : "EXPLAIN", runs ? .transactional : .readOnly)
    }

    private mutating func cluster() -> Classification {
        if words.current.kind == .symbol(ASCII.open) {
            _ = words.skipParentheses(lookingFor: "VERBOSE")
        } else {
            _ = words.accept("VERBOSE")
        }
        return Classification("CLUSTER", words.isAtEnd ? .nonTransactional : .transactional)
    }

    private mutating func reindex() -> Classification {
        var concurrently =
            words.current.kind == .symbol(ASCII.open) && words.skipParentheses(lookingFor: "CONCURRENTLY")
        let object = words.keyword
        words.advance()
        concurrently = words.accept("CONCURRENTLY") || concurrently
        let whole = ["SCHEMA", "DATABASE", "SYSTEM"].contains(object)
        var result = Classification(
            "REINDEX \(object)" + (concurrently ? " CONCURRENTLY" : ""),
            concurrently || whole ? .nonTransactional : .transactional
        )
        if concurrently, object == "INDEX" {
            result.concurrentIndex = IndexName.read(&words).map {
                ConcurrentIndex(action: .rebuild, schema: $0.schema, name: $0.name, tolerant: false)
            }
        }
        return result
    }

    private mutating func definition(_ verb: String) -> Classification {
        let kind = ObjectKind.read(&words)
        var result = Classification(kind.words.isEmpty ? verb : "\(verb) \(kind.words)", .transactional)
        switch (verb, kind.object) {
        case ("CREATE", "INDEX"), ("DROP", "INDEX"):
            guard words.accept("CONCURRENTLY") else { break }
            result.verb += " CONCURRENTLY"
            result.kind = .nonTransactional
            name(&result, creates: verb == "CREATE")
        case (_, "DATABASE") where verb != "ALTER", (_, "TABLESPACE") where verb != "ALTER",
            (_, "SUBSCRIPTION") where verb != "ALTER", ("ALTER", "SYSTEM"):
            result.kind = .nonTransactional
        case ("ALTER", "DATABASE"): if contains("SET", "TABLESPACE") { result.kind = .nonTransactional }
        case ("ALTER", "SUBSCRIPTION"): if contains("PUBLICATION") { result.kind = .nonTransactional }
        case ("ALTER", "TABLE"):
            let last = segment.range.upperBound - 12
            guard last > segment.range.lowerBound, bytes.spell("CONCURRENTLY", in: last..<last + 12),
                contains("DETACH", "PARTITION")
            else { break }
            result.verb += " DETACH PARTITION CONCURRENTLY"
            result.kind = .nonTransactional
        default: break
        }
        return result
    }

    /// Whether keywords stand one after the other anywhere in the rest.
    private func contains(_ first: StaticString, _ second: StaticString? = nil) -> Bool {
        var ahead = words
        while !ahead.isAtEnd {
            let found = ahead.accept(first)
            if found, second.map({ ahead.at($0) }) ?? true { return true }
            if !found { ahead.advance() }
        }
        return false
    }

    private mutating func name(_ result: inout Classification, creates: Bool) {
        let tolerant = creates ? words.accept("IF", "NOT", "EXISTS") : words.accept("IF", "EXISTS")
        if creates, words.at("ON") {
            result.flaws.error(segment.range.lowerBound..<words.current.range.upperBound) {
                .namelessIndex(at: $0)
            }
            return
        }
        guard let index = IndexName.read(&words) else { return }
        guard creates else {
            if words.isAtEnd || words.at("CASCADE") || words.at("RESTRICT") {
                result.concurrentIndex = ConcurrentIndex(
                    action: .drop,
                    schema: index.schema,
                    name: index.name,
                    tolerant: tolerant
                )
            }
            return
        }
        guard words.accept("ON") else { return }
        _ = words.accept("ONLY")
        guard let table = IndexName.read(&words) else { return }
        result.concurrentIndex = ConcurrentIndex(
            action: .create,
            schema: table.schema,
            name: index.name,
            table: table.name,
            tolerant: tolerant
        )
    }
}
