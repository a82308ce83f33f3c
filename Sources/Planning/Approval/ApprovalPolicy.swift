import CanonicalJSON

/// Whether an approval was proved to be of the one it names.
public enum ApprovalProof: Sendable, Equatable {
    /// There is no signature, or nothing to hold it against.
    case none
    /// The signature is good: by which key, and who has it.
    case signed(key: String, principals: [String])
    /// It is not.
    case refuted(ApprovalProblem)
}

/// Why an approval does not count.
public enum ApprovalProblem: Sendable, Equatable {
    /// The file is not as it was written.
    case damaged
    /// It is about another plan.
    case otherPlan(String)
    /// Its signature was made for something else.
    case otherNamespace(String)
    /// Its signature is not under what it says.
    case forged
    /// Its key is nobody's.
    case unknownKey
    /// Its key is somebody else's.
    case otherSigner([String])
    /// The signers file does not say what its key may sign.
    case unlimitedKey
    /// Its key was revoked.
    case revoked
    /// Its key is not valid at this time.
    case keyOutOfTime
    /// It has ceased to count.
    case expired(ClockTime)
    /// It is from a time that has not come.
    case fromLater(ClockTime)
    /// Its role may not approve the plan.
    case wrongRole(allowed: [String])
    /// The one it names does not have the role.
    case notMember
    /// The one it names wrote the runbook.
    case author
    /// Another one is of the same person or key.
    case samePerson(String)
    /// Nothing proves who gave it, and there are signers who could.
    case unproved
}

/// Who counts, and what is missing: how a plan stands with those who must approve it.
public struct ApprovalStanding: Sendable, Equatable {
    /// The approvals that count, in the order they were given.
    public let given: [GivenApproval]
    /// Those who said no, in the order they said it.
    public let rejections: [Approval]
    /// The files that do not count, by name, and why.
    public let problems: [Problem]
    /// How many different people must approve.
    public let required: Int

    /// How a plan stands that needs nobody's approval.
    public static let notNeeded = ApprovalStanding(given: [], rejections: [], problems: [], required: 0)

    /// A file that does not count.
    public struct Problem: Sendable, Equatable {
        /// Its name.
        public let file: String
        /// Whose it says it is; nil where it cannot be read.
        public let identity: String?
        /// Why it does not count.
        public let problem: ApprovalProblem
    }

    /// How many approvals are missing.
    public var missing: Int { max(0, required - given.count) }
    /// Whether the plan may run.
    public var isGranted: Bool { missing == 0 && rejections.isEmpty }
    /// Whether keys prove everybody who approved.
    public var isProved: Bool { given.allSatisfy { $0.key != nil } }
}

/// The rules by which approvals of a plan count.
public struct ApprovalPolicy: Sendable {
    private let plan: Plan
    private let rule: PlannedApprovals
    private let authors: Identities
    /// Whether every approval must be proved.
    private let needsProof: Bool

    /// How far the clocks of two machines may be apart.
    private static let skew = 300_000

    /// The rules of a plan; nil when it needs nobody's approval.
    ///
    /// Where there are signers, each approval must be proved.
    public init?(of plan: Plan, needsProof: Bool) {
        guard let rule = plan.consent.approvals else { return nil }
        self.plan = plan
        self.rule = rule
        self.needsProof = needsProof
        authors = Identities(authorsOf: plan.consent, owner: plan.owner)
    }

    /// Why somebody may not approve in a role; nil when they may.
    public func problem(with identity: String, as role: String) -> ApprovalProblem? {
        guard rule.roles.contains(role) else { return .wrongRole(allowed: rule.roles) }
        guard Identities(plan.consent.role(role)?.members ?? []).contains(identity) else { return .notMember }
        return rule.notAuthor && authors.contains(identity) ? .author : nil
    }

    /// Somebody as a role spells them; as they are given where the role does not have them.
    public func spelling(of identity: String, in role: String) -> String {
        let key = Identities.key(identity)
        return plan.consent.role(role)?.members.first { Identities.key($0) == key } ?? identity
    }

    /// When an approval given at a moment ceases to count.
    public func expiry(from at: ClockTime) -> ClockTime? { rule.expires.map { at.adding($0) } }

    /// Holds the files against the rules; of those that cannot be read there are only names.
    public func standing(
        _ files: [(file: ApprovalFile, proof: ApprovalProof)], damaged: [String], now: ClockTime
    ) -> ApprovalStanding {
        var given: [GivenApproval] = []
        var rejections: [Approval] = []
        var problems = damaged.map { ApprovalStanding.Problem(file: $0, identity: nil, problem: .damaged) }
        let inOrder = files.sorted { ($0.file.approval.at, $0.file.name) < ($1.file.approval.at, $1.file.name) }
        for (file, proof) in inOrder {
            let approval = file.approval
            var problem = problem(with: approval, proof, now)
            if problem == nil, approval.decision == .reject {
                rejections.append(approval)
                continue
            }
            if problem == nil, needsProof, proof.key == nil { problem = .unproved }
            if problem == nil { problem = Self.twin(of: approval, proof, among: given).map { .samePerson($0) } }
            if let problem {
                problems.append(.init(file: file.name, identity: approval.identity, problem: problem))
            } else {
                given.append(
                    GivenApproval(
                        identity: approval.identity, role: approval.role, at: approval.at.description,
                        until: until(approval)?.description, key: proof.key))
            }
        }
        return ApprovalStanding(given: given, rejections: rejections, problems: problems, required: rule.required)
    }

    private func problem(with approval: Approval, _ proof: ApprovalProof, _ now: ClockTime) -> ApprovalProblem? {
        guard approval.plan == plan.digest else { return .otherPlan(approval.plan.hex) }
        if case .refuted(let problem) = proof { return problem }
        if let problem = problem(with: approval.identity, as: approval.role) { return problem }
        // A key of somebody who has another name as well.
        if rule.notAuthor, case .signed(_, let principals) = proof, principals.contains(where: authors.contains) {
            return .author
        }
        guard approval.at <= now.adding(Self.skew) else { return .fromLater(approval.at) }
        if let until = until(approval), until <= now { return .expired(until) }
        return nil
    }

    /// When an approval ceases to count: whatever it says, no later than the plan's own rule has it.
    private func until(_ approval: Approval) -> ClockTime? {
        [approval.expires, expiry(from: approval.at)].compactMap { $0 }.min()
    }

    private static func twin(of approval: Approval, _ proof: ApprovalProof, among given: [GivenApproval]) -> String? {
        given.first { other in
            Identities.key(other.identity) == Identities.key(approval.identity)
                || proof.key != nil && other.key == proof.key
        }?.identity
    }
}

extension ApprovalProof {
    /// The key that proves it.
    fileprivate var key: String? {
        guard case .signed(let key, _) = self else { return nil }
        return key
    }
}
