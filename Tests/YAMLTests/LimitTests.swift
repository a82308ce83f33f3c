import Diagnostics
import Testing
@testable import YAML

struct `The limits of a document` {
    private func codes(_ text: String) -> [String] {
        var findings = Findings()
        _ = YAMLReader.read(SourceText(name: "t.yaml", text: text), findings: &findings)
        return findings.all.map(\.code.id)
    }

    @Test(arguments: ["[", "{a: ", "- ", "[{a: "])
    func `refuse nesting at once`(_ opening: String) {
        #expect(codes(String(repeating: opening, count: 5000)) == ["E005"])
    }

    @Test func `refuse nesting by indentation`() {
        let lines = (0..<5000).map { String(repeating: " ", count: $0) + "a:\n" }
        #expect(codes(lines.prefix(500).joined()) == ["E005"])
    }

    @Test func `allow the depth they name`() {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(codes(deep).isEmpty)
    }

    @Test func `refuse a file that is too long, without reading it`() {
        let source = SourceText(name: "t.yaml", text: String(repeating: "\0", count: 1_100_000))
        var findings = Findings()
        let limits = YAMLReader.Limits(bytes: 1 << 20)
        #expect(YAMLReader.read(source, limits: limits, findings: &findings) == nil)
        #expect(findings.all.map(\.message) == ["the file has 1.0 MiB; the limit is 1 MiB"])
    }

    @Test func `refuse too many values`() {
        let source = SourceText(name: "t.yaml", text: "[1, 2, 3]")
        for (nodes, expected) in [(3, ["E004"]), (4, [])] {
            var findings = Findings()
            _ = YAMLReader.read(source, limits: YAMLReader.Limits(nodes: nodes), findings: &findings)
            #expect(findings.all.map(\.code.id) == expected)
        }
        #expect(YAMLReader.maximumNodes == 1_000_000)
        #expect(YAMLReader.maximumBytes == 16 << 20)
    }

    @Test func `stop a bomb of aliases at its anchors`() {
        var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for (name, last) in zip("bcdefghijklmnop", "abcdefghijklmno") {
            text += "\(name): &\(name) [" + String(repeating: "*\(last), ", count: 9) + "]\n"
        }
        #expect(codes(text).count == 100)
    }

    @Test func `report at most a hundred findings`() {
        #expect(codes(String(repeating: "- yes\n", count: 5000)).count == 100)
    }

    @Test func `report at most twenty characters`() {
        #expect(codes(String(repeating: "\u{1}", count: 5000)).count == 20)
    }
}
