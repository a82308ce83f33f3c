import TestSupport
import Testing

/// The page of a plan, as a browser shows it.
struct `A page in a browser` {
    /// The page of a shipped runbook.
    private static func shipped(_ name: String) async throws -> String {
        let program = try Program().setting("DATABASE_URL", "postgres://db.example/app").setting("GRAPH_DB", "graph.db")
        let path = "\(Files.package)/runbooks/\(name).runbook.yaml"
        return try await page(program, path)
    }

    /// The page of a runbook with this text wherever there may be one.
    private static func page(saying text: String) async throws -> String {
        let quoted = "'\(text.replacing("'", with: "''"))'"
        let runbook = """
            runbook: 1
            name: hostile
            title: \(quoted)
            owner: \(quoted)
            databases: sqlite:graph.db
            phases:
              - id: one
                title: \(quoted)
                description: \(quoted)
                sql: a.sql
                checks: [{ name: \(quoted), query: SELECT 1, expect: \(quoted) }]
                gate: { question: \(quoted), deciders: [dba] }
                rollback: { none: \(quoted) }
            """
        let program = try Program().file("hostile.runbook.yaml", runbook)
            .file("a.sql", "CREATE TABLE t (a text DEFAULT \(quoted)); -- \(text)\n")
        return try await page(program, "hostile.runbook.yaml")
    }

    private static func page(_ program: Program, _ path: String) async throws -> String {
        let answer = try await program.run("plan", path, "--format", "html")
        guard answer.status == 0 else { throw TestFailure(answer.errors) }
        return answer.output
    }

    @Test(arguments: ["v2", "multi-tenancy", "multi-tenancy-sqlite"])
    func `is small, whole, and asks nobody for anything`(_ name: String) async throws {
        let html = try await Self.shipped(name)
        #expect(html.utf8.count < 300_000)
        let browser = try Browser()
        let (dom, requests) = try await browser.load(browser.page(html))
        #expect(dom.contains("</footer>") && dom.contains("<details open"))
        // A browser mends what is not right: here it has nothing to mend.
        #expect(dom.count(of: "<details") == html.count(of: "<details"))
        #expect(dom.count(of: "<td") == html.count(of: "<td") && dom.count(of: "<li") == html.count(of: "<li"))
        #expect(requests == [])
    }

    private static let hostile =
        "<script>document.title='pwned'</script><img src=http://leak.invalid/x "
        + "onerror=\"document.title='pwned'\"></title></style>"

    @Test func `runs nothing that stands in a plan, and fetches nothing`() async throws {
        let browser = try Browser()
        let (dom, requests) = try await browser.load(browser.page(Self.page(saying: Self.hostile)))
        #expect(dom.contains(#/<title>Plan [0-9a-f]{8}: hostile<\/title>/#))
        #expect(dom.contains("&lt;script&gt;document.title='pwned'&lt;/script&gt;"))
        #expect(!dom.contains("<script") && !dom.contains("<img"))
        #expect(requests == [])
    }

    /// Were there a way to run or fetch something, the test above would tell.
    @Test func `would run and fetch what is not escaped`() async throws {
        let browser = try Browser()
        let (dom, requests) = try await browser.load(browser.page("<!DOCTYPE html><title>x</title>\(Self.hostile)"))
        #expect(dom.contains("<title>pwned</title>"))
        #expect(requests == ["http://leak.invalid/x"])
    }

    /// What is not escaped would be stopped by the policy all the same.
    @Test func `has a policy that stops scripts and requests`() async throws {
        let html = try await Self.shipped("multi-tenancy-sqlite")
        let browser = try Browser()
        let spoiled = html.replacing("<main id=\"main\">", with: "<main id=\"main\">\(Self.hostile)")
        #expect(spoiled != html)
        let (dom, requests) = try await browser.load(browser.page(spoiled))
        #expect(dom.contains("<script>") && dom.contains("<title>Plan "))
        #expect(requests == [])
    }

    @Test func `is light by day and dark by night`() async throws {
        let browser = try Browser()
        let page = try browser.page(try await Self.shipped("multi-tenancy-sqlite"))
        #expect(try await browser.corner(page, "--blink-settings=preferredColorScheme=1") == "250 249 246\n")
        #expect(try await browser.corner(page, "--blink-settings=preferredColorScheme=0") == "21 24 28\n")
    }

    @Test func `shows on paper what is folded on a screen`() async throws {
        let html = try await Self.shipped("v2")
        let browser = try Browser()
        // With everything folded, also what is open at first.
        let paper = try await browser.paper(browser.page(html.replacing("<details open>", with: "<details>")))
        for words in [
            "the application is stopped, so nobody waits for an index", "creates column agent_relationships.strength",
            "DROP TYPE entity_type", "Start the production migration?", "wave 1 backup at once",
        ] {
            #expect(paper.contains(words.filter { !$0.isWhitespace }), "\(words)")
        }
    }
}

extension String {
    fileprivate func count(of part: String) -> Int {
        split(separator: part, omittingEmptySubsequences: false).count - 1
    }
}
