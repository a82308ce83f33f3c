import Databases
import Diagnostics
import Runbooks

/// Gives every named database its engine and its address for showing.
func resolveTargets(_ draft: inout PlanDraft) {
    var first: [String: SourceSpan] = [:]
    for database in draft.runbook.databases {
        let name = database.name
        if let earlier = first.updateValue(name.span, forKey: name.value) {
            draft.findings.report(.duplicateDatabase(name, first: earlier))
            continue
        }
        if let reference = database.url.value.firstReference {
            draft.findings.report(.variableInAddress(reference, in: database))
            continue
        }
        switch draft.request.address(database) {
        case .success(let connection):
            draft.targets[name.value] = PlannedTarget(
                name: name.value, engine: connection.engine, display: connection.display, written: database.written,
                unverified: connection.unverified)
        case .failure(let problem):
            draft.findings.report(
                Diagnostic(
                    PlanningCodes.address, problem.message, at: database.url.span, help: problem.help))
        }
    }
    if let target = draft.runbook.target { _ = draft.target(target) }
    guard !draft.targets.isEmpty, draft.targets.values.allSatisfy({ $0.engine == .sqlite }) else { return }
    // Where there is another database, the settings are meant for that one.
    if let setting = draft.runbook.session.first { draft.findings.report(.noSettings(setting)) }
}

extension PlanDraft {
    /// The database of that name, reported when there is none.
    mutating func target(_ name: Located<String>) -> PlannedTarget? {
        if let target = targets[name.value] { return target }
        let known = runbook.databases.map(\.name.value)
        // A database whose address was refused has been reported already.
        if !known.contains(name.value) { findings.report(.unknownTarget(name, known: known)) }
        return nil
    }

    /// The database something works on: its own, its phase's, the runbook's, or the only one there is.
    mutating func target(_ own: Located<String>?, in phase: Phase) -> PlannedTarget? {
        if let name = own ?? phase.target ?? runbook.target { return target(name) }
        if runbook.databases.count == 1 { return runbook.databases.first.flatMap { targets[$0.name.value] } }
        if targets["main"] == nil {
            findings.report(.noTarget(phase.id, known: runbook.databases.map(\.name.value)))
        }
        return targets["main"]
    }
}

extension String {
    /// The first `${vars.name}` or `${each.name}` in it that is not escaped.
    var firstReference: TextReference? {
        var rest = self[...]
        while let dollar = rest.firstIndex(of: "$") {
            rest = rest[dollar...]
            if let reference = TextReference(rest) { return reference }
            rest = rest.dropFirst(rest.hasPrefix("$${") ? 3 : 1)
        }
        return nil
    }
}

extension Diagnostic {
    fileprivate static func variableInAddress(_ reference: TextReference, in database: Database) -> Diagnostic {
        Diagnostic(
            PlanningCodes.address, "`\(reference.written)` in the address of a database",
            at: database.url.span.place(of: reference.written),
            help: "the address must be the same for every value: write it out, or as `${NAME}` of the environment")
    }

    static func noSettings(_ setting: Setting) -> Diagnostic {
        Diagnostic(
            PlanningCodes.engine, "`\(setting.name.value)`: SQLite has no session settings", at: setting.name.span,
            help: "remove it; pragmas belong into a step of their own")
    }

    fileprivate static func duplicateDatabase(_ name: Located<String>, first: SourceSpan) -> Diagnostic {
        Diagnostic(
            PlanningCodes.duplicateName, "database `\(name.value)` is named twice", at: name.span,
            related: [Related("first here", at: first)], help: "give one of them another name")
    }

    fileprivate static func unknownTarget(_ name: Located<String>, known: [String]) -> Diagnostic {
        Diagnostic(
            PlanningCodes.unknownTarget, "`\(name.value)` is not a database of this runbook", at: name.span,
            help: known.nearest(to: name.value).map { "did you mean `\($0)`?" }
                ?? "`databases` names \(known.ticked("and"))")
    }

    fileprivate static func noTarget(_ phase: Located<String>, known: [String]) -> Diagnostic {
        Diagnostic(
            PlanningCodes.unknownTarget,
            "phase `\(phase.value)` does not say which database it works on", at: phase.span,
            help: "write `target:` with \(known.ticked()), in the phase or at the top")
    }
}
