import CPGQuery

/// PostgreSQL's own parser, as libpg_query carries it.
enum PostgresGrammar {
    /// Why a text does not parse.
    struct Refusal: Error {
        /// The parser's words.
        let message: String
        /// The byte of the text they are about.
        let offset: Int
    }

    /// Where the statements of a text are; a slice may begin with blanks and comments, and has no semicolon.
    ///
    /// Splitting keeps every tree inside the library: nothing is printed, nothing recurses.
    static func split(_ text: ArraySlice<UInt8>) -> Result<[Range<Int>], Refusal> {
        let terminated = text.map { CChar(bitPattern: $0) } + [0]
        let result = pg_query_split_with_parser(terminated)
        defer { pg_query_free_split_result(result) }
        if let error = result.error?.pointee {
            let message = error.message.map { String(cString: $0) } ?? "syntax error"
            return .failure(
                Refusal(message: message, offset: offset(ofCharacter: Int(error.cursorpos), in: text))
            )
        }
        var slices: [Range<Int>] = []
        slices.reserveCapacity(Int(result.n_stmts))
        for index in 0..<Int(result.n_stmts) {
            guard let statement = result.stmts?[index]?.pointee else { continue }
            let lower = min(max(Int(statement.stmt_location), 0), text.count)
            let length = Int(statement.stmt_len)
            let upper = length > 0 ? min(lower + length, text.count) : text.count
            slices.append(text.startIndex + lower..<text.startIndex + upper)
        }
        return .success(slices)
    }

    /// The parser counts characters from 1; zero means it does not know.
    private static func offset(ofCharacter position: Int, in text: ArraySlice<UInt8>) -> Int {
        var left = max(position - 1, 0)
        var index = text.startIndex
        while left > 0, index < text.endIndex {
            index += 1
            while index < text.endIndex, text[index] & 0xC0 == 0x80 { index += 1 }
            left -= 1
        }
        return index
    }
}
