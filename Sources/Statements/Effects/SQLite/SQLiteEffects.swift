/// Tells what SQLite statements do, from their words.
///
/// SQLite's own parser gives no tree. Its statements are few, and their words say what is made, dropped and written;
/// what an expression or a trigger does is not looked at. Names are in small letters, as SQLite does not tell case
/// apart.
struct SQLiteEffects {
    private(set) var effects = StatementEffects()
    var words: Words<SQLiteLexer>

    /// The effects of one statement.
    static func read(_ sql: String) -> StatementEffects {
        let bytes = Array(sql.utf8)
        var reader = SQLiteEffects(words: Words(SQLiteLexer(bytes, in: 0..<bytes.count)))
        reader.read()
        return reader.effects
    }

    private init(words: Words<SQLiteLexer>) { self.words = words }

    mutating func add(
        _ action: Change.Action, _ object: SchemaObject, _ detail: Change.Detail = .none, isTolerant: Bool = false
    ) {
        effects.changes.append(Change(action, object, detail, isTolerant: isTolerant))
    }

    private mutating func read() {
        let verb = words.keyword
        words.advance()
        switch verb {
        case "CREATE": create()
        case "DROP": drop()
        case "ALTER": alter()
        case "INSERT", "REPLACE", "UPDATE", "DELETE": write(verb)
        case "WITH": with()
        case "SELECT", "VALUES", "EXPLAIN": readsOfRest()
        case "PRAGMA": pragma()
        case "VACUUM": add(.vacuums, SchemaObject(.database, name: "every table"), .words("FULL"))
        case "REINDEX": add(.reindexes, SchemaObject(.database, name: name()?.name ?? "every table"))
        case "ANALYZE": add(.analyzes, SchemaObject(.database, name: name()?.name ?? "every table"))
        case "ATTACH", "DETACH": add(.sets, SchemaObject(.session, name: "\(verb) of a database"))
        default: break
        }
    }

    // MARK: Names

    /// One name, without its quotes and in small letters; nil when there is none.
    mutating func word() -> String? {
        let token = words.current
        let raw = words.bytes[token.range]
        let text: String
        switch token.kind {
        case .word: text = String(decoding: raw, as: UTF8.self)
        case .quotedName, .string:
            let inner = String(decoding: raw.dropFirst().dropLast(), as: UTF8.self)
            let quote = raw.first.map { String(decoding: [$0], as: UTF8.self) } ?? ""
            text = inner.replacing(quote + quote, with: quote)
        default: return nil
        }
        words.advance()
        return text.lowercased()
    }

    /// `name` or `schema.name`; the main database is not named, a temporary object is of `temp`.
    mutating func name() -> RelationName? {
        guard let first = word() else { return nil }
        guard words.accept(symbol: ASCII.dot), let second = word() else {
            return RelationName(schema: nil, name: first)
        }
        return RelationName(schema: first == "main" ? nil : first, name: second)
    }

    /// Names in parentheses, at the first level; expressions among them are left out.
    mutating func names() -> [String] {
        guard words.accept(symbol: ASCII.open) else { return [] }
        var found: [String] = []
        var depth = 1
        var isFirst = true
        while depth > 0, !words.isAtEnd {
            switch words.current.kind {
            case .symbol(ASCII.open): depth += 1
            case .symbol(ASCII.close): depth -= 1
            case .symbol(ASCII.comma) where depth == 1:
                words.advance()
                isFirst = true
                continue
            case .word, .quotedName:
                if depth == 1, isFirst {
                    if let name = word() { found.append(name) }
                    isFirst = false
                    continue
                }
            default: break
            }
            isFirst = false
            words.advance()
        }
        return found
    }

    // MARK: Rows

    private mutating func with() {
        var depth = 0
        while !words.isAtEnd {
            switch words.current.kind {
            case .symbol(ASCII.open): depth += 1
            case .symbol(ASCII.close): depth -= 1
            case .word where depth == 0 && ["INSERT", "REPLACE", "UPDATE", "DELETE"].contains(words.keyword):
                let verb = words.keyword
                words.advance()
                return write(verb)
            case .word where words.at("FROM") || words.at("JOIN"):
                words.advance()
                if let table = name() { add(.reads, SchemaObject(.table, table)) }
                continue
            default: break
            }
            words.advance()
        }
    }

    private mutating func write(_ verb: String) {
        if words.accept("OR") { words.advance() }
        _ = words.accept("INTO")
        _ = words.accept("FROM")
        guard let table = name() else { return }
        let object = SchemaObject(.table, table)
        switch verb {
        case "UPDATE":
            let isFiltered = contains("WHERE") || contains("FROM")
            let change = RowChange(columns: assigned(), isFiltered: isFiltered, source: .values, overwrites: true)
            add(.updates, object, .rows(change))
        case "DELETE": add(.deletes, object, .rows(contains("WHERE") ? .some : .every))
        default:
            let columns = names()
            let source: RowChange.Source = words.at("VALUES") ? .values : selectsAll() ? .everyColumn : .query
            let change = RowChange(
                columns: columns, isFiltered: true, source: source,
                overwrites: verb == "REPLACE" || contains("CONFLICT"))
            add(.inserts, object, .rows(change))
        }
        readsOfRest()
    }

    /// Whether a word stands in the rest, outside of parentheses.
    private func contains(_ keyword: StaticString) -> Bool {
        var ahead = words
        var depth = 0
        while !ahead.isAtEnd {
            switch ahead.current.kind {
            case .symbol(ASCII.open): depth += 1
            case .symbol(ASCII.close): depth -= 1
            case .word where depth == 0 && ahead.at(keyword): return true
            default: break
            }
            ahead.advance()
        }
        return false
    }

    private func selectsAll() -> Bool {
        var ahead = words
        guard ahead.accept("SELECT") else { return false }
        _ = ahead.accept("DISTINCT")
        return ahead.current.kind == .symbol(ASCII.star)
    }

    /// The columns that `SET` gives values.
    private func assigned() -> [String] {
        var ahead = SQLiteEffects(words: words)
        guard ahead.words.accept("SET") else { return [] }
        var found: [String] = []
        var depth = 0
        var isTarget = true
        while !ahead.words.isAtEnd, !(depth == 0 && (ahead.words.at("WHERE") || ahead.words.at("FROM"))) {
            switch ahead.words.current.kind {
            case .symbol(ASCII.open): depth += 1
            case .symbol(ASCII.close): depth -= 1
            case .symbol(ASCII.comma) where depth == 0: isTarget = true
            case .word where isTarget, .quotedName where isTarget:
                if let name = ahead.word() { found.append(name) }
                isTarget = false
                continue
            default: break
            }
            ahead.words.advance()
        }
        return found
    }

    /// The tables after `FROM` and `JOIN` in the rest.
    mutating func readsOfRest() {
        while !words.isAtEnd {
            guard words.accept("FROM") || words.accept("JOIN") else {
                words.advance()
                continue
            }
            repeat {
                guard words.current.kind != .symbol(ASCII.open), let table = name() else { break }
                add(.reads, SchemaObject(.table, table))
            } while words.accept(symbol: ASCII.comma)
        }
    }

    private mutating func pragma() {
        let name = word() ?? ""
        let isAsking = words.isAtEnd || words.current.kind == .symbol(ASCII.open)
        guard !isAsking else { return }
        _ = words.accept(symbol: ASCII.equals)
        add(.sets, SchemaObject(.setting, name: name), .setting(value: word(), isLocal: false))
    }
}
