import Databases
import Diagnostics
public import Execution
public import Planning

/// The last words of a run: how it ended, what happened, how the databases are now, and what to do next.
public enum RunSummary {
    /// The closing block, every line ended; without the plan it cannot name what is irreversible.
    ///
    /// `runbook` is its path as a person would type it here; nil for the one of the plan.
    public static func render(
        _ state: RunState, outcome: Outcome, plan: Plan?, runbook: String? = nil, milliseconds: Int
    ) -> String {
        Closing(
            state: state, outcome: outcome, plan: plan, runbook: runbook ?? plan?.runbook, milliseconds: milliseconds
        ).text
    }
}

/// The parts of the last words.
private struct Closing {
    let state: RunState
    let outcome: Outcome
    let plan: Plan?
    let runbook: String?
    let milliseconds: Int

    var text: String {
        var lines = ["\(headline)  \(state.run.printable)  \(milliseconds.duration)".trimmingTrailingBlanks]
        lines += happened + now
        lines.append(next)
        return lines.map { $0.trimmingTrailingBlanks + "\n" }.joined()
    }

    private var headline: String {
        switch outcome {
        case .done: "DONE"
        case .nothingToDo: "NOTHING TO DO"
        case .stopped: state.cause == nil ? "STOPPED" : "FAILED, STOPPED"
        case .unwound: "FAILED, ROLLED BACK"
        case .stuck: "STUCK"
        case .noGo: "NO-GO"
        case .unknown: "OUTCOME UNKNOWN"
        case .interrupted: "STOPPED BY A SIGNAL"
        case .rolledBack: "ROLLED BACK"
        }
    }

    /// What led here.
    private var happened: [String] {
        switch outcome {
        case .done, .nothingToDo, .rolledBack: []
        case .stopped, .unwound, .stuck, .noGo, .unknown, .interrupted:
            state.cause.map { cause in
                let phase = state.failedPhase
                return ["Cause  \(phase.map { "\($0.printable): " } ?? "")\(cause.line)"]
                    + cause.remarks.map { "       \($0)" }
            } ?? []
        }
    }

    /// How the databases are.
    private var now: [String] {
        switch outcome {
        case .done: [counts]
        case .nothingToDo: ["The plan was done before; nothing was changed."]
        case .noGo: ["Nothing was applied: the databases are as before the run."]
        case .unwound where takenBack.isEmpty:
            ["Nothing took effect. Schema as before, compared after the failure."]
        case .unwound, .rolledBack:
            ["\(Count(takenBack.count, "phase")) taken back. \(schema)"] + remarks
                + (standingPhases.isEmpty ? [] : standing)
        case .stopped, .interrupted: standing + table
        case .unknown: doubts + table
        case .stuck: residue + table
        }
    }

    private var counts: String {
        let done = state.phases.count { $0.status == .done }
        let skipped = state.phases.count { $0.status == .skipped }
        let warned = state.checks.count { $0.verdict == .warn }
        let passed = state.checks.count { $0.verdict == .pass && $0.moment != .condition }
        var words = "\(Count(done, "phase")) done"
        if skipped > 0 { words += ", \(skipped) skipped" }
        words += "; \(Count(passed, "check")) passed"
        if warned > 0 { words += ", \(warned) warned" }
        return words + "."
    }

    private var takenBack: [RunState.PhaseState] { state.phases.filter { $0.status == .rolledBack } }

    /// Whether the schema is what it was, as far as somebody looked.
    private var schema: String {
        let compared = takenBack.count { $0.isCompared }
        if compared > 0 { return "Schema as before, compared after \(compared) of them." }
        return takenBack.allSatisfy(\.catalogs.isEmpty)
            ? "None of them changes a database by SQL, so no schema was compared."
            : "The schema was not compared: phases that ran beside them still stand."
    }

    /// Lesser differences that a verified rollback left.
    private var remarks: [String] {
        takenBack.flatMap(\.residue).flatMap(\.lines).map { "  \($0)" }
    }

    /// The phases that left something, as far as can be told.
    private var standingPhases: [RunState.PhaseState] {
        plan.map(state.standing) ?? state.phases.filter(\.standsToBeUndone)
    }

