import Diagnostics
import Runbooks

/// Holds the estimates of a plan against its window, its objective, and what its headings say.
struct BudgetReview {
    private let plan: Plan
    private let starts: [PhaseBudget]
    private let timeline: Timeline

    init(_ plan: Plan) {
        self.plan = plan
        starts = plan.budget.isEmpty ? [] : plan.times.starts
        timeline = plan.timeline
    }

    var findings: [PlannedFinding] {
        let objective = plan.budget.objective?.rollback
        let isHeld = plan.budget.window != nil || objective != nil
        return (plan.budget.window.map(fits) ?? []) + (objective.map(meets) ?? [])
            + (isHeld ? unknown : []) + timeouts + headings
    }

    // MARK: Window and objective

    private func fits(_ window: PlannedWindow) -> [PlannedFinding] {
        var found: [PlannedFinding] = []
        if timeline.most > window.length {
            found.append(
                PlannedFinding(
                    ReviewCodes.windowTooShort,
                    "the phases take up to \(timeline.most.timeWords), and the window is \(window.length.timeWords)",
                    help: "lengthen the window, or shorten timeouts", at: window.place,
                    phase: plan.phases.first?.id ?? "", step: nil))
        }
        for start in starts {
            guard let latest = start.latestStart, start.expectedStart > latest, let phase = plan.phase(start.phase)
            else { continue }
            let words = latest < 0 ? "never safe to begin" : "safe to begin until \(latest.timeWords) at the latest"
            found.append(
                finding(
                    ReviewCodes.tooLate,
                    "`\(phase.id)` is \(words), and expected to begin \(start.expectedStart.timeWords) into the window",
                    help: "lengthen the window, or let less come before it", phase))
        }
        return found
    }

    private func meets(_ objective: Int) -> [PlannedFinding] {
        guard let start = starts.first(where: { $0.unwind > objective }), let phase = plan.phase(start.phase)
        else { return [] }
        let time = "taking everything back from `\(phase.id)` takes up to \(start.unwind.timeWords)"
        return [
            finding(
                ReviewCodes.objectiveMissed, "\(time), and the objective is \(objective.timeWords)",
                help: "make the rollbacks faster, or say honestly what they take", phase)
        ]
    }

    private var unknown: [PlannedFinding] {
        plan.active.flatMap { phase in
            var found: [PlannedFinding] = []
            if phase.most == nil, plan.budget.window != nil {
                found.append(
                    finding(
                        ReviewCodes.noEstimate, "how long `\(phase.id)` takes is not known, so nothing is promised",
                        help: "give it an `estimate` or a `timeout`", phase))
            }
            if phase.rollback.most == nil, case .steps(_, _, _, let place) = phase.rollback {
                let words = "how long the rollback of `\(phase.id)` takes is not known, so nothing is promised"
                found.append(
                    PlannedFinding(
                        ReviewCodes.noEstimate, words, help: "give it an `estimate`", at: place, phase: phase.id,
                        step: nil))
            }
            return found
        }
    }

    private var timeouts: [PlannedFinding] {
        plan.active.compactMap { phase in
            guard let expected = phase.estimate?.to, let timeout = phase.timeout, expected > timeout else { return nil }
            return finding(
                ReviewCodes.timeoutTooShort,
                "`\(phase.id)` is expected to take \(expected.timeWords), and is ended after \(timeout.timeWords)",
                help: "lengthen the timeout, or correct the estimate", phase)
        }
    }

    // MARK: Headings

    private var headings: [PlannedFinding] {
        let own = plan.active.compactMap { phase in
            Heading.disagreeing(
                [phase.title, phase.description], with: phase.estimate.map { $0.from...$0.to }
            ).map { heading in
                finding(
                    ReviewCodes.heading,
                    "`\(phase.id)` says \"\(heading.text)\", and its estimate is \(phase.estimate?.words ?? "")",
                    help: "write the same time in both", phase)
            }
        }
        let span = timeline.critical > 0 ? timeline.least...max(timeline.least, timeline.total) : nil
        let whole = Heading.disagreeing([plan.title, plan.description], with: span).map { heading in
            PlannedFinding(
                ReviewCodes.heading,
                "the runbook says \"\(heading.text)\", and its phases add up to \(timeline.critical.timeWords)",
                help: "write what the estimates add up to, or leave it out",
                at: Place(file: plan.runbook, line: 1), phase: plan.phases.first?.id ?? "", step: nil)
        }
        return own + (whole.map { [$0] } ?? [])
    }

    private func finding(
        _ code: ReviewCode, _ message: String, help: String, _ phase: PlannedPhase
    ) -> PlannedFinding {
        PlannedFinding(code, message, help: help, at: phase.place, phase: phase.id, step: nil)
    }
}

extension PlannedEstimate {
    /// As people say it: `45m`, `30m to 45m`.
    fileprivate var words: String { from == to ? to.timeWords : "\(from.timeWords) to \(to.timeWords)" }
}

extension Int {
    /// Milliseconds as runbooks write them: `1h30m`, `45m`, `90ms`.
    public var timeWords: String {
        var rest = self
        var words = ""
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
            if rest >= size { words += "\(rest / size)\(unit)" }
            rest %= size
        }
        return words.isEmpty ? "0s" : words
    }
}
