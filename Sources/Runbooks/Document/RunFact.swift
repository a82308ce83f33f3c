/// What only a run knows, and the name of a file it makes may hold.
public enum RunFact: String, Sendable, CaseIterable {
    /// The run's name, such as `r-1018-a`.
    case id
    /// When the run began, such as `20251018T220400Z`; the same when it goes on.
    case timestamp

    /// How a text refers to it.
    public var reference: String { "${run.\(rawValue)}" }
}
