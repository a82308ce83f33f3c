import CanonicalJSON
import Diagnostics
import Execution
import Planning
import Runbooks
import Statements

/// Every phase of a plan: statement by statement, with what takes it back beside it.
struct PhasesMarkup {
    private let outline: PlanOutline
    private let steps: StepMarkup

    /// Of more phases than these, only those somebody unfolds are open.
    private static let openLimit = 40

    init(_ outline: PlanOutline) {
        self.outline = outline
        steps = StepMarkup(outline.impacts)
    }

    var html: HTML { HTML(outline.plan.phases.indices.lazy.map(phase)) }

    private func phase(at index: Int) -> HTML {
        let phase = outline.plan.phases[index]
        let open: HTML = outline.plan.phases.count <= Self.openLimit && phase.skipped == nil ? " open" : ""
        let title: HTML? = phase.title.map { " \($0.prose)" }
        return """
            <article class="phase" id="phase-\(index + 1)" aria-labelledby="phase-\(index + 1)-title">
            <details\(open)><summary><h3 id="phase-\(index + 1)-title">\(index + 1) <code>\(phase.id)</code>\(title)</h3>\
            <span class="soft">\(outline.course(of: index).joined(separator: " · "))</span></summary>
            <div class="body">\(body(of: phase, index))</div>
            </details></article>

            """
    }

    private func body(of phase: PlannedPhase, _ index: Int) -> HTML {
        var html = HTML()
        if let description = phase.description { html += "<p>\(description.prose)</p>" }
        let gate = phase.gate.map { self.gate($0, index) }
        if phase.gate?.moment == .start { html += "\(gate)" }
        let back = rollback(of: phase)
        let isBeside = !phase.rollbackSteps.isEmpty && !phase.steps.isEmpty
        html += """
            <div class="sides\(isBeside ? " two" : "")"><div class="forward">\(forward(phase))</div>
            <div class="back"><h4>Rollback</h4>\(back)</div></div>
            """
        if phase.gate?.moment == .end { html += "\(gate)" }
        html += #"<p class="soft">Written in \#(phase.place.description)</p>"#
        return html
    }

    private func forward(_ phase: PlannedPhase) -> HTML {
        var html = HTML()
        if let condition = phase.condition { html += "<h4>Only if</h4>\(steps.list([condition]))" }
        if !phase.preconditions.isEmpty { html += "<h4>Before it</h4>\(steps.list(phase.preconditions))" }
        if !phase.steps.isEmpty { html += "<h4>Steps</h4>\(phase.steps.map(steps.step))" }
        if !phase.checks.isEmpty { html += "<h4>Checks</h4>\(steps.list(phase.checks))" }
        return html
    }

    private func rollback(of phase: PlannedPhase) -> HTML {
        switch phase.rollback {
        case .nothing(let reason): return #"<p>None: <span class="soft">\#(reason.prose)</span></p>"#
        case .irreversible(let reason):
            return #"<p><span class="badge bad">irreversible</span> \#(reason.prose)</p>"#
        case .steps(let undo, let checks, let estimate, let place):
            let after: HTML? = checks.isEmpty ? nil : "<h5>Checks</h5>\(steps.list(checks))"
            return """
                <p class="soft">\(estimate.map { "takes \($0.words)" } ?? "no estimate"), \
                written in \(place.description)</p>\(undo.map(steps.step))\(after)
                """
        }
    }

    private func gate(_ gate: PlannedGate, _ index: Int) -> HTML {
        let noGo: HTML? = outline.ifNoGo(index).map { #"<br><span class="soft">No-go: \#($0)</span>"# }
        return """
            <div class="gatebox"><h4>Gate at its \(gate.moment.rawValue)</h4><p>\(gate.question.prose)<br>\
            <span class="soft">\(gate.terms)</span>\(noGo)</p></div>
            """
    }
}

/// Steps, statements and checks.
struct StepMarkup {
    private let impacts: Impacts
    /// More than so many effects of one statement are folded.
    private static let doesLimit = 4

