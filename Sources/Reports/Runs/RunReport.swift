public import CanonicalJSON
import Diagnostics
public import Execution
public import Planning

/// Everything a journal tells about one run.
public enum RunReport {
    /// The run as a person reads it; every line ended.
    public static func text(_ lines: [JournalLine], plan: Plan?) -> String {
        RunReportText(RunAccount(lines), plan: plan).text
    }

    /// The run as a program reads it.
    public static func json(_ lines: [JournalLine], plan: Plan?) -> JSON {
        RunAccount(lines).json(plan: plan)
    }
}

/// The text of a report.
private struct RunReportText {
    let account: RunAccount
    let plan: Plan?
    /// The phases of the plan by name.
    private let planned: [String: PlannedPhase]

    init(_ account: RunAccount, plan: Plan?) {
        self.account = account
        self.plan = plan
        planned = Dictionary(plan?.phases.map { ($0.id, $0) } ?? []) { first, _ in first }
    }

    var text: String {
        var lines = header
        for phase in account.phases {
            lines.append("")
            lines += describe(phase)
        }
        lines += untouched
        if !account.captures.isEmpty {
            lines += ["", "Captures"]
            lines += account.captures.map { "  \($0.name.printable)  \($0.result.summary.prose)" }
        }
        if !account.backups.isEmpty { lines += ["", "Backups"] + account.backups.map { "  \($0.account)" } }
        if !account.notices.isEmpty {
            lines += ["", "Remarks of the servers"]
            lines += account.notices.map { notice in
                "  \(notice.step.printable)  \(notice.severity.printable)\(notice.code.inBrackets)  \(notice.message.prose)"
            }
        }
        return lines.map { $0.trimmingTrailingBlanks + "\n" }.joined()
    }

    private var header: [String] {
        guard let start = account.attempts.first?.start else { return ["The journal holds no run."] }
        var lines = [
            "Run \(start.run.printable)  \(start.name.printable)  plan \(start.plan.prefix(8).description.printable)"
        ]
        lines += start.targets.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { "Target      \($0.key.printable): \($0.value.prose)" }
        if start.cycle > 1 { lines.append("Cycle       \(start.cycle)") }
        lines += start.approvals.map { given in
            "Approved    \(given.at.printable) by \(given.words)" + (given.key.map { "  \($0.printable)" } ?? "")
        }
        lines += window
        for attempt in account.attempts {
            let word = attempt.start.direction == .forward ? "Started   " : "Taken back"
            lines.append("\(word)  \(attempt.started.printable) by \(attempt.start.operatorName.prose)")
            if let outcome = attempt.outcome, let finished = attempt.finished {
                lines.append("Ended       \(finished.printable): \(outcome.words)")
            } else {
                lines.append("Ended       not yet, or its process was lost")
            }
        }
        return lines
    }

    /// When its window is, and how its times stand to that and to the objective.
    private var window: [String] {
        var lines: [String] = []
        if let window = plan?.budget.window, let begun = account.begun {
            let end = window.end(begun: begun)
            let last = account.forwardEnd.map { $0.milliseconds - end.milliseconds }
            let words = last.map {
                $0 > 0 ? "; went forward \($0.duration) beyond it" : "; \((-$0).duration) were left"
            }
            lines.append(
                "Window      \(window.words(for: window.start?.time ?? begun)) to \(window.words(for: end))\(words ?? "")"
            )
        }
        if let objective = plan?.budget.objective?.rollback, account.takingBack > 0 {
            let word = account.takingBack > objective ? "MISSED" : "met"
            lines.append("Objective   taken back in \(account.takingBack.duration) of \(objective.duration): \(word)")
        }
        return lines
    }

    /// When each phase was to begin at the latest, by the clock of the window.
    private var latest: [String: String] {
        guard let plan, let window = plan.budget.window, let begun = account.begun else { return [:] }
        let start = window.start?.time ?? begun
        let times = plan.times.starts.compactMap { time in
            time.latestStart.map { (time.phase, window.words(for: start.adding($0))) }
        }
        return Dictionary(times) { first, _ in first }
    }

