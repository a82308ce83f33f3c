import CanonicalJSON
import Databases
import Execution
import Planning

extension RunAccount {
    /// The account as JSON: what is absent did not happen.
    func json(plan: Plan?) -> JSON {
        let first = attempts.first?.start
        let touched = Set(phases.map(\.id))
        let rest = plan?.phases.map(\.id).filter { !touched.contains($0) } ?? []
        return .compact([
            "v": 1,
            "run": .optional(first?.run), "name": .optional(first?.name), "plan": .optional(first?.plan),
            "cycle": first.map { .integer($0.cycle) } ?? .null,
            "targets": .object((first?.targets ?? [:]).mapValues(JSON.string)),
            "approvals": (first?.approvals).flatMap { $0.isEmpty ? nil : .array($0.map(\.json)) } ?? .null,
            "attempts": .array(attempts.map(\.json)), "budget": budgetJSON(plan?.budget),
            "outcome": .optional(attempts.last?.outcome?.rawValue),
            "phases": .array(touchedPhases(plan)),
            "not_begun": .array(rest.map(JSON.string)),
            "captures": .array(captures.map { ["name": .string($0.name), "result": $0.result.json] }),
            "backups": backups.isEmpty ? .null : .array(backups.map { .object($0.json) }),
            "notices": .array(notices.map(\.json)),
        ])
    }
}

extension RunAccount {
    private func touchedPhases(_ plan: Plan?) -> [JSON] {
        phases.map { phase in phase.json(plan?.phase(phase.id)) }
    }

    /// From when to when the run could go forward, and how long taking back could take and took.
    private func budgetJSON(_ budget: PlannedBudget?) -> JSON {
        guard let budget, !budget.isEmpty, let begun else { return .null }
        let start = budget.window.map { $0.start?.time ?? begun }
        let end = budget.window?.end(begun: begun)
        return .compact([
            "from": .optional(start?.description), "to": .optional(end?.description),
            "rollback_ms": budget.objective?.rollback.map { .integer($0) } ?? .null,
            "took_back_ms": takingBack > 0 ? .integer(takingBack) : .null,
        ])
    }
}

extension RunAccount.Attempt {
    fileprivate var json: JSON {
        .compact([
            "direction": .string(start.direction.rawValue), "operator": .string(start.operatorName),
            "started": .string(started), "finished": .optional(finished),
            "outcome": .optional(outcome?.rawValue),
        ])
    }
}

extension RunAccount.Phase {
    fileprivate func json(_ planned: PlannedPhase?) -> JSON {
        .compact([
            "expected_ms": planned?.estimate.map { ["from": .integer($0.from), "to": .integer($0.to)] } ?? .null,
            "phase": .string(id), "status": .string(status.rawValue), "started": .optional(started),
            "finished": .optional(finished), "ms": milliseconds.map { .integer($0) } ?? .null,
            "skipped": .optional(skipped), "cause": cause?.members ?? .null,
            "steps": .array(steps.map(\.json)),
            "checks": .array(checks.map { .object(Event.checked($0).json) }),
            "gate": gate?.json ?? .null, "irreversible": .optional(barrier),
            "rollback": rollback?.json(of: id) ?? .null,
        ])
    }
}

extension RunAccount.Step {
    fileprivate var json: JSON {
        var members: [String: JSON] = [
            "step": .string(mark.step), "title": .string(mark.title),
            "direction": .string(mark.direction.rawValue),
            "started": .optional(started), "finished": .optional(finished),
        ]
        switch end {
        case .running: members["status"] = "running"
        case .applied(let rows, let time):
            members["status"] = "applied"
            members["rows"] = .integer(rows)
            members["ms"] = .integer(time)
        case .passedOver(let reason):
            members["status"] = "passed_over"
            members["reason"] = .string(reason)
        case .failed(let cause, let leaves):
            members["status"] = "failed"
            members["cause"] = cause.members
            members["leaves"] = .string(leaves.rawValue)
        }
        return .compact(members)
    }
}

extension RunAccount.GateRecord {
    fileprivate var json: JSON {
        .compact([
            "question": .string(question), "deciders": .array(deciders.map(JSON.string)),
            "asked": .string(asked),
            "go": decision.map { .boolean($0.go) } ?? .null, "by": .optional(decision?.by),
            "reason": .optional(decision?.reason), "decided": .optional(decided),
        ])
    }
}

extension RunAccount.Rollback {
    fileprivate func json(of phase: String) -> JSON {
        let event = back.map { Event.rolledBack(phase: phase, $0).json } ?? [:]
        return .compact([
            "started": .optional(started), "finished": .optional(finished), "ms": event["ms"] ?? .null,
            "residue": event["residue"] ?? .null, "remaining": event["remaining"] ?? .null,
            "nothing": event["nothing"] ?? .null, "compared": event["compared"] ?? .null,
            "covers": event["covers"] ?? .null, "cause": cause?.members ?? .null,
        ])
    }
}

extension RunAccount.NoticeRecord {
    fileprivate var json: JSON {
        .object(Event.noticed(step: step, severity: severity, code: code, message: message).json)
    }
}

extension FailureCause {
    /// The same members a journal has.
    fileprivate var members: JSON { Event.rollbackFailed(phase: "", cause: self).json["cause"] ?? .null }
}
