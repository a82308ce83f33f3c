public import Diagnostics

/// People who may decide and approve as one.
public struct Role: Sendable {
    /// Its name.
    public let name: Located<String>
    /// What it is called at length.
    public let title: String?
    /// Who has it, by identity.
    public let members: [Located<String>]
}

/// A finding of a review that somebody leaves as it is.
public struct Acceptance: Sendable {
    /// The code of the finding.
    public let code: Located<String>
    /// Why.
    public let reason: String
}

/// Whose approval a plan needs before it may run.
public struct ApprovalRule: Sendable {
    /// How many different people must approve, and where that is written.
    public let required: Located<Int>
    /// The roles whose members may approve.
    public let roles: [Located<String>]
    /// Whether owner and authors do not count, and where that is written.
    public let notAuthor: Located<Bool>
    /// How long an approval counts; nil for ever.
    public let expires: Duration?
}
