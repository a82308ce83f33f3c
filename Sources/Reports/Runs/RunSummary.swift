import Databases
import Diagnostics
public import Execution
public import Planning

/// The last words of a run: how it ended, what happened, how the databases are now, and what to do next.
public enum RunSummary {
    /// The closing block, every line ended; without the plan it cannot name what is irreversible.
    ///
    /// Without an outcome its process ended before it could say one; then nothing is said of how long it took.
    public static func render(
        _ state: RunState, outcome: Outcome?, plan: Plan?, commands: NextCommands? = nil, milliseconds: Int? = nil
    ) -> String {
        let commands = commands ?? NextCommands(runbook: plan?.runbook)
        return Closing(
            state: state, outcome: outcome, plan: plan, commands: commands, milliseconds: milliseconds
        ).text
    }

    /// The closing block of a run whose journal holds nothing.
    ///
    /// Its process may have died before the first line; where there was one, only its databases know more.
    public static func renderEmpty(_ run: String, hadBegun: Bool, commands: NextCommands) -> String {
        let (reason, next) =
            hadBegun
            ? ("was lost", commands.words("recover", run, ["--from-target"]))
            : ("is empty: its process died at once, or it was lost", commands.words("resume", run))
        return "UNFINISHED  \(run.printable)\nIts journal \(reason).\nNext   \(next)\n"
    }
}

/// The parts of the last words.
private struct Closing {
    let state: RunState
    let outcome: Outcome?
    let plan: Plan?
    let commands: NextCommands
    let milliseconds: Int?

