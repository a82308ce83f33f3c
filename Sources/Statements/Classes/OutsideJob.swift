/// What a statement that cannot be in a transaction asks PostgreSQL for, where the catalog tells afterwards whether it
/// was done; concurrent work on an index is a `ConcurrentIndex`.
public enum OutsideJob: Sendable, Equatable {
    /// `ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY`
    case detach(partition: Name, from: Name)
    /// `CREATE DATABASE`
    case createDatabase(String)
    /// `DROP DATABASE`
    case dropDatabase(String, tolerant: Bool)
    /// `REINDEX TABLE CONCURRENTLY`
    case rebuildIndexes(of: Name)
    /// What may be done again at any time: `VACUUM`, `CLUSTER`, `ALTER SYSTEM`; `inParts` for `REINDEX` of a schema or
    /// database, of which a failure leaves what came before it.
    case repeatable(inParts: Bool)

    /// A name with its schema, as the server folds and cuts it.
    public struct Name: Sendable, Equatable {
        /// The schema, when written.
        public let schema: String?
        /// The name in it.
        public let name: String

        init(_ name: IndexName) { (schema, self.name) = (name.schema, name.name) }
    }

    /// The job of a finished statement; nil for any other.
    public init?(askedBy text: String) {
        let bytes = Array(text.utf8)
        var words = Words(PostgresLexer(bytes, in: 0..<bytes.count))
        let verb = words.keyword
        words.advance()
        switch verb {
        case "VACUUM", "CLUSTER": self = .repeatable(inParts: false)
        case "REINDEX":
            let isConcurrent =
                words.current.kind == .symbol(ASCII.open) && words.skipParentheses(lookingFor: "CONCURRENTLY")
            let object = words.keyword
            words.advance()
            switch object {
            case "SCHEMA", "DATABASE", "SYSTEM": self = .repeatable(inParts: true)
            case "TABLE":
                guard words.accept("CONCURRENTLY") || isConcurrent, let table = IndexName.read(&words) else {
                    return nil
                }
                self = .rebuildIndexes(of: Name(table))
            default: return nil
            }
        case "ALTER" where words.accept("SYSTEM"): self = .repeatable(inParts: false)
        case "ALTER" where words.accept("TABLE"):
            _ = words.accept("IF", "EXISTS")
            _ = words.accept("ONLY")
            guard let table = IndexName.read(&words), words.accept("DETACH", "PARTITION"),
                let partition = IndexName.read(&words), words.accept("CONCURRENTLY")
            else { return nil }
            self = .detach(partition: Name(partition), from: Name(table))
        case "CREATE" where words.accept("DATABASE"):
            guard let name = IndexName.read(&words) else { return nil }
            self = .createDatabase(name.name)
        case "DROP" where words.accept("DATABASE"):
            let tolerant = words.accept("IF", "EXISTS")
            guard let name = IndexName.read(&words) else { return nil }
            self = .dropDatabase(name.name, tolerant: tolerant)
        default: return nil
        }
    }
}
