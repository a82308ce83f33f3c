import Diagnostics
import Testing

struct `A finding as a person reads it` {
    private static let code = DiagnosticCode("E999", "a test", "nothing")

    private func rendered(_ text: String, _ range: Range<Int>, hiding: [Range<Int>] = []) -> [String] {
        let source = SourceText(name: "f.yaml", text: text).hiding(hiding)
        let finding = Diagnostic(Self.code, "no good", at: source.span(range), label: "here")
        return finding.rendered().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func `has headline, place, excerpt and caret`() {
        #expect(
            rendered("a: b\nc: d\n", 8..<9) == [
                "error[E999]: no good", " --> f.yaml:2:4", "  |", "2 | c: d", "  |    ^ here", "",
            ]
        )
    }

    @Test func `puts the caret under wide characters and behind tabs`() {
        #expect(rendered("\t日本: x", 9..<10).suffix(3) == ["1 |  日本: x", "  |        ^ here", ""])
    }

    @Test func `shows what could not be seen`() {
        #expect(rendered("a\u{1B}[2Jb", 1..<2).suffix(3) == ["1 | a\\u{1B}[2Jb", "  |  ^^^^^^ here", ""])
    }

    @Test func `cuts a long line on both sides`() {
        let text = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
        let lines = rendered(text, 500..<501)
        #expect(lines[3].count == 104)
        #expect(lines[3].hasPrefix("1 | ...aaa") && lines[3].hasSuffix("bbb..."))
        let caret = lines[4].firstIndex(of: "^").map { lines[4].distance(from: lines[4].startIndex, to: $0) }
        let mark = lines[3].firstIndex(of: "X").map { lines[3].distance(from: lines[3].startIndex, to: $0) }
        #expect(caret == mark)
    }

    @Test func `marks one column where there is nothing`() {
        #expect(rendered("", 0..<0).suffix(4) == ["  |", "1 |", "  | ^ here", ""])
    }

    @Test func `shows stars for what is hidden, wherever it is marked`() {
        let text = "p: hunter2, q: 3"
        #expect(
            rendered(text, 3..<10, hiding: [3..<10]).suffix(3) == ["1 | p: ***, q: 3", "  |    ^^^ here", ""]
        )
        #expect(
            rendered(text, 12..<13, hiding: [3..<10]).suffix(3) == [
                "1 | p: ***, q: 3", "  |         ^ here", "",
            ]
        )
        #expect(rendered(text, 5..<7, hiding: [3..<10])[3] == "1 | p: ***, q: 3")
        #expect(rendered(text, 0..<1, hiding: [3..<6, 5..<10])[3] == "1 | p: ***, q: 3")
    }

    @Test func `shows related places with their notes`() {
        let source = SourceText(name: "f", text: "a\nb\n")
        let finding = Diagnostic(
            Self.code,
            "twice",
            at: source.span(2..<3),
            severity: .warning,
            related: [Diagnostic.Related("first", at: source.span(0..<1))],
            help: "once"
        )
        #expect(
            finding.rendered()
                == "warning[E999]: twice\n --> f:2:1\n  |\n2 | b\n  | ^\n ::: f:1:1\n  |\n1 | a\n  | ^ first\n"
                + "  = help: once\n"
        )
    }
}

struct `Offsets in scalars` {
    @Test(arguments: ["", "abc", "äöü", "a😀b\nc", String(repeating: "aä", count: 500)])
    func `are the bytes of these scalars`(_ text: String) {
        let source = SourceText(name: "f", text: text)
        let index = ScalarIndex(source)
        var expected = 0
        for (count, scalar) in text.unicodeScalars.enumerated() {
            #expect(index.byteOffset(count) == expected)
            expected += String(scalar).utf8.count
        }
        #expect(index.byteOffset(text.unicodeScalars.count) == expected)
        #expect(index.byteOffset(text.unicodeScalars.count + 100) == expected)
    }
}

struct `The nearest name` {
    @Test(arguments: [
        ("stpes", "steps"), ("step", "steps"), ("rolback", "rollback"), ("xyz", nil), ("checsk", "checks"),
    ])
    func `is what was probably meant`(_ name: String, _ expected: String?) {
        #expect(["steps", "rollback", "checks", "id"].nearest(to: name) == expected)
    }

    @Test func `is not looked for where a name is long`() {
        #expect([String(repeating: "a", count: 99)].nearest(to: String(repeating: "a", count: 98)) == nil)
    }
}