    var text: String {
        var lines = ["\(headline)  \(state.run.printable)  \(milliseconds?.duration ?? "")".trimmingTrailingBlanks]
        lines += happened + now + objective + lost
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
        case .superseded: "TAKEN OVER"
        case .waiting: state.lossToken == nil ? "WAITING AT A GATE" : "STOPPED: DATA WOULD BE LOST"
        case .rolledBack: "ROLLED BACK"
        case nil: "UNFINISHED"
        }
    }

    /// What led here.
    private var happened: [String] {
        switch outcome {
        case nil: ["Its process ended without a word: by a third signal, or it was killed, or crashed."]
        case .done, .nothingToDo, .rolledBack: []
        case .stopped, .unwound, .stuck, .noGo, .unknown, .interrupted, .superseded, .waiting:
            state.cause.map { cause in
                let phase = state.failedPhase
                return ["Cause  \(phase.map { "\($0.printable): " } ?? "")\(cause.line)"]
                    + cause.remarks.map { "       \($0)" }
            } ?? []
        }
    }

    /// Whether taking back took longer than it should.
    private var objective: [String] {
        guard let objective = plan?.budget.objective?.rollback, state.takingBack > objective else { return [] }
        return ["Taking back took \(state.takingBack.duration), longer than the objective of \(objective.duration)."]
    }

    /// What was written since and is gone, or would be.
    private var lost: [String] {
        guard !state.lost.isEmpty else { return [] }
        let words = state.lost.map(\.words).joined(separator: "; ")
        return ["\(state.lossToken == nil ? "Lost" : "Would be lost"), as written since: \(words)."]
    }

    /// How the databases are.
    private var now: [String] {
        switch outcome {
        case .done: [counts]
        case .nothingToDo: ["The plan was done before; nothing was changed."]
        case .noGo: [programs ?? "Nothing was applied: the databases are as before the run."]
        case .unwound where takenBack.isEmpty: [nothingTookEffect] + [programs].compactMap { $0 }
        case .unwound, .rolledBack:
            back + [programs].compactMap { $0 } + (standingPhases.isEmpty ? [] : standing)
        case .stopped, .interrupted, .waiting: (takenBack.isEmpty ? [] : back) + standing + table
        case .unknown: doubts + table
        case .superseded: ["Another runner acts for the run now; this one did nothing more."] + table
        case nil: standing + doubts + table
        case .stuck: residue + [uncompared].compactMap { $0 } + others + table
        }
    }

    /// What nothing takes back, because the author said that there is nothing.
    private var programs: String? {
        let phases = plan.map(state.unreversedPrograms) ?? []
        guard !phases.isEmpty else { return nil }
        let isAlone = outcome == .noGo ? "No SQL was applied. " : ""
        return isAlone + "Programs ran in \(phases.map(\.id).listed(6)); what they did stands."
    }

    private var nothingTookEffect: String {
        let isCompared = state.phases.contains { !$0.compared.isEmpty }
        guard programs == nil else { return "No SQL took effect." }
        return "Nothing took effect." + (isCompared ? " Schema as before, compared after the failure." : "")
    }

    private var counts: String {
        let done = state.phases.count { $0.status == .done }
        let skipped = state.phases.count { $0.status == .skipped }
        // What was asked again when the run went on counts once.
        let latest = Dictionary(state.checks.map { ("\($0.phase) \($0.moment) \($0.id)", $0) }) { $1 }.values
        let warned = latest.count { $0.verdict == .warn }
        let passed = latest.count { $0.verdict == .pass && $0.moment != .condition }
        var words = "\(Count(done, "phase")) done"
        if skipped > 0 { words += ", \(skipped) skipped" }
        words += "; \(Count(passed, "check")) passed"
        if warned > 0 { words += ", \(warned) warned" }
        return words + "."
    }

    /// What this run, or this taking back, took back.
    private var takenBack: [RunState.PhaseState] { state.takenBack.compactMap(state.phase) }

    private var back: [String] {
        guard !takenBack.isEmpty else {
            return [
                state.hasLookedAgain ? "What was left is gone. Schema as before." : "Nothing was there to take back."
            ] + others
        }
        let remarks = takenBack.flatMap(\.residue).flatMap(\.lines).map { "  \($0)" }
        return ["\(Count(takenBack.count, "phase")) taken back. \(schema)".trimmingTrailingBlanks] + remarks
            + [uncompared].compactMap { $0 } + others
    }

    /// What is not the run's.
    private var others: [String] {
        let gone = state.othersGone
        let left = state.others.filter { one in !gone.contains { ($0.target, $0.object) == (one.target, one.object) } }
        return (left.isEmpty ? [] : ["O" + left.othersWork.dropFirst()])
            + (gone.isEmpty ? [] : ["Gone with what was taken back, though others had made it: \(gone.names)"])
    }

    /// Whether the schema is what it was, as far as somebody looked.
    private var schema: String {
        let compared = takenBack.count { !$0.compared.isEmpty }
        if takenBack.allSatisfy(\.catalogs.isEmpty) {
            if state.isRecovered { return "No schema was compared: what it was before is not known any more." }
            return "None of them changes a database by SQL, so no schema was compared."
        }
        guard compared > 0 else { return "" }
        if compared == takenBack.count { return "Schema as before." }
        return uncompared == nil
            ? "Schema as before, compared after \(compared) of them."
            : "Schema as before where it was compared, after \(compared) of them."
    }

    /// The phases whose schema could not be compared everywhere.
    private var uncompared: String? {
        let names = takenBack.filter { !$0.compared.isSuperset(of: $0.catalogs.keys) }.map(\.id)
        guard !names.isEmpty else { return nil }
        return "The schema could not be compared after \(names.listed(6)): "
            + (standingPhases.isEmpty
                ? "what it was before is not known." : "phases that ran at the same time still stand.")
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
                let words = phase.hasEffect ? "could not be taken back: " : ""
                return ["\(phase.id.printable): \(words)\(cause.line)"]
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

    /// The phases whose gates nobody could be asked at.
    private var gatesThatWait: [String] { state.phases.filter { $0.failure == .waiting }.map(\.id) }

    /// A program of which nothing tells whether it did its work.
    private var programInDoubt: String? {
        let doubts = Set(state.phases.compactMap(\.inDoubt))
        return plan?.phases.flatMap { $0.steps + $0.rollbackSteps }.first { step in
            // Nobody asked yet where the process died: then a probe may tell, or that it may run again.
            let isOpen = outcome != nil || step.doneWhen == nil && !step.isRepeatable
            return doubts.contains(step.id) && step.stepClass == .external && isOpen
        }?.id
    }

    /// Whether nothing stands that a rollback would take back.
    private var isClean: Bool { standingPhases.isEmpty }

    /// The one command that comes next.
    private var next: String {
        let replan = "fix the cause, then plan again" + (commands.plan.map { ": \($0)" } ?? "")
        let show = commands.words("show", state.run)
        let rollback = commands.words("rollback", state.run)
        switch outcome {
        case .done, .rolledBack: return "Next   \(show)"
        case .nothingToDo: return "Next   \(commands.words("history"))"
        case .unwound, .noGo: return "Next   \(replan)"
        case .stuck:
            let failed = state.phases.contains { $0.status == .rollbackFailed }
            // What was left may stay, as somebody said.
            guard failed || state.phases.contains(where: \.leftSomething) else {
                return "Next   \(commands.words("resume", state.run))"
            }
            let rest = plan.flatMap(state.lastThatStays).map { ["--to", $0] } ?? []
            let words = "Next   \(failed ? "repair the cause" : "repair by hand what is left"), then: "
            let accept = state.phases.first(where: \.leftSomething).map { phase in
                "\nor     "
                    + commands.words("resolve", state.run, [phase.id, "--as", "accepted", "--reason", "WHY"])
                    + "  when it may stay"
            }
            return words + commands.words("rollback", state.run, rest) + (failed ? "" : accept ?? "")
        case .unknown: return commands.decide(state.run, programInDoubt, nothingStands: isClean)
        case .interrupted: return commands.goOn(state.run, nothingStands: isClean)
        case .waiting where state.lossToken != nil:
            let words = commands.words("rollback", state.run, ["--accept-loss", state.lossToken ?? ""])
            return "Next   keep what is wanted of it, then: \(words)"
        case .waiting: return commands.goOn(state.run, waitingAt: gatesThatWait, nothingStands: isClean)
        case .superseded: return "Next   see to it where it was taken over: \(show)"
        case nil:
            guard !state.isUnwinding else { return "Next   \(commands.words("resume", state.run))" }
            return commands.decide(state.run, programInDoubt, nothingStands: isClean)
        case .stopped:
            guard state.isUnwinding else { return commands.goOn(state.run, nothingStands: isClean) }
            let standing = standingPhases
            guard !standing.isEmpty else { return "Next   \(replan)" }
            if state.phases.contains(where: { $0.status == .rollingBack }) {
                return "Next   \(commands.words("resume", state.run))"
            }
            if let last = standing.last, irreversible.contains(where: { $0.id == last.id }) {
                return "Next   put the rest into a runbook of another name, without what stands: \(show)"
            }
            return "Next   \(rollback)"
        }
    }
}

