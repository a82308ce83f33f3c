/// A stable name for one kind of finding, with the long text `gonogo explain` prints.
public struct DiagnosticCode: Sendable, Hashable {
    /// `E` or `W` and a number that never changes its meaning.
    public let id: String
    /// What is wrong in general, in a few words: the headline of the long form.
    public let title: String
    /// The long form: why it is refused, an example, what to write instead; plain text, wrapped at 80 columns.
    public let explanation: String

    /// A code by its parts.
    public init(_ id: String, _ title: String, _ explanation: String) {
        self.id = id
        self.title = title
        self.explanation = explanation
    }

    /// Codes are equal when their ids are.
    public static func == (left: Self, right: Self) -> Bool { left.id == right.id }

    /// By the id alone.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// How much a finding matters.
public enum Severity: String, Sendable, CaseIterable {
    /// The document cannot be used.
    case error
    /// It can be used, and somebody should look.
    case warning
}

/// One thing that was found in a document: what, where, and what to do about it.
public struct Diagnostic: Sendable {
    /// Which kind of finding.
    public let code: DiagnosticCode
    /// Whether it stops.
    public let severity: Severity
    /// What was found, in lower case without a final stop, names in backticks.
    public let message: String
    /// Where, when it has a place.
    public let span: SourceSpan?
    /// A few words beside the caret: what was expected there.
    public let label: String?
    /// Other places that belong to it, each with a word of why.
    public let related: [Related]
    /// The one remedy.
    public let help: String?

    /// A second place of the same finding.
    public struct Related: Sendable {
        /// Why it is shown, such as `first defined here`.
        public let note: String
        /// The place.
        public let span: SourceSpan

        /// A related place by its parts.
        public init(_ note: String, at span: SourceSpan) {
            self.note = note
            self.span = span
        }
    }

    /// A finding by its parts.
    public init(
        _ code: DiagnosticCode,
        _ message: String,
        at span: SourceSpan?,
        severity: Severity = .error,
        label: String? = nil,
        related: [Related] = [],
        help: String? = nil
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.span = span
        self.label = label
        self.related = related
        self.help = help
    }
}

/// A document that cannot be used: every finding at once, in the order of the text.
public struct Rejection: Error, Sendable {
    /// All findings, errors and warnings; at least one is an error.
    public let findings: [Diagnostic]

    /// A rejection for these findings.
    public init(_ findings: [Diagnostic]) { self.findings = findings.inSourceOrder() }
}

/// Collects findings while a document is read, so that one mistake does not hide the next.
public struct Findings: Sendable {
    /// What was found so far, in the order it was found.
    public private(set) var all: [Diagnostic] = []

    /// Nothing found yet.
    public init() {}

    /// Takes one in.
    public mutating func report(_ finding: Diagnostic) { all.append(finding) }

    /// Takes several in.
    public mutating func report(contentsOf findings: [Diagnostic]) { all += findings }

    /// Whether any of them is an error.
    public var hasErrors: Bool { all.contains { $0.severity == .error } }

    /// Throws everything when something is an error.
    public func throwIfErrors() throws(Rejection) {
        if hasErrors { throw Rejection(all) }
    }
}

extension [Diagnostic] {
    /// By file name, then by place in the file; findings without a place come last, and equals keep their order.
    public func inSourceOrder() -> [Diagnostic] {
        enumerated().sorted { left, right in
            let first = left.element.span.map { ($0.source.name, $0.range.lowerBound) }
            let second = right.element.span.map { ($0.source.name, $0.range.lowerBound) }
            return switch (first, second) {
            case (let first?, let second?): first == second ? left.offset < right.offset : first < second
            case (.some, nil): true
            case (nil, .some): false
            case (nil, nil): left.offset < right.offset
            }
        }.map(\.element)
    }
}
