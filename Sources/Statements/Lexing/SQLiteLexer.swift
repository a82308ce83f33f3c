/// SQLite's lexical rules, with psql's variables, which are ours for SQLite too.
struct SQLiteLexer: Lexer {
    let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int

    /// A lexer of a stretch of a script.
    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func next() -> Token {
        skipBlanks()
        let start = position
        guard start < end else { return Token(kind: .end, range: end..<end) }
        let byte = bytes[start]
        if byte | 0x20 == UInt8(ascii: "x"), peek(1) == ASCII.quote { return blob() }
        if byte.beginsName { return take(.word, to: nameEnd(from: start + 1)) }
        if byte.isDigit { return number() }
        return switch byte {
        case ASCII.quote: quoted(.string, by: byte, opening: .string)
        case ASCII.doubleQuote, UInt8(ascii: "`"): quoted(.quotedName, by: byte, opening: .name)
        case UInt8(ascii: "["): bracketed()
        case ASCII.question, ASCII.dollar, UInt8(ascii: "@"), ASCII.colon: variable()
        default: take(.symbol(byte), to: start + 1)
        }
    }

    private func peek(_ distance: Int) -> UInt8 {
        position + distance < end ? bytes[position + distance] : 0
    }

    private mutating func take(_ kind: Token.Kind, to upper: Int) -> Token {
        let token = Token(kind: kind, range: position..<upper)
        position = upper
        return token
    }

    private mutating func unterminated(_ opening: Token.Opening, length: Int) -> Token {
        let start = position
        position = end
        return Token(kind: .unterminated(opening), range: start..<min(start + length, end))
    }

    private func nameEnd(from index: Int) -> Int {
        var index = index
        while index < end, bytes[index].continuesName { index += 1 }
        return index
    }

    /// Comments do not nest; one that is never closed ends with the text, unless nothing follows its opening.
    private mutating func skipBlanks() {
        while position < end {
            let byte = bytes[position]
            if byte.isBlank {
                position += 1
            } else if byte == ASCII.dash, peek(1) == ASCII.dash {
                while position < end, bytes[position] != ASCII.newline { position += 1 }
            } else if byte == ASCII.slash, peek(1) == ASCII.star, position + 2 < end {
                skipComment()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() {
        position += 2
        while position < end {
            if bytes[position] == ASCII.star, peek(1) == ASCII.slash {
                position += 2
                return
            }
            position += 1
        }
    }

    private mutating func number() -> Token {
        var upper = position
        while upper < end {
            let sign = bytes[upper] == UInt8(ascii: "+") || bytes[upper] == ASCII.dash
            guard
                bytes[upper].continuesName || bytes[upper] == ASCII.dot
                    || sign && bytes[upper - 1] | 0x20 == UInt8(ascii: "e") && !isHexadecimal
            else { break }
            upper += 1
        }
        return take(.number, to: upper)
    }

    private var isHexadecimal: Bool { peek(1) | 0x20 == UInt8(ascii: "x") }

    private mutating func blob() -> Token {
        var upper = position + 2
        while upper < end, bytes[upper] != ASCII.quote { upper += 1 }
        return upper < end ? take(.string, to: upper + 1) : unterminated(.string, length: 2)
    }

    private mutating func quoted(_ kind: Token.Kind, by quote: UInt8, opening: Token.Opening) -> Token {
        var upper = position + 1
        while upper < end {
            if bytes[upper] != quote {
                upper += 1
            } else if upper + 1 < end, bytes[upper + 1] == quote {
                upper += 2
            } else {
                return take(kind, to: upper + 1)
            }
        }
        return unterminated(opening, length: 1)
    }

    private mutating func bracketed() -> Token {
        var upper = position + 1
        while upper < end, bytes[upper] != UInt8(ascii: "]") { upper += 1 }
        return upper < end ? take(.quotedName, to: upper + 1) : unterminated(.name, length: 1)
    }

    /// `?1`, `:name`, `@name`, `$name`, a reference to a variable, `${name}`, or a sign of its own.
    private mutating func variable() -> Token {
        let start = position
        let sign = bytes[start]
        if sign == ASCII.question {
            var upper = start + 1
            while upper < end, bytes[upper].isDigit { upper += 1 }
            return take(.parameter, to: upper)
        }
        if sign == ASCII.colon, let reference = reference() { return reference }
        if sign == ASCII.dollar, peek(1) == ASCII.openBrace, let close = templateEnd(from: start) {
            return take(.template, to: close)
        }
        let upper = nameEnd(from: start + 1)
        return take(upper > start + 1 ? .parameter : .symbol(sign), to: upper)
    }

    private mutating func reference() -> Token? {
        let quote = peek(1)
        guard quote == ASCII.quote || quote == ASCII.doubleQuote else { return nil }
        var upper = position + 2
        while upper < end, bytes[upper].isVariable { upper += 1 }
        guard upper > position + 2, upper < end, bytes[upper] == quote else { return nil }
        return take(.reference(quote == ASCII.quote ? .literal : .identifier), to: upper + 1)
    }

    private func templateEnd(from start: Int) -> Int? {
        var index = start + 2
        while index < end, bytes[index] != ASCII.newline, index - start < 200 {
            if bytes[index] == ASCII.closeBrace { return index + 1 }
            index += 1
        }
        return nil
    }
}
