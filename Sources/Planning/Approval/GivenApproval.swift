public import CanonicalJSON

/// An approval that counts, as the journal keeps it.
public struct GivenApproval: Sendable, Equatable {
    /// Who gave it.
    public let identity: String
    /// In which role.
    public let role: String
    /// When.
    public let at: String
    /// When it ceases to count; nil for never.
    public let until: String?
    /// The fingerprint of the key that proves it; nil where nothing does.
    public let key: String?

    /// An approval by its parts.
    public init(identity: String, role: String, at: String, until: String?, key: String?) {
        self.identity = identity
        self.role = role
        self.at = at
        self.until = until
        self.key = key
    }
}

extension GivenApproval {
    /// As the journal and reports hold it.
    public var json: JSON {
        .compact([
            "identity": .string(identity), "role": .string(role), "at": .string(at), "until": .optional(until),
            "key": .optional(key),
        ])
    }

    /// Reads it back; nil when it is none.
    public init?(_ json: JSON) {
        guard let identity = json["identity"]?.string, let role = json["role"]?.string, let at = json["at"]?.string
        else { return nil }
        self.init(identity: identity, role: role, at: at, until: json["until"]?.string, key: json["key"]?.string)
    }
}
