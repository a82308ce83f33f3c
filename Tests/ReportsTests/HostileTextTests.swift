import CanonicalJSON
import Databases
import Diagnostics
import Testing

@testable import Execution
@testable import Planning
@testable import Reports

/// What a file, a database or a person could write to mislead whoever reads a report.
private let hostileTexts = [
    "\u{1B}[2J\u{1B}[31m", "\u{9B}31m", "\u{202E}evil", "\u{2028}line", "\u{200B}", "\u{7F}",
    "</script><script>alert(1)",
    "\"'`", "\"] --> x[\"", "a\nb\r\nc\td", "%% comment\nflowchart TD", "#quot;#35;", "\\\" ];}", "|", "数据库",
    String(repeating: "x", count: 300), "e\u{301}\u{1F469}\u{200D}\u{1F4BB}",
    " @octocat #123 owner/repo#4 !5 &6 ~bug %1 $x$ :tada: GH-7", "\n::error file=a::b\n##[error]c",
    "a ::stop-commands::b",
    "```\n~~~\n````", "-->", "<!--", "</details>\n\n# heading", "<img src=http://leak.invalid/x onerror=alert(1)>",
    "[a](http://leak.invalid) ![b](http://leak.invalid/y) <http://leak.invalid> www.leak.invalid a@leak.invalid",
    "*a* __b__ ~~c~~ [^1] \\", "`", "``a`b", "\u{0}", "%25%0A::x,y=z", "{0} {{1}}", "'><b x=\"",
    "Z" + String(repeating: "\u{335}", count: 60),
]

