/// Finds the statements of a PostgreSQL script, and what psql would treat otherwise than a server.
///
/// A semicolon ends a statement unless it stands in parentheses (`CREATE RULE`) or in the body of a routine
/// between `BEGIN ATOMIC` and its `END`.
struct PostgresScanner {
    private(set) var scan: Scan
    private let bytes: [UInt8]
    private var lexer: PostgresLexer
    private var open = OpenStatement()
    private var splitting = true
    private var dataMayEnd = true

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        lexer = PostgresLexer(bytes, in: 0..<0)
        scan = Scan(parsable: bytes, parsableEnd: bytes.count)
    }

    /// Scans a script from a byte on, splitting it at its semicolons.
    static func scan(_ bytes: [UInt8], from start: Int) -> Scan {
        var scanner = PostgresScanner(bytes)
        for index in 0..<start { scanner.scan.parsable[index] = ASCII.blank }
        scanner.read(start..<bytes.count)
        return scanner.scan
    }

    /// Scans a script whose statements are known.
    static func scan(_ bytes: [UInt8], slices: [Range<Int>]) -> Scan {
        var scanner = PostgresScanner(bytes)
        scanner.splitting = false
        for slice in slices { scanner.read(slice) }
        return scanner.scan
    }

    private mutating func read(_ range: Range<Int>) {
        lexer = PostgresLexer(bytes, in: range, keepingComments: true)
        while true {
            let token = lexer.next()
            hideComments(before: token)
            switch token.kind {
            case .end: return close()
            case .unterminated(let opening): return leaveOpen(opening, token.range)
            case .shellCommand: shellCommand(token)
            case .symbol(ASCII.semicolon) where splitting && open.isComplete:
                let copies = open.copiesIn
                close()
                if copies { skipData(to: range.upperBound) }
            default: take(token)
            }
        }
    }

    /// Takes comments out of what the parser gets.
    ///
    /// libpg_query 15-4.0.0 refuses comments the server takes: inside `NOT IN`, `NULLS FIRST`, `WITH TIME ZONE`, and
    /// between the parts of a literal. Only between two literals a comment says something: that they are not one.
    private mutating func hideComments(before token: Token) {
        for comment in lexer.takeComments() {
            let parts = bytes[comment.lowerBound] == ASCII.slash && token.kind == .string
            if parts, open.previous?.kind == .string { continue }
            for index in comment { scan.parsable[index] = ASCII.blank }
        }
    }

    private mutating func close() {
        if let range = open.range {
            if let parameter = open.parameter, !open.mayHaveParameters {
                let name = bytes.text(parameter)
                scan.flaws.error(parameter) { .nativeParameter(name, at: $0) }
            }
            scan.segments.append(Segment(range: range, tokens: open.tokens, references: open.references))
        }
        open = OpenStatement()
    }

    private mutating func leaveOpen(_ opening: Token.Opening, _ range: Range<Int>) {
        let sign = bytes.text(range)
        scan.flaws.error(range) { .unterminated(opening, sign, at: $0) }
        scan.isWhole = false
        scan.parsableEnd = open.range?.lowerBound ?? range.lowerBound
        open = OpenStatement()
    }

    private mutating func take(_ token: Token) {
        look(at: token)
        open.follow(token, bytes)
        if open.copies, token.kind == .word, open.depth == 0 { copy(token) }
        open.add(token)
    }
}

// MARK: What is looked for in tokens

extension PostgresScanner {
    private mutating func look(at token: Token) {
        let flaws = scan.flaws.errors.count
        scan.flaws.look(at: token, in: bytes, &open)
        switch token.kind {
        case .reference: scan.parsable[token.range.lowerBound] = ASCII.blank
        case .parameter: open.parameter = open.parameter ?? token.range
        case .template:
            // A name of the same length, so that the parser has no second complaint.
            for index in token.range { scan.parsable[index] = UInt8(ascii: "x") }
        case .word where scan.flaws.errors.count > flaws:
            if let place = QuotedText(bytes: bytes).invisible(in: token.range) {
                for index in place { scan.parsable[index] = ASCII.blank }
            }
        default: break
        }
    }

    private mutating func shellCommand(_ token: Token) {
        let command = ShellCommand(bytes.text(token.range))
        scan.flaws.error(token.range) { .shellCommand(command, at: $0) }
        for index in token.range.lowerBound..<lexer.position { scan.parsable[index] = ASCII.blank }
        if command.endsStatement {
            scan.parsable[token.range.lowerBound] = ASCII.semicolon
            if open.isComplete { close() }
        }
    }

    /// `COPY ... FROM stdin` and `COPY ... TO stdout` need a client that sends or takes the rows.
    private mutating func copy(_ token: Token) {
        guard let previous = open.previous else { return }
        if lexer.token(previous, is: "FROM"), lexer.token(token, is: "STDIN") {
            open.copiesIn = true
            scan.flaws.error(token.range) { .copyFromClient(at: $0) }
        } else if lexer.token(previous, is: "TO"), lexer.token(token, is: "STDOUT") {
            scan.flaws.error(token.range) { .copyToClient(at: $0) }
        }
    }

    /// Passes over the rows of a `COPY`, up to the line `\.`; without such a line they cannot be told from SQL.
    private mutating func skipData(to end: Int) {
        guard dataMayEnd else { return }
        var line = lexer.position
        while line < end, bytes[line] != ASCII.newline { line += 1 }
        let start = line
        while line < end {
            let begin = line + 1
            line = begin
            while line < end, bytes[line] != ASCII.newline { line += 1 }
            let content = bytes[min(begin, end)..<line]
            guard content.starts(with: [ASCII.backslash, ASCII.dot]),
                content.dropFirst(2).allSatisfy(\.isBlank)
            else { continue }
            for index in start..<line { scan.parsable[index] = ASCII.blank }
            lexer = PostgresLexer(bytes, in: line..<end, keepingComments: true)
            return
        }
        dataMayEnd = false
    }
}
