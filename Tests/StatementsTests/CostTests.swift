import Testing

@testable import Statements

struct `The cost of reading` {
    private func parsedBytes(_ text: String) -> Int {
        var check = SyntaxCheck(PostgresScanner.scan(Array(text.utf8), from: 0))
        check.run()
        return check.parsedBytes
    }

    @Test(arguments: [10, 100, 1000, 10_000])
    func `grows with the script, whatever is wrong with it`(_ count: Int) {
        let good = String(repeating: "INSERT INTO t (a, b, c) VALUES (1, 'two', 3.0);\n", count: count)
        #expect(parsedBytes(good) <= good.utf8.count)
        let spoilt = good + "SELEC 1;" + good
        #expect(parsedBytes(spoilt) <= 2 * spoilt.utf8.count)
        let bad = String(repeating: "SELEC 1;\n", count: count)
        #expect(parsedBytes(bad) <= 2 * bad.utf8.count)
    }

    @Test(arguments: [
        "'", "\"", "$a", "$a$", "/*", "--", ":'", ":'a", ":\"", "${", "${a", "E'", "COPY t FROM stdin;\n",
    ])
    func `of what looks like the beginning of something is small`(_ piece: String) {
        let bytes = Array(String(repeating: piece, count: 20_000).utf8)
        var lexer = PostgresLexer(bytes, in: 0..<bytes.count)
        var tokens = 0
        while lexer.next().kind != .end, tokens <= bytes.count { tokens += 1 }
        #expect(tokens <= bytes.count)
    }
}
