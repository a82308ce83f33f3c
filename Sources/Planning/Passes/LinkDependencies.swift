import Diagnostics
import Runbooks

/// Refuses two phases of one name, also when only the case differs, and phases that do nothing.
func checkPhases(_ draft: inout PlanDraft) {
    var first: [String: Located<String>] = [:]
    for phase in draft.runbook.phases {
        if phase.steps.isEmpty, phase.preconditions.isEmpty, phase.checks.isEmpty, phase.gate == nil {
            draft.findings.report(.emptyPhase(phase.id))
        }
        let key = phase.id.value.lowercased()
        guard let earlier = first[key] else {
            first[key] = phase.id
            continue
        }
        draft.findings.report(
            Diagnostic(
                PlanningCodes.duplicateName,
                earlier.value == phase.id.value
                    ? "two phases are called `\(earlier.value)`"
                    : "phase `\(phase.id.value)` clashes with `\(earlier.value)`",
                at: phase.id.span, related: [.init("first here", at: earlier.span)],
                help: "give one of them another id"))
    }
}

/// Turns `needs` into edges: what is named, the phase above where nothing is said, nothing for an empty list.
func linkDependencies(_ draft: inout PlanDraft) {
    let phases = draft.runbook.phases
    var misses = 0
    for (position, phase) in phases.enumerated() {
        guard let needs = phase.needs else {
            draft.needs[position] = position == 0 ? [] : [position - 1]
            continue
        }
        var found: Set<Int> = []
        for name in needs {
            if name.value == phase.id.value {
                draft.findings.report(.needsItself(name))
            } else if let other = draft.positions[name.value] {
                found.insert(other)
            } else {
                // Looking for what was meant takes its time: enough for a person to see the pattern.
                misses += 1
                draft.findings.report(.unknownPhase(name, known: misses > 20 ? [] : phases.map(\.id.value)))
            }
        }
        draft.needs[position] = found.sorted()
    }
}

extension Diagnostic {
    fileprivate static func emptyPhase(_ id: Located<String>) -> Diagnostic {
        Diagnostic(
            PlanningCodes.emptyPhase, "phase `\(id.value)` does nothing", at: id.span,
            help: "give it steps, checks or a gate, or remove it")
    }

    fileprivate static func needsItself(_ name: Located<String>) -> Diagnostic {
        Diagnostic(
            PlanningCodes.cycle, "phase `\(name.value)` needs itself", at: name.span, help: "remove it from `needs`")
    }

    fileprivate static func unknownPhase(_ name: Located<String>, known: [String]) -> Diagnostic {
        Diagnostic(
            PlanningCodes.unknownPhase, "unknown phase `\(name.value)`", at: name.span,
            label: "no phase has this id",
            help: known.nearest(to: name.value).map { "did you mean `\($0)`?" }
                ?? "the phases are listed under `phases`, each with its `id`")
    }
}
