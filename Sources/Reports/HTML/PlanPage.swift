import CanonicalJSON
import Diagnostics
public import Planning

/// A plan as a page that is complete in itself: it fetches nothing, runs nothing, and reads the same on paper.
public enum PlanPage {
    /// Renders the page.
    ///
    /// - Parameters:
    ///   - plan: what it shows.
    ///   - approved: the plan that what changed is told against.
    ///   - file: where the plan is kept, as it would be typed; nil where that is not known.
    /// - Returns: the page, from its first byte to its last.
    public static func render(_ plan: Plan, against approved: Plan? = nil, file: String? = nil) -> String {
        let facts = PlanFacts(plan)
        let outline = PlanOutline(plan)
        let next = PlanNext(plan, file: file ?? "\(plan.name).plan")
        var sections = [Section("facts", "Facts", FactsMarkup(plan, facts, next).html)]
        if let approved {
            let diff = PlanDiff(from: approved, to: plan)
            sections.insert(Section("changes", "What changed", ChangesMarkup(diff).html), at: 0)
        }
        sections += [
            Section("findings", "Findings", FindingsMarkup(plan).html),
            Section("overview", "Phases at a glance", OverviewMarkup(outline).html),
            Section("time", "Time", TimeMarkup(plan, facts).html),
            Section("graph", "What waits for what", GraphMarkup(plan).html),
            Section("phases", "Phases", PhasesMarkup(outline).html),
            Section("environment", "What else applies", EnvironmentMarkup(plan, facts).html),
        ]
        return page(plan, facts, sections.filter { !$0.html.isEmpty }).markup + "\n"
    }

    /// A part of the page, under a heading of its own.
    private struct Section {
        let id: String
        let title: String
        let html: HTML

        init(_ id: String, _ title: String, _ html: HTML) {
            self.id = id
            self.title = title
            self.html = html
        }

        var link: HTML { "<a href=\"#\(id)\">\(title)</a> " }

        var whole: HTML {
            """
            <section id="\(id)" aria-labelledby="\(id)-title"><h2 id="\(id)-title">\(title)</h2>
            \(html)
            </section>

            """
        }
    }

    private static func page(_ plan: Plan, _ facts: PlanFacts, _ sections: [Section]) -> HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
        base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <title>Plan \(plan.digest.short): \(plan.name.clipped(to: 120))</title>
        <style>
        \(HTML(stringLiteral: PageStyle.css))
        </style>
        </head>
        <body>
        <a class="skip" href="#main">To the content</a>
        \(header(plan, facts))
        <nav aria-label="Contents">\(sections.map(\.link))</nav>
        <main id="main">
        \(sections.map(\.whole))</main>
        <footer>Plan <code>\(plan.digest.hex)</code>, as gonogo shows it. This page fetches nothing and runs nothing; \
        what is carried out is the plan, not this page.</footer>
        </body>
        </html>
        """
    }

    private static func header(_ plan: Plan, _ facts: PlanFacts) -> HTML {
        let open = plan.review.open
        let kind = open.isEmpty ? "good" : open.contains { $0.severity == .error } ? "bad" : "warn"
        let title: HTML? = plan.title.map { #"<p class="lead">\#($0.prose)</p>"# }
        return """
            <header>
            <h1>\(plan.name.prose) <span class="soft">plan <code>\(plan.digest.short)</code></span></h1>\(title)
            <p class="verdict \(kind)">\(facts.verdict.sentence)<small>\(facts.size). \
            \(facts.times.map { "\($0.label): \($0.lines.joined(separator: "; "))." }.joined(separator: " ")) \
            Rollback: \(facts.rollback).</small></p>
            </header>
            """
    }
}
