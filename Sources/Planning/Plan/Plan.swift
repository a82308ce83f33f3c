public import CanonicalJSON
public import Databases

/// A compiled runbook: what will run, in which order, and what takes it back; nothing is looked up afterwards.
///
/// A plan holds the bytes of every file and no secret. Its canonical JSON is what is hashed, shown and run.
public struct Plan: Sendable, Equatable {
    /// The runbook's name.
    public let name: String
    /// What it does, in a line.
    public let title: String?
    /// What it does, at length.
    public let description: String?
    /// Who answers for it.
    public let owner: String?
    /// `low`, `medium`, `high` or `critical`.
    public let risk: String?
    /// Who wrote it, and whose approval it needs.
    public let consent: PlannedConsent
    /// The path of the runbook, relative to its root.
    public let runbook: String
    /// The databases it uses, in the order the runbook names them.
    public let targets: [PlannedTarget]
    /// The values SQL refers to, by name.
    public let variables: [PlannedVariable]
    /// What it puts up with.
    public let patience: PlannedPatience
    /// How long it may take, and what taking it back may cost.
    public let budget: PlannedBudget
    /// The phases in the order they are done: dependencies first, then the order of the file.
    public let phases: [PlannedPhase]

    /// What its statements do and lock, and what of it a reviewer should know.
    public let review: PlanReview

    /// SHA-256 of the canonical JSON: the identity of the plan.
    public let digest: Digest
    /// The same without what the plan is bound to, when its window begins, and what was found in it: the identity of
    /// the work, which ledgers know it by.
    ///
    /// Whoever plans again later, or without reaching the databases, plans the same work.
    public let work: Digest
    /// The place of each phase in `phases`, by its name.
    private let positions: [String: Int]

    init(
        name: String, title: String?, owner: String?, risk: String?, runbook: String, targets: [PlannedTarget],
        variables: [PlannedVariable], patience: PlannedPatience = PlannedPatience(),
        consent: PlannedConsent = PlannedConsent(), budget: PlannedBudget = PlannedBudget(),
        phases: [PlannedPhase], review: PlanReview = PlanReview(), description: String? = nil
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.owner = owner
        self.risk = risk
        self.runbook = runbook
        self.targets = targets
        self.variables = variables
        self.patience = patience
        self.consent = consent
        self.budget = budget
        self.phases = phases
        self.review = review
        positions = Dictionary(phases.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        func members(
            _ targets: [PlannedTarget], _ review: PlanReview, _ budget: PlannedBudget
        ) -> [String: JSON] {
            Self.members(
                name: name, title: title, owner: owner, risk: risk, runbook: runbook, targets: targets,
                variables: variables, patience: patience, consent: consent, review: review
            ).merging(Self.members(of: budget, phases, description)) { old, _ in old }
        }
        (digest, work) = Self.digests(
            of: members(targets, review, budget), and: members(targets.map(\.unbound), PlanReview(), budget.undated),
            phases)
    }

    /// The same plan with what was found in it.
    func with(_ review: PlanReview) -> Plan {
        Plan(
            name: name, title: title, owner: owner, risk: risk, runbook: runbook, targets: targets,
            variables: variables, patience: patience, consent: consent, budget: budget, phases: phases,
            review: review, description: description)
    }

    /// The phase of that name.
    public func phase(_ id: String) -> PlannedPhase? { positions[id].map { phases[$0] } }

    /// The phases that take part; the others have a condition that says no.
    public var active: [PlannedPhase] { phases.filter { $0.skipped == nil } }

    /// Same content.
    public static func == (left: Self, right: Self) -> Bool { left.digest == right.digest }
}

/// What a run puts up with before it stops.
public struct PlannedPatience: Sendable, Equatable {
    /// How long the locks of one transaction are waited for in all, over several tries, in milliseconds; nil for the
    /// usual time.
    public let lockWait: Int?
    /// Whether it waits for a server that does not answer any more, and goes on by itself.
    public let resumesAfterDisconnect: Bool

    init(lockWait: Int? = nil, resumesAfterDisconnect: Bool = false) {
        self.lockWait = lockWait
        self.resumesAfterDisconnect = resumesAfterDisconnect
    }
}

/// A database of a plan; how to reach it is looked up again when a session is opened, so no secret is here.
public struct PlannedTarget: Sendable, Equatable {
    /// Its name in the runbook.
    public let name: String
    /// Its engine.
    public let engine: Engine
    /// Its address without anything secret.
    public let display: String
    /// The connection string as the runbook has it, `${...}` untouched.
    public let written: String
    /// The `sslmode` of its address, where that does not prove which server answers.
    public internal(set) var unverified: String?
    /// The database it was made for; nil where none was reached.
    public internal(set) var binding: TargetBinding?
}

/// A value SQL may refer to.
public struct PlannedVariable: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// What it is.
    public let value: Value

    /// A value or the way to one.
    public enum Value: Sendable, Equatable {
        /// As text.
        case text(String)
        /// Read at the moment of use.
        case secret(PlannedSecret)
    }
}

/// Where a secret is read from at the moment of use.
public enum PlannedSecret: Sendable, Equatable {
    /// An environment variable.
    case environment(String)
    /// A file.
    case file(String)
    /// What a program prints.
    case program([String])
}

/// Where something was written, for messages.
public struct Place: Sendable, Equatable, CustomStringConvertible {
    /// The file, by its path relative to the root.
    public let file: String
    /// The line, from 1.
    public let line: Int

    /// A place by its parts.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    /// `file:line`.
    public var description: String { "\(file):\(line)" }
}
