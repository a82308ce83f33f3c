/// Finds the statements of a SQLite script, as `sqlite3_complete` does: a trigger ends at `; END ;`.
struct SQLiteScanner {
    private(set) var scan: Scan
    private let bytes: [UInt8]
    private var open = OpenStatement()
    private var body = TriggerBody.start
    private var trigger: Range<Int>?

    /// Where a statement stands that may be a trigger.
    private enum TriggerBody {
        case start
        case explain
        case create
        case other
        case body
        case semicolon
        case end
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        scan = Scan(parsable: [], parsableEnd: 0)
    }

    /// Scans a script from a byte on.
    static func scan(_ bytes: [UInt8], from start: Int) -> Scan {
        var scanner = SQLiteScanner(bytes)
        scanner.read(start..<bytes.count)
        return scanner.scan
    }

    private mutating func read(_ range: Range<Int>) {
        var lexer = SQLiteLexer(bytes, in: range)
        while true {
            let token = lexer.next()
            switch token.kind {
            case .end: return finish()
            case .unterminated(let opening):
                let sign = bytes.text(token.range)
                scan.flaws.error(token.range) { .unterminated(opening, sign, at: $0) }
                scan.isWhole = false
                return
            case .symbol(ASCII.semicolon) where isComplete: close()
            case .symbol(ASCII.dot) where open.range == nil && beginsLine(token.range.lowerBound):
                lexer = shellCommand(at: token.range.lowerBound, end: range.upperBound)
            default: take(token)
            }
        }
    }

    /// Whether a semicolon ends the statement; inside a trigger it only ends one of its statements.
    private var isComplete: Bool { body != .body && body != .semicolon }

    private mutating func finish() {
        if !isComplete, let trigger {
            scan.isWhole = false
            scan.flaws.error(trigger) { .unterminated(.trigger, "CREATE TRIGGER", at: $0) }
        } else {
            close()
        }
    }

    private mutating func close() {
        if let range = open.range {
            scan.segments.append(Segment(range: range, tokens: open.tokens, references: open.references))
        }
        open = OpenStatement()
        body = .start
        trigger = nil
    }

    private mutating func take(_ token: Token) {
        scan.flaws.look(at: token, in: bytes, &open)
        if token.kind == .parameter {
            let name = bytes.text(token.range)
            scan.flaws.error(token.range) { .nativeParameter(name, at: $0) }
        }
        body = follow(token)
        open.add(token)
    }

    private mutating func follow(_ token: Token) -> TriggerBody {
        func spells(_ keyword: StaticString) -> Bool {
            token.kind == .word && bytes.spell(keyword, in: token.range)
        }
        if token.kind == .symbol(ASCII.semicolon) { return .semicolon }
        switch body {
        case .start: return spells("CREATE") ? .create : spells("EXPLAIN") ? .explain : .other
        case .explain:
            if spells("QUERY") || spells("PLAN") { return .explain }
            return spells("CREATE") ? .create : .other
        case .create:
            if spells("TEMP") || spells("TEMPORARY") { return .create }
            guard spells("TRIGGER") else { return .other }
            trigger = (open.range?.lowerBound ?? token.range.lowerBound)..<token.range.upperBound
            return .body
        case .other: return .other
        case .semicolon: return spells("END") ? .end : .body
        case .body, .end: return .body
        }
    }

    private func beginsLine(_ index: Int) -> Bool {
        index == 0 || bytes[index - 1] == ASCII.newline || index == 3 && bytes[0] == 0xEF
    }

    /// A line of the sqlite3 shell: `.read file`.
    private mutating func shellCommand(at start: Int, end: Int) -> SQLiteLexer {
        var name = start + 1
        while name < end, bytes[name].isLetter { name += 1 }
        let command = ShellCommand(bytes.text(start..<name))
        scan.flaws.error(start..<name) { .shellCommand(command, at: $0) }
        while name < end, bytes[name] != ASCII.newline { name += 1 }
        return SQLiteLexer(bytes, in: name..<end)
    }
}
