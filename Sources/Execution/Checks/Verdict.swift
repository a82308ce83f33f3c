/// What a check says.
public enum Verdict: String, Sendable {
    /// It answered as expected.
    case pass
    /// It did not, and is only reported.
    case warn
    /// It did not.
    case fail
    /// It could not be asked.
    case error
}

/// The outcome of holding an answer against an expectation.
public struct Judgement: Sendable, Equatable {
    /// Whether it is as expected.
    public let passed: Bool
    /// What was expected, for people.
    public let expected: String
    /// What was found, for people.
    public let found: String
}