extension RunState {
    /// The phase that taking back must not go beyond: the last, in the plan's order, that was not to be taken back,
    /// before the first that still is; nil when everything was.
    fileprivate func lastThatStays(in plan: Plan) -> String? {
        let goes = Set(unwinding)
        let standing = Set(standing(in: plan).map(\.id))
        let stays = standing.subtracting(goes)
        let before = plan.phases.prefix { phase in
            !goes.contains(phase.id) || !standing.contains(phase.id) && self.phase(phase.id)?.status != .rollbackFailed
        }
        return before.last { stays.contains($0.id) }?.id
    }
}

extension RunState.PhaseState {
    /// What there is to say beside its status.
    var remark: String {
        var parts: [String] = []
        let whole = applied.count { !partly.contains($0) }
        if whole > 0, status != .done { parts.append("\(Count(whole, "step")) applied") }
        if !partly.isEmpty { parts.append("\(partly.sorted().listed(6)) applied in part") }
        if failure == .waiting { parts.append("waits at its gate") }
        if let inDoubt { parts.append("\(inDoubt.printable) in doubt") }
        let serious = residue.count { $0.kind != .rearranged }
        if serious > 0 { parts.append("\(Count(serious, "difference")) left") }
        if status == .done { parts.append(milliseconds.duration) }
        return parts.joined(separator: ", ")
    }
}
