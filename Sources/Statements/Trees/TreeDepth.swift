/// How deep the parse tree of a statement can be, from its tokens.
///
/// Printing a tree recurses: measured, 40,000 chained operators are printed on the smallest stack that Swift's tasks
/// have, and 80,000 end the process. Every level of a tree has a token of its own on the way from the statement to its
/// deepest part, and a comma leaves the way again; parentheses are no deeper than the parser's own stack.
enum TreeDepth {
    /// Tokens on a way: half of what was printed, at two tokens for each operator.
    static let limit = 20_000

    /// Whether the tree of a statement may be asked for.
    static func isSafe(_ sql: String) -> Bool {
        // A text cannot have more tokens than bytes.
        guard sql.utf8.count > limit else { return true }
        let bytes = Array(sql.utf8)
        var lexer = PostgresLexer(bytes, in: 0..<bytes.count)
        var outer: [Int] = []
        var depth = 0
        while true {
            let token = lexer.next()
            switch token.kind {
            case .end, .unterminated: return true
            case .symbol(ASCII.open):
                depth += 1
                outer.append(depth)
            case .symbol(ASCII.close): depth = outer.popLast() ?? 0
            case .symbol(ASCII.comma): depth = outer.last ?? 0
            default: depth += 1
            }
            if depth > limit { return false }
        }
    }
}
