import Diagnostics
import Statements
import Testing

/// The same numbers on every run.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

struct `Any script` {
    private static let pieces = [
        "SELECT", "1", "'", "''", "\"", "$$", "$a$", "--", "/*", "*/", "\n", ";", "(", ")", "[", "]", "E'",
        "\\", "\\i",
        ":'x'", ":\"y\"", "::", ":", "${x}", "BEGIN", "ATOMIC", "END", "CASE", "CREATE", "FUNCTION",
        "TRIGGER", "TEMP",
        "COPY", "FROM", "stdin", "\\.", "SET", "ROLE", "INDEX", "CONCURRENTLY", "ON", "PRAGMA", ".read", "?",
        "@a", "`",
        "x'", "U&'", "UESCAPE", "ü", "日本", "🙂", "\u{A0}", "\u{202E}", "\r", "\t", "\u{0C}", "\u{0B}", ".",
        ",", "+",
        "-", "*", "/", "=", "#", "$1", "$", "REINDEX", "WITH", "AS", "EXPLAIN", "IF", "NOT", "EXISTS",
    ]

    private func check(_ bytes: [UInt8], _ dialect: SQLDialect) {
        let script = read(bytes, dialect)
        var last = 0
        for statement in script.statements {
            #expect(statement.range.lowerBound >= last && statement.range.upperBound <= bytes.count)
            #expect(!statement.range.isEmpty)
            #expect(Array(statement.text.utf8) == Array(bytes[statement.range]))
            for variable in statement.variables {
                #expect(variable.range.upperBound <= statement.range.count)
            }
            _ = statement.bound { _ in "'v'" }
            last = statement.range.upperBound
        }
        for finding in script.findings {
            #expect(
                finding.span.map { $0.range.lowerBound >= 0 && $0.range.upperBound <= bytes.count } ?? false
            )
            _ = finding.rendered()
        }
        #expect(!script.statements.isEmpty || !script.findings.isEmpty)
        let errors = script.findings.contains { $0.severity == .error }
        guard !errors else { return }
        let joined = "; " + script.statements.map(\.text).joined(separator: "; ")
        #expect(split(joined, dialect) == script.statements.map(\.text))
        checkCoverage(bytes, script, dialect)
    }

    /// Between statements there is nothing but semicolons, blanks and comments: alone they are no statement.
    private func checkCoverage(_ bytes: [UInt8], _ script: Script, _ dialect: SQLDialect) {
        var rest: [UInt8] = []
        var last = 0
        for statement in script.statements {
            rest += bytes[last..<statement.range.lowerBound]
            last = statement.range.upperBound
        }
        rest += bytes[last...]
        #expect(read(rest, dialect).statements.isEmpty)
    }

    @Test(arguments: [SQLDialect.postgres, .sqlite])
    func `of random bytes is read without a trap`(_ dialect: SQLDialect) {
        var numbers = SeededNumbers(state: 1)
        for _ in 0..<1500 {
            let count = Int.random(in: 0..<60, using: &numbers)
            check((0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }, dialect)
            check((0..<count).map { _ in UInt8.random(in: 9...126, using: &numbers) }, dialect)
        }
    }

    @Test(arguments: [SQLDialect.postgres, .sqlite])
    func `of random Unicode is read without a trap`(_ dialect: SQLDialect) {
        var numbers = SeededNumbers(state: 2)
        for _ in 0..<800 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0..<30, using: &numbers) {
                if let scalar = Unicode.Scalar(UInt32.random(in: 1...0x10FFFF, using: &numbers)) {
                    text.append(scalar)
                }
                if let piece = Self.pieces.randomElement(using: &numbers) {
                    text.append(contentsOf: piece.unicodeScalars)
                }
            }
            check(Array(String(text).utf8), dialect)
        }
    }

    @Test(arguments: [SQLDialect.postgres, .sqlite])
    func `of random tokens is read without a trap`(_ dialect: SQLDialect) {
        var numbers = SeededNumbers(state: 3)
        for _ in 0..<3000 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<25, using: &numbers) {
                text += Self.pieces.randomElement(using: &numbers) ?? ""
                if Bool.random(using: &numbers) { text += " " }
            }
            check(Array(text.utf8), dialect)
        }
    }

    @Test func `with a changed byte is read without a trap`() {
        var numbers = SeededNumbers(state: 4)
        for script in LexicalCorpus.valid {
            check(Array(script.utf8), .postgres)
            for _ in 0..<12 {
                var bytes = Array(script.utf8)
                let index = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<3, using: &numbers) {
                case 0: bytes[index] = Array(";'\"$-/*\\:()e\n ".utf8).randomElement(using: &numbers) ?? 0
                case 1: bytes.remove(at: index)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &numbers)], at: index)
                }
                check(bytes, .postgres)
                check(bytes, .sqlite)
            }
        }
    }

    @Test func `too deep or too large is refused`() {
        #expect(codes("SELECT " + String(repeating: "(", count: 100_000)) == ["E210"])
        #expect(codes("SELECT " + String(repeating: "NOT ", count: 100_000)) == ["E210"])
        #expect(codes("SELECT 1" + String(repeating: "+1", count: 240_000)) == [])
        #expect(codes("SELECT 1" + String(repeating: "+1", count: 250_001)) == ["E203"])
        let source = SourceText(name: "a.sql", text: "")
        let script = Script.read([UInt8](repeating: 0x20, count: (64 << 20) + 1), dialect: .postgres) {
            source.span($0)
        }
        #expect(script.findings.map(\.code.id) == ["E203"])
    }

    @Test func `of a hundred thousand statements is read whole`() {
        let text = String(repeating: "INSERT INTO t VALUES (1, 'a;b'); -- c\n", count: 100_000)
        let script = read(text)
        #expect(script.statements.count == 100_000)
        #expect(script.findings.isEmpty)
        #expect(script.statements.last?.range.upperBound == text.utf8.count - 7)
    }
}
