public import CanonicalJSON
import Databases
import Planning

extension Event {
    /// The word that names this kind of event in the journal.
    public var type: String {
        switch self {
        case .runStarted: "run.started"
        case .runResumed: "run.resumed"
        case .phaseStarted: "phase.started"
        case .phaseResumed: "phase.resumed"
        case .catalogsKept: "phase.catalogs"
        case .rowsCounted: "phase.rows"
        case .lossFound: "rollback.loss"
        case .lossAccepted: "loss.accepted"
        case .phaseSkipped: "phase.skipped"
        case .phaseDone: "phase.done"
        case .phaseFailed: "phase.failed"
        case .stepStarted: "step.started"
        case .stepCommitting: "step.committing"
        case .stepApplied: "step.applied"
        case .stepPassedOver: "step.passed_over"
        case .stepFailed: "step.failed"
        case .stepResolved: "step.resolved"
        case .captured: "captured"
        case .backedUp: "backup.made"
        case .checked: "check.finished"
        case .gateAsked: "gate.asked"
        case .gateAnswered: "gate.answered"
        case .gateDecided: "gate.decided"
        case .noticed: "notice"
        case .stepWaits: "step.waiting"
        case .unwindStarted: "unwind.started"
        case .rollbackStarted: "rollback.started"
        case .rolledBack: "rollback.done"
        case .rollbackFailed: "rollback.failed"
        case .barrier: "unwind.barrier"
        case .residueAccepted: "residue.accepted"
        case .runRecovered: "run.recovered"
        case .catalogsLeft: "run.catalogs"
        case .changedByOthers: "run.others"
        case .runFinished: "run.finished"
        }
    }

    /// The members of the event, without the envelope the journal adds.
    public var json: [String: JSON] {
        switch self {
        case .runStarted(let start): start.json
        case .runResumed(let resumption): resumption.json
        case .phaseStarted(let phase), .phaseResumed(let phase): ["phase": .string(phase)]
        case .catalogsKept(let phase, let catalogs):
            ["phase": .string(phase), "catalogs": .object(catalogs.mapValues(JSON.string))]
        case .phaseSkipped(let phase, let reason): ["phase": .string(phase), "reason": .string(reason)]
        case .phaseDone(let phase, let time): ["phase": .string(phase), "ms": .integer(time)]
        case .phaseFailed(let phase, let cause, let kind):
            ["phase": .string(phase), "cause": cause.json, "kind": .string(kind.rawValue)]
        case .rollbackFailed(let phase, let cause):
            ["phase": .string(phase), "cause": cause.json]
        case .stepStarted(let mark), .stepCommitting(let mark): mark.json
        case .stepApplied(let mark, let rows, let time):
            mark.json.merging(["rows": .integer(rows), "ms": .integer(time)]) { $1 }
        case .stepPassedOver(let mark, let reason): mark.json.merging(["reason": .string(reason)]) { $1 }
        case .stepFailed(let mark, let cause, let leaves):
            mark.json.merging(["cause": cause.json, "leaves": .string(leaves.rawValue)]) { $1 }
        case .stepResolved(let mark, let resolution):
            mark.json.merging([
                "as": .string(resolution.verdict.rawValue), "reason": .string(resolution.reason),
                "by": .string(resolution.by),
            ]) { $1 }
        case .captured(let name, let result): ["name": .string(name), "result": result.json]
        case .backedUp(let step, let file): file.json.merging(["step": .string(step)]) { $1 }
        case .checked(let record): record.json
        case .gateAsked(let phase, let question, let deciders):
            [
                "phase": .string(phase), "question": .string(question),
                "deciders": .array(deciders.map(JSON.string)),
            ]
        case .gateAnswered(let phase, let decision), .gateDecided(let phase, let decision):
            [
                "phase": .string(phase), "go": .boolean(decision.go), "by": .string(decision.by),
                "reason": .string(decision.reason),
            ]
        default: laterJSON
        }
    }

