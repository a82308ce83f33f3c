import Diagnostics
import Testing
import YAML

struct `Places of nodes` {
    @Test(arguments: [
        "a: «b»\n", "a: «'b c'»  # d\n", "a: «[1, 2]»\n", "a: «{ b: c }»\n", "a:\n  «b: c\n  d: e»\nf: g\n",
        "a:\n  - «b\n  - c»\n", "ä: ü\na: «b»\n", "a: «|\n  x\n  y»\n\nb: c\n",
        "😀: 1\r\na: «b»\r\n",
        "\u{FEFF}a: «b»\n", "a: «b\n  c»\nd: e\n",
    ])
    func `are those of the text`(_ text: String) throws {
        let marked = Marked(text)
        #expect(marked.findings.isEmpty)
        #expect(try #require(marked.value("a")).span.range == marked.range)
    }

    @Test(arguments: [
        ("a: x«yz»\n", 1..<3), ("a: 'x«yz»'\n", 1..<3), ("a: \"ä«b»\"\n", 2..<3),
        ("a: |\n  SELECT\n  «x»\n", 7..<8),
        ("a: |\n\n    SELECT\n\n      «x»\n", 11..<12), ("a: |2\n    «x»\n", 2..<3),
        ("a: |-\n  x\n  y«z»", 3..<4),
        ("- b\n", 0..<0), ("a: |\r\n  x\r\n  «y»\r\n", 2..<3), ("a: |+\n  x\n\n  «y»\n\n", 3..<4),
        ("ä: |\n  ü\n  «ö»\n", 3..<5),
    ])
    func `inside a text map to the source`(_ text: String, _ range: Range<Int>) throws {
        let marked = Marked(text)
        guard let scalar = marked.scalar("a") ?? marked.scalar("ä") else { return }
        #expect(scalar.sourceRange(of: range) == marked.range)
    }

    @Test(arguments: ["a: >\n  x\n  y\n", "a: x\n  y\n", "a: 'it''s'\n", "a: \"x\\ty\"\n", "a: 'x\n\n  y'\n"])
    func `inside folded and escaped text do not map`(_ text: String) throws {
        #expect(try #require(Marked(text).scalar("a")).lineOffsets.isEmpty)
    }

    @Test func `behind the last line of a block map to its end`() throws {
        let marked = Marked("a: |\n  x\n  yz«»\nb: c\n")
        #expect(try #require(marked.scalar("a")).sourceRange(of: 5..<5) == marked.range)
    }
}