struct `Text from outside` {
    @Test(arguments: hostileTexts) func `cannot mislead the reader of a plan`(_ text: String) throws {
        let plan = try Hostile.plan(text)
        for details in [false, true] {
            let rendered = PlanText.render(plan, details: details)
            expectHarmless(rendered)
            expectNoCommands(rendered)
            #expect(rendered.lineCount == PlanText.render(SamplePlan.reviewed, details: details).lineCount)
        }
        for format in PlanGraph.Format.allCases {
            let rendered = PlanGraph.render(plan, format)
            expectHarmless(rendered)
            if format != .mermaid {
                #expect(rendered.lineCount == PlanGraph.render(SamplePlan.reviewed, format).lineCount)
            }
        }
        expectHarmless(PlanScript.render(plan).replacing("\t", with: " "))
        expectNoCommands(PlanScript.render(plan))
        expectHarmless(PlanDiff(from: SamplePlan.full, to: plan).text)
        expectNoCommands(PlanDiff(from: SamplePlan.full, to: plan).text)
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

    private static let page = Markup(PlanPage.render(SamplePlan.reviewed))
    private static let comment = try? MarkdownPage(
        PlanComment.render(Hostile.plan("x"), against: SamplePlan.full)
    ).lines.map(\.skeleton)

    @Test(arguments: hostileTexts) func `cannot leave its place in a page`(_ text: String) throws {
        let plan = try Hostile.plan(text)
        let page = PlanPage.render(plan, file: text)
        expectHarmless(page.replacing("\t", with: " "))
        let markup = Markup(page)
        #expect(markup.problems == [])
        // Names in messages are code.
        let tags = { (markup: Markup) in markup.tags.filter { $0 != "code" } }
        #expect(tags(markup) == tags(Self.page))
        #expect(markup.values["href"] == Self.page.values["href"] && markup.values["id"] == Self.page.values["id"])
        let changes = PlanPage.render(plan, against: SamplePlan.full)
        expectHarmless(changes.replacing("\t", with: " "))
        #expect(Markup(changes).problems == [])
        #expect(Set(Markup(changes).tags).subtracting(Self.page.tags) == ["ul class", "del", "ins"])
    }

    @Test(arguments: hostileTexts) func `cannot leave its place in a comment`(_ text: String) throws {
        let comment = PlanComment.render(try Hostile.plan(text), against: SamplePlan.full, file: "p" + text)
        expectHarmless(comment.replacing("\t", with: " "))
        #expect(comment.utf8.count <= 65_000)
        let page = try MarkdownPage(comment)
        #expect(page.isClosed)
        #expect(page.lines.map(\.skeleton) == Self.comment)
        for line in page.lines.dropFirst() {
            let rest = line.withoutCode
            #expect(!rest.replacing(#/<!-- -->|</?(details|summary|code)>/#, with: "").contains("<"), "\(line)")
            let read = rest.replacing("&#64;", with: "@").replacing("&#58;", with: ":").replacing("&#46;", with: ".")
                .replacing("&#35;", with: "#").replacing(#/&#\d+;/#, with: "E")
            #expect(!read.contains(#/[@#][A-Za-z0-9]|:\/\/|www\.|[^\\]\]\(/#), "\(line)")
        }
    }

    @Test(arguments: hostileTexts) func `cannot leave its place in what programs read`(_ text: String) throws {
        let findings = ReportedFinding.all(of: try Hostile.plan(text)) { $0 }
        let usual = ReportedFinding.all(of: SamplePlan.reviewed) { $0 }
        let log = FindingsSARIF.render(findings)
        expectHarmless(log)
        let results = try JSON(parsing: Array(log.utf8))["runs"]?.array?.first?["results"]?.array
        #expect(results?.count == usual.count)
        let commands = WorkflowCommands.render(findings)
        expectHarmless(commands)
        #expect(commands.lineCount == WorkflowCommands.render(usual).lineCount)
        for line in commands.split(separator: "\n") {
            #expect(line.wholeMatch(of: #/::(error|warning) file=[^,:]*,line=\d+,title=[^,:]*::.*/#) != nil, "\(line)")
        }
    }

    @Test(arguments: [
        "- a", "+ a", "# a", "1. a", "23) a", "> a", "=== a", "```", "~~~", "    a", "| a |", "<b>", "* a", "---",
    ])
    func `cannot begin anything at the beginning of a line`(_ text: String) {
        let first = text.markdown.first.map(String.init) ?? ""
        #expect(first == "\\" || first == "&" || text.markdown.contains(#/^\d+\\[.)]/#) || text.markdown == "a")
    }

    @Test func `is code as it is, between fences it cannot close`() {
        let code = "a\tb\r\n```\n````x\n\u{1B}[2J\u{202E}\rc\n\n"
        #expect(
            code.fenced("sql") == ["`````sql", "a\tb", "```", "````x", "\\u{1B}[2J\\u{202E}\\u{D}c", "`````"])
    }

    private func expectNoCommands(_ text: String, location: SourceLocation = #_sourceLocation) {
        for line in text.split(separator: "\n") {
            let content = line.drop { $0.isWhitespace }
            #expect(
                !line.contains("##[") && (!content.hasPrefix("::") || !content.dropFirst(2).contains("::")), "\(line)",
                sourceLocation: location)
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
        try Plan(json: change(SamplePlan.reviewed.json, text, fixed: planWords, key: ""))
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
        "sha256", "than", "retry", "mode",
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
    /// What a line of a comment is made of, whatever its words.
    fileprivate var skeleton: String {
        let rest = withoutCode
        let cells = rest.hasPrefix("|") ? "|\(rest.count { $0 == "|" })" : ""
        return cells + (rest.prefixMatch(of: #/#+ |- |<\/?[a-z]+>|\*\*[A-Z]/#).map { String($0.output) } ?? "")
    }

    /// Without what stands between backticks, or between the tags of code.
    fileprivate var withoutCode: String {
        var rest = Array(replacing("<!-- -->", with: "\u{1}").replacing(#/<code>[^<]*<\/code>/#, with: "C"))[...]
        var result = ""
        while let first = rest.first {
            let ticks = rest.prefix { $0 == "`" }.count
            if first == "\\" {
                result += String(rest.prefix(2))
                rest = rest.dropFirst(2)
            } else if ticks == 0 {
                result.append(first)
                rest = rest.dropFirst()
            } else {
                // As many signs and no more end it.
                var inner = rest.dropFirst(ticks)
                while let start = inner.firstIndex(of: "`") {
                    let run = inner[start...].prefix { $0 == "`" }.count
                    inner = inner[(start + run)...]
                    if run == ticks { break }
                    if inner.isEmpty { return result + "UNCLOSED" }
                }
                result += "C"
                rest = inner
            }
        }
        return result.replacing("\u{1}", with: "<!-- -->")
    }

    fileprivate var lineCount: Int {
        split(separator: "\n", omittingEmptySubsequences: false).count { !$0.isEmpty }
    }
}
