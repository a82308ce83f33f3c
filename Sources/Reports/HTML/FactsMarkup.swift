import CanonicalJSON
import Diagnostics
import Planning

/// What a plan is, what it is bound to, and what it needs before it runs.
struct FactsMarkup {
    private let plan: Plan
    private let facts: PlanFacts
    private let next: PlanNext

    init(_ plan: Plan, _ facts: PlanFacts, _ next: PlanNext) {
        self.plan = plan
        self.facts = facts
        self.next = next
    }

    var html: HTML {
        let targets = PlanFact("For", plan.targets.map { "\($0.name.prose): \($0.words)" })
        return """
            \((facts.identity.filter { $0.label != "Title" } + [targets]).html)
            <h3>What it needs</h3>
            <p>\(next.sentences.joined(separator: " "))</p>
            <pre>\(HTML(code: next.commands.joined(separator: "\n")))</pre>
            """
    }
}

extension [PlanFact] {
    /// Words and what is told under them.
    var html: HTML {
        let items = map { fact -> HTML in
            // Blanks that set things apart run together on a page.
            let shown = fact.lines.map { $0.replacing("    ", with: " · ") }
            let lines = HTML(shown.enumerated().map { $0 == 0 ? "\($1)" : "<br>\($1)" })
            return "<dt>\(fact.label)</dt><dd>\(lines)</dd>\n"
        }
        return #"<dl class="facts">\#(items)</dl>"#
    }
}

/// What applies because nothing else is written, and what is in the plan besides.
struct EnvironmentMarkup {
    private let plan: Plan
    private let facts: PlanFacts

    init(_ plan: Plan, _ facts: PlanFacts) {
        self.plan = plan
        self.facts = facts
    }

    var html: HTML {
        var told = facts.defaults
        if !plan.consent.authors.isEmpty { told.append(PlanFact("Authors", plan.consent.authors.map(\.prose))) }
        let roles = plan.consent.roles.map { role in
            "\(role.name.prose)\(role.title.map { " (\($0.prose))" } ?? ""): \(role.members.listed(12))"
        }
        if !roles.isEmpty { told.append(PlanFact("Roles", roles)) }
        told.append(PlanFact("Classes", StepClass.allInOrder.map { "\($0.rawValue): \($0.meaning)" }))
        return "\(told.html)\(variables)\(objects)"
    }

    private var variables: HTML {
        guard !plan.variables.isEmpty else { return HTML() }
        let rows = plan.variables.map { variable -> HTML in
            let value: HTML =
                switch variable.value {
                case .text(let text): "<code>\(text)</code>"
                case .secret(let secret): "<em>secret, \(secret.words)</em>"
                }
            return #"<tr><th scope="row"><code>\#(variable.name)</code></th><td>\#(value)</td></tr>\#n"#
        }
        return """
            <h3 id="variables">Variables</h3>
            <div class="wide" tabindex="0" role="region" aria-labelledby="variables"><table><thead><tr>\
            <th scope="col">Name</th><th scope="col">Value</th></tr></thead><tbody>
            \(rows)</tbody></table></div>
            """
    }

    /// The entries of catalogs that the plan is bound to.
    private var objects: HTML {
        HTML(
            plan.targets.compactMap { target -> HTML? in
                guard let bound = target.binding, !bound.objects.isEmpty else { return nil }
                let items = bound.objects.map { object -> HTML in
                    "<li>\(object.kind) <code>\(object.name)</code> \(object.digest.short)</li>\n"
                }
                return """
                    <details><summary>\(Count(bound.objects.count, "object").description) of \(target.name.prose) it is \
                    bound to</summary><ul>
                    \(items)</ul></details>
                    """
            })
    }
}

extension PlannedSecret {
    /// Where it is read from.
    fileprivate var words: String {
        switch self {
        case .environment(let name): "read from the environment variable \(name.prose)"
        case .file(let path): "read from the file \(path.prose)"
        case .program(let arguments): "printed by \(arguments.joined(separator: " ").prose)"
        }
    }
}
