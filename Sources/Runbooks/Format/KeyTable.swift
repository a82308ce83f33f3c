import Diagnostics
import YAML

/// The keys of one kind of object.
struct KeyTable: Sendable {
    /// What it is called: `phase`; also the name of its definition in the schema.
    let noun: String
    let summary: String
    let keys: [Key]
    /// Keys that exclude each other.
    let choices: [KeyChoice]
    /// Words people write for a key that is called otherwise or does not exist, each with a remedy.
    let hints: [String: String]
    /// What no shape can say, looked at when the keys are known.
    let rules: [Rule]
    /// The keys that must be there.
    let requiredKeys: [Key]
    /// The keys that make sense only beside others.
    let dependentKeys: [Key]
    private let byName: [String: Key]

    /// Looks at the entries of one object and reports.
    typealias Rule = @Sendable (Entries, inout Findings) -> Void

    init(
        _ noun: String,
        _ summary: String,
        keys: [Key],
        choices: [KeyChoice] = [],
        hints: [String: String] = [:],
        rules: [Rule] = []
    ) {
        self.noun = noun
        self.summary = summary
        self.keys = keys
        self.choices = choices
        self.hints = hints
        self.rules = rules
        requiredKeys = keys.filter(\.isRequired)
        dependentKeys = keys.filter { !$0.onlyWith.isEmpty }
        byName = Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0) })
    }

    /// `a phase`, `an expectation`.
    var withArticle: String { "aeiou".contains(noun.first ?? "x") ? "an \(noun)" : "a \(noun)" }

    func key(_ name: String) -> Key? { byName[name] }
}

/// One key of a kind of object.
struct Key: Sendable {
    let name: String
    let shape: Shape
    let summary: String
    let isRequired: Bool
    /// It makes sense only beside one of these; empty for always.
    let onlyWith: [String]
    /// What to say when a required key is missing, where there is more to say than that.
    let absence: Absence?
    /// Its name in backticks.
    let label: String

    struct Absence: Sendable {
        let code: DiagnosticCode
        let words: String
        let help: String
    }

    init(
        _ name: String,
        _ shape: Shape,
        _ summary: String,
        required: Bool = false,
        onlyWith: [String] = [],
        absence: Absence? = nil
    ) {
        self.name = name
        self.shape = shape
        self.summary = summary
        isRequired = required
        self.onlyWith = onlyWith
        self.absence = absence
        label = "`\(name)`"
    }

    /// A key of the format that this version does not know yet.
    static func later(_ name: String, _ summary: String) -> Key { Key(name, .later, summary) }

    var isLater: Bool {
        if case .later = shape { return true }
        return false
    }
}

/// Groups of keys of which an object has one: several of one group may stand together, two groups may not.
struct KeyChoice: Sendable {
    let groups: [[String]]
    let isRequired: Bool
    let code: DiagnosticCode
    /// What the groups are, for messages: `verb`.
    let noun: String
}

/// The entries of a mapping by key.
struct Entries: Sendable {
    let node: Node
    private let all: [Node.Entry]

    /// The entries of a mapping; nil for other nodes.
    init?(_ node: Node?) {
        guard let node, case .mapping(let entries) = node.content else { return nil }
        self.node = node
        all = entries
    }

    subscript(key: String) -> Node? { all.first { $0.key.value == key }?.value }

    func key(_ name: String) -> Located<String>? { all.first { $0.key.value == name }?.key }

    var keys: [Located<String>] { all.map(\.key) }

    /// Where to point when the whole is meant: its first key, or all of it when it is empty.
    var head: SourceSpan { all.first?.key.span ?? node.span }

    /// Whether any of these keys is there.
    func has(anyOf names: [String]) -> Bool { names.contains { self[$0] != nil } }

    /// The items of a list under a key.
    func items(_ key: String) -> [Node] {
        guard case .sequence(let items) = self[key]?.content else { return [] }
        return items
    }

    /// The text under a key, as written.
    func written(_ key: String) -> Located<String>? {
        guard let node = self[key], case .scalar(let scalar) = node.content, !scalar.text.isEmpty else {
            return nil
        }
        return Located(scalar.text, at: node.span)
    }
}
