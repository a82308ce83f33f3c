import Execution

/// What the process tells the shell; the numbers never change their meaning.
enum ExitCode: Int32 {
    /// Done, or nothing to do.
    case done = 0
    /// Something is wrong with gonogo or the machine.
    case `internal` = 1
    /// The command line.
    case usage = 2
    /// The runbook.
    case invalid = 3
    /// A database cannot be reached.
    case cannotConnect = 4
    /// Another run holds a target.
    case locked = 5
    /// The plan may not run.
    case refused = 6
    /// It failed and stopped; part is applied.
    case stopped = 7
    /// It failed and everything was taken back.
    case unwound = 8
    /// Taking back failed or left something: a person is needed.
    case stuck = 9
    /// A decision is needed that nobody could be asked for.
    case waiting = 10
    /// Somebody or something said no, and nothing had been applied.
    case noGo = 11
    /// Whether a step took effect is not known.
    case unknown = 14
    /// There is something to do, or two plans differ, and `--exit-code` asks.
    case pending = 20
    /// Stopped by Ctrl-C.
    case interrupted = 130
    /// Stopped by SIGTERM or SIGHUP.
    case terminated = 143

    init(_ outcome: Outcome) {
        self =
            switch outcome {
            case .done, .nothingToDo, .rolledBack: .done
            case .stopped: .stopped
            case .unwound: .unwound
            case .stuck: .stuck
            case .noGo: .noGo
            case .unknown: .unknown
            case .interrupted: .interrupted
            case .superseded: .locked
            case .waiting: .waiting
            }
    }

    /// What it means, for help.
    var meaning: String {
        switch self {
        case .done: "done, or nothing to do"
        case .internal: "internal or I/O error"
        case .usage: "the command line is not right"
        case .invalid: "the runbook is not right"
        case .cannotConnect: "a database cannot be reached"
        case .locked: "another run holds a target"
        case .refused: "the plan may not run: stale, unapproved, done before, another database"
        case .stopped: "failed and stopped; part of it is applied"
        case .unwound: "failed; everything was taken back and compared"
        case .stuck: "taking back failed or left something; a person is needed"
        case .waiting: "a decision is needed that nobody could be asked for"
        case .noGo: "no-go; nothing had been applied"
        case .unknown: "whether a step took effect is not known"
        case .pending: "changes are pending, or two plans differ (with `--exit-code`)"
        case .interrupted: "stopped by Ctrl-C"
        case .terminated: "stopped by SIGTERM or SIGHUP"
        }
    }

    /// All of them, in order.
    static let all: [ExitCode] = [
        .done, .internal, .usage, .invalid, .cannotConnect, .locked, .refused, .stopped, .unwound, .stuck,
        .waiting,
        .noGo, .unknown, .pending, .interrupted, .terminated,
    ]
}
