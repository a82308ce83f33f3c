import CanonicalJSON
import Diagnostics
import Planning

/// What was found, and what of it somebody leaves as it is.
struct FindingsMarkup {
    private let plan: Plan
    private let numbers: [String: Int]

    init(_ plan: Plan) {
        self.plan = plan
        numbers = Dictionary(
            plan.phases.enumerated().map { ($1.id, $0 + 1) }, uniquingKeysWith: { first, _ in first })
    }

    var html: HTML {
        let open = plan.review.open
        let accepted = plan.review.findings.filter { $0.accepted != nil }
        guard !open.isEmpty || !accepted.isEmpty else { return #"<p class="soft">Nothing was found.</p>"# }
        var html = HTML()
        if open.isEmpty { html += #"<p class="soft">Nothing is open.</p>"# }
        if !open.isEmpty {
            html += #"<ol class="plain">\#n\#(open.map(item))</ol>"#
            if let first = open.first { html += "<p>More of each: <code>gonogo explain \(first.code)</code></p>" }
        }
        if !accepted.isEmpty {
            html += """
                <details><summary>\(Count(accepted.count, "accepted finding").description)</summary><ol class="plain">
                \(accepted.map(item))</ol></details>
                """
        }
        return html
    }

    private func item(_ finding: PlannedFinding) -> HTML {
        let badge: (kind: String, word: String) =
            finding.accepted != nil
            ? ("good", "accepted") : finding.severity == .error ? ("bad", "error") : ("warn", "warning")
        let phase: HTML? = numbers[finding.phase].map { " in <a href=\"#phase-\($0)\">\(finding.phase.prose)</a>" }
        let help: HTML? = finding.help.map { "<p><strong>Help:</strong> \(HTML(message: $0))</p>" }
        let reason: HTML? = finding.accepted.map { "<p><strong>Accepted:</strong> \($0.prose)</p>" }
        return """
            <li class="finding"><span class="badge \(badge.kind)">\(badge.word)</span> <strong>\(finding.code)</strong> \
            <code>\(finding.place.description)</code>\(phase)<p>\(HTML(message: finding.message))</p>\
            \(help)\(reason)</li>

            """
    }
}

/// What changed since a plan that was approved.
struct ChangesMarkup {
    private let diff: PlanDiff

    init(_ diff: PlanDiff) { self.diff = diff }

    var html: HTML {
        let since: HTML = "<p>Since plan <code>\(diff.from.hex)</code>:</p>"
        guard !diff.isEmpty else { return "\(since)<p>\(diff.nothing)</p>" }
        var html = since
        var rest = diff.changes[...]
        while let first = rest.first {
            let group = rest.prefix { $0.phase == first.phase }
            rest = rest.dropFirst(group.count)
            if let phase = first.phase { html += "<h3>Phase <code>\(phase)</code></h3>" }
            html += #"<ul class="plain">\#n\#(group.map(item))</ul>"#
        }
        return html
    }

    private func item(_ change: PlanChange) -> HTML {
        let kind = ["added": "good", "removed": "bad"][change.kind.rawValue] ?? "warn"
        let before: HTML? = change.before.map { "<del><pre>\(HTML(code: $0))</pre></del>" }
        let after: HTML? = change.after.map { "<ins><pre>\(HTML(code: $0))</pre></ins>" }
        return """
            <li class="change"><span class="badge \(kind)">\(change.kind.rawValue)</span> \(change.what.prose)\
            \(before)\(after)</li>

            """
    }
}
