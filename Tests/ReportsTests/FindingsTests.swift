import CanonicalJSON
import Diagnostics
@testable import Reports
import Testing

@testable import Planning

struct `What was found, for programs` {
    private static let code = DiagnosticCode("E301", "no such thing", "Why not.\n\nMore of it.")
    private static let source = SourceText(name: "shop.runbook.yaml", text: "name: x\nphases: [ü, b]\n")

    /// A finding of a document, at `b`.
    private static func finding(_ message: String = "`b` is not there", line: Bool = true) -> ReportedFinding {
        let place = Array("name: x\nphases: [ü, ".utf8).count
        return ReportedFinding(
            Diagnostic(code, message, at: line ? source.span(place..<place + 1) : nil, help: "take it out")
        ) { "db/runbooks/\($0)" }
    }

    private static let reviewed = ReportedFinding.all(of: SamplePlan.reviewed) { "db/\($0)" }

    @Test func `is a log of SARIF`() {
        Golden.expect(FindingsSARIF.render([Self.finding()] + Self.reviewed), is: "findings/sarif.json")
        Golden.expect(FindingsSARIF.render([]), is: "findings/none.json")
    }

    @Test func `is commands to a workflow`() {
        Golden.expect(WorkflowCommands.render([Self.finding()] + Self.reviewed), is: "findings/github.txt")
        #expect(WorkflowCommands.render([]) == "")
    }

    @Test func `has a mark that stays when its line moves, and is another for another finding`() throws {
        func marks(_ findings: [ReportedFinding]) throws -> [String] {
            let log = try JSON(parsing: Array(FindingsSARIF.render(findings).utf8))
            return try #require(log["runs"]?.array?.first?["results"]?.array).map {
                $0["partialFingerprints"]?["gonogo/v1"]?.string ?? ""
            }
        }
        func plan(line: Int) -> [ReportedFinding] {
            let found = SamplePlan.reviewed.review.findings.map { finding in
                PlannedFinding(
                    DiagnosticCode(finding.code, "", ""), finding.message, help: nil,
                    at: Place(file: finding.place.file, line: finding.place.line + line), phase: finding.phase,
                    step: nil)
            }
            return ReportedFinding.all(of: SamplePlan.full.with(PlanReview(findings: found))) { $0 }
        }
        #expect(try marks(plan(line: 0)) == marks(plan(line: 5)))
        #expect(try Set(marks(plan(line: 0))).count == 5)
        // Equal ones are told apart by their order.
        #expect(try Set(marks([Self.finding(), Self.finding(), Self.finding("`c` is not there")])).count == 3)
    }

    @Test func `names files as a reference of a URI can`() throws {
        for (name, uri) in [
            ("a b/ü%.yaml", "a%20b/%C3%BC%25.yaml"), ("a:b?#[x].sql", "a%3Ab%3F%23%5Bx%5D.sql"),
            ("/srv/x.sql", "file:///srv/x.sql"), ("a\nb", "a%0Ab"),
        ] {
            let finding = ReportedFinding(Diagnostic(Self.code, "m", at: Self.source.span(0..<1))) { _ in name }
            #expect(FindingsSARIF.render([finding]).contains("\"uri\": \"\(uri)\""))
        }
    }

    @Test func `has no links of its own`() {
        let log = FindingsSARIF.render([Self.finding("[click](https://example.org)")])
        #expect(!log.contains("](") && log.contains("[click] (https://example.org)"))
    }

    @Test func `is cut where GitHub would not show it, warnings before errors`() {
        let warning = ReportedFinding.all(of: SamplePlan.reviewed) { $0 }.filter { $0.severity == .warning }
            .filter { $0.acceptance == nil }[0]
        let lines = WorkflowCommands.render(
            [ReportedFinding](repeating: warning, count: 12) + (1...14).map { Self.finding("no \($0)") }
        ).split(separator: "\n")
        #expect(lines.count == 21)
        #expect(lines.prefix(10).allSatisfy { $0.hasPrefix("::error ") })
        #expect(lines[10..<20].allSatisfy { $0.hasPrefix("::warning ") })
        #expect(
            lines[20]
                == "::notice title=gonogo::6 findings of 14 errors and 12 warnings left out: GitHub shows 10 of a kind"
        )
    }

    @Test func `escapes what means something to a workflow`() {
        let text = WorkflowCommands.render([
            ReportedFinding(
                Diagnostic(Self.code, "100%\r\n::error::x, y: z", at: Self.source.span(0..<1), help: "a,b:c")
            ) { _ in "a,b:c%\n::d" }
        ])
        #expect(text.split(separator: "\n").count == 1)
        #expect(text.contains("file=a%2Cb%3Ac%25\\u{A}%3A%3Ad,line=1"))
        #expect(text.hasSuffix("::100%25 ::error::x, y: z%0Ahelp: a,b:c\n"))
    }
}
