public import Diagnostics

/// A named stretch of a runbook that is done or taken back as one.
public struct Phase: Sendable {
    /// The name other phases wait for.
    public let id: Located<String>
    /// What it does, in a line.
    public let title: String?
    /// What it does, at length.
    public let description: String?
    /// The phases that must be done first; nil means the one above, an empty list none.
    public let needs: [Located<String>]?
    /// When it takes part at all.
    public let condition: Condition?
    /// The database it works on, when not the runbook's.
    public let target: Located<String>?
    /// Settings of its sessions, over the runbook's.
    public let session: [Setting]
    /// What must hold before its first step.
    public let preconditions: [Check]
    /// What it does, in order.
    public let steps: [Step]
    /// What must hold after its last step.
    public let checks: [Check]
    /// The decision of people.
    public let gate: Gate?
    /// What takes it back; nil when the document says nothing, which planning reports.
    public let rollback: Rollback?
    /// What a review finds in it and is left as it is.
    public let accepted: [Acceptance]
    /// What its failure does, when not the runbook's.
    public let onFailure: FailurePolicy?
    /// How long it should take.
    public let estimate: Estimate?
    /// How long it may take.
    public let timeout: Duration?
    /// Where it is written: its id, for messages about the whole.
    public var span: SourceSpan { id.span }
}

/// When a phase takes part in a run.
public enum Condition: Sendable {
    /// When a variable is true, or equals the value.
    case variable(Located<String>, equals: Literal)
    /// When a query, asked as the phase would start, answers as expected.
    case query(Check)
}

/// One action of a phase.
public struct Step: Sendable {
    /// A name for it, unique in the phase; steps without one are numbered.
    public let id: Located<String>?
    /// What it does, in a line.
    public let title: String?
    /// What it does.
    public let verb: Verb
    /// The database it works on, when not the phase's.
    public let target: Located<String>?
    /// How its statements are grouped, when not the engine's way.
    public let transaction: Located<TransactionMode>?
    /// The role its statements run as.
    public let role: Located<String>?
    /// Settings of its transaction, over the phase's.
    public let session: [Setting]
    /// Tells whether it is done already: then it is passed over.
    public let doneWhen: Check?
    /// Whether it may simply be done again when nobody knows what became of it.
    public let isRepeatable: Bool
    /// How long it may take.
    public let timeout: Duration?
    /// Where its verb is written.
    public let span: SourceSpan
}

/// What a step does.
public enum Verb: Sendable {
    /// Applies a SQL file, by its path.
    case sql(Located<String>)
    /// Applies SQL written in the runbook.
    case statement(InlineText)
    /// Runs a program.
    case run(Command)
    /// Keeps a result for later comparison.
    case capture(Capture)
    /// Writes a backup of the step's database to the file of this path.
    case backup(Located<String>)
}

/// How the statements of a step are grouped.
public enum TransactionMode: String, Sendable, CaseIterable {
    /// All in one transaction.
    case file
    /// Each in a transaction of its own.
    case statement
    /// Outside any transaction: for what cannot run in one.
    case none
}

/// Text inside a runbook that has positions of its own: SQL, a command.
public struct InlineText: Sendable {
    /// The text.
    public let text: String
    /// The whole of it.
    public let span: SourceSpan
    private let sourceRange: @Sendable (Range<Int>) -> Range<Int>?

    /// Text with a way from its own bytes to the bytes of the runbook; nil where they do not map.
    public init(
        _ text: String,
        at span: SourceSpan,
        sourceRange: @escaping @Sendable (Range<Int>) -> Range<Int>?
    ) {
        self.text = text
        self.span = span
        self.sourceRange = sourceRange
    }

    /// Where a range of its bytes stands in the runbook; the whole span where that cannot be told.
    public func span(of range: Range<Int>) -> SourceSpan {
        sourceRange(range).map { SourceSpan(source: span.source, range: $0) } ?? span
    }
}

/// A program to run: with a shell when written as one text, without when written as a list.
public struct Command: Sendable {
    /// The text for `sh -c`, or the program and its arguments.
    public let invocation: Invocation
    /// Variables it gets beside the few that every child gets.
    public let environment: [(name: Located<String>, value: EnvironmentValue)]
    /// Where it is written.
    public let span: SourceSpan

    /// With or without a shell.
    public enum Invocation: Sendable {
        /// One text for `sh -c`.
        case shell(String)
        /// A program and its arguments.
        case program([String])
    }

    /// A variable's value.
    public enum EnvironmentValue: Sendable {
        /// As it stands.
        case text(String)
        /// A secret, read when the program starts.
        case secret(SecretReference)
    }
}

/// A result kept under a name, to compare with later.
public struct Capture: Sendable {
    /// The name checks refer to.
    public let name: Located<String>
    /// What is asked.
    public let query: InlineText
    /// Whether only a digest of the rows is kept.
    public let fingerprint: Bool
}

/// The go/no-go decision of people.
public struct Gate: Sendable {
    /// What they are asked.
    public let question: Located<String>
    /// Who must answer, by role; each must say go.
    public let deciders: [Located<String>]
    /// How long they have; silence is no-go.
    public let timeout: Duration?
    /// What a no-go does; nil is the phase's policy.
    public let onNoGo: FailurePolicy?
    /// When it is asked.
    public let moment: Moment
    /// Where it is written.
    public let span: SourceSpan

    /// When a gate is asked.
    public enum Moment: String, Sendable, CaseIterable {
        /// Before the phase's first step.
        case start
        /// After its checks.
        case end
    }
}

/// What takes a phase back.
public enum Rollback: Sendable {
    /// Steps, and checks that must hold after them.
    case steps([Step], checks: [Check], estimate: Estimate?, span: SourceSpan)
    /// There is nothing to take back.
    case nothing(reason: String, span: SourceSpan)
    /// It cannot be taken back: no automatic unwind goes past it.
    case irreversible(reason: String, span: SourceSpan)
}
