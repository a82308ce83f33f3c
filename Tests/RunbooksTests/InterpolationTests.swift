import Diagnostics
@testable import Runbooks
import Testing
import YAML

struct `A text with variables` {
    private let interpolation = Interpolation(
        environment: [
            "A": "a", "REFERENCE": "${vars.tenant}", "EMPTY": "", "DATABASE_URL": "postgres://h/d",
            "PGPASSWORD": "hunter2",
        ],
        variables: ["tenant"]
    )

    private func resolve(_ text: String, _ place: Interpolation.Place = .plain) -> Interpolation.Result {
        let source = SourceText(name: "t", text: text)
        let scalar = Scalar(text: text, style: .plain, value: .text(text), lineOffsets: [0])
        return interpolation.resolve(scalar, at: source.span(0..<text.utf8.count), place: place)
    }

    @Test(arguments: [
        ("x", "x"), ("${A}", "a"), ("x${A}y${A}", "xaya"), ("$${A}", "$${A}"), ("${REFERENCE}", "$${vars.tenant}"),
        ("$$", "$"), ("$A", "$A"),
        ("$", "$"),
        ("${NO:-b}", "b"), ("${EMPTY:-b}", "b"), ("${A:-b}", "a"), ("${NO:-}", ""), ("${EMPTY}", ""),
        ("${A:?why}", "a"), ("${vars.tenant}", "${vars.tenant}"), ("ä${A}ü", "äaü"),
        ("${NO:-a b:c}", "a b:c"),
    ])
    func `takes them from the environment`(_ text: String, _ expected: String) {
        let result = resolve(text)
        #expect(result.text == expected)
        #expect(result.findings.isEmpty)
    }

    @Test(arguments: [
        ("${NO}", "E123"), ("${NO:?why}", "E123"), ("${EMPTY:?why}", "E123"), ("${}", "E124"),
        ("${A", "E124"),
        ("${A-b}", "E124"), ("${A:+b}", "E124"), ("${1}", "E124"), ("${a b}", "E124"), ("${vars.x}", "E123"),
        ("${vars}", "E123"), ("${vars.}", "E124"), ("${vars.tenant:-x}", "E124"), ("${each.t}", "E129"),
        ("${run.id}", "E107"), ("${steps.a.file}", "E107"), ("${other.x}", "E124"), ("${PGPASSWORD}", "E128"),
    ])
    func `is refused where one cannot be had`(_ text: String, _ code: String) {
        let result = resolve(text)
        #expect(result.text == nil)
        #expect(result.findings.map(\.code.id) == [code])
        #expect(!result.findings.contains { $0.rendered().contains("hunter") })
    }

    @Test func `may hold a secret only as an address`() {
        #expect(resolve("${PGPASSWORD}", .address).text == "hunter2")
        #expect(resolve("$${A}", .address).text == "${A}")
    }

    @Test func `keeps each only as a title`() {
        #expect(resolve("in ${each.t}", .title).text == "in ${each.t}")
    }

    @Test func `is marked at each reference`() {
        let spans = resolve("a ${NO} b ${NEITHER}").findings.compactMap { $0.span?.text }
        #expect(spans == ["${NO}", "${NEITHER}"])
    }
}
