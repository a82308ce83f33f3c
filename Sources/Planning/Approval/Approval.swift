public import CanonicalJSON

/// What somebody says of a plan: the text under a signature.
public struct Approval: Sendable, Equatable {
    /// The digest of the plan.
    public let plan: Digest
    /// The role it is said in.
    public let role: String
    /// Who says it.
    public let identity: String
    /// What is said.
    public let decision: Decision
    /// When.
    public let at: ClockTime
    /// When it ceases to count; nil for never.
    public let expires: ClockTime?
    /// Why.
    public let reason: String?

    /// What can be said of a plan.
    public enum Decision: String, Sendable {
        /// It may run.
        case approve
        /// It may not.
        case reject
    }

    /// An approval by its parts.
    public init(
        plan: Digest, role: String, identity: String, decision: Decision, at: ClockTime, expires: ClockTime?,
        reason: String?
    ) {
        self.plan = plan
        self.role = role
        self.identity = identity
        self.decision = decision
        self.at = at
        self.expires = expires
        self.reason = reason
    }

    /// What a signature must say it is for: one made for anything else approves nothing.
    public static let namespace = "gonogo-approval@v1"
    private static let format = 1

    /// The bytes that are signed.
    public var signedBytes: [UInt8] { JSON.object(members).canonicalBytes }

    /// The file that holds it, with the signature under it.
    public func fileBytes(signature: String?) -> [UInt8] {
        JSON.compact(members.merging(["signature": .optional(signature)]) { $1 }).canonicalBytes + [0x0A]
    }

    private var members: [String: JSON] {
        let members: [String: JSON] = [
            "approval": .integer(Self.format), "plan": .string(plan.hex), "role": .string(role),
            "identity": .string(identity), "decision": .string(decision.rawValue), "at": .string(at.description),
            "expires": .optional(expires?.description), "reason": .optional(reason),
        ]
        return members.filter { $0.value != .null }
    }
}

/// An approval as a file holds it.
public struct ApprovalFile: Sendable, Equatable {
    /// The name of the file.
    public let name: String
    /// What is said.
    public let approval: Approval
    /// The signature under it, in armour; nil where there is none.
    public let signature: String?

    /// Reads one; nil unless it is byte for byte what `Approval.fileBytes` writes.
    public init?(name: String, bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let plan = json["plan"]?.string.flatMap({ Digest(hex: $0) }),
            let role = json["role"]?.string, let identity = json["identity"]?.string,
            let decision = json["decision"]?.string.flatMap(Approval.Decision.init(rawValue:)),
            let at = json["at"]?.string.flatMap({ ClockTime($0) })
        else { return nil }
        self.name = name
        approval = Approval(
            plan: plan, role: role, identity: identity, decision: decision, at: at,
            expires: json["expires"]?.string.flatMap { ClockTime($0) }, reason: json["reason"]?.string)
        signature = json["signature"]?.string
        guard approval.fileBytes(signature: signature) == bytes else { return nil }
    }
}
