import Diagnostics
import YAML

// What the shaper finds.
extension Diagnostic {
    static func wrongType(_ label: String, expected: String, found node: Node) -> Self {
        Self(
            RunbookCodes.type,
            "\(label) must be \(expected), found \(node.kindName)",
            at: node.span.head,
            help: listHelp(expected, node)
        )
    }

    private static func listHelp(_ expected: String, _ node: Node) -> String? {
        guard expected.hasPrefix("a list of"), let scalar = node.scalar, !node.isMissing else {
            return expected.hasPrefix("a list of") && Entries(node) != nil
                ? "begin every item with `- `" : nil
        }
        return "write it in brackets: `[\(scalar.text)]`"
    }

    static func tooFew(_ label: String, _ noun: String, at span: SourceSpan) -> Self {
        Self(RunbookCodes.type, "\(label) must not be empty", at: span.head, label: "a list of \(noun)")
    }

    static func misspelt(_ name: String, _ pattern: NamePattern, at span: SourceSpan) -> Self {
        let stranger = pattern == .id ? name.unicodeScalars.first { $0.value > 0x7F } : nil
        return Self(
            RunbookCodes.name,
            "\(name.ticked) cannot be \(pattern.noun)",
            at: span.head,
            label: stranger.map { "`\($0)` is U+\(String($0.value, radix: 16, uppercase: true))" },
            help: pattern.rule
        )
    }

    static func unknownKey(_ key: Located<String>, in table: KeyTable) -> Self {
        let known = table.keys.filter { !$0.isLater }.map(\.name).ticked("and")
        let list = "\(table.withArticle) takes \(known)"
        return Self(
            RunbookCodes.unknownKey,
            "\(key.value.ticked) is not a key of \(table.withArticle)",
            at: key.span,
            help: table.remedy(for: key.value).map { "\($0)\($0.hasSuffix("?") ? "" : ";") \(list)" } ?? list
        )
    }

    static func notYet(_ place: Located<String>, _ key: Key) -> Self {
        Self(
            RunbookCodes.notYet,
            "`\(key.name)` is not supported yet",
            at: place.span,
            help: "remove it: this version would not do what it says"
        )
    }

    static func missing(
        _ key: Key,
        _ entries: Entries,
        _ table: KeyTable,
        at value: SourceSpan? = nil
    ) -> Self {
        let place = value ?? (entries.written("id") ?? entries.written("name"))?.span ?? entries.head
        let title = entries.title(table)
        guard let absence = key.absence else {
            return Self(
                RunbookCodes.missingKey,
                "\(title) has no `\(key.name)`",
                at: place,
                help: "add `\(key.name)`: \(key.summary.sentence)"
            )
        }
        return Self(absence.code, "\(title) \(absence.words)", at: place, help: absence.help)
    }

    static func misplaced(_ place: Located<String>, _ key: Key, _ table: KeyTable) -> Self {
        Self(
            RunbookCodes.misplacedKey,
            "`\(key.name)` has nothing to apply to",
            at: place.span,
            help: "it belongs beside \(key.onlyWith.ticked()) of the same \(table.noun)"
        )
    }

    static func noChoice(_ choice: KeyChoice, _ entries: Entries, _ table: KeyTable) -> Self {
        Self(
            choice.code,
            "\(entries.title(table)) has no \(choice.noun)",
            at: entries.head,
            help: "add one of \(choice.groups.flatMap(\.self).ticked())"
        )
    }

    static func severalChoices(_ keys: [Located<String>], _ choice: KeyChoice, _ table: KeyTable)
        -> Self
    {
        let first = keys[0]
        return Self(
            choice.code,
            "\(table.withArticle) has one \(choice.noun), found \(keys.map(\.value).ticked("and"))",
            at: keys[1].span,
            related: [Related("beside this one", at: first.span)],
            help: choice.code == RunbookCodes.verb
                ? "give each a step of its own under `steps`" : "keep one of them"
        )
    }
}

extension Entries {
    /// Whether some unknown key looks as if this one was meant.
    func hasKeyLike(_ name: String, in table: KeyTable) -> Bool {
        keys.contains {
            table.key($0.value) == nil && table.remedy(for: $0.value)?.contains("`\(name)`") == true
        }
    }

    /// How the object is called in messages: by its id or name where it has one.
    fileprivate func title(_ table: KeyTable) -> String {
        if table.noun == "runbook" { return "the runbook" }
        guard let name = written("id") ?? written("name") else { return table.withArticle }
        return "\(table.noun) \(name.value.ticked)"
    }
}

extension KeyTable {
    /// What to do about a key that is none.
    fileprivate func remedy(for key: String) -> String? {
        if let hint = hints[key] { return hint }
        let known = keys.filter { !$0.isLater }.map(\.name)
        return known.nearest(to: key).map { "did you mean `\($0)`?" }
    }
}
