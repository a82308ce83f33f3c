import CanonicalJSON
@testable import Commands
import Databases
import Diagnostics
import Planning
import Runbooks
import SQLiteDriver
import TestSupport

/// Files that are texts of the test.
struct MemoryFiles: FileSource {
    var files: [String: String] = [:]

    func read(_ path: String) -> Result<[UInt8], FileProblem> {
        files[path].map { .success(Array($0.utf8)) } ?? .failure(.missing(near: []))
    }
}

/// What came of a runbook.
struct Planned {
    let plan: Plan?
    let questions: [ServerQuestion]
    let findings: [Diagnostic]
    /// What a review of the plan finds.
    var review: [Diagnostic] = []

    /// The findings as people read them.
    var rendered: String { (findings + review).inSourceOrder().map { $0.rendered() }.joined() }

    /// `E301 message` of each.
    var lines: [String] { findings.map { "\($0.code.id) \($0.message)" } }

    /// The plan's phases by name, when there is a plan.
    func phase(_ id: String) -> PlannedPhase? { plan?.phase(id) }
}

/// Decodes and plans, the whole way from bytes to findings.
func plan(
    _ bytes: [UInt8], files: any FileSource, values: [String: String] = [:], environment: [String: String] = [:],
    name: String = "runbook.yaml", verdicts: [ServerQuestion: ServerVerdict] = [:]
) -> Planned {
    var findings = Findings()
    let source = SourceText(name: name, bytes: bytes)
    let runbook = RunbookDecoder.decode(source, environment: environment, findings: &findings)
    guard let runbook else { return Planned(plan: nil, questions: [], findings: findings.all.inSourceOrder()) }
    let addresses = Addresses(root: "/srv")
    let judge = SyntaxJudge()
    let planned = Planner.plan(
        Planner.Request(
            runbook: runbook, path: name, values: values, environment: environment, files: files,
            address: { addresses.request($0.url.value) }, verdicts: verdicts,
            sqliteProblem: { judge.problem(in: $0) }, sqliteTrial: { ShadowTrial() }))
    return Planned(
        plan: planned.plan, questions: planned.questions,
        findings: (findings.all + planned.findings).inSourceOrder(),
        review: planned.review)
}

/// The same for text in a test.
func plan(
    _ text: String, files: [String: String] = [:], values: [String: String] = [:], environment: [String: String] = [:]
) -> Planned {
    plan(Array(text.utf8), files: MemoryFiles(files: files), values: values, environment: environment)
}

/// A runbook on PostgreSQL with these lines after its head, and these phases.
func runbook(_ head: String = "", database: String = "postgres://db.example/app", phases: String) -> String {
    "runbook: 1\nname: demo\ndatabases: \(database)\n\(head)phases:\n"
        + phases.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "\n" : "  \($0)\n" }
        .joined()
}

/// A phase that asks with one check, whose lines these are.
func phase(_ check: String) -> String {
    let lines = check.split(separator: "\n").enumerated().map { ($0 == 0 ? "  - " : "    ") + $1 }
    return "- id: one\n  checks:\n" + lines.map { "  " + $0 + "\n" }.joined() + "  rollback: { none: reads only }"
}
