/// PostgreSQL's lexical rules, with psql's variables, and with standard-conforming strings.
struct PostgresLexer: Lexer {
    let bytes: [UInt8]
    private(set) var position: Int
    /// The comments passed over so far, when they are wanted.
    private(set) var comments: [Range<Int>] = []
    private let end: Int
    private let keepsComments: Bool

    /// A lexer of a stretch of a script.
    init(_ bytes: [UInt8], in range: Range<Int>, keepingComments: Bool = false) {
        self.bytes = bytes
        keepsComments = keepingComments
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func next() -> Token {
        if let open = skipBlanks() { return unterminated(.comment, at: open, length: 2) }
        let start = position
        guard start < end else { return Token(kind: .end, range: end..<end) }
        let byte = bytes[start]
        if byte.beginsName { return word() }
        if byte.isDigit || byte == ASCII.dot && peek(1).isDigit { return number() }
        return switch byte {
        case ASCII.quote: string(openedAt: start, from: start, escapes: false)
        case ASCII.doubleQuote: quotedName(openedAt: start, from: start)
        case ASCII.dollar: dollar()
        case ASCII.colon: colon()
        case ASCII.backslash: shellCommand()
        case _ where byte.isOperator: operatorSign()
        default: take(.symbol(byte), to: start + 1)
        }
    }

    /// Hands over the comments passed over since the last time.
    mutating func takeComments() -> [Range<Int>] {
        guard !comments.isEmpty else { return [] }
        defer { comments = [] }
        return comments
    }

    private func peek(_ distance: Int) -> UInt8 {
        position + distance < end ? bytes[position + distance] : 0
    }

    private mutating func take(_ kind: Token.Kind, to upper: Int) -> Token {
        let token = Token(kind: kind, range: position..<upper)
        position = upper
        return token
    }

    private mutating func unterminated(_ opening: Token.Opening, at start: Int, length: Int) -> Token {
        position = end
        return Token(kind: .unterminated(opening), range: start..<min(start + length, end))
    }

    /// Goes to the next token; gives the place of a comment that is never closed.
    private mutating func skipBlanks() -> Int? {
        while position < end {
            let byte = bytes[position]
            if byte.isBlank {
                position += 1
            } else if byte == ASCII.dash, peek(1) == ASCII.dash {
                let start = position
                skipLine()
                if keepsComments { comments.append(start..<position) }
            } else if byte == ASCII.slash, peek(1) == ASCII.star {
                let start = position
                guard skipComment() else { return start }
                if keepsComments { comments.append(start..<position) }
            } else {
                return nil
            }
        }
        return nil
    }

    private mutating func skipLine() {
        while position < end, bytes[position] != ASCII.newline, bytes[position] != ASCII.carriageReturn {
            position += 1
        }
    }

    /// Skips a comment with the comments inside it.
    private mutating func skipComment() -> Bool {
        var depth = 0
        while position < end {
            if bytes[position] == ASCII.slash, peek(1) == ASCII.star {
                depth += 1
                position += 2
            } else if bytes[position] == ASCII.star, peek(1) == ASCII.slash {
                depth -= 1
                position += 2
                if depth == 0 { return true }
            } else {
                position += 1
            }
        }
        return false
    }

    private mutating func word() -> Token {
        let start = position
        let first = bytes[start] | 0x20
        let second = peek(1)
        if second == ASCII.quote, "bexn".utf8.contains(first) {
            return string(openedAt: start, from: start + 1, escapes: first == UInt8(ascii: "e"))
        }
        if first == UInt8(ascii: "u"), second == UInt8(ascii: "&") {
            if peek(2) == ASCII.quote { return string(openedAt: start, from: start + 2, escapes: false) }
            if peek(2) == ASCII.doubleQuote { return quotedName(openedAt: start, from: start + 2) }
        }
        var upper = start + 1
        while upper < end, bytes[upper].continuesName { upper += 1 }
        return take(.word, to: upper)
    }

    private mutating func number() -> Token {
        var upper = position
        func digits() { while upper < end, bytes[upper].isDigit { upper += 1 } }
        func byte(_ index: Int) -> UInt8 { index < end ? bytes[index] : 0 }
        digits()
        if byte(upper) == ASCII.dot, byte(upper + 1) != ASCII.dot {
            upper += 1
            digits()
        }
        if byte(upper) | 0x20 == UInt8(ascii: "e") {
            let sign = byte(upper + 1) == UInt8(ascii: "+") || byte(upper + 1) == ASCII.dash ? 1 : 0
            if byte(upper + 1 + sign).isDigit {
                upper += 1 + sign
                digits()
            }
        }
        return take(.number, to: upper)
    }

    /// An operator ends where a comment begins inside it.
    private mutating func operatorSign() -> Token {
        var upper = position + 1
        while upper < end, bytes[upper].isOperator {
            let next = upper + 1 < end ? bytes[upper + 1] : 0
            if bytes[upper] == ASCII.dash, next == ASCII.dash { break }
            if bytes[upper] == ASCII.slash, next == ASCII.star { break }
            upper += 1
        }
        return take(.symbol(bytes[position]), to: upper)
    }
}

// MARK: Quoted texts

extension PostgresLexer {
    /// A literal whose opening quote is at `quote`; with those that continue it on later lines.
    private mutating func string(openedAt start: Int, from quote: Int, escapes: Bool) -> Token {
        var opened = start
        var index = quote + 1
        while index < end {
            let byte = bytes[index]
            if byte == ASCII.backslash, escapes {
                index += 2
            } else if byte != ASCII.quote {
                index += 1
            } else if index + 1 < end, bytes[index + 1] == ASCII.quote {
                index += 2
            } else if let continuation = continuation(after: index + 1) {
                opened = continuation
                index = continuation + 1
            } else {
                return take(.string, to: index + 1)
            }
        }
        return unterminated(.string, at: opened, length: max(1, opened == start ? quote + 1 - start : 1))
    }

