/// `SET`, `RESET` and `DISCARD`: what they change outlives the transaction unless `LOCAL` is written.
enum SessionStatement {
    /// Classifies one, past its first word.
    static func classify(
        _ verb: String,
        _ words: inout Words<PostgresLexer>,
        _ range: Range<Int>
    ) -> Classification {
        var result = Classification(verb, .transactional)
        if verb == "DISCARD" {
            if words.at("ALL") { result.kind = .nonTransactional }
        } else if verb == "SET" {
            if words.at("LOCAL") || words.at("CONSTRAINTS") {
                result.verb += " \(words.keyword)"
                return result
            }
            if words.at("TRANSACTION") {
                result.verb = "SET TRANSACTION"
                result.flaws.error(range.lowerBound..<words.current.range.upperBound) {
                    .transactionControl("SET TRANSACTION", at: $0)
                }
                return result
            }
            _ = words.accept("SESSION")
        }
        let setting = setting(&words)
        let isRole = setting == "role" || setting == "session authorization"
        result.flaws.warning(range) { .sessionSetting(verb, setting, isRole: isRole, at: $0) }
        return result
    }

    /// The setting that `set_config('name', value, false)` sets for the session; nil where it is for the transaction, or
    /// where that is no constant.
    static func setting(byFunction call: Words<PostgresLexer>) -> String? {
        var words = call
        words.advance()
        guard words.accept(symbol: ASCII.open), words.current.kind == .string else { return nil }
        let name = words.bytes.text(words.current.range).dropFirst().dropLast()
        var depth = 1
        var isLasting = false
        while depth > 0, !words.isAtEnd {
            switch words.current.kind {
            case .symbol(ASCII.open): depth += 1
            case .symbol(ASCII.close): depth -= 1
            case .word: isLasting = words.at("FALSE")
            default: isLasting = false
            }
            if depth > 0 { words.advance() }
        }
        return isLasting ? name.lowercased() : nil
    }

    private static func setting(_ words: inout Words<PostgresLexer>) -> String {
        if words.accept("AUTHORIZATION") { return "session authorization" }
        if words.accept("CHARACTERISTICS") { return "session characteristics" }
        if words.accept("TIME", "ZONE") { return "timezone" }
        if words.accept("NAMES") { return "client_encoding" }
        var name = ""
        repeat {
            guard words.current.kind == .word || words.current.kind == .quotedName else { break }
            if !name.isEmpty { name += "." }
            name += words.bytes.text(words.current.range).lowercased()
            words.advance()
        } while words.accept(symbol: ASCII.dot)
        if name == "session", words.at("AUTHORIZATION") { return "session authorization" }
        return name
    }
}
