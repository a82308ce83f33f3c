/// What a statement does, as the words PostgreSQL would answer it with.
enum CommandTag {
    /// Returns rows, and says how many.
    case select
    /// Changes rows, and says how many: `INSERT`, `UPDATE`, `DELETE`.
    case change(String)
    /// Anything else, such as `CREATE TABLE` or `COMMIT`.
    case command(String)

    /// The tag of a statement by its words.
    init(_ text: String) {
        var words = Words(text).lazy.map { $0.uppercased() }.makeIterator()
        let first = words.next() ?? ""
        switch first {
        case "SELECT", "VALUES": self = .select
        case "INSERT", "REPLACE": self = .change("INSERT")
        case "UPDATE", "DELETE": self = .change(first)
        case "WITH": self = Self.afterCommonTables(&words)
        case "END": self = .command("COMMIT")
        case "CREATE", "DROP", "ALTER":
            let modifiers: Set = ["TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL"]
            var kind = words.next()
            while let word = kind, modifiers.contains(word) { kind = words.next() }
            self = .command(kind.map { "\(first) \($0)" } ?? first)
        default: self = .command(first)
        }
    }

    /// The tag as text.
    func text(rows: Int, changes: Int) -> String {
        switch self {
        case .select: "SELECT \(rows)"
        case .change("INSERT"): "INSERT 0 \(changes)"
        case .change(let verb): "\(verb) \(changes)"
        case .command(let words): words
        }
    }

    /// The verb of a statement that begins with WITH stands outside of all parentheses.
    private static func afterCommonTables(_ words: inout some IteratorProtocol<String>) -> CommandTag {
        var depth = 0
        while let word = words.next() {
            switch word {
            case "(": depth += 1
            case ")": depth -= 1
            case "SELECT", "VALUES": if depth == 0 { return .select }
            case "INSERT", "REPLACE": if depth == 0 { return .change("INSERT") }
            case "UPDATE", "DELETE": if depth == 0 { return .change(word) }
            default: break
            }
        }
        return .select
    }
}
