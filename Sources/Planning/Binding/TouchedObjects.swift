public import CanonicalJSON
public import Databases
import Statements

/// What of a catalog a plan may touch in one target, judged by words alone.
///
/// An entry counts when a word of its name occurs in a statement there, forward or back, or in a value that is put into
/// one. That is too much rather than too little: a word in a comment counts, and so does a column of another table that
/// has the same name. What a statement touches without naming it, through a view, a function or a program, does not.
public struct TouchedObjects: Sendable {
    /// Every word of the statements, in lower case.
    private let words: Set<String>

    /// What a plan may touch in a target.
    public init(_ plan: Plan, in target: String) {
        var words: Set<String> = []
        for phase in plan.phases { words.formUnion(phase.texts(in: target).flatMap(\.words)) }
        let values = Dictionary(plan.variables.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        for phase in plan.phases {
            for statement in phase.statements(in: target) {
                for reference in statement.variables {
                    guard case .text(let text)? = values[reference.name] else { continue }
                    words.formUnion(text.words)
                }
            }
        }
        self.words = words
    }

    init(texts: [String]) { words = Set(texts.flatMap(\.words)) }

    /// Whether an entry counts.
    public func contains(_ entry: CatalogEntry) -> Bool {
        // Catalogs put words of their own around names only where these stand in a phrase: `table a.b to c`.
        let isPhrase = entry.name.contains(" ") && !entry.name.contains("\"")
        return entry.name.words.contains { words.contains($0) && !(isPhrase && Self.phrases.contains($0)) }
    }

    /// The entries that count as a plan holds them, and the digest of all others.
    public func bound(_ catalog: CatalogSnapshot) -> (objects: [BoundObject], others: Digest) {
        var others = DigestStream()
        var objects: [BoundObject] = []
        for entry in catalog.entries {
            let digest = Digest(of: .array([.string(entry.definition), .string(entry.arrangement)]))
            if contains(entry) {
                objects.append(BoundObject(kind: entry.kind, name: entry.name, digest: digest))
            } else {
                let line = JSON.array([.string(entry.kind), .string(entry.name), .string(digest.hex)])
                others.take(line.canonicalBytes)
            }
        }
        return (objects, others.finish())
    }

    /// The words that catalogs put around names.
    private static let phrases: Set<String> = [
        "aggregate", "by", "column", "constraint", "data", "database", "default", "domain", "for", "foreign",
        "function",
        "functions", "in", "index", "language", "large", "made", "materialized", "objects", "of", "on", "policy",
        "procedure", "rule", "schema", "schemas", "sequence", "sequences", "server", "table", "tables", "this", "to",
        "trigger", "type", "types", "value", "view", "wrapper",
    ]
}

extension PlannedPhase {
    /// Every statement that is sent to a target in it, also to take it back or to look at it.
    fileprivate func statements(in target: String) -> [PlannedStatement] {
        let scripts = allSteps.filter { $0.target == target }.flatMap { step -> [PlannedStatement] in
            switch step.action {
            case .apply(let script): script.statements
            case .capture(let capture): [capture.query.statement]
            case .run, .backup: []
            }
        }
        return scripts
            + allChecks.filter { $0.target == target }.compactMap { check in
                guard case .query(let query) = check.subject else { return nil }
                return query.statement
            }
    }

    /// The same as texts, with the values of rounds.
    fileprivate func texts(in target: String) -> [String] {
        statements(in: target).map(\.text)
            + allChecks.filter { $0.target == target }.flatMap { $0.each.map(\.value) }
    }
}

extension PlannedPhase {
    /// Its steps and those of its rollback.
    public var allSteps: [PlannedStep] { steps + rollbackSteps }

    /// Its checks, those of its rollback, and what its steps ask.
    public var allChecks: [PlannedCheck] {
        let own = preconditions + checks + (condition.map { [$0] } ?? []) + allSteps.compactMap(\.doneWhen)
        guard case .steps(_, let checks, _, _) = rollback else { return own }
        return own + checks
    }
}

extension String {
    /// Its words in lower case: runs of letters, digits, `_` and `$`.
    fileprivate var words: [String] {
        lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }.map(String.init)
    }
}
