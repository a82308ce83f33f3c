import CanonicalJSON
import Diagnostics
import Statements

extension PlanReview {
    /// Nothing when there is nothing to tell.
    var json: JSON {
        guard !findings.isEmpty || !impacts.isEmpty || !acceptances.isEmpty else { return .null }
        return .compact([
            "findings": .list(findings, \.json), "statements": .list(impacts, \.json),
            "accepted": .list(acceptances, \.json),
        ])
    }

    init(_ reader: PlanReader?) throws(DamagedPlan) {
        findings = try reader?.list("findings", PlannedFinding.init) ?? []
        impacts = try reader?.list("statements", StatementImpact.init) ?? []
        acceptances = try reader?.list("accepted", PlannedAcceptance.init) ?? []
    }
}

extension PlannedAcceptance {
    fileprivate var json: JSON {
        .compact([
            "code": .string(code), "phase": .optional(phase), "reason": .string(reason), "at": place.json,
        ])
    }

    fileprivate init(_ reader: PlanReader) throws(DamagedPlan) {
        code = try reader.string("code")
        phase = try reader.optionalString("phase")
        reason = try reader.string("reason")
        place = try Place(reader.member("at"))
    }
}

extension PlannedFinding {
    var json: JSON {
        .compact([
            "code": .string(code), "severity": .string(severity.rawValue), "message": .string(message),
            "help": .optional(help), "at": place.json, "phase": .string(phase), "step": .optional(step),
            "accepted": .optional(accepted), "loses": loss?.json ?? .null,
        ])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        code = try reader.string("code")
        severity = try reader.choice("severity")
        message = try reader.string("message")
        help = try reader.optionalString("help")
        place = try Place(reader.member("at"))
        phase = try reader.string("phase")
        step = try reader.optionalString("step")
        accepted = try reader.optionalString("accepted")
        loss = if let loss = reader.optional("loses") { try PlannedLoss(loss) } else { nil }
    }
}

extension StatementImpact {
    var json: JSON {
        .compact([
            "step": .string(step), "statement": .integer(index), "does": .list(does) { .string($0) },
            "locks": .list(locks, \.json), "rewrite": rewrite?.json ?? .null, "scan": scan?.json ?? .null,
            "destroys": .list(destroys) { .string($0) },
            "overwrites": .list(overwrites) { .string($0) }, "unseen": .list(unseen) { .string($0) },
        ])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        step = try reader.string("step")
        index = try reader.integer("statement")
        does = try reader.list("does") { (item) throws(DamagedPlan) in try item.string }
        locks = try reader.list("locks", ImpactLock.init)
        rewrite = if let claim = reader.optional("rewrite") { try ImpactClaim(claim) } else { nil }
        scan = if let claim = reader.optional("scan") { try ImpactClaim(claim) } else { nil }
        destroys = try reader.list("destroys") { (item) throws(DamagedPlan) in try item.string }
        overwrites = try reader.list("overwrites") { (item) throws(DamagedPlan) in try item.string }
        unseen = try reader.list("unseen") { (item) throws(DamagedPlan) in try item.string }
    }
}

extension ImpactLock {
    fileprivate var json: JSON {
        .compact(["on": .string(object), "mode": .string(mode.name), "named": .flag(isNamed)])
    }

    fileprivate init(_ reader: PlanReader) throws(DamagedPlan) {
        object = try reader.string("on")
        isNamed = try reader.flag("named")
        guard let mode = LockMode(name: try reader.string("mode")) else { throw reader.damaged("no mode of a lock") }
        self.mode = mode
    }
}

extension ImpactClaim {
    fileprivate var json: JSON { .compact(["words": .string(words), "sure": .flag(isSure)]) }

    fileprivate init(_ reader: PlanReader) throws(DamagedPlan) {
        self.init(words: try reader.string("words"), isSure: try reader.flag("sure"))
    }
}
