import CanonicalJSON

/// Who is behind a plan, and whose approval it needs.
public struct PlannedConsent: Sendable, Equatable {
    /// Who wrote the runbook, beside its owner.
    public let authors: [String]
    /// Who may decide and approve, in the order the runbook names the roles.
    public let roles: [PlannedRole]
    /// Whose approval the plan needs; nil for nobody's.
    public let approvals: PlannedApprovals?

    init(authors: [String] = [], roles: [PlannedRole] = [], approvals: PlannedApprovals? = nil) {
        self.authors = authors
        self.roles = roles
        self.approvals = approvals
    }

    /// The role of that name.
    public func role(_ name: String) -> PlannedRole? { roles.first { $0.name == name } }
}

/// People who may decide and approve as one.
public struct PlannedRole: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// What it is called at length.
    public let title: String?
    /// Who has it, by identity.
    public let members: [String]
}

/// Whose approval a plan needs.
public struct PlannedApprovals: Sendable, Equatable {
    /// How many different people must approve.
    public let required: Int
    /// The roles whose members may approve.
    public let roles: [String]
    /// Whether owner and authors do not count.
    public let notAuthor: Bool
    /// How long an approval counts, in milliseconds; nil for ever.
    public let expires: Int?
}

extension PlannedConsent {
    var members: [String: JSON] {
        [
            "authors": .list(authors, JSON.string), "roles": .list(roles, \.json),
            "approvals": approvals?.json ?? .null,
        ]
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        authors = try reader.list("authors") { reader throws(DamagedPlan) in try reader.string }
        roles = try reader.list("roles", PlannedRole.init)
        approvals = if let approvals = reader.optional("approvals") { try PlannedApprovals(approvals) } else { nil }
    }
}

extension PlannedRole {
    var json: JSON {
        .compact(["name": .string(name), "title": .optional(title), "members": .array(members.map(JSON.string))])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        name = try reader.string("name")
        title = try reader.optionalString("title")
        members = try reader.list("members") { reader throws(DamagedPlan) in try reader.string }
    }
}

extension PlannedApprovals {
    var json: JSON {
        .compact([
            "required": .integer(required), "from": .array(roles.map(JSON.string)), "not_author": .flag(notAuthor),
            "expires_ms": .optional(expires),
        ])
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        required = try reader.integer("required")
        roles = try reader.list("from") { reader throws(DamagedPlan) in try reader.string }
        notAuthor = try reader.flag("not_author")
        expires = try reader.optionalInteger("expires_ms")
        guard required > 0 else { throw reader.damaged("`required` is no number of people") }
    }
}
