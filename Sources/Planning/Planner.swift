public import Databases
public import Diagnostics
public import Runbooks

/// Compiles runbooks to plans: an ordered list of small passes over one draft.
public enum Planner {
    /// What a plan is made of beside the runbook.
    public struct Request: Sendable {
        /// The runbook.
        public let runbook: Runbook
        /// Its path relative to the root, as plans show it.
        public let path: String
        /// Values given for variables, by name.
        public let values: [String: String]
        /// What variables with `env` are read from.
        public let environment: [String: String]
        /// Where files come from.
        public let files: any FileSource
        /// Which engine a database's address belongs to and how it is shown.
        public let address: @Sendable (Database) -> Result<ConnectionRequest, AddressProblem>
        /// What servers said to statements the built-in grammar refuses.
        public let verdicts: [ServerQuestion: ServerVerdict]
        /// What SQLite finds wrong with the text of one statement; nil when it is SQL.
        public let sqliteProblem: @Sendable (String) -> String?
        /// Makes an empty SQLite database that follows the plan's definitions; nil where there is none to be had.
        public let sqliteTrial: @Sendable () -> (any SchemaTrial)?

        /// A request by its parts.
        public init(
            runbook: Runbook, path: String, values: [String: String], environment: [String: String],
            files: any FileSource,
            address: @escaping @Sendable (Database) -> Result<ConnectionRequest, AddressProblem>,
            verdicts: [ServerQuestion: ServerVerdict] = [:],
            sqliteProblem: @escaping @Sendable (String) -> String? = { _ in nil },
            sqliteTrial: @escaping @Sendable () -> (any SchemaTrial)? = { nil }
        ) {
            self.runbook = runbook
            self.path = path
            self.values = values
            self.environment = environment
            self.files = files
            self.address = address
            self.verdicts = verdicts
            self.sqliteProblem = sqliteProblem
            self.sqliteTrial = sqliteTrial
        }
    }

    /// Why a connection string is none; holds no part of it that could be secret.
    public struct AddressProblem: Error, Sendable {
        /// What is wrong, in lower case.
        public let message: String
        /// What to write instead.
        public let help: String

        /// A problem by its parts.
        public init(message: String, help: String) {
            self.message = message
            self.help = help
        }
    }

    /// The passes, in the order in which each can rely on the ones before.
    static let passes: [@Sendable (inout PlanDraft) -> Void] = [
        // Everything later speaks of targets and variables by name.
        resolveTargets,
        resolveVariables,
        // Two phases of one name would make every later message ambiguous.
        checkPhases,
        linkDependencies,
        orderPhases,
        // What is left out of the order waits for itself.
        refuseCycles,
        decideConditions,
        expandTexts,
        // Who the owner is may hang on a variable.
        resolveConsent,
        // Checks compare with captures, wherever they stand.
        collectCaptures,
        compileSteps,
        compileChecks,
        compileRollbacks,
        warnOfUnusedVariables,
    ]

    /// Compiles a runbook, or reports everything that stands against it.
    ///
    /// - Returns: the plan when nothing is an error, all findings in the order of the text, what a review of the plan
    ///   finds and nobody has accepted, and the statements a server could be asked about.
    public static func plan(
        _ request: Request
    ) -> (plan: Plan?, findings: [Diagnostic], review: [Diagnostic], questions: [ServerQuestion]) {
        var draft = PlanDraft(request)
        for pass in passes { pass(&draft) }
        let sources = draft.sources
        draft.scripts = [:]
        let findings = draft.findings.all.inSourceOrder().withoutRepetitions
        guard !draft.findings.hasErrors else { return (nil, findings, [], draft.questions) }
        let plan = draft.assembled().tried(in: request.sqliteTrial).reviewed()
        let review = plan.review.open.compactMap { $0.diagnostic(in: sources) }
        return (plan, findings, review.inSourceOrder().withoutRepetitions, draft.questions)
    }
}

extension [Diagnostic] {
    /// Each finding once: what is written once and used often is found with every use.
    fileprivate var withoutRepetitions: [Diagnostic] {
        var seen: Set<FindingKey> = []
        return filter { seen.insert(FindingKey($0)).inserted }
    }
}

/// What makes two findings the same for a reader.
private struct FindingKey: Hashable {
    let code: DiagnosticCode
    let message: String
    let source: String?
    let range: Range<Int>?

    init(_ finding: Diagnostic) {
        code = finding.code
        message = finding.message
        source = finding.span?.source.name
        range = finding.span?.range
    }
}
