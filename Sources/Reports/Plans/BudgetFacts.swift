import Diagnostics
import Planning
import Runbooks

/// What a plan says of time: how long it and its rollbacks take, whether that fits, and where there is no way back.
struct BudgetFacts {
    private let plan: Plan
    private let timeline: Timeline
    /// Nothing where there is neither a window nor an objective: nobody asks, and it takes its time.
    private let budget: Budget?

    init(_ plan: Plan) {
        self.plan = plan
        timeline = plan.timeline
        budget = plan.budget.isEmpty ? nil : plan.times
    }

    /// How long it takes, and when it may run.
    var times: [PlanFact] {
        let isParallel = timeline.critical < timeline.total
        let fits = fits.isEmpty ? "" : ", " + fits
        var facts = [PlanFact("Time", isParallel ? time : time + fits)]
        if isParallel {
            let way = "\(timeline.critical.duration) where phases run in parallel: "
            facts.append(PlanFact("Critical", "\(way)\(timeline.criticalPath.listed(6))\(fits)"))
        }
        return facts + window
    }

    private var time: String {
        guard timeline.total > 0 else { return "not estimated" }
        var parts = ["\(timeline.total.duration) expected"]
        if let limit = timeline.limit, limit != timeline.total {
            parts.append("\(limit.duration) if every timeout is used")
        }
        if timeline.withoutEstimate > 0 {
            parts.append("\(Count(timeline.withoutEstimate, "phase")) without an estimate")
        }
        return parts.joined(separator: ", ")
    }

    /// Whether the longest way fits into the window.
    private var fits: String {
        guard let window = plan.budget.window else { return "" }
        let isOver = timeline.most > window.length
        let word = isOver ? "DOES NOT FIT" : !timeline.isBounded ? "fits as far as is known" : "fits"
        return "window \(window.length.duration): \(word)"
    }

    /// How long it takes to take everything back, whether that is fast enough, and what is not taken back.
    var rollback: String {
        let active = plan.active
        let count = active.count { if case .steps = $0.rollback { true } else { false } }
        guard count > 0 else { return "nothing is taken back by steps" }
        var words = "not estimated"
        if timeline.rollback > 0 {
            let least = timeline.rollbackLeast
            let range = least < timeline.rollback ? "\(least.duration) to " : ""
            words = range + "\(timeline.rollback.duration) estimated from the last phase"
        }
        words += ", for \(count) of \(Count(active.count, "phase"))"
        if let objective = plan.budget.objective?.rollback {
            words += ", objective \(objective.duration): \(met(objective))"
        }
        if let allowed = plan.budget.objective?.dataLoss {
            words += allowed == DataLoss.none ? "; no data may be lost" : "; data may be lost since a backup"
        }
        let irreversible = active.filter { if case .irreversible = $0.rollback { true } else { false } }
        if !irreversible.isEmpty { words += "; irreversible: \(irreversible.map(\.id).listed(6))" }
        // Each phase once, whatever of it goes.
        let losing = plan.losses.map(\.phase).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
        if !losing.isEmpty { words += "; loses what is written after the phase: \(losing.listed(6))" }
        return words
    }

    /// Whether taking back is fast enough from every phase.
    private func met(_ objective: Int) -> String {
        if let longest = budget?.longest, longest.unwind > objective {
            return "DOES NOT FIT, \(longest.unwind.duration) from \(longest.phase.printable)"
        }
        let isKnown = !plan.active.contains { $0.rollback.most == nil }
        return isKnown ? "fits" : "fits as far as is known"
    }

    /// When the window is.
    private var window: [PlanFact] {
        guard let window = plan.budget.window else { return [] }
        guard let start = window.start else {
            return [
                PlanFact("Window", "\(window.length.duration) from the run's beginning; `latest` counts from there")
            ]
        }
        let zone = start.zone == "Z" ? "UTC" : start.zone
        let words =
            "\(start.clock(after: 0)) to \(start.clock(after: window.length)) \(zone), \(window.length.duration)"
        return [PlanFact("Window", words + "; `latest` is by that clock")]
    }

    /// Where and when there is no way back any more.
    var noReturn: [PlanFact] {
        guard let budget else { return [] }
        var lines = budget.barriers.map { "after \($0.printable.shortened(to: 32)) there is no way back" }
        if lines.count > 6 { lines = lines.prefix(6) + ["and after \(lines.count - 6) more"] }
        if let last = budget.lastReturn, budget.longest?.unwind ?? 0 > 0 {
            let isOpen = budget.starts.contains(where: \.isOpen) ? ", as far as is known" : ""
            lines.append("everything can be taken back inside the window until \(moment(last))\(isOpen)")
        }
        return lines.isEmpty ? [] : [PlanFact("No return", lines)]
    }

    /// When each phase may begin at the latest.
    var latest: [String: String] {
        Dictionary(
            (budget?.starts ?? []).compactMap { start in start.latestStart.map { (start.phase, moment($0)) } }
        ) { first, _ in first }
    }

    /// By the clock where the window has a beginning, else counted from the run's.
    private func moment(_ offset: Int) -> String {
        guard offset >= 0 else { return "never" }
        guard let window = plan.budget.window, let start = window.start else { return "+\(offset.duration)" }
        let clock = start.clock(after: offset)
        // The day only where the window is longer than one.
        return window.length < 86_400_000 ? String(clock.suffix(5)) : String(clock.suffix(11))
    }
}

extension PlannedEstimate {
    /// As people say it: `45m`, or `30m to 45m`.
    var words: String { from == to ? to.duration : "\(from.duration) to \(to.duration)" }
}
