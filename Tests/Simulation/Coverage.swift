import Execution

/// An arrow of the state machines of steps, phases and runs: the simulator has to go along each.
package enum Arrow: String, CaseIterable, Sendable {
    // Steps, forward.
    case stepStarted, stepCommitting, appliedByCommit, appliedOutside, failedClean, failedAtCommit, failedInPart
    case inDoubtAtCommit, inDoubtOutside, passedOver
    // What became of steps whose process died.
    case foundApplied, foundAbsent, foundInPart
    // What people say.
    case resolvedApplied, resolvedNotApplied, resolvedSkip
    // Steps, back.
    case undoStarted, undoCommitting, undone, undoFailed, undoInDoubt, undoPassedOver
    // Phases.
    case phaseStarted, phaseResumed, phaseSkipped, phaseDone
    case phaseFailedByStep, phaseFailedByCheck, phaseFailedByGate, phaseInDoubt, phaseInterrupted, phaseWithdrawn
    case phaseFailedByWindow, gateClosed
    case phaseBlocked, phaseDisconnected, phaseWaiting, stepWaits
    case gateAsked, gateGo, gateNoGo
    case rollbackStarted, rolledBack, nothingToTakeBack, rollbackFailed, residue, barrier
    // Runs.
    case runStarted, runResumed, runResumedBack, rollbackAsked, unwinding
    case done, stopped, unwound, stuck, noGo, unknown, interrupted, runRolledBack, superseded, waiting
    // Refusals.
    case locked, orphaned, cannotConnect, ledgerUnusable, unfinished, alreadyDone, nothingToResume, takenBackAlready
    case nothingToRollBack, journalUnwritable, otherHolder, takenOver, beforeWindow, afterWindow
    case losesData, lossAccepted, lossFound, lossStops
}

extension Arrow {
    /// Those that a few hundred schedules may not go along.
    package static let seldom: Set<Arrow> = [
        .inDoubtAtCommit, .inDoubtOutside, .passedOver, .failedAtCommit, .failedInPart, .foundInPart, .undoInDoubt,
        .resolvedApplied, .resolvedNotApplied, .resolvedSkip, .phaseBlocked, .stepWaits, .superseded, .orphaned,
        .otherHolder, .alreadyDone, .takenBackAlready, .nothingToRollBack, .residue, .barrier, .noGo, .unknown,
        .phaseInDoubt, .phaseInterrupted, .phaseWithdrawn, .unfinished, .runRolledBack, .journalUnwritable,
        .phaseFailedByWindow, .gateClosed, .beforeWindow, .afterWindow, .losesData, .lossAccepted, .lossFound,
        .lossStops,
    ]
}