    private var standing: [String] {
        let names = standingPhases.map(\.id)
        guard !names.isEmpty else { return ["Nothing stands that a rollback would take back."] }
        return [
            "\(Count(names.count, "phase")) \(names.count == 1 ? "stands" : "stand"): \(names.listed(12))"
        ] + barriers
    }

    private var barriers: [String] {
        irreversible.map { "\($0.id.printable) is irreversible: \($0.reason.prose)" }
    }

    /// The standing phases that nothing takes back.
    private var irreversible: [(id: String, reason: String)] {
        guard let plan else { return [] }
        let standing = Set(standingPhases.map(\.id))
        return plan.phases.compactMap { phase in
            guard standing.contains(phase.id), case .irreversible(let reason) = phase.rollback else {
                return nil
            }
            return (phase.id, reason)
        }
    }

    private var doubts: [String] {
        state.phases.compactMap { phase in
            phase.inDoubt.map { "Whether \($0.printable) took effect is not known: its answer was lost." }
        }
    }

    /// What could not be taken back, and what taking back left.
    private var residue: [String] {
        state.phases.flatMap { phase -> [String] in
            if let cause = phase.rollbackCause, phase.status == .rollbackFailed {
                return ["\(phase.id.printable) could not be taken back: \(cause.line)"]
                    + cause.remarks.map { "  \($0)" }
            }
            guard !phase.residue.isEmpty else { return [] }
            return ["Left after the rollback of \(phase.id.printable):"]
                + phase.residue.flatMap(\.lines).map { "  \($0)" }
        }
    }

    /// Where each phase stands; of many only those that matter now.
    private var table: [String] {
        let many = state.phases.count > 40
        let shown = many ? state.phases.filter { $0.status != .done && $0.status != .skipped } : state.phases
        guard !shown.isEmpty else { return [] }
        var table = Table([.capped(32), .left, .free])
        for phase in shown.prefix(100) {
            table.add(["  \(phase.id.printable)", phase.status.rawValue, phase.remark])
        }
        if shown.count < state.phases.count {
            table.add(line: "  and \(state.phases.count - shown.count) done or skipped")
        }
        return table.text.split(separator: "\n").map(String.init)
    }

    /// The one command that comes next.
    private var next: String {
        let run = state.run.printable
        let runbook = runbook?.printable.quotedForShell
        let replan = "fix the cause, then plan again" + (runbook.map { ": gonogo plan \($0)" } ?? "")
        switch outcome {
        case .done, .rolledBack: return "Next   gonogo show \(run)"
        case .nothingToDo: return "Next   gonogo history"
        case .unwound, .noGo: return "Next   \(replan)"
        case .unknown: return "Next   look at the database, then: gonogo rollback \(run)"
        case .stuck:
            let failed = state.phases.contains { $0.status == .rollbackFailed }
            return failed
                ? "Next   repair the cause, then: gonogo rollback \(run)"
                : "Next   repair by hand what is left, then: gonogo rollback \(run)"
        case .stopped, .interrupted:
            let standing = standingPhases
            if standing.isEmpty { return "Next   \(replan)" }
            if let last = standing.last, irreversible.contains(where: { $0.id == last.id }) {
                return "Next   gonogo show \(run)"
            }
            return "Next   gonogo rollback \(run)"
        }
    }
}

extension RunState.PhaseState {
    /// What there is to say beside its status.
    var remark: String {
        var parts: [String] = []
        if !applied.isEmpty, status != .done { parts.append("\(Count(applied.count, "step")) applied") }
        if let inDoubt { parts.append("\(inDoubt.printable) in doubt") }
        let serious = residue.count { $0.kind != .rearranged }
        if serious > 0 { parts.append("\(Count(serious, "difference")) left") }
        if status == .done { parts.append(milliseconds.duration) }
        return parts.joined(separator: ", ")
    }
}

extension String {
    /// As one word of a shell.
    fileprivate var quotedForShell: String {
        let isPlain = !isEmpty && utf8.allSatisfy { $0.isLetterOrDigit || "/._-+:@%,=".utf8.contains($0) || $0 >= 0x80 }
        return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}
