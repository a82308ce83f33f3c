public import CanonicalJSON
public import Runbooks
public import Statements

/// One action of a phase, or of its rollback.
public struct PlannedStep: Sendable, Equatable {
    /// Its name in the whole plan, such as `m006/1`, `m006/dump` or `m006/rollback/1`.
    public let id: String
    /// What it does, in a line.
    public let title: String?
    /// What it does.
    public let action: Action
    /// The database it works on; for commands the phase's, which they do not touch.
    public let target: String
    /// When this passes beforehand, the step is passed over.
    public let doneWhen: PlannedCheck?
    /// Whether it may simply be done again when nobody knows what became of it.
    public let isRepeatable: Bool
    /// How long it may take, in milliseconds.
    public let timeout: Int?
    /// Where its verb is written.
    public let place: Place

    /// What a step does.
    public enum Action: Sendable, Equatable {
        /// Applies SQL.
        case apply(PlannedScript)
        /// Runs a program.
        case run(PlannedCommand)
        /// Keeps a result.
        case capture(PlannedCapture)
        /// Writes a backup of its database to the file of this path, in which `RunFact`s are still to be put.
        case backup(path: String)
    }

    /// Its SQL, when it applies some.
    public var script: PlannedScript? {
        guard case .apply(let script) = action else { return nil }
        return script
    }

    /// What a crash can leave of it, and so how it is decided: T, N, X or R.
    public var stepClass: StepClass {
        switch action {
        case .run: .external
        case .capture, .backup: .readOnly
        case .apply(let script): script.stepClass
        }
    }
}

/// What a crash can leave of a step.
public enum StepClass: String, Sendable, CaseIterable {
    /// Transactional SQL: exactly once, decided by its marker.
    case transactional = "T"
    /// SQL that cannot run in a transaction: decided by a probe.
    case nonTransactional = "N"
    /// A program: decided by a probe or a person.
    case external = "X"
    /// Only reads: repeatable.
    case readOnly = "R"
}

/// The SQL of a step, taken apart.
public struct PlannedScript: Sendable, Equatable {
    /// The file it is from, relative to the root; nil when it is written in the runbook.
    public let file: String?
    /// Its text, byte for byte.
    public let text: String
    /// How its statements are grouped.
    public let transaction: TransactionMode
    /// The role it runs as.
    public let role: String?
    /// The settings of its transactions, in order.
    public let settings: [PlannedSetting]
    /// Its statements, at least one.
    public let statements: [PlannedStatement]

    /// SHA-256 of the text.
    public let digest: Digest

    init(
        file: String?, text: String, transaction: TransactionMode, role: String?, settings: [PlannedSetting],
        statements: [PlannedStatement]
    ) {
        self.file = file
        self.text = text
        self.transaction = transaction
        self.role = role
        self.settings = settings
        self.statements = statements
        digest = Digest(of: text)
    }

    /// T, N or R.
    public var stepClass: StepClass {
        if transaction == .none { return .nonTransactional }
        return statements.allSatisfy { $0.kind == .readOnly } ? .readOnly : .transactional
    }
}

/// A setting and its value.
public struct PlannedSetting: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Its value, in the server's spelling.
    public let value: String

    /// A setting by its parts.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// One statement of a script.
public struct PlannedStatement: Sendable, Equatable {
    /// Its text, with references to variables still in it.
    public let text: String
    /// What it does, as the words it begins with.
    public let verb: String
    /// T, N or R.
    public internal(set) var kind: StatementClass
    /// The index work whose outcome can be looked up.
    public let concurrentIndex: ConcurrentIndex?
    /// The variables it refers to.
    public let variables: [VariableReference]
    /// The line it begins on, in its file or in the runbook.
    public let line: Int
}

/// A program to run.
public struct PlannedCommand: Sendable, Equatable {
    /// The program and its arguments; a text for the shell is `sh -c TEXT`.
    public let arguments: [String]
    /// The variables it gets beside the few that every child gets, in order.
    public let environment: [EnvironmentEntry]

    /// A variable of a child.
    public struct EnvironmentEntry: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its value, or the way to it.
        public let value: PlannedVariable.Value
    }
}

/// A result kept under a name.
public struct PlannedCapture: Sendable, Equatable {
    /// The name checks refer to.
    public let name: String
    /// What is asked.
    public let query: PlannedQuery
    /// Whether only a digest of the rows is kept.
    public let fingerprint: Bool
}

/// One SQL statement that is asked.
public struct PlannedQuery: Sendable, Equatable {
    /// The statement.
    public let statement: PlannedStatement
    /// The role it is asked as.
    public let role: String?
    /// The settings while it is asked.
    public let settings: [PlannedSetting]
}
