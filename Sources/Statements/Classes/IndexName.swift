/// A name with its schema, as PostgreSQL understands what is written.
struct IndexName {
    /// The schema, when written.
    let schema: String?
    /// The name in it.
    let name: String

    /// Reads `name`, `schema.name` or `catalog.schema.name`; nil when a part is a variable or written in `U&` escapes.
    static func read(_ words: inout Words<PostgresLexer>) -> IndexName? {
        var parts: [String] = []
        repeat {
            guard let part = part(words.current, words.bytes) else { return nil }
            parts.append(part)
            words.advance()
        } while words.accept(symbol: ASCII.dot)
        guard let name = parts.popLast() else { return nil }
        return IndexName(schema: parts.last, name: name)
    }

    private static func part(_ token: Token, _ bytes: [UInt8]) -> String? {
        var name: [UInt8] = []
        switch token.kind {
        case .word: name = bytes[token.range].map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        case .quotedName where bytes[token.range.lowerBound] == ASCII.doubleQuote:
            var index = token.range.lowerBound + 1
            while index < token.range.upperBound - 1 {
                name.append(bytes[index])
                index += bytes[index] == ASCII.doubleQuote ? 2 : 1
            }
        default: return nil
        }
        return String(decoding: cut(name), as: UTF8.self)
    }

    /// The server keeps 63 bytes, and whole characters.
    private static func cut(_ name: [UInt8]) -> ArraySlice<UInt8> {
        guard name.count > Limits.name else { return name[...] }
        var end = Limits.name
        while end > 0, name[end] & 0xC0 == 0x80 { end -= 1 }
        return name[..<end]
    }
}
