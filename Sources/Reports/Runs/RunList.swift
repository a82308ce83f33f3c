public import CanonicalJSON
import Diagnostics
public import Execution
import Planning

/// Runs as a list: which plan, how each ended, when, and what of it stands.
public enum RunList {
    /// A run as the list tells it.
    public struct Entry: Sendable {
        /// The run's name.
        public let run: String
        /// Where it stands.
        public let state: RunState
        /// When it began.
        public let started: String
        /// How long it was at work until it ended, in milliseconds; nil when it did not end.
        let worked: Int?
        /// When the last of it ended; nil while something goes on, or was lost.
        let finished: String?

        /// A run by its journal.
        public init(run: String, lines: [JournalLine]) {
            self.run = run
            state = RunState(lines.map(\.event))
            started = lines.first?.time ?? ""
            worked = Self.worked(lines)
            finished = state.outcome == nil ? nil : lines.last?.time
        }

        /// The time of all its processes: what was resumed or taken back days later did not make it last for days.
        private static func worked(_ lines: [JournalLine]) -> Int? {
            var sum = 0
            var begun: String?
            var last = ""
            for line in lines {
                switch line.event {
                case .runStarted(let start) where start.direction == .back: return begun == nil ? sum : nil
                case .runStarted: begun = line.time
                case .runResumed:
                    if let begun, let time = milliseconds(begun, last) { sum += time }
                    begun = line.time
                case .runFinished:
                    guard let start = begun else { break }
                    guard let time = milliseconds(start, line.time) else { return nil }
                    sum += time
                    begun = nil
                default: break
                }
                last = line.time
            }
            return begun == nil && !lines.isEmpty ? sum : nil
        }

        private static func milliseconds(_ start: String, _ end: String) -> Int? {
            guard let from = Timestamp(start), let to = Timestamp(end), to >= from else { return nil }
            return to.milliseconds - from.milliseconds
        }
    }

    /// A table in the order given; every line ended.
    public static func text(_ runs: [Entry]) -> String {
        guard !runs.isEmpty else { return "No runs.\n" }
        // Where no plan needs approvals nobody misses the column.
        let isApproved = runs.contains { !$0.state.approvals.isEmpty }
        var table = Table([.left, .capped(32), .left, .left, .left, .left] + (isApproved ? [.left] : []) + [.free])
        let approval = isApproved ? ["approved by"] : []
        table.add(["run", "runbook", "plan", "outcome", "started", "took"] + approval + ["stands"])
        for run in runs {
            let names = run.state.approvals.map(\.identity).listed(4)
            table.add(
                [
                    run.run.printable, run.state.name.printable, run.state.plan.prefix(8).description.printable,
                    run.state.listedOutcome, run.started.minute.printable, run.worked?.duration ?? "-",
                ] + (isApproved ? [names.isEmpty ? "-" : names] : []) + [run.state.standingNames.listed(4)])
        }
        return table.text
    }

    /// The same as JSON.
    public static func json(_ runs: [Entry]) -> JSON {
        .array(
            runs.map { run in
                .compact([
                    "run": .string(run.run), "name": .string(run.state.name), "plan": .string(run.state.plan),
                    "cycle": .integer(run.state.cycle), "operator": .string(run.state.operatorName),
                    "outcome": .optional(run.state.outcome?.rawValue), "started": .string(run.started),
                    "finished": .optional(run.finished),
                    "approvals": run.state.approvals.isEmpty ? .null : .array(run.state.approvals.map(\.json)),
                    "stands": .array(run.state.standingNames.map(JSON.string)),
                    "in_doubt": .array(run.state.phases.compactMap(\.inDoubt).map(JSON.string)),
                ])
            }
        )
    }
}

extension RunState {
    /// How it ended, in a word or two.
    fileprivate var listedOutcome: String {
        switch outcome {
        case nil: "unfinished"
        case .done?: "done"
        case .nothingToDo?: "nothing to do"
        case .stopped?: cause == nil ? "stopped" : "failed, stopped"
        case .unwound?: "failed, rolled back"
        case .stuck?: "stuck"
        case .noGo?: "no-go"
        case .unknown?: "outcome unknown"
        case .interrupted?: "interrupted"
        case .waiting?: "waiting at a gate"
        case .superseded?: "taken over"
        case .rolledBack?: "rolled back"
        }
    }

    /// The phases that a rollback would take back.
    fileprivate var standingNames: [String] { phases.filter(\.standsToBeUndone).map(\.id) }
}

extension String {
    /// A time of a journal to the minute.
    fileprivate var minute: String {
        guard utf8.count >= 16, Timestamp(self) != nil else { return self }
        return prefix(10) + " " + prefix(16).suffix(5) + "Z"
    }
}