    /// The quote that continues a literal: only blanks, line comments and at least one line end come before it.
    private mutating func continuation(after index: Int) -> Int? {
        var index = index
        var lines = 0
        var passed: [Range<Int>] = []
        while index < end {
            let byte = bytes[index]
            if byte == ASCII.quote {
                guard lines > 0 else { return nil }
                if keepsComments { comments += passed }
                return index
            }
            if byte == ASCII.dash, index + 1 < end, bytes[index + 1] == ASCII.dash {
                let start = index
                while index < end, bytes[index] != ASCII.newline, bytes[index] != ASCII.carriageReturn {
                    index += 1
                }
                if keepsComments { passed.append(start..<index) }
            } else if byte.isBlank {
                if byte == ASCII.newline || byte == ASCII.carriageReturn { lines += 1 }
                index += 1
            } else {
                return nil
            }
        }
        return nil
    }

    private mutating func quotedName(openedAt start: Int, from quote: Int) -> Token {
        var index = quote + 1
        while index < end {
            if bytes[index] != ASCII.doubleQuote {
                index += 1
            } else if index + 1 < end, bytes[index + 1] == ASCII.doubleQuote {
                index += 2
            } else {
                return take(.quotedName, to: index + 1)
            }
        }
        return unterminated(.name, at: start, length: quote + 1 - start)
    }

    /// `$1`, `$tag$...$tag$`, `${name}` or a sign of its own.
    private mutating func dollar() -> Token {
        let start = position
        var upper = start + 1
        if peek(1).isDigit {
            while upper < end, bytes[upper].isDigit { upper += 1 }
            return take(.parameter, to: upper)
        }
        if peek(1) == ASCII.openBrace, let close = templateEnd(from: start) {
            return take(.template, to: close)
        }
        if peek(1).beginsName {
            while upper < end, bytes[upper].isVariable { upper += 1 }
        }
        guard upper < end, bytes[upper] == ASCII.dollar else {
            return take(.symbol(ASCII.dollar), to: start + 1)
        }
        return dollarString(tag: start..<upper + 1)
    }

    private mutating func dollarString(tag: Range<Int>) -> Token {
        var index = tag.upperBound
        while index + tag.count <= end {
            if bytes[index] == ASCII.dollar, bytes[index..<index + tag.count].elementsEqual(bytes[tag]) {
                return take(.dollarString, to: index + tag.count)
            }
            index += 1
        }
        return unterminated(.dollarString, at: tag.lowerBound, length: tag.count)
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

// MARK: What psql adds

extension PostgresLexer {
    /// `::`, `:=`, a reference to a variable, or a colon.
    private mutating func colon() -> Token {
        let start = position
        let quote = peek(1)
        if quote == ASCII.colon || quote == ASCII.equals { return take(.symbol(ASCII.colon), to: start + 2) }
        guard quote == ASCII.quote || quote == ASCII.doubleQuote else {
            return take(.symbol(ASCII.colon), to: start + 1)
        }
        var upper = start + 2
        while upper < end, bytes[upper].isVariable { upper += 1 }
        guard upper > start + 2, upper < end, bytes[upper] == quote else {
            return take(.symbol(ASCII.colon), to: start + 1)
        }
        return take(.reference(quote == ASCII.quote ? .literal : .identifier), to: upper + 1)
    }

    /// A backslash outside quotes: the command's name is the token, its line is skipped.
    private mutating func shellCommand() -> Token {
        let start = position
        var upper = start + 1
        while upper < end, bytes[upper].isLetter || bytes[upper] == 0x5F { upper += 1 }
        if upper == start + 1, upper < end, !bytes[upper].isBlank, bytes[upper] < 0x80 { upper += 1 }
        let token = take(.shellCommand, to: upper)
        let sign = upper == start + 2 ? bytes[start + 1] : 0
        if sign != ASCII.semicolon, sign != ASCII.colon { skipLine() }
        return token
    }
}
