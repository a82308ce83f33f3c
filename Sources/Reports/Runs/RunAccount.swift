import Databases
import Execution
import Planning

/// What happened in a run, phase by phase: a fold over its journal that keeps the times.
struct RunAccount {
    /// The run, and every later taking back of it.
    private(set) var attempts: [Attempt] = []
    /// The phases in the order they were first heard of.
    private(set) var phases: [Phase] = []
    /// The results that were kept, in order.
    private(set) var captures: [(name: String, result: CapturedResult)] = []
    /// The backups that were proved, in order.
    private(set) var backups: [BackupFile] = []
    /// What the servers remarked, in order.
    private(set) var notices: [NoticeRecord] = []
    /// When the run began; nil for an empty journal.
    private(set) var begun: ClockTime?
    /// When it last did something of a phase that was not taking back.
    private(set) var forwardEnd: ClockTime?
    private var index: [String: Int] = [:]
    private var state = RunState()

    /// How long the last taking back took, in milliseconds.
    var takingBack: Int { state.takingBack }

    /// One time somebody ran it or took it back.
    struct Attempt {
        let start: Event.RunStart
        let started: String
        var outcome: Outcome?
        var finished: String?
    }

    /// A phase of the account.
    struct Phase {
        let id: String
        var status: RunState.Status
        var started: String?
        var finished: String?
        var milliseconds: Int?
        var skipped: String?
        var cause: FailureCause?
        var steps: [Step] = []
        var checks: [CheckRecord] = []
        var gate: GateRecord?
        var rollback: Rollback?
        var barrier: String?
    }

    /// A step of a phase or of its rollback.
    struct Step {
        let mark: StepMark
        var started: String?
        var finished: String?
        var end: End

        /// How it ended.
        enum End {
            /// It has not answered.
            case running
            case applied(rows: Int, milliseconds: Int)
            case passedOver(String)
            case failed(FailureCause, leaves: Event.Leaves)
        }
    }

    /// A gate as it was asked and answered.
    struct GateRecord {
        let question: String
        let deciders: [String]
        let asked: String
        var decision: GateDecision?
        var decided: String?
    }

    /// How a phase was taken back.
    struct Rollback {
        var started: String?
        var finished: String?
        var back: Event.TakenBack?
        var cause: FailureCause?
    }

    /// A remark of a server.
    struct NoticeRecord {
        let step: String
        let severity: String
        let code: String
        let message: String
    }

    init(_ lines: [JournalLine]) {
        for line in lines {
            state.apply(line.event)
            let time = ClockTime(line.time)
            begun = begun ?? time
            switch line.event {
            case .phaseStarted, .phaseResumed, .phaseDone, .phaseFailed: forwardEnd = time ?? forwardEnd
            default: break
            }
            take(line.event, at: line.time)
        }
    }

