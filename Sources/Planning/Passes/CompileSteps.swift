import Databases
import Diagnostics
import Runbooks

/// Compiles what the phases do.
func compileSteps(_ draft: inout PlanDraft) {
    for (index, phase) in draft.runbook.phases.enumerated() {
        draft.steps[index] = draft.compile(phase.steps, as: phase.id.value, in: phase, isRollback: false)
    }
}

/// Compiles what takes the phases back.
func compileRollbacks(_ draft: inout PlanDraft) {
    for (index, phase) in draft.runbook.phases.enumerated() {
        switch phase.rollback {
        case nil: break
        case .nothing(let reason, let span):
            draft.rollbacks[index] = .nothing(reason: draft.expand(reason, near: span))
        case .irreversible(let reason, let span):
            draft.rollbacks[index] = .irreversible(reason: draft.expand(reason, near: span))
        case .steps(let steps, let checks, let estimate, let span):
            let prefix = phase.id.value + "/rollback"
            draft.rollbacks[index] = .steps(
                draft.compile(steps, as: prefix, in: phase, isRollback: true),
                checks: draft.compile(checks, as: CheckSite(prefix + "/check", in: phase, at: .rollback)),
                estimate: estimate.map(PlannedEstimate.init),
                place: draft.place(span))
        }
    }
}

extension PlanDraft {
    fileprivate mutating func compile(
        _ steps: [Step], as prefix: String, in phase: Phase, isRollback: Bool
    ) -> [PlannedStep] {
        steps.enumerated().compactMap { number, step in
            let id = "\(prefix)/\(step.id?.value ?? String(number + 1))"
            if let first = stepIDs.updateValue(step.id?.span ?? step.span, forKey: id), !isTwin(phase) {
                findings.report(.duplicateID("step", id, at: step.id?.span ?? step.span, first: first))
            }
            return compile(step, id: id, in: phase, at: isRollback ? .rollback : .step(number))
        }
    }

    /// Whether an earlier phase has its name: that has been reported, and makes all its ids clash.
    func isTwin(_ phase: Phase) -> Bool {
        positions[phase.id.value].map { runbook.phases[$0].span != phase.span } ?? false
    }

    private mutating func compile(_ step: Step, id: String, in phase: Phase, at moment: Moment) -> PlannedStep? {
        guard let target = target(step.target, in: phase) else { return nil }
        let doneWhen = step.doneWhen.flatMap { probe in
            let site = CheckSite(id + "/done-when", in: phase, at: moment, inheriting: step.target)
            return compile([probe], as: site, numbered: false).first
        }
        let action: PlannedStep.Action? =
            switch step.verb {
            case .sql(let path): compileFile(path, step: step, in: phase, on: target).map { .apply($0) }
            case .statement(let text): compileInline(text, step: step, in: phase, on: target).map { .apply($0) }
            case .run(let command): .run(compile(command, near: region(of: phase)))
            case .capture(let capture): planned(capture, at: moment).map { .capture($0) }
            case .backup(let path): backup(path, on: target).map { .backup(path: $0) }
            }
        return action.map { action in
            PlannedStep(
                id: id, title: step.title.map { expand($0, near: region(of: phase)) }, action: action,
                target: target.name, doneWhen: doneWhen, isRepeatable: step.isRepeatable,
                timeout: step.timeout?.milliseconds, place: place(step.span))
        }
    }

    /// The path of a backup, when one can be made of this database, and only one there.
    private mutating func backup(_ path: Located<String>, on target: PlannedTarget) -> String? {
        let path = expand(path)
        guard target.engine == .sqlite else {
            findings.report(.noBackup(of: target, at: path.span))
            return nil
        }
        if let first = backups.updateValue(path.span, forKey: path.value) {
            findings.report(.duplicateBackup(path, first: first))
        }
        return path.value
    }

    /// A command as it is started.
    mutating func compile(_ command: Command, near span: SourceSpan) -> PlannedCommand {
        let arguments =
            switch command.invocation {
            case .shell(let text): ["/bin/sh", "-c", text]
            case .program(let arguments): arguments.map { expand($0, near: command.span) }
            }
        return PlannedCommand(
            arguments: arguments,
            environment: command.environment.map { entry in
                let span = command.span.extended(to: span)
                let value: PlannedVariable.Value =
                    switch entry.value {
                    case .text(let text): .text(expand(text, near: span))
                    case .secret(let reference): .secret(expand(reference))
                    }
                return .init(name: entry.name.value, value: value)
            })
    }

    /// Where a secret is read from, with variables in place.
    private mutating func expand(_ reference: SecretReference) -> PlannedSecret {
        switch reference {
        case .environment(let name): .environment(name.value)
        case .file(let path): .file(expand(path).value)
        case .program(let arguments): .program(arguments.map { expand($0).value })
        }
    }

    /// What was collected of a capture.
    private mutating func planned(_ capture: Capture, at moment: Moment) -> PlannedCapture? {
        if case .rollback = moment {
            findings.report(
                Diagnostic(
                    PlanningCodes.captureOrder, "a rollback cannot capture", at: capture.name.span,
                    help: "capture in the phase, before what it does"))
        }
        return captures[capture.name.value]?.capture
    }
}

extension Diagnostic {
    fileprivate static func noBackup(of target: PlannedTarget, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            PlanningCodes.engine, "`backup` cannot copy a database of \(target.engine.title)", at: span,
            help: "write a step with a program: `run: [pg_dump, --format=custom, --file=FILE]`")
    }

    fileprivate static func duplicateBackup(_ path: Located<String>, first: SourceSpan) -> Diagnostic {
        Diagnostic(
            PlanningCodes.duplicateName, "two backups go to `\(path.value)`", at: path.span,
            related: [.init("first here", at: first)], help: "give one of them another file")
    }

    static func duplicateID(_ noun: String, _ id: String, at span: SourceSpan, first: SourceSpan) -> Diagnostic {
        Diagnostic(
            PlanningCodes.duplicateName, "two \(noun)s are called `\(id)`", at: span,
            related: first == span ? [] : [.init("first here", at: first)],
            help: first == span ? "`for_each` names the same values twice" : "give one of them another id")
    }
}
