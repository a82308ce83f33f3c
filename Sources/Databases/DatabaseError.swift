/// A server, a library or the way between said no.
public struct DatabaseError: Error, Sendable, Equatable {
    /// What kind of no.
    public let kind: Kind
    /// The SQLSTATE, or for SQLite the name of the extended result code, such as `SQLITE_CONSTRAINT_UNIQUE`.
    public let code: String
    /// The message as sent: escape it before showing.
    public let message: String
    /// More about it, as sent.
    public let detail: String?
    /// What the server suggests, as sent.
    public let hint: String?
    /// Where in the statement, in characters from 1.
    public let position: Int?
    /// The call stack or line of a function body, as sent.
    public let context: String?

    /// What kind of no it was, which decides what may follow.
    public enum Kind: String, Sendable {
        /// The session could not be opened, or was lost; whether the statement took effect is not known.
        case connection
        /// The statement failed and the session goes on.
        case statement
        /// The deadline passed; the statement was cancelled.
        case timeout
        /// We asked for it to be cancelled.
        case cancelled
    }

    /// An error by its parts.
    public init(
        kind: Kind, code: String = "", message: String, detail: String? = nil, hint: String? = nil,
        position: Int? = nil, context: String? = nil
    ) {
        self.kind = kind
        self.code = code
        self.message = message.bounded
        self.detail = detail?.bounded
        self.hint = hint?.bounded
        self.position = position
        self.context = context?.bounded
    }

    /// The same as another kind.
    public func with(kind: Kind) -> DatabaseError {
        DatabaseError(
            kind: kind, code: code, message: message, detail: detail, hint: hint, position: position, context: context)
    }
}

extension String {
    /// Cut where a server says more than anybody reads: it is kept, written down and printed several times.
    fileprivate var bounded: String {
        let limit = 8192
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit)
        while end.samePosition(in: self) == nil { end = utf8.index(before: end) }
        return "\(self[..<end])... (\(utf8.distance(from: end, to: utf8.endIndex)) bytes left out)"
    }
}

/// The statement of a batch that failed; those before it succeeded, those after it did not run.
public struct BatchFailure: Error, Sendable {
    /// Its index in the batch.
    public let index: Int
    /// Why.
    public let error: DatabaseError

    /// A failure by its parts.
    public init(index: Int, error: DatabaseError) {
        self.index = index
        self.error = error
    }
}
