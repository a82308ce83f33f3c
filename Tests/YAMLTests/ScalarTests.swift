import Diagnostics
import Testing
import YAML

struct `A scalar without quotes` {
    @Test(arguments: [
        ("null", Scalar.Value.null), ("~", .null), ("true", .boolean(true)), ("False", .boolean(false)),
        ("0", .integer(0)), ("-17", .integer(-17)), ("+3", .integer(3)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("1.5", .number("1.5")), ("-0.25", .number("-0.25")), ("1.0", .number("1.0")),
        ("text", .text("text")), ("nullable", .text("nullable")), ("10.0.0.1", .text("10.0.0.1")),
        ("5m", .text("5m")), ("20GB", .text("20GB")), ("80%", .text("80%")),
        ("1e", .text("1e")), ("12e03456ab", .text("12e03456ab")), ("a:b", .text("a:b")),
        ("1.2.3", .text("1.2.3")),
        ("00000000-0000-0000-0000-000000000001", .text("00000000-0000-0000-0000-000000000001")),
        ("http://localhost:3000", .text("http://localhost:3000")), (".", .text(".")), ("_1", .text("_1")),
    ])
    func `means what YAML 1.2 says`(_ text: String, _ value: Scalar.Value) throws {
        let marked = Marked("a: \(text)\n")
        #expect(marked.findings.isEmpty)
        #expect(try #require(marked.scalar("a")).value == value)
    }

    @Test(arguments: [
        ("yes", "E020"), ("NO", "E020"), ("off", "E020"), ("y", "W001"), ("N", "W001"), ("0644", "E022"),
        ("00", "E022"), ("-007", "E022"), ("007.5", "E022"), ("12:30", "E023"), ("1:2:3", "E023"),
        ("-1:30", "E023"),
        ("190:20:30.15", "E023"), ("1e3", "E024"), ("1.5E-10", "E024"), ("12e03456", "E024"),
        (".inf", "E025"),
        ("-.INF", "E025"), (".NaN", "E025"), ("1_000", "E025"), ("0x1F", "E025"), ("0o17", "E025"),
        ("0b11", "E025"),
        ("9223372036854775808", "E025"), ("-9223372036854775809", "E025"), (".5", "E025"), ("5.", "E025"),
        ("1.10", "W002"), ("2.500", "W002"), ("2025-10-12", "W003"), ("2025-10-12T10:00:00Z", "W003"),
        ("2025-10-12 10:00:00", "W003"),
    ])
    func `is refused or warned of where readers differ`(_ text: String, _ code: String) {
        let marked = Marked("a: «\(text)»\n")
        #expect(marked.findings.map(\.code.id) == [code])
        #expect(marked.findings.first?.span?.range == marked.range)
    }

    @Test(arguments: ["yes", "0644", "12:30", "1e3", "1.10", "2025-10-12", "null", "5"])
    func `is text in quotes`(_ text: String) throws {
        for quoted in ["'\(text)'", "\"\(text)\""] {
            let marked = Marked("a: \(quoted)\n")
            #expect(marked.findings.isEmpty)
            #expect(try #require(marked.scalar("a")).value == .text(text))
        }
    }
}

struct `The reader of YAML` {
    @Test func `says what kind of node it read`() {
        let marked = Marked("a: [x]\nb: { c: d }\ne: 1\nf: true\ng: x\nh: null\n")
        let kinds = ["a", "b", "e", "f", "g", "h"].map { marked.value($0)?.kindName }
        #expect(kinds == ["a list", "a mapping", "a number", "a boolean", "text", "nothing"])
    }

    @Test func `tells block styles apart`() {
        let marked = Marked("a: |\n  x\nb: >\n  x\nc: 'x'\nd: \"x\"\ne: x\n")
        let styles = ["a", "b", "c", "d", "e"].map { marked.scalar($0)?.style }
        #expect(styles == [.literal, .folded, .singleQuoted, .doubleQuoted, .plain])
    }

    @Test func `goes on after a finding`() {
        let marked = Marked("a: yes\nb: &x 1\nb: 2\nc: 0644\nd: !t 5\n? [e]\n: 1\nf: { g: h, i }\nj: ok\n")
        #expect(marked.findings.map(\.code.id) == ["E020", "E008", "E012", "E022", "E010", "E011", "E009"])
        #expect(marked.scalar("j")?.text == "ok")
    }

    @Test(arguments: ["a: b # it's\n", "a: don't # c\n", "a: 'x' # 'y\n", "a: x#'y'\n", "a: # c\n  b: c\n"])
    func `lets comments be comments`(_ text: String) {
        #expect(Marked(text).findings.isEmpty)
    }

    @Test func `reads a document without a line end`() {
        #expect(Marked("a: b").scalar("a")?.text == "b")
    }

    @Test func `gives every code an explanation of its own`() {
        #expect(Set(YAMLCodes.all.map(\.id)).count == YAMLCodes.all.count)
        #expect(Set(YAMLCodes.all.map(\.explanation)).count == YAMLCodes.all.count)
        for code in YAMLCodes.all {
            #expect(code.explanation.contains("Wrong:") && code.explanation.contains("Right:"))
            #expect(code.explanation.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(code.id)")
        }
    }
}
