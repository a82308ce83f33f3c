import CanonicalJSON
import Reports
import Testing

@testable import Planning

struct `A plan as a comment` {
    @Test func `tells what a reviewer needs, most important first`() {
        Golden.expect(PlanComment.render(SamplePlan.reviewed), is: "plan/comment.md")
    }

    @Test func `tells first what changed since the approved plan`() {
        let before = Make.plan([SamplePlan.baseline, SamplePlan.graph], title: "Old")
        let text = PlanComment.render(SamplePlan.reviewed, against: before, file: "new.plan")
        Golden.expect(
            text.split(separator: "\n| # |").prefix(1).joined() + "\n", is: "plan/comment-against.md")
        #expect(text.contains("gonogo run new.plan"))
        #expect(
            PlanComment.render(SamplePlan.full, against: SamplePlan.full).contains("\n\nNothing differs.\n\n| # |"))
    }

    @Test func `begins with a mark that only its own runbook has`() throws {
        func mark(_ name: String) throws -> String {
            try #require(PlanComment.render(Make.plan([], name: name)).split(separator: "\n").first.map(String.init))
        }
        #expect(try mark("add-tenant-id") == "<!-- gonogo:add-tenant-id -->")
        for name in ["-->", "a--b", "-", "a->b", "ü\u{202E}\n"] {
            let inner = try mark(name).dropFirst(12).dropLast(4)
            #expect(inner.wholeMatch(of: #/[A-Za-z0-9._%]+(-[A-Za-z0-9._%]+)*-?/#) != nil, "\(inner)")
        }
        #expect(try mark("a-b") != mark("a_b"))
    }

    @Test func `tells what a plan is bound to, and who must approve it`() {
        var target = Make.target("prod")
        target.binding = TargetBinding(
            fingerprint: "7312", database: "shop", version: "15.20", cycle: 2,
            objects: [BoundObject(kind: "table", name: "public.orders", digest: Digest(of: "x"))],
            others: Digest(of: ""))
        let consent = PlannedConsent(
            roles: [PlannedRole(name: "dba", title: nil, members: ["raj@example.org"])],
            approvals: PlannedApprovals(required: 1, roles: ["dba"], notAuthor: true, expires: nil))
        let plan = Plan(
            name: "shop", title: nil, owner: nil, risk: nil, runbook: "shop.runbook.yaml", targets: [target],
            variables: [], consent: consent, phases: [Make.phase("one")])
        let comment = PlanComment.render(plan)
        #expect(comment.contains("Bound to: prod: shop, identity 7312, PostgreSQL 15.20, 1 object, run 2"))
        #expect(comment.contains("\(plan.digest.hex)`. It needs 1 approval (dba; not the author)."))
        #expect(comment.hasSuffix("```sh\ngonogo approve shop.plan --as dba --key KEY\n```\n"))
        let page = PlanPage.render(plan)
        for words in ["prod: shop, identity 7312", "1 object of prod", "public.orders", "dba: raj@example.org"] {
            #expect(page.contains(words), "\(words)")
        }
        #expect(page.contains("<pre>gonogo approve shop.plan --as dba --key KEY</pre>"))
    }

    /// The longest texts anybody could put anywhere, and as many phases.
    @Test(arguments: [1, 7, 2000]) func `fits where GitHub takes it`(_ count: Int) throws {
        let long = String(repeating: "SELECT '```' || \"</details>\";\n", count: count == 1 ? 900 : 200)
        let step = Make.sql("s", count > 7 ? "a.sql" : long, [count > 7 ? "SELECT 1" : long])
        let checks = (0..<8).map { Make.check("c\($0)", "c\($0)", long) }
        let phases = (0..<count).map { index in
            let id = "p\(index)" + String(repeating: "|", count: 200)
            guard count <= 7 else { return Make.phase(id, steps: [step]) }
            return Make.phase(
                id, title: long, preconditions: checks, steps: [step, step, step], checks: checks,
                gate: Make.gate(long, ["dba"]), rollback: Make.undo("p", "r.sql"))
        }
        let comment = PlanComment.render(Make.plan(phases), against: Make.plan([]))
        #expect(comment.utf8.count <= 65_000)
        #expect(try MarkdownPage(comment).isClosed)
        #expect(comment.contains("want of room"))
    }

    @Test func `fits whatever marks a letter bears`() throws {
        let name = "Z" + String(repeating: "\u{335}", count: 5000)
        let step = Make.sql(name, name, [name])
        let plan = Make.plan(
            (0..<20).map { Make.phase("\($0)" + name, title: name, steps: [step], gate: Make.gate(name, [name])) },
            name: name, title: name)
        let comment = PlanComment.render(plan, file: name)
        #expect(comment.utf8.count <= 65_000)
        #expect(try MarkdownPage(comment).isClosed)
    }

    @Test func `shortens the largest phase first, and says so`() throws {
        let long = (0..<4000).map { "UPDATE t SET a = \($0)" }
        let plan = Make.plan([
            Make.phase("small", steps: [Make.sql("small/1", "a.sql", ["CREATE TABLE small ()"])]),
            Make.phase("large", steps: [Make.sql("large/1", "b.sql", long)]),
            Make.phase("last", steps: [Make.sql("last/1", "c.sql", ["CREATE TABLE last ()"])]),
        ])
        let text = PlanComment.render(plan)
        #expect(text.contains("CREATE TABLE small ()") && text.contains("CREATE TABLE last ()"))
        #expect(text.contains("UPDATE t SET a = 100;") && !text.contains("UPDATE t SET a = 3999"))
        #expect(text.contains("the details of 1 phase are cut short: `large`. `gonogo plan show"))
        #expect(text.utf8.count > 60_000)
        #expect(text.contains(#/\*and [0-9]{4} lines more\*/#))
    }
}

/// A Markdown text as far as it matters here: what is code, and what is opened and closed around it.
struct MarkdownPage {
    /// The lines outside of fences.
    private(set) var lines: [String] = []
    /// The lines within fences.
    private(set) var code: [String] = []
    /// Whether all fences and tags are closed.
    private(set) var isClosed = true

    init(_ text: String) throws {
        var fence: Int?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            let ticks = line.prefix { $0 == "`" }.count
            if let open = fence {
                // A fence is closed by as many signs and nothing else.
                if ticks >= open, line.allSatisfy({ $0 == "`" }) { fence = nil } else { code.append(line) }
            } else if ticks >= 3, !line.dropFirst(ticks).contains("`") {
                fence = ticks
            } else {
                lines.append(line)
            }
        }
        let details = lines.reduce(into: [Int]()) { depths, line in
            depths.append((depths.last ?? 0) + (line == "<details>" ? 1 : line == "</details>" ? -1 : 0))
        }
        isClosed = fence == nil && details.allSatisfy { (0...1).contains($0) } && details.last == 0
    }
}
