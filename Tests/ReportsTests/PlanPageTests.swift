import CanonicalJSON
import Testing

@testable import Planning
@testable import Reports

struct `A plan as a page` {
    private static let page = PlanPage.render(SamplePlan.reviewed, against: SamplePlan.full)

    @Test func `is whole and closed, and its links lead somewhere`() {
        for text in [Self.page, PlanPage.render(Make.plan([])), PlanPage.render(Many.wave(70))] {
            let markup = Markup(text)
            #expect(markup.problems == [])
            let ids = markup.values["id"] ?? []
            #expect(Set(ids).count == ids.count)
            for link in markup.values["href"] ?? [] {
                #expect(link.first == "#" && ids.contains(String(link.dropFirst())))
            }
            for name in ["aria-labelledby"] {
                for id in markup.values[name] ?? [] { #expect(ids.contains(id), "\(name) \(id)") }
            }
        }
    }

    @Test func `fetches nothing, runs nothing and sends nothing`() {
        let markup = Markup(Self.page)
        let names = Set(markup.tags.map { $0.prefix { $0 != " " } })
        #expect(
            names.isDisjoint(with: ["script", "img", "iframe", "link", "form", "input", "object", "embed", "base"]))
        #expect(
            Set(markup.values.keys).isDisjoint(with: ["src", "srcset", "action", "onclick", "onload", "ping", "target"])
        )
        let style = Self.page.split(separator: "<style>").last?.split(separator: "</style>").first ?? ""
        #expect(!style.contains("url(") && !style.contains("@import"))
        let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
        #expect(Self.page.contains("\"Content-Security-Policy\" content=\"\(policy)\""))
        // The policy counts for what follows it.
        #expect(markup.tags.prefix(4) == ["html lang", "head", "meta charset", "meta http-equiv content"])
    }

    @Test func `has headings in order, and tables whose heads say what they are of`() {
        let markup = Markup(Self.page)
        let levels = markup.tags.compactMap { tag in
            tag.wholeMatch(of: #/h([1-6])( .*)?/#).flatMap { Int($0.1) }
        }
        #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
        for (before, after) in zip(levels, levels.dropFirst()) { #expect(after <= before + 1) }
        #expect(markup.tags.filter { $0.hasPrefix("th") && $0 != "thead" }.allSatisfy { $0.hasPrefix("th scope") })
        // What can be scrolled can be reached by keys.
        let wide = markup.tags.filter { $0.hasPrefix("div class tabindex") }
        #expect(wide.count == 3 && wide.allSatisfy { $0.contains("role aria-label") })
    }

    @Test func `holds everything that the terminal shows`() {
        let plan = SamplePlan.reviewed
        let text = Markup(Self.page).text
        for phase in plan.phases {
            #expect(text.contains(phase.id))
            for check in phase.preconditions + phase.checks { #expect(text.contains(check.name)) }
            for step in phase.steps + phase.rollbackSteps {
                for statement in step.script?.statements ?? [] {
                    #expect(text.contains(statement.text.replacing("'", with: "&#39;")))
                }
            }
        }
        for word in [
            plan.digest.hex, "the default is computed", "unless a constraint proves it", "what f() does",
            "reads and writes wait", "nobody works then", "customers write at once",
            "may run in parallel: m008, indexes",
            "unwind m007, m006", "3h15m expected", "Start the application?", "no-go: stop", "at least 13",
        ] {
            #expect(text.contains(word), "\(word)")
        }
    }

    @Test func `tells what changed since the approved plan before everything else`() {
        let before = Make.plan([SamplePlan.graph])
        let text = PlanPage.render(SamplePlan.full, against: before)
        let first = Markup(text).values["id"]?.filter { $0 != "main" }.first
        #expect(first == "changes")
        #expect(
            text.contains(
                #/<h3>Phase <code>m007<\/code><\/h3><ul class="plain">\n.*<span class="badge good">added<\/span> the phase/#
            ))
        #expect(!PlanPage.render(SamplePlan.full).contains("id=\"changes\""))
    }

    /// WCAG 2.1 AA: 4.5 to 1 for text, 3 to 1 for the lines of a picture.
    @Test(arguments: [PageStyle.light, PageStyle.dark])
    func `has enough contrast`(_ scheme: PageStyle.Scheme) throws {
        let colours = Dictionary(uniqueKeysWithValues: scheme.colours.map { ($0.name, $0.value) })
        func luminance(_ name: String) throws -> Double {
            let digits = try #require(colours[name]).dropFirst()
            let value = try #require(Int(digits, radix: 16))
            let parts = [value >> 16, value >> 8 & 0xFF, value & 0xFF].map { part -> Double in
                let share = Double(part) / 255
                return share <= 0.03928 ? share / 12.92 : power((share + 0.055) / 1.055)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        func contrast(_ one: String, _ other: String) throws -> Double {
            let (a, b) = (try luminance(one), try luminance(other))
            return (max(a, b) + 0.05) / (min(a, b) + 0.05)
        }
        for (ink, pages) in [
            ("ink", ["page", "card", "code", "warn-page", "good-page", "bad-page"]),
            ("soft", ["page", "card", "code", "warn-page"]), ("link", ["page", "card"]),
            ("warn", ["page", "card", "warn-page"]), ("bad", ["page", "card", "bad-page"]), ("good", ["good-page"]),
        ] {
            for page in pages { #expect(try contrast(ink, page) >= 4.5, "\(ink) on \(page)") }
        }
        #expect(try contrast("edge", "card") >= 3 && contrast("edge", "page") >= 3)
    }

    /// x to the power of 2.4, which is that of 12 and a fifth root.
    private func power(_ x: Double) -> Double {
        let wanted = (0..<12).reduce(1.0) { product, _ in product * x }
        var root = 1.0
        for _ in 0..<60 { root -= (root * root * root * root * root - wanted) / (5 * root * root * root * root) }
        return root
    }
}

struct `The picture of a plan` {
    @Test func `has what is waited for above, and passes others beside them`() throws {
        let plan = Make.plan([
            Make.phase("a"), Make.phase("b", needs: ["a"], wave: 1), Make.phase("c", needs: ["a"], wave: 1),
            Make.phase("d", needs: ["b", "c", "a"], wave: 2), Make.phase("e", needs: ["d", "a"], wave: 3),
        ])
        let layout = GraphLayout(PhaseGraph(plan))
        #expect(layout.rows == [[0], [1, 2], [3], [4]])
        #expect(layout.lanes == 2)
        #expect(layout.arrows.compactMap(\.lane).sorted() == [0, 1])
    }

    @Test func `has few crossings`() {
        let plan = Make.plan([
            Make.phase("a"), Make.phase("b"), Make.phase("x", needs: ["b"], wave: 1),
            Make.phase("y", needs: ["a"], wave: 1),
        ])
        #expect(GraphLayout(PhaseGraph(plan)).rows == [[0, 1], [3, 2]])
    }

    @Test func `is left out where nobody could take it in`() {
        #expect(GraphDrawing(Many.chain(60)) != nil)
        #expect(GraphDrawing(Many.chain(61)) == nil)
        #expect(GraphDrawing(Many.wave(9)) == nil)
        #expect(GraphDrawing(Make.plan([])) == nil)
        #expect(PlanPage.render(Many.wave(9)).contains("too large for a picture"))
    }
}
