/// Statements that begin, end or divide a transaction.
enum TransactionControl {
    /// Classifies one, past its first word; `PREPARE` is one only before `TRANSACTION`.
    static func classify<Source: Lexer>(
        _ verb: String,
        _ words: inout Words<Source>,
        _ range: Range<Int>
    ) -> Classification {
        if verb == "PREPARE", !words.at("TRANSACTION") { return Classification(verb, .transactional) }
        let end = words.current.range.upperBound
        var phrase = verb
        var upper = range.lowerBound + verb.utf8.count
        if verb == "PREPARE" || verb == "START" || words.at("PREPARED") || words.at("TO") {
            phrase += " \(words.keyword)"
            upper = end
        } else if words.accept("AND", "CHAIN") || words.accept("WORK", "AND", "CHAIN")
            || words.accept("TRANSACTION", "AND", "CHAIN")
        {
            phrase += " AND CHAIN"
        }
        var result = Classification(phrase, phrase.hasSuffix("PREPARED") ? .nonTransactional : .transactional)
        let shown = phrase
        result.flaws.error(range.lowerBound..<max(range.lowerBound, upper)) {
            .transactionControl(shown, at: $0)
        }
        return result
    }
}
