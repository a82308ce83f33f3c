public import CanonicalJSON
public import Databases
import Statements

/// What of a catalog a plan may touch in one target.
///
/// An entry counts when the name of the thing it is of, a table with its columns, a function, a type, occurs as a word in a
/// statement there, forward or back, in a value that is put into one, or in what the statements lead to without naming it:
/// what views read that they name, what routines say that they call, and the views that stand on what they name. That is
/// too much rather than too little, as a word in a comment counts; what a program touches does not.
public struct TouchedObjects: Sendable {
    /// Every word of the statements, in lower case, and the names they lead to.
    private let words: Set<String>

    /// What a plan may touch in a target, with what a catalog says of where its names lead.
    public init(_ plan: Plan, in target: String, knowing facts: SchemaFacts? = nil) {
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
        self.words = facts.map { $0.reached(from: words) } ?? words
    }

    init(texts: [String]) { words = Set(texts.flatMap(\.words)) }

    /// Whether an entry counts.
    ///
    /// A name of several words counts when all of them occur.
    public func contains(_ entry: CatalogEntry) -> Bool {
        entry.subjects.contains { name in
            let own = name.words
            return own.isEmpty ? words.contains(name) : own.allSatisfy(words.contains)
        }
    }

    /// The entries that count as a plan holds them, and the digest of all others.
    ///
    /// Where names without a schema lead is one of them.
    public func bound(
        _ catalog: CatalogSnapshot, of facts: SchemaFacts? = nil
    ) -> (objects: [BoundObject], others: Digest) {
        var others = DigestStream()
        var objects: [BoundObject] = []
        if let path = facts?.searchPath, !path.isEmpty {
            let digest = Digest(of: .array(path.map(JSON.string)))
            objects.append(BoundObject(kind: "search path", name: "of new sessions", digest: digest))
        }
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

extension SchemaFacts {
    /// Names that words lead to, and those to others, until there are no more.
    fileprivate func reached(from words: Set<String>) -> Set<String> {
        var reached = words
        var open = Array(words)
        let ways = ways
        while let word = open.popLast() {
            for name in ways[word] ?? [] where reached.insert(name).inserted { open.append(name) }
        }
        // Views stand on what is named; what else they read is not touched by that.
        for use in uses where reached.contains(use.relation.name.lowercased()) {
            reached.insert(use.user.name.lowercased())
        }
        return reached
    }

    /// Where each name leads: from a view to what it reads, from a routine to what it says, from a table to the functions
    /// of its triggers, its partitions, its types and whoever refers to it, from an index to its table.
    private var ways: [String: [String]] {
        var ways: [String: [String]] = [:]
        func lead(_ source: Name, to names: [String]) { ways[source.name.lowercased(), default: []] += names }
        for routine in routines { lead(routine.name, to: routine.definition.words) }
        for use in uses { lead(use.user, to: [use.relation.name.lowercased()]) }
        for link in triggerFunctions { lead(link.target, to: [link.source.name.lowercased()]) }
        for link in inheritance {
            lead(link.target, to: [link.source.name.lowercased()])
            lead(link.source, to: [link.target.name.lowercased()])
        }
        for constraint in constraints {
            guard let table = constraint.references else { continue }
            lead(table, to: [constraint.relation.name.lowercased()])
        }
        for column in columns {
            guard let type = column.type, let schema = type.schema, schema != "pg_catalog" else { continue }
            lead(column.relation, to: [type.name.lowercased()])
        }
        for index in indexes { lead(index.name, to: [index.relation.name.lowercased()]) }
        return ways
    }
}

extension CatalogEntry {
    /// The names of what it is of, in lower case: of a column its table, of an index its own and its table's.
    ///
    /// Names are paths such as `public.orders.id`, of which the schema says nothing; some stand in a phrase of the
    /// catalog's own, such as `table public.orders to ana`.
    fileprivate var subjects: [String] {
        if ["column", "constraint", "trigger", "policy", "rule", "domain constraint"].contains(kind) {
            let path = name.path
            return path.count > 1 ? [path[path.count - 2]] : path + tableOfDefinition
        }
        if kind == "index" { return Array(name.path.suffix(1)) + tableOfDefinition }
        let isPhrase = name.contains(" ") && !name.contains("\"")
        guard isPhrase, !name.contains("(") else { return Array(name.path.suffix(1)) }
        let tokens = name.split(separator: " ").map { (word: String($0), path: String($0).path) }
        let isPart = tokens.first?.word == "column"
        return tokens.flatMap { token -> [String] in
            if token.path.count > 1 { return [isPart ? token.path[token.path.count - 2] : token.path.last ?? ""] }
            return token.path.filter { !Self.phrases.contains($0) }
        }
    }

    /// The table after ON, as indexes and triggers are printed.
    private var tableOfDefinition: [String] {
        let tokens = definition.split(whereSeparator: { $0 == " " || $0 == "(" })
        guard let place = tokens.firstIndex(where: { $0.lowercased() == "on" }) else { return [] }
        let name = tokens[(place + 1)...].first { $0.lowercased() != "only" }
        return Array((name.map(String.init)?.path ?? []).suffix(1))
    }

    /// The words that catalogs put around names.
    private static let phrases: Set<String> = [
        "aggregate", "by", "column", "constraint", "data", "database", "default", "domain", "for", "foreign",
        "function", "functions", "in", "index", "language", "large", "made", "materialized", "objects", "of", "on",
        "policy", "procedure", "public", "rule", "schema", "schemas", "sequence", "sequences", "server", "table",
        "tables", "this", "to", "trigger", "type", "types", "value", "view", "wrapper",
    ]
}

extension String {
    /// The parts of a quoted path in lower case, without quotes and without what stands in parentheses.
    fileprivate var path: [String] {
        var parts = [""]
        var isQuoted = false
        scan: for character in self {
            switch character {
            case "\"": isQuoted.toggle()
            case "." where !isQuoted: parts.append("")
            case "(" where !isQuoted: break scan
            default: parts[parts.count - 1].append(character)
            }
        }
        return parts.map { $0.lowercased() }
    }

    /// Its words in lower case: runs of letters, digits, `_` and `$`.
    fileprivate var words: [String] {
        lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }.map(String.init)
    }
}
