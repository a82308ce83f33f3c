@testable import Commands
import Diagnostics
import Planning
import Runbooks
import Statements
import TestSupport
import Testing
import YAML

struct `A runbook that cannot be planned` {
    /// The findings of every case are held against `expected.txt`; `RECORD=1` writes them anew, and fails.
    @Test(arguments: GoldenCase.all(in: "planning"))
    func `is refused with these words`(_ golden: GoldenCase) throws {
        let bytes = try #require(golden.bytes("runbook.yaml"))
        let result = plan(
            bytes, files: ProjectFiles(root: golden.folder), values: golden.values,
            environment: ["DATABASE_URL": "postgres://db.example/app", "MODE": "from-environment"])
        let expected = try #require(golden.expected(recording: result.rendered), "recorded; run again without RECORD")
        #expect(result.rendered == expected)
        #expect((result.plan == nil) == result.findings.contains { $0.severity == .error })
        #expect(!result.rendered.contains("hunter"))
    }

    @Test func `has a golden text for every kind of finding`() {
        let known = YAMLCodes.all + RunbookCodes.all + StatementCodes.all + PlanningCodes.all + ReviewCodes.all
        let cases = GoldenCase.all(in: "planning") + GoldenCase.all(in: "bad-input")
        let texts = cases.compactMap { $0.text("expected.txt") }.joined(separator: "\n")
        let uncovered = known.map(\.id).filter { !texts.contains("[\($0)]: ") && !Self.withoutGolden.contains($0) }
        #expect(uncovered == [])
    }

    @Test func `has no code that means two things`() {
        let all = YAMLCodes.all + RunbookCodes.all + StatementCodes.all + PlanningCodes.all + ReviewCodes.all
        let ids = all.map(\.id)
        #expect(Set(ids).count == ids.count)
    }

    /// Findings whose inputs are too large to keep as files, the one that needs a newer server, and those that need a
    /// catalog, which end-to-end/catalog-failing.txt has.
    static let withoutGolden: Set<String> = ["E004", "E203", "W322", "W634", "W635", "W636", "W637"]
}

extension GoldenCase {
    /// The lines of `vars.txt`, each `NAME=VALUE` as after `--var`.
    fileprivate var values: [String: String] {
        let lines = (text("vars.txt") ?? "").split(separator: "\n")
        return Dictionary(
            lines.compactMap { line in
                line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
            }, uniquingKeysWith: { first, _ in first })
    }
}
