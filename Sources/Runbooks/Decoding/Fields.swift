import Diagnostics
import YAML

/// The values of an object that fits its table, by key.
struct Fields {
    private let entries: Entries

    /// The fields of a mapping; nil for other nodes.
    init?(_ node: Node?) {
        guard let entries = Entries(node) else { return nil }
        self.entries = entries
    }

    subscript(key: String) -> Node? { entries[key] }

    func key(_ name: String) -> Located<String>? { entries.key(name) }

    var span: SourceSpan { entries.node.span }

    func has(_ key: String) -> Bool { entries[key] != nil }

    func text(_ key: String) -> String? { located(key)?.value }

    func located(_ key: String) -> Located<String>? { entries[key]?.located }

    func duration(_ key: String) -> Duration? { text(key).flatMap(DurationText.parse) }

    /// A length of time, or the mapping of two.
    func estimate(_ key: String) -> Estimate? {
        if let length = duration(key) { return Estimate(from: length, to: length) }
        guard let range = Fields(entries[key]), let to = range.duration("to") else { return nil }
        // A range whose ends come from the environment was not seen before.
        return range.duration("from").map { Estimate(from: min($0, to), to: max($0, to)) }
    }

    func boolean(_ key: String) -> Bool? {
        guard case .boolean(let value) = entries[key]?.scalar?.value else { return nil }
        return value
    }

    func integer(_ key: String) -> Int? {
        guard case .integer(let value) = entries[key]?.scalar?.value else { return nil }
        return Int(value)
    }

    func items(_ key: String) -> [Node] { entries.items(key) }

    /// The entries of a mapping under a key, in the order written.
    func pairs(_ key: String) -> [Node.Entry] {
        guard case .mapping(let pairs) = entries[key]?.content else { return [] }
        return pairs
    }

    func choice<Choice: RawRepresentable>(_ key: String) -> Choice? where Choice.RawValue == String {
        text(key).flatMap(Choice.init(rawValue:))
    }
}

extension Node {
    var scalar: Scalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    /// Whether nothing is written where a value should be, not even `null`.
    var isMissing: Bool { scalar.map { $0.style == .plain && $0.text.isEmpty } ?? false }

    /// Its text with variables in place; numbers and booleans as they are written.
    var located: Located<String>? {
        guard let scalar else { return nil }
        if case .text(let text) = scalar.value { return Located(text, at: span) }
        return Located(scalar.text, at: span)
    }

    /// Its value.
    var literal: Literal? {
        switch scalar?.value {
        case .null: .null
        case .boolean(let value): .boolean(value)
        case .integer(let number): .integer(number)
        case .number(let digits): .number(digits)
        case .text(let text): .text(text)
        case nil: nil
        }
    }

    /// The items, when it is a list.
    var items: [Node] {
        guard case .sequence(let items) = content else { return [] }
        return items
    }

    /// Its text as SQL or a command, with the way back to the source.
    var inline: InlineText? {
        guard let scalar else { return nil }
        let places = ScalarPlaces(scalar)
        return InlineText(scalar.text, at: span) { places.sourceRange(of: $0) }
    }
}