    private func describe(_ phase: RunAccount.Phase) -> [String] {
        let planned = planned[phase.id]
        let title = planned?.title.map { "  \($0.prose)" } ?? ""
        var head = "\(phase.id.printable)  \(phase.status.rawValue)\(title)"
        if let elapsed = phase.milliseconds {
            head += "  \(elapsed.duration)" + (planned?.estimate.map { " of ~\($0.words)" } ?? "")
        }
        var lines = [head]
        if let started = phase.started {
            let latest = latest[phase.id].map { ", to begin until \($0)" } ?? ""
            lines.append("  from \(started.printable)" + (phase.finished.map { " to \($0.printable)" } ?? "") + latest)
        }
        if let reason = phase.skipped { lines.append("  skipped: \(reason.prose)") }
        lines += checks(phase, [.condition, .precondition])
        lines += phase.steps.filter { $0.mark.direction == .forward }.flatMap(describe)
        lines += checks(phase, [.check])
        if let gate = phase.gate { lines += describe(gate) }
        if let cause = phase.cause { lines += describe(cause, "failed") }
        if let reason = phase.barrier { lines.append("  irreversible, stands: \(reason.prose)") }
        if let rollback = phase.rollback { lines += describe(rollback, phase) }
        return lines
    }

    private func checks(_ phase: RunAccount.Phase, _ moments: [CheckRecord.Moment]) -> [String] {
        phase.checks.filter { moments.contains($0.moment) }.flatMap(describe)
    }

    private func describe(_ record: CheckRecord) -> [String] {
        let verdict = record.verdict.rawValue.uppercased().padded(to: 5)
        let moment = record.moment == .check ? "check" : record.moment.rawValue
        var lines = ["  \(verdict)  \(moment) \(record.name.prose)  \(record.milliseconds.duration)"]
        lines.append("         expected  \(record.expected.prose)")
        lines.append("         found     \(record.found.prose)\(record.times)")
        if record.verdict != .pass {
            lines.append("         asked     \(record.subject.prose)")
            lines.append("         at        \(record.place.description.printable)")
        }
        return lines
    }

    private func describe(_ step: RunAccount.Step) -> [String] {
        let name = "step \(step.mark.step.printable)  \(step.mark.title.prose)"
        switch step.end {
        case .running: return ["  ?      \(name)  has not answered"]
        case .applied(let rows, let time):
            let count = rows > 0 ? "\(Count(rows, "row")), " : ""
            return ["  OK     \(name)  \(count)\(time.duration)"]
        case .passedOver(let reason): return ["  SKIP   \(name)  \(reason.prose)"]
        case .failed(let cause, let leaves):
            let left =
                switch leaves {
                case .nothing: "left nothing"
                case .part: "left a part"
                case .unknown: "nobody can tell what it left"
                }
            return ["  FAIL   \(name)  \(left)", "         \(cause.line)"]
                + cause.remarks.map { "         \($0)" }
        }
    }

    private func describe(_ gate: RunAccount.GateRecord) -> [String] {
        let who =
            gate.deciders.isEmpty ? "whoever ran it" : gate.deciders.map(\.printable).joined(separator: " + ")
        var lines =
            gate.question.isEmpty
            ? ["  GATE   nobody was asked"]
            : ["  GATE   \(gate.question.prose)", "         asked \(who) at \(gate.asked.printable)"]
        if let decision = gate.decision {
            let reason = decision.reason.isEmpty ? "" : "  \"\(decision.reason.prose)\""
            let time = gate.decided.map { " at \($0.printable)" } ?? ""
            lines.append("  \(decision.go ? "GO   " : "NO-GO")  \(decision.by.prose)\(time)\(reason)")
        } else {
            lines.append("         nobody answered yet")
        }
        return lines
    }

    private func describe(_ cause: FailureCause, _ word: String) -> [String] {
        ["  \(word): \(cause.line)"] + cause.remarks.map { "         \($0)" }
    }

    private func describe(_ rollback: RunAccount.Rollback, _ phase: RunAccount.Phase) -> [String] {
        var head = "  rollback"
        if let nothing = rollback.back?.nothing { head += ": nothing to take back: \(nothing.prose)" }
        if let started = rollback.started { head += " from \(started.printable)" }
        if rollback.back?.nothing == nil, let finished = rollback.finished { head += " to \(finished.printable)" }
        if let back = rollback.back, back.nothing == nil { head += ", \(back.milliseconds.duration)" }
        var lines = [head] + phase.steps.filter { $0.mark.direction == .back }.flatMap(describe)
        lines += checks(phase, [.rollback])
        if let cause = rollback.cause { lines += describe(cause, "rollback failed") }
        guard let back = rollback.back else { return lines }
        if !back.compared.isEmpty, !(back.residue + back.remaining).isSerious {
            lines.append("         schema as before")
        }
        return lines + back.residue.flatMap(\.lines).map { "         \($0)" }
    }

    /// The phases of the plan that were never begun.
    private var untouched: [String] {
        guard let plan else { return [] }
        let touched = Set(account.phases.map(\.id))
        let rest = plan.phases.map(\.id).filter { !touched.contains($0) }
        return rest.isEmpty ? [] : ["", "Not begun: \(rest.listed(20))"]
    }
}