    private mutating func take(_ event: Event, at time: String) {
        switch event {
        case .runStarted(let start): attempts.append(Attempt(start: start, started: time))
        case .runResumed(let resumption):
            guard let first = attempts.first?.start else { break }
            attempts.append(Attempt(start: first.resumed(resumption), started: time))
        case .runFinished(let outcome):
            guard !attempts.isEmpty else { break }
            attempts[attempts.count - 1].outcome = outcome
            attempts[attempts.count - 1].finished = time
        case .phaseStarted(let id): change(id) { ($0.status, $0.started) = (.running, time) }
        case .phaseResumed(let id): change(id) { ($0.status, $0.cause, $0.finished) = (.running, nil, nil) }
        case .catalogsKept, .catalogsLeft, .stepWaits, .runRecovered, .gateAnswered, .rowsCounted: break
        case .lossFound, .lossAccepted:
            guard let words = EventWords(event)?.line else { break }
            notices.append(NoticeRecord(step: "", severity: "NOTE", code: "", message: words))
        case .residueAccepted(let phase, let reason, let by):
            let message = "what is left of it may stay, says \(by): \(reason)"
            notices.append(NoticeRecord(step: phase, severity: "NOTE", code: "", message: message))
        case .changedByOthers(let changes):
            guard !changes.isEmpty else { break }
            notices.append(NoticeRecord(step: "", severity: "NOTE", code: "", message: changes.othersWork))
        case .phaseSkipped(let id, let reason):
            change(id) { ($0.status, $0.skipped) = (.skipped, reason) }
        case .phaseDone(let id, let elapsed):
            change(id) { ($0.status, $0.finished, $0.milliseconds) = (.done, time, elapsed) }
        case .phaseFailed(let id, let cause, _):
            change(id) { ($0.status, $0.finished, $0.cause) = (.failed, time, cause) }
        case .captured(let name, let result): captures.append((name, result))
        case .backedUp(_, let file): backups.append(file)
        case .noticed(let step, let severity, let code, let message):
            notices.append(NoticeRecord(step: step, severity: severity, code: code, message: message))
        case .checked(let record): change(record.phase) { $0.checks.append(record) }
        case .gateAsked(let id, let question, let deciders):
            change(id) { $0.gate = GateRecord(question: question, deciders: deciders, asked: time) }
        case .gateDecided(let id, let decision):
            change(id) {
                // Where the window leaves no time, nobody was asked.
                let asked = GateRecord(question: "", deciders: [], asked: time)
                $0.gate = $0.gate ?? (decision.by == GateDecision.window ? asked : nil)
                $0.gate?.decision = decision
                $0.gate?.decided = time
            }
        case .stepStarted, .stepCommitting, .stepResolved, .stepApplied, .stepPassedOver, .stepFailed:
            takeStep(event, at: time)
        case .unwindStarted, .rollbackStarted, .rolledBack, .rollbackFailed, .barrier:
            takeBack(event, at: time)
        }
    }

    private mutating func takeStep(_ event: Event, at time: String) {
        switch event {
        case .stepStarted(let mark): change(mark) { $0.started = time }
        case .stepApplied(let mark, let rows, let elapsed):
            change(mark) { ($0.finished, $0.end) = (time, .applied(rows: rows, milliseconds: elapsed)) }
        case .stepResolved(let mark, let resolution):
            let words = "\(resolution.verdict.words), says \(resolution.by): \(resolution.reason)"
            change(mark) { ($0.finished, $0.end) = (time, .passedOver(words)) }
        case .stepPassedOver(let mark, let reason):
            change(mark) { ($0.finished, $0.end) = (time, .passedOver(reason)) }
        case .stepFailed(let mark, let cause, let leaves):
            change(mark) { ($0.finished, $0.end) = (time, .failed(cause, leaves: leaves)) }
        default: break
        }
    }

    private mutating func takeBack(_ event: Event, at time: String) {
        switch event {
        case .rollbackStarted(let id):
            change(id) { ($0.status, $0.rollback) = (.rollingBack, Rollback(started: time)) }
        case .rolledBack(let id, let back):
            let status = state.phase(id)?.status ?? .rolledBack
            change(id) {
                $0.status = status
                $0.rollback = Rollback(started: $0.rollback?.started, finished: time, back: back)
            }
        case .rollbackFailed(let id, let cause):
            change(id) {
                $0.status = .rollbackFailed
                $0.rollback = Rollback(started: $0.rollback?.started, finished: time, cause: cause)
            }
        case .barrier(let id, let reason): change(id) { $0.barrier = reason }
        default: break
        }
    }

    private mutating func change(_ id: String, _ body: (inout Phase) -> Void) {
        let place = index[id] ?? phases.count
        if place == phases.count {
            index[id] = place
            phases.append(Phase(id: id, status: .running))
        }
        body(&phases[place])
    }

    /// Changes the attempt at a step that is under way, or begins one: the steps of a phase follow each other.
    private mutating func change(_ mark: StepMark, _ body: (inout Step) -> Void) {
        change(mark.phase) { phase in
            if let last = phase.steps.last, last.mark == mark, case .running = last.end {
                body(&phase.steps[phase.steps.count - 1])
            } else {
                var step = Step(mark: mark, end: .running)
                body(&step)
                phase.steps.append(step)
            }
        }
    }
}
