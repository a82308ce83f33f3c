public import CanonicalJSON
import Databases
import Runbooks

extension Plan {
    /// The version of the plan's form; another form has another number.
    public static let format = 1

    /// The plan as JSON; `canonicalBytes` of it are what is hashed and kept.
    public var json: JSON {
        var members = Self.members(
            name: name, title: title, owner: owner, risk: risk, runbook: runbook, targets: targets,
            variables: variables, patience: patience, consent: consent, review: review)
        members.merge(Self.members(of: budget, phases, description)) { old, _ in old }
        members["phases"] = .array(phases.map(\.json))
        return .object(members)
    }

    /// The digest of the variables and their values, of secrets their references: with others the same runbook is
    /// other work.
    public var variablesDigest: Digest { Digest(of: .array(variables.map(\.json))) }

    /// Everything but the phases.
    static func members(
        name: String, title: String?, owner: String?, risk: String?, runbook: String, targets: [PlannedTarget],
        variables: [PlannedVariable], patience: PlannedPatience, consent: PlannedConsent, review: PlanReview
    ) -> [String: JSON] {
        let members: [String: JSON] = [
            "plan": .integer(format),
            "name": .string(name),
            "title": .optional(title),
            "owner": .optional(owner),
            "risk": .optional(risk),
            "runbook": .string(runbook),
            "targets": .array(targets.map(\.json)),
            "review": review.json,
            "vars": .list(variables, \.json),
            "lock_wait_ms": .optional(patience.lockWait),
            "on_disconnect": patience.resumesAfterDisconnect ? .string(DisconnectPolicy.resume.rawValue) : .null,
        ]
        return members.merging(consent.members) { old, _ in old }.filter { $0.value != .null }
    }

    /// What is written of time, what follows from it, and what the runbook says at length.
    static func members(
        of budget: PlannedBudget, _ phases: [PlannedPhase], _ description: String?
    ) -> [String: JSON] {
        budget.members.merging([
            "budget": Budget.json(phases, budget), "description": .optional(description),
        ]) { old, _ in old }.filter { $0.value != .null }
    }

    /// The digests of two plans with the same phases and other members, made phase by phase: a large plan as a tree of
    /// JSON takes many times its size.
    static func digests(
        of whole: [String: JSON], and work: [String: JSON], _ phases: [PlannedPhase]
    ) -> (whole: Digest, work: Digest) {
        var first = DigestStream()
        var second = DigestStream()
        first.take(beginning(of: whole))
        second.take(beginning(of: work))
        for (index, phase) in phases.enumerated() {
            let bytes = (index == 0 ? [] : [UInt8(ascii: ",")]) + phase.json.canonicalBytes
            first.take(bytes)
            second.take(bytes)
        }
        first.take(ending(of: whole))
        second.take(ending(of: work))
        return (first.finish(), second.finish())
    }

    /// Up to the first phase: `name` stands before the phases in every plan, `plan` after them.
    private static func beginning(of members: [String: JSON]) -> [UInt8] {
        JSON.object(members.filter { $0.key < "phases" }).canonicalBytes.dropLast() + Array(",\"phases\":[".utf8)
    }

    private static func ending(of members: [String: JSON]) -> [UInt8] {
        Array("],".utf8) + JSON.object(members.filter { $0.key > "phases" }).canonicalBytes.dropFirst()
    }

    /// Reads a plan back.
    ///
    /// What is only shown may be trusted: then it is not proved to be a plan in every detail, which takes as long as
    /// reading it.
    /// - Throws: `DamagedPlan` with the place of the first thing that is not as a plan has it.
    public init(json: JSON, isTrusted: Bool = false) throws(DamagedPlan) {
        let reader = PlanReader(json)
        let format = try reader.integer("plan")
        guard format == Self.format else { throw reader.damaged("plan format \(format), expected \(Self.format)") }
        self.init(
            name: try reader.string("name"),
            title: try reader.optionalString("title"),
            owner: try reader.optionalString("owner"),
            risk: try reader.optionalString("risk"),
            runbook: try reader.string("runbook"),
            targets: try reader.list("targets", PlannedTarget.init),
            variables: try reader.list("vars", PlannedVariable.init),
            patience: PlannedPatience(
                lockWait: try reader.optionalInteger("lock_wait_ms"),
                resumesAfterDisconnect: try reader.optionalString("on_disconnect") == DisconnectPolicy.resume.rawValue),
            consent: try PlannedConsent(reader),
            budget: try PlannedBudget(reader),
            phases: try reader.list("phases", PlannedPhase.init),
            review: try PlanReview(reader.optional("review")),
            description: try reader.optionalString("description"))
        if !isTrusted { try verify(against: json) }
    }
}