/// Which arrows were gone along, and how often.
package final class Coverage {
    package private(set) var counts: [Arrow: Int] = [:]
    /// By run, step and direction, what its journal said last.
    private var steps: [String: (event: Event, incarnation: Int)] = [:]

    package init() {}

    package func add(_ other: Coverage) { counts.merge(other.counts) { $0 + $1 } }

    /// The arrows that were not gone along.
    ///
    /// A run finds itself superseded only where the lock of its journal does not reach whoever takes it over, as on a file
    /// system without locks; the simulator's disk has them.
    package var missing: [Arrow] { Arrow.allCases.filter { counts[$0] == nil && $0 != .superseded } }

    func count(_ arrow: Arrow) { counts[arrow, default: 0] += 1 }

    func heard(_ event: Event, by incarnation: Int) {
        switch event {
        case .stepStarted(let mark), .stepCommitting(let mark), .stepApplied(let mark, _, _),
            .stepPassedOver(let mark, _), .stepFailed(let mark, _, _), .stepResolved(let mark, _):
            let key = mark.step + mark.direction.rawValue
            let before = steps[key]
            let isLater = before.map { $0.incarnation != incarnation } ?? false
            count(mark.direction == .back ? Self.back(event, before?.event) : Self.step(event, before?.event, isLater))
            steps[key] = (event, incarnation)
        default: Self.arrows(event).forEach(count)
        }
    }

    private static func step(_ event: Event, _ before: Event?, _ isLater: Bool) -> Arrow {
        var isCommitting = false
        if case .stepCommitting? = before { isCommitting = true }
        switch event {
        case .stepStarted: return .stepStarted
        case .stepCommitting: return .stepCommitting
        case .stepApplied: return isLater ? .foundApplied : isCommitting ? .appliedByCommit : .appliedOutside
        case .stepFailed(_, _, .nothing): return isLater ? .foundAbsent : isCommitting ? .failedAtCommit : .failedClean
        case .stepFailed(_, _, .part): return isLater ? .foundInPart : .failedInPart
        case .stepFailed: return isCommitting ? .inDoubtAtCommit : .inDoubtOutside
        case .stepResolved(_, let resolution):
            return switch resolution.verdict {
            case .applied: .resolvedApplied
            case .notApplied: .resolvedNotApplied
            case .skip: .resolvedSkip
            }
        default: return .passedOver
        }
    }

    private static func back(_ event: Event, _ before: Event?) -> Arrow {
        switch event {
        case .stepStarted: .undoStarted
        case .stepCommitting: .undoCommitting
        case .stepApplied: .undone
        case .stepFailed(_, _, .unknown): .undoInDoubt
        case .stepFailed: .undoFailed
        case .stepResolved: .resolvedApplied
        default: .undoPassedOver
        }
    }

    private static func arrows(_ event: Event) -> [Arrow] {
        switch event {
        case .phaseStarted: return [.phaseStarted]
        case .phaseResumed: return [.phaseResumed]
        case .phaseSkipped: return [.phaseSkipped]
        case .phaseDone: return [.phaseDone]
        case .phaseFailed(_, _, let kind): return [arrow(kind)]
        case .gateAsked: return [.gateAsked]
        case .stepWaits: return [.stepWaits]
        case .gateDecided(_, let decision):
            return [decision.go ? .gateGo : decision.by == GateDecision.window ? .gateClosed : .gateNoGo]
        case .unwindStarted: return [.unwinding]
        case .rollbackStarted: return [.rollbackStarted]
        case .rolledBack(_, let back):
            return [back.nothing == nil ? .rolledBack : .nothingToTakeBack] + (back.residue.isSerious ? [.residue] : [])
        case .rollbackFailed: return [.rollbackFailed]
        case .barrier: return [.barrier]
        case .lossFound(_, _, let isStopped): return [isStopped ? .lossStops : .lossFound]
        case .lossAccepted: return [.lossAccepted]
        case .runStarted(let start): return [start.direction == .forward ? .runStarted : .rollbackAsked]
        case .runResumed(let resumption): return [resumption.direction == .forward ? .runResumed : .runResumedBack]
        case .runFinished(let outcome): return arrow(outcome).map { [$0] } ?? []
        default: return []
        }
    }

    private static func arrow(_ kind: FailureKind) -> Arrow {
        switch kind {
        case .step: .phaseFailedByStep
        case .check: .phaseFailedByCheck
        case .gate: .phaseFailedByGate
        case .window: .phaseFailedByWindow
        case .inDoubt: .phaseInDoubt
        case .interrupted: .phaseInterrupted
        case .withdrawn: .phaseWithdrawn
        case .blocked: .phaseBlocked
        case .waiting: .phaseWaiting
        case .disconnected: .phaseDisconnected
        }
    }

    private static func arrow(_ outcome: Outcome) -> Arrow? {
        switch outcome {
        case .done: .done
        case .nothingToDo: nil
        case .stopped: .stopped
        case .unwound: .unwound
        case .stuck: .stuck
        case .noGo: .noGo
        case .unknown: .unknown
        case .interrupted: .interrupted
        case .superseded: .superseded
        case .waiting: .waiting
        case .rolledBack: .runRolledBack
        }
    }

    func refused(_ refusal: RunRefusal) {
        switch refusal {
        case .locked: count(.locked)
        case .orphaned: count(.orphaned)
        case .cannotConnect: count(.cannotConnect)
        case .ledgerUnusable: count(.ledgerUnusable)
        case .unfinished: count(.unfinished)
        case .alreadyDone: count(.alreadyDone)
        case .nothingToResume: count(.nothingToResume)
        case .takenBackAlready: count(.takenBackAlready)
        case .nothingToRollBack: count(.nothingToRollBack)
        case .state: count(.journalUnwritable)
        case .otherHolder: count(.otherHolder)
        case .losesData: count(.losesData)
        case .outsideWindow(_, _, _, _, let isEarly): count(isEarly ? .beforeWindow : .afterWindow)
        default: break
        }
    }
}
