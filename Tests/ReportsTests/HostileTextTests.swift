import CanonicalJSON
import Databases
import Diagnostics
import Reports
import Testing

@testable import Execution
@testable import Planning

/// What a file, a database or a person could write to mislead whoever reads a report.
private let hostileTexts = [
    "\u{1B}[2J\u{1B}[31m", "\u{9B}31m", "\u{202E}evil", "\u{2028}line", "\u{200B}", "\u{7F}",
    "</script><script>alert(1)",
    "\"'`", "\"] --> x[\"", "a\nb\r\nc\td", "%% comment\nflowchart TD", "#quot;#35;", "\\\" ];}", "|", "数据库",
    String(repeating: "x", count: 300), "e\u{301}\u{1F469}\u{200D}\u{1F4BB}",
]

struct `Text from outside` {
    @Test(arguments: hostileTexts) func `cannot mislead the reader of a plan`(_ text: String) throws {
        let plan = try Hostile.plan(text)
        for details in [false, true] {
            let rendered = PlanText.render(plan, details: details)
            expectHarmless(rendered)
            #expect(rendered.lineCount == PlanText.render(SamplePlan.full, details: details).lineCount)
        }
        for format in PlanGraph.Format.allCases {
            let rendered = PlanGraph.render(plan, format)
            expectHarmless(rendered)
            if format != .mermaid {
                #expect(rendered.lineCount == PlanGraph.render(SamplePlan.full, format).lineCount)
            }
        }
        expectHarmless(PlanScript.render(plan).replacing("\t", with: " "))
        expectHarmless(PlanDiff(from: SamplePlan.full, to: plan).text)
        expectHarmless(PlanDiff(from: SamplePlan.full, to: plan).json.safeText)
        let json = PlanJSON.render(plan)
        expectHarmless(json)
        var members = try JSON(parsing: Array(json.utf8)).object ?? [:]
        #expect(members.removeValue(forKey: "digest")?.string == plan.digest.hex)
        #expect(try Plan(json: .object(members)) == plan)
    }

    @Test(arguments: hostileTexts) func `cannot leave the labels of a Mermaid chart`(_ text: String) throws {
        let form =
            #/(flowchart LR|  %% [a-z0-9: ;]+|  [pgw]\d+[\[{]"[^"<>`\\]*"[\]}]|  [pgw]\d+ --> [pgw]\d+|  class.*)/#
        for line in PlanGraph.render(try Hostile.plan(text), .mermaid).split(separator: "\n") {
            #expect(line.wholeMatch(of: form) != nil, "\(line)")
        }
    }

    @Test(arguments: hostileTexts) func `cannot leave the strings of a Graphviz graph`(_ text: String) throws {
        let rendered = PlanGraph.render(try Hostile.plan(text), .dot)
        let outside = rendered.replacing(#/"(\\.|[^"\\])*"/#, with: "")
        #expect(!outside.contains("\"") && !outside.contains("x[") && !outside.contains("script"))
    }

    @Test(arguments: hostileTexts) func `cannot mislead who follows a run`(_ text: String) throws {
        for (_, events) in SampleRun.all {
            let benign = SampleRun.lines(events)
            let lines = SampleRun.lines(try events.map { try Hostile.event($0, text) })
            for (line, original) in zip(lines, benign) {
                let plain = EventLine.plain(line)
                let terminal = EventLine.terminal(line, clock: "22:08:41")
                if let plain {
                    expectHarmless(plain)
                    #expect(plain.lineCount == 1)
                }
                if let terminal {
                    expectHarmless(terminal)
                    // A remark of a severity nobody knows is told, too.
                    let usual = EventLine.terminal(original, clock: "22:08:41")?.lineCount ?? 1
                    #expect(terminal.lineCount == usual)
                }
                let json = EventJSON.line(line)
                expectHarmless(json)
                #expect(json.lineCount == 1)
                #expect(try Event(json: JSON(parsing: Array(json.utf8))) == line.event)
            }
        }
    }

    @Test(arguments: hostileTexts) func `cannot mislead the reader of a run`(_ text: String) throws {
        let plan = try Hostile.plan(text)
        for (_, events) in SampleRun.all {
            let changed = try events.map { try Hostile.event($0, text) }
            let state = RunState(changed)
            let report = RunReport.text(SampleRun.lines(changed), plan: plan)
            expectHarmless(report)
            #expect(
                report.lineCount == RunReport.text(SampleRun.lines(events), plan: SamplePlan.full).lineCount
            )
            for outcome in Outcome.allCases {
                expectHarmless(RunSummary.render(state, outcome: outcome, plan: plan, milliseconds: 1))
            }
            let list = RunList.text([RunList.Entry(run: text, lines: SampleRun.lines(changed))])
            expectHarmless(list)
            #expect(list.lineCount == 2)
        }
    }

    private func expectHarmless(_ text: String, location: SourceLocation = #_sourceLocation) {
        let treacherous = text.unicodeScalars.first { $0 != "\n" && $0.isTreacherous }
        #expect(treacherous == nil, "\(text.prefix(300).debugDescription)", sourceLocation: location)
    }
}

/// The samples with a text in every place that a person or a database writes.
private enum Hostile {
    static func plan(_ text: String) throws -> Plan {
        try Plan(json: change(SamplePlan.full.json, text, fixed: planWords, key: ""))
    }

    static func event(_ event: Event, _ text: String) throws -> Event {
        var members = event.json
        members["type"] = .string(event.type)
        let changed = change(.object(members), text, fixed: eventWords, key: "")
        return try #require(Event(json: changed))
    }

    /// Members whose values the format fixes.
    private static let planWords: Set<String> = [
        "engine", "class", "transaction", "severity", "on_failure", "on_no_go", "moment", "action", "is",
        "sha256", "than", "retry",
    ]
    private static let eventWords: Set<String> = [
        "type", "direction", "class", "verdict", "moment", "leaves", "outcome", "kind", "sha256",
    ]

    private static func change(_ json: JSON, _ text: String, fixed: Set<String>, key: String) -> JSON {
        switch json {
        case .string(let old): return fixed.contains(key) ? json : .string(old + text)
        case .array(let elements): return .array(elements.map { change($0, text, fixed: fixed, key: key) })
        case .object(let members):
            var changed: [String: JSON] = [:]
            for (name, value) in members { changed[name] = change(value, text, fixed: fixed, key: name) }
            if members["sha256"] != nil, let script = changed["text"]?.string {
                changed["sha256"] = .string(Digest(of: script).hex)
            }
            return .object(changed)
        default: return json
        }
    }
}

extension String {
    fileprivate var lineCount: Int {
        split(separator: "\n", omittingEmptySubsequences: false).count { !$0.isEmpty }
    }
}
