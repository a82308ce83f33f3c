public import Diagnostics

/// A runbook as its author wrote it: typed, but with names still as names.
///
/// Environment variables are in place (`${NAME}`); references to other parts of the document are not resolved.
public struct Runbook: Sendable {
    /// The text it was read from.
    public let source: SourceText
    /// The name it is known by in plans, ledgers and history.
    public let name: Located<String>
    /// What it does, in a line.
    public let title: String?
    /// Who answers for it.
    public let owner: String?
    /// Who wrote it, beside its owner.
    public let authors: [Located<String>]
    /// Who may decide and approve, by role.
    public let roles: [Role]
    /// What a review of its plans finds and is left as it is.
    public let accepted: [Acceptance]
    /// Whose approval a plan of it needs.
    public let approvals: ApprovalRule?
    /// `low`, `medium`, `high` or `critical`.
    public let risk: String?
    /// What it does, at length.
    public let description: String?
    /// The databases it names; one without a name is called `main`.
    public let databases: [Database]
    /// The database of every phase that names none.
    public let target: Located<String>?
    /// Settings of every session.
    public let session: [Setting]
    /// The values SQL may refer to.
    public let variables: [Variable]
    /// What a failure does where a phase says nothing.
    public let onFailure: FailurePolicy
    /// What a lost connection does.
    public let onDisconnect: DisconnectPolicy
    /// How long the locks of one transaction are waited for in all, over several tries; nil for the usual time.
    public let lockWait: Duration?
    /// The time in which it may run; nil for any.
    public let window: Window?
    /// What taking back may cost; nil where nothing is said.
    public let objective: Objective?
    /// The phases in the order written; at least one.
    public let phases: [Phase]
}

/// What a run does when a server does not answer any more.
public enum DisconnectPolicy: String, Sendable, CaseIterable {
    /// It stops, and can be resumed.
    case stop
    /// It waits for the server and goes on by itself.
    case resume
}

/// A database under the name a runbook gives it.
public struct Database: Sendable {
    /// Its name in the runbook.
    public let name: Located<String>
    /// How to reach it, with environment variables in place; may hold a secret.
    public let url: Located<String>
    /// The same as written, with `${...}` untouched: fit for showing.
    public let written: String
}

/// A setting of a session, given to the server as it stands.
public struct Setting: Sendable {
    /// Its name, such as `lock_timeout`.
    public let name: Located<String>
    /// Its value in the server's own spelling.
    public let value: Located<String>
}

/// A value SQL can refer to as `:'name'` or `:"name"`.
public struct Variable: Sendable {
    /// Its name.
    public let name: Located<String>
    /// What it may hold.
    public let type: ValueType
    /// Its value where none is given.
    public let fallback: Located<Literal>?
    /// The only values it may take; empty for any.
    public let allowed: [Located<Literal>]
    /// The environment variable it is read from.
    public let environment: Located<String>?
    /// Where its secret value is read from at the moment of use.
    public let secret: SecretReference?
    /// What it is for.
    public let description: String?

    /// What a variable may hold.
    public enum ValueType: String, Sendable, CaseIterable {
        /// Any text.
        case string
        /// A number.
        case number
        /// `true` or `false`.
        case boolean
    }
}

/// Where a secret is read from; the secret itself is in no document, plan, journal or report.
public enum SecretReference: Sendable {
    /// An environment variable.
    case environment(Located<String>)
    /// A file that only its owner may read.
    case file(Located<String>)
    /// What a program prints.
    case program([Located<String>])
}

/// A value written in a runbook.
public enum Literal: Sendable, Hashable {
    /// SQL NULL.
    case null
    /// A boolean.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// A number with a fraction, in the digits written.
    case number(String)
    /// Text.
    case text(String)

    /// As people write it; NULL as `null`.
    public var text: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let digits): digits
        case .text(let text): text
        }
    }
}

/// What a failure does.
public enum FailurePolicy: String, Sendable, CaseIterable {
    /// Takes back the failed phase's applied steps, then every phase this run completed, in reverse.
    case unwind
    /// Takes back only the failed phase.
    case rollback
    /// Leaves everything as it is.
    case stop
    /// Asks the person at the terminal; without one it stops.
    case ask
}
