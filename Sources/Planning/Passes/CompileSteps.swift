import Diagnostics
import Runbooks

/// Decides the conditions that only variables decide; a phase that takes no part keeps its place in the plan.
func decideConditions(_ draft: inout PlanDraft) {
    for (index, phase) in draft.runbook.phases.enumerated() {
        switch phase.condition {
        case nil: break
        case .query(let check): draft.conditions[index] = draft.compile(check, as: "if", in: phase)
        case .variable(let name, let wanted):
            guard draft.variable(name) != nil else { continue }
            guard case .text(let value)? = draft.variables[name.value]?.value else { continue }
            if value != wanted.text { draft.skipped[index] = "\(name.value) is \(value), not \(wanted.text)" }
        }
    }
}

/// Compiles what the phases do.
func compileSteps(_ draft: inout PlanDraft) {
    for (index, phase) in draft.runbook.phases.enumerated() {
        draft.steps[index] = draft.compile(phase.steps, as: phase.id.value, in: phase, captureIn: index)
    }
}

/// Compiles what takes the phases back.
func compileRollbacks(_ draft: inout PlanDraft) {
    for (index, phase) in draft.runbook.phases.enumerated() {
        switch phase.rollback {
        case nil: break
        case .nothing(let reason, _): draft.rollbacks[index] = .nothing(reason: reason)
        case .irreversible(let reason, _): draft.rollbacks[index] = .irreversible(reason: reason)
        case .steps(let steps, let checks, let estimate, let span):
            let prefix = phase.id.value + "/rollback"
            draft.rollbacks[index] = .steps(
                draft.compile(steps, as: prefix, in: phase, captureIn: nil),
                checks: draft.compile(checks, as: "rollback/check", in: phase),
                estimate: estimate?.milliseconds,
                place: draft.place(span))
        }
    }
}

extension PlanDraft {
    fileprivate mutating func compile(
        _ steps: [Step], as prefix: String, in phase: Phase, captureIn index: Int?
    ) -> [PlannedStep] {
        steps.enumerated().compactMap { number, step in
            let id = "\(prefix)/\(step.id?.value ?? String(number + 1))"
            return compile(step, id: id, in: phase, captureIn: index)
        }
    }

    private mutating func compile(_ step: Step, id: String, in phase: Phase, captureIn index: Int?) -> PlannedStep? {
        guard let target = target(step.target, in: phase) else { return nil }
        let doneWhen = step.doneWhen.flatMap { compile($0, as: "done-when", in: phase, inheriting: step.target) }
        let action: PlannedStep.Action? =
            switch step.verb {
            case .sql(let path): compileFile(path, step: step, in: phase, on: target).map { .apply($0) }
            case .statement(let text): compileInline(text, step: step, in: phase, on: target).map { .apply($0) }
            case .run(let command): .run(compile(command))
            case .capture(let capture):
                compile(capture, step: step, in: phase, on: target, captureIn: index).map { .capture($0) }
            }
        return action.map { action in
            PlannedStep(
                id: id, title: step.title, action: action, target: target.name, doneWhen: doneWhen,
                timeout: step.timeout?.milliseconds, place: place(step.span))
        }
    }

    /// A command as it is started.
    func compile(_ command: Command) -> PlannedCommand {
        let arguments =
            switch command.invocation {
            case .shell(let text): ["/bin/sh", "-c", text]
            case .program(let arguments): arguments
            }
        return PlannedCommand(
            arguments: arguments,
            environment: command.environment.map { entry in
                let value: PlannedVariable.Value =
                    switch entry.value {
                    case .text(let text): .text(text)
                    case .secret(let reference): .secret(PlannedSecret(reference))
                    }
                return .init(name: entry.name.value, value: value)
            })
    }

    private mutating func compile(
        _ capture: Capture, step: Step, in phase: Phase, on target: PlannedTarget, captureIn index: Int?
    ) -> PlannedCapture? {
        guard let index else {
            findings.report(
                Diagnostic(
                    PlanningCodes.captureOrder, "a rollback cannot capture", at: capture.name.span,
                    help: "capture in the phase, before what it does"))
            return nil
        }
        let statement = compileQuery(
            capture.query, on: target, mayWrite: false, each: [], owner: "capture `\(capture.name.value)`")
        guard let statement else { return nil }
        let planned = PlannedCapture(
            name: capture.name.value,
            query: PlannedQuery(
                statement: statement, role: role(step.role, on: target),
                settings: settings(own: step.session, in: phase, on: target)),
            fingerprint: capture.fingerprint)
        let site = CaptureSite(capture: planned, target: target.name, phase: index, span: capture.name.span)
        if let first = captures.updateValue(site, forKey: planned.name) {
            captures[planned.name] = first
            findings.report(
                Diagnostic(
                    PlanningCodes.duplicateName, "capture `\(planned.name)` is made twice", at: capture.name.span,
                    related: [.init("first here", at: first.span)], help: "give one of them another name"))
        }
        return planned
    }
}