    private var laterJSON: [String: JSON] {
        switch self {
        case .noticed(let step, let severity, let code, let message):
            [
                "step": .string(step), "severity": .string(severity), "code": .string(code),
                "message": .string(message),
            ]
        case .stepWaits(let mark, let words): mark.json.merging(["words": .string(words)]) { $1 }
        case .unwindStarted(let phases, let kept):
            ["phases": .array(phases.map(JSON.string)), "kept": .array(kept.map(JSON.string))]
        case .residueAccepted(let phase, let reason, let by):
            ["phase": .string(phase), "reason": .string(reason), "by": .string(by)]
        case .runRecovered(let recovery): recovery.json
        case .rollbackStarted(let phase): ["phase": .string(phase)]
        case .rolledBack(let phase, let back): back.json.merging(["phase": .string(phase)]) { $1 }
        case .barrier(let phase, let reason): ["phase": .string(phase), "reason": .string(reason)]
        case .catalogsLeft(let catalogs): ["catalogs": .object(catalogs.mapValues(JSON.string))]
        case .changedByOthers(let changes): ["changes": .array(changes.map(\.json))]
        case .rowsCounted(let phase, let rows): ["phase": .string(phase), "rows": .array(rows.map(\.json))]
        case .lossFound(let losses, let token, let isStopped):
            [
                "losses": .array(losses.map(\.json)), "token": .string(token), "stopped": .boolean(isStopped),
            ]
        case .lossAccepted(let losses, let token, let by):
            ["losses": .array(losses.map(\.json)), "token": .string(token), "by": .string(by)]
        case .runFinished(let outcome): ["outcome": .string(outcome.rawValue)]
        default: [:]
        }
    }
}

extension Event.RunStart {
    fileprivate var json: [String: JSON] {
        let members: [String: JSON] = [
            "run": .string(run), "direction": .string(direction.rawValue), "name": .string(name),
            "plan": .string(plan), "cycle": .integer(cycle), "targets": .object(targets.mapValues(JSON.string)),
            "operator": .string(operatorName), "databases": .object(databases.mapValues(JSON.string)),
        ]
        return approvals.isEmpty
            ? members : members.merging(["approvals": .array(approvals.map(\.json))]) { old, _ in old }
    }
}

extension Event.RunRecovery {
    fileprivate var json: [String: JSON] {
        [
            "heads": .array(heads.map(JSON.string)), "lost": .array(lost.map(JSON.string)),
            "operator": .string(operatorName),
        ]
    }
}

extension Event.RunResumption {
    fileprivate var json: [String: JSON] {
        var members: [String: JSON] = [
            "direction": .string(direction.rawValue), "epoch": .integer(epoch),
            "targets": .object(targets.mapValues(JSON.string)), "operator": .string(operatorName),
        ]
        if isPastWindow { members["past_window"] = true }
        return members
    }
}

extension Event.TakenBack {
    fileprivate var json: [String: JSON] {
        var members: [String: JSON] = [
            "compared": .array(compared.map(JSON.string)), "covers": .array(covers.map(JSON.string)),
            "residue": .array(residue.map(\.json)), "remaining": .array(remaining.map(\.json)),
            "ms": .integer(milliseconds),
        ]
        if !gone.isEmpty { members["gone"] = .array(gone.map(\.json)) }
        if let nothing { members["nothing"] = .string(nothing) }
        return members
    }
}

extension StepMark {
    var json: [String: JSON] {
        [
            "phase": .string(phase), "step": .string(step), "direction": .string(direction.rawValue),
            "title": .string(title), "class": .string(stepClass.rawValue),
        ]
    }
}

extension FailureCause {
    var json: JSON {
        .compact([
            "message": .string(message), "code": code.isEmpty ? .null : .string(code),
            "at": place.map { ["file": .string($0.file), "line": .integer($0.line)] } ?? .null,
            "statement": .optional(statement), "detail": .optional(detail), "hint": .optional(hint),
        ])
    }
}

extension CheckRecord {
    var json: [String: JSON] {
        [
            "phase": .string(phase), "check": .string(id), "name": .string(name), "moment": .string(moment.rawValue),
            "verdict": .string(verdict.rawValue), "expected": .string(expected), "found": .string(found),
            "subject": .string(subject), "ms": .integer(milliseconds), "attempts": .integer(attempts),
            "at": ["file": .string(place.file), "line": .integer(place.line)],
        ]
    }
}

extension Residue {
    var json: JSON {
        .compact([
            "target": .string(target), "kind": .string(kind.rawValue), "object": .string(object),
            "before": .optional(before), "after": .optional(after),
        ])
    }
}
