import Diagnostics
import Runbooks

/// A capture and where it is made.
struct CaptureSite {
    let capture: PlannedCapture
    /// The query as written, to be read again by the rules of another engine.
    let text: InlineText
    let target: PlannedTarget
    /// The index of its phase.
    let phase: Int
    /// Its number in the phase, from 0.
    let step: Int
    let span: SourceSpan
}

/// Compiles the captures of all phases before anything that compares with them.
func collectCaptures(_ draft: inout PlanDraft) {
    for (index, phase) in draft.runbook.phases.enumerated() {
        for (number, step) in phase.steps.enumerated() {
            guard case .capture(let capture) = step.verb, let target = draft.target(step.target, in: phase) else {
                continue
            }
            draft.collect(capture, of: step, number, in: index, on: target)
        }
    }
}

extension PlanDraft {
    fileprivate mutating func collect(
        _ capture: Capture, of step: Step, _ number: Int, in index: Int, on target: PlannedTarget
    ) {
        let name = capture.name
        if let first = captures[name.value] {
            findings.report(
                Diagnostic(
                    PlanningCodes.duplicateName, "capture `\(name.value)` is made twice", at: name.span,
                    related: [.init("first here", at: first.span)], help: "give one of them another name"))
            return
        }
        let statement = compileQuery(capture.query, on: target, owner: "capture `\(name.value)`")
        guard let statement else { return }
        let query = PlannedQuery(
            statement: statement, role: role(step.role, on: target),
            settings: settings(own: step.session, in: runbook.phases[index], on: target))
        captures[name.value] = CaptureSite(
            capture: PlannedCapture(name: name.value, query: query, fingerprint: capture.fingerprint),
            text: capture.query, target: target, phase: index, step: number, span: name.span)
    }

    /// The capture something compares with; reported unless it is surely made before.
    mutating func captureSite(_ name: Located<String>, at moment: Moment, in phase: Phase) -> CaptureSite? {
        guard let site = captures[name.value] else {
            findings.report(.unknownCapture(name, known: captures.keys.sorted()))
            return nil
        }
        let here = positions[phase.id.value] ?? 0
        let maker = runbook.phases[site.phase].id.value
        if let reason = skipped[site.phase], skipped[here] == nil {
            findings.report(.captureSkipped(name, maker: maker, reason: reason))
        } else if here == site.phase {
            if !moment.isAfter(site.step) { findings.report(.captureLater(name, made: site.span)) }
        } else if order.count == runbook.phases.count, !comesAfter(here, site.phase) {
            findings.report(.captureTooLate(name, phase: phase.id.value, maker: maker))
        }
        return site
    }

    /// Whether one phase needs another, directly or through others; answers are kept, since many may ask.
    private mutating func comesAfter(_ phase: Int, _ other: Int) -> Bool {
        var known = followers.removeValue(forKey: other) ?? [:]
        var path = [(phase: phase, next: 0)]
        known[phase] = known[phase] ?? false
        var found = known[phase] ?? false
        while !found, let (node, next) = path.last {
            guard next < needs[node].count else {
                path.removeLast()
                continue
            }
            path[path.count - 1].next += 1
            // The nearest first: what is looked for is most often just above.
            let need = needs[node][needs[node].count - 1 - next]
            if need == other || known[need] == true {
                found = true
            } else if known[need] == nil, waves[need] > waves[other] {
                known[need] = false
                path.append((need, 0))
            }
        }
        if found { for (node, _) in path { known[node] = true } }
        followers[other] = known
        return found
    }
}

/// When in its phase something is asked.
enum Moment {
    /// Before the first step.
    case start
    /// Before a step, by its number from 0.
    case step(Int)
    /// After the last step.
    case end
    /// While the phase is taken back.
    case rollback

    /// Whether a step has been done by then.
    fileprivate func isAfter(_ step: Int) -> Bool {
        switch self {
        case .start: false
        case .step(let number): step < number
        case .end, .rollback: true
        }
    }
}

extension Diagnostic {
    fileprivate static func unknownCapture(_ name: Located<String>, known: [String]) -> Diagnostic {
        Diagnostic(
            PlanningCodes.captureOrder, "no step captures `\(name.value)`", at: name.span,
            help: known.nearest(to: name.value).map { "did you mean `\($0)`?" }
                ?? (known.isEmpty
                    ? "add a step `capture: {name: \(name.value), query: ...}` to an earlier phase"
                    : "there is \(known.ticked("and"))"))
    }

    fileprivate static func captureTooLate(_ name: Located<String>, phase: String, maker: String) -> Diagnostic {
        Diagnostic(
            PlanningCodes.captureOrder,
            "phase `\(phase)` does not wait for phase `\(maker)`, which captures `\(name.value)`", at: name.span,
            help: "add `\(maker)` to the `needs` of `\(phase)`")
    }

    fileprivate static func captureLater(_ name: Located<String>, made span: SourceSpan) -> Diagnostic {
        Diagnostic(
            PlanningCodes.captureOrder, "`\(name.value)` is compared with before it is captured", at: name.span,
            related: [.init("captured here", at: span)], help: "capture it in an earlier phase or step")
    }

    fileprivate static func captureSkipped(_ name: Located<String>, maker: String, reason: String) -> Diagnostic {
        Diagnostic(
            PlanningCodes.captureOrder,
            "phase `\(maker)`, which captures `\(name.value)`, takes no part: \(reason)", at: name.span,
            help: "give this phase the same `if`, or capture in a phase that takes part")
    }
}