extension PlannedTarget {
    var json: JSON {
        .compact([
            "name": .string(name), "engine": .string(engine.rawValue), "display": .string(display),
            "url": .string(written), "sslmode": .optional(unverified), "bound": binding?.json ?? .null,
        ])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        name = try reader.string("name")
        engine = try reader.choice("engine")
        display = try reader.string("display")
        written = try reader.string("url")
        unverified = try reader.optionalString("sslmode")
        binding = if let bound = reader.optional("bound") { try TargetBinding(bound) } else { nil }
    }
}

extension PlannedVariable {
    var json: JSON { .object(value.members.merging(["name": .string(name)]) { old, _ in old }) }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        name = try reader.string("name")
        value = try Value(reader)
    }
}

extension PlannedVariable.Value {
    var members: [String: JSON] {
        switch self {
        case .text(let text): ["value": .string(text)]
        case .secret(.environment(let name)): ["secret": ["env": .string(name)]]
        case .secret(.file(let path)): ["secret": ["file": .string(path)]]
        case .secret(.program(let arguments)): ["secret": ["exec": .array(arguments.map(JSON.string))]]
        }
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        guard let secret = reader.optional("secret") else {
            self = .text(try reader.string("value"))
            return
        }
        if let name = try secret.optionalString("env") {
            self = .secret(.environment(name))
        } else if let path = try secret.optionalString("file") {
            self = .secret(.file(path))
        } else {
            self = .secret(.program(try secret.list("exec") { reader throws(DamagedPlan) in try reader.string }))
        }
    }
}

extension PlannedPhase {
    var json: JSON {
        .compact([
            "id": .string(id),
            "title": .optional(title),
            "description": .optional(description),
            "needs": .list(needs, JSON.string),
            "wave": .integer(wave),
            "skipped": .optional(skipped),
            "if": condition?.json ?? .null,
            "preconditions": .list(preconditions, \.json),
            "steps": .list(steps, \.json),
            "checks": .list(checks, \.json),
            "gate": gate?.json ?? .null,
            "rollback": rollback.json,
            "on_failure": .string(onFailure.rawValue),
            "estimate_ms": estimate?.json ?? .null,
            "timeout_ms": .optional(timeout),
            "at": place.json,
        ])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        id = try reader.string("id")
        title = try reader.optionalString("title")
        description = try reader.optionalString("description")
        needs = try reader.list("needs") { reader throws(DamagedPlan) in try reader.string }
        wave = try reader.integer("wave")
        skipped = try reader.optionalString("skipped")
        condition = if let check = reader.optional("if") { try PlannedCheck(check) } else { nil }
        preconditions = try reader.list("preconditions", PlannedCheck.init)
        steps = try reader.list("steps", PlannedStep.init)
        checks = try reader.list("checks", PlannedCheck.init)
        gate = if let gate = reader.optional("gate") { try PlannedGate(gate) } else { nil }
        rollback = try PlannedRollback(try reader.member("rollback"))
        onFailure = try reader.choice("on_failure")
        estimate = try PlannedEstimate(reader)
        timeout = try reader.length("timeout_ms")
        place = try Place(reader.member("at"))
    }
}

extension PlannedGate {
    var json: JSON {
        .compact([
            "question": .string(question),
            "deciders": .list(deciders, JSON.string),
            "timeout_ms": .optional(timeout),
            "on_no_go": .string(onNoGo.rawValue),
            "moment": .string(moment.rawValue),
            "at": place.json,
        ])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        question = try reader.string("question")
        deciders = try reader.list("deciders") { reader throws(DamagedPlan) in try reader.string }
        timeout = try reader.optionalInteger("timeout_ms")
        onNoGo = try reader.choice("on_no_go")
        moment = try reader.choice("moment")
        place = try Place(reader.member("at"))
    }
}

extension PlannedRollback {
    var json: JSON {
        switch self {
        case .nothing(let reason): ["none": .string(reason)]
        case .irreversible(let reason): ["irreversible": .string(reason)]
        case .steps(let steps, let checks, let estimate, let place):
            .compact([
                "steps": .array(steps.map(\.json)),
                "checks": .list(checks, \.json),
                "estimate_ms": estimate?.json ?? .null,
                "at": place.json,
            ])
        }
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        if let reason = try reader.optionalString("none") {
            self = .nothing(reason: reason)
        } else if let reason = try reader.optionalString("irreversible") {
            self = .irreversible(reason: reason)
        } else {
            self = .steps(
                try reader.list("steps", PlannedStep.init),
                checks: try reader.list("checks", PlannedCheck.init),
                estimate: try PlannedEstimate(reader),
                place: try Place(reader.member("at")))
        }
    }
}

extension Place {
    var json: JSON { ["file": .string(file), "line": .integer(line)] }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        self.init(file: try reader.string("file"), line: try reader.integer("line"))
    }
}