    init(_ impacts: Impacts) { self.impacts = impacts }

    /// A step with all it sends.
    func step(_ step: PlannedStep) -> HTML {
        let title: HTML? = step.title.map { " \($0.prose)" }
        let probe: HTML? = step.doneWhen.map { #"<p class="soft">Passed over when \#($0.line)</p>"# }
        return """
            <div class="step"><p><code>\(step.id)</code>\(title) <span class="soft">\
            \(step.facts.joined(separator: ", "))</span></p>\(probe)\(action(of: step))</div>

            """
    }

    private func action(of step: PlannedStep) -> HTML {
        switch step.action {
        case .apply(let script):
            let file: HTML? = script.file.map { file in
                #"<p><code>\#(file)</code> <span class="soft">sha256 \#(script.digest.short)</span></p>"#
            }
            let items = script.statements.indices.map { statement(of: step, script, at: $0) }
            return #"\#(file)<ol class="plain">\#n\#(items)</ol>"#
        case .run(let command): return "<pre>\(HTML(code: command.line))</pre>\(environment(of: command))"
        case .backup(let path): return "<p>Backup to <code>\(path)</code></p>"
        case .capture(let capture):
            let what = capture.fingerprint ? ", its digest only" : ""
            return """
                <p>Keeps <code>\(capture.name)</code>\(what)</p>\
                <pre>\(HTML(code: capture.query.statement.text))</pre>
                """
        }
    }

    private func environment(of command: PlannedCommand) -> HTML? {
        guard !command.environment.isEmpty else { return nil }
        let words = command.environment.map { $0.value.words(as: $0.name) }
        return #"<p class="soft">In its environment: \#(words.joined(separator: "; "))</p>"#
    }

    private func statement(of step: PlannedStep, _ script: PlannedScript, at index: Int) -> HTML {
        let statement = script.statements[index]
        let impact = impacts.of(step, at: index)
        let facts = (impact?.facts ?? []).map { fact -> HTML in
            "<dt>\(fact.word)</dt><dd>\(told(fact, impact))</dd>"
        }
        let list: HTML? = facts.isEmpty ? nil : "<dl>\(facts)</dl>"
        return """
            <li class="statement"><div class="where">line \(statement.line) · \(statement.kind.rawValue)</div>\
            <pre>\(HTML(code: statement.text))</pre>\(list)</li>

            """
    }

    /// Those who wait are what a reader looks for; what a long statement does mostly repeats it.
    private func told(_ fact: (word: String, text: String), _ impact: StatementImpact?) -> HTML {
        if fact.word == "does", let does = impact?.does, does.count > Self.doesLimit {
            let items = does.map { HTML("<li>\($0.prose)</li>") }
            return """
                <details><summary>\(does[0].prose) and \(does.count - 1) more</summary><ul>\(items)</ul></details>
                """
        }
        guard fact.word == "locks" else { return "\(fact.text)" }
        let kind =
            fact.text.hasSuffix("reads and writes wait")
            ? "everybody" : fact.text.hasSuffix("reads go on") ? "writers" : "soft"
        return #"<span class="\#(kind)">\#(fact.text)</span>"#
    }

    /// Checks, each with what it must answer.
    func list(_ checks: [PlannedCheck]) -> HTML {
        let items = checks.map { check -> HTML in
            let facts = check.facts.joined(separator: ", ")
            let remark: HTML? = facts.isEmpty ? nil : #" <span class="soft">\#(facts)</span>"#
            return """
                <li class="check"><p>\(check.name.prose)\(remark)</p><pre>\(HTML(code: check.question))</pre>\
                <p class="expects"><span class="soft">expects</span> <code>\(check.expectation.phrase.prose)</code></p></li>

                """
        }
        return #"<ol class="plain">\#n\#(items)</ol>"#
    }
}
