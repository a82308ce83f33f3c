import Diagnostics
import YAML

/// Holds a tree against the key tables: reports what does not fit, and puts `${NAME}` in place.
///
/// What comes back fits its shape; of text, `Scalar.text` is as written and `Scalar.value` as it reads afterwards.
struct Shaper {
    var findings = Findings()
    private let interpolation: Interpolation
    private static let patience = 200

    init(_ interpolation: Interpolation) { self.interpolation = interpolation }

    /// The node in its shape; nil, with a finding, when it has another.
    ///
    /// `label` is the key it stands under.
    mutating func shape(_ node: Node, as shape: Shape, label: String) -> Node? {
        guard findings.all.count < Self.patience else { return nil }
        if case .either = shape, node.isMissing { return refuse(node, shape, label) }
        switch shape {
        case .list(let item, let least, let noun): return list(node, item, least, noun, label)
        case .map(let pattern, let value, let noun): return map(node, pattern, value, noun, label)
        case .object(let table): return object(node, table, label)
        case .either(let scalar, let list, let mapping):
            let part: Shape? =
                switch node.content {
                case .scalar: scalar
                case .sequence: list
                case .mapping: mapping
                }
            guard let part else { return refuse(node, shape, label) }
            return self.shape(node, as: part, label: label)
        case .later: return nil
        default:
            guard case .scalar(let scalar) = node.content else { return refuse(node, shape, label) }
            var reader = ScalarShaper(scalar, node.span, label, interpolation)
            let value = reader.value(as: shape)
            findings.report(contentsOf: reader.findings)
            guard let value else { return nil }
            let shaped = Scalar(
                text: scalar.text,
                style: scalar.style,
                value: value,
                lineOffsets: scalar.lineOffsets
            )
            return Node(.scalar(shaped), at: node.span)
        }
    }

    private mutating func refuse(_ node: Node, _ shape: Shape, _ label: String) -> Node? {
        findings.report(.wrongType(label, expected: shape.expected, found: node))
        return nil
    }

    private mutating func list(_ node: Node, _ item: Shape, _ least: Int, _ noun: String, _ label: String)
        -> Node?
    {
        guard case .sequence(let items) = node.content else {
            return refuse(node, .list(item, atLeast: least, of: noun), label)
        }
        guard items.count >= least else {
            findings.report(.tooFew(label, noun, at: node.span))
            return nil
        }
        let itemLabel = "an item of \(label)"
        return Node(
            .sequence(items.compactMap { shape($0, as: item, label: itemLabel) }),
            at: node.span
        )
    }

    private mutating func map(
        _ node: Node,
        _ pattern: NamePattern,
        _ value: Shape,
        _ noun: String,
        _ label: String
    ) -> Node? {
        guard case .mapping(let entries) = node.content else {
            return refuse(node, .map(pattern, value, of: noun), label)
        }
        var shaped: [Node.Entry] = []
        for entry in entries {
            guard findings.all.count < Self.patience else { return nil }
            guard pattern.matches(entry.key.value) else {
                findings.report(.misspelt(entry.key.value, pattern, at: entry.key.span))
                continue
            }
            guard let value = shape(entry.value, as: value, label: entry.key.value.ticked) else { continue }
            shaped.append(Node.Entry(key: entry.key, value: value))
        }
        return Node(.mapping(shaped), at: node.span)
    }

    private mutating func object(_ node: Node, _ table: KeyTable, _ label: String) -> Node? {
        guard let entries = Entries(node), case .mapping(let all) = node.content else {
            return refuse(node, .object(table), label)
        }
        var shaped: [Node.Entry] = []
        var hasStrangers = false
        for entry in all {
            guard findings.all.count < Self.patience else { return nil }
            guard let key = table.key(entry.key.value) else {
                hasStrangers = true
                if !SecretScan.isSecretName(entry.key.value) {
                    findings.report(.unknownKey(entry.key, in: table))
                }
                continue
            }
            if key.isLater {
                hasStrangers = true
                findings.report(.notYet(entry.key, key))
            } else if key.absence != nil, entry.value.isMissing {
                findings.report(.missing(key, entries, table, at: entry.value.span))
            } else if let value = shape(entry.value, as: key.shape, label: key.label) {
                shaped.append(Node.Entry(key: entry.key, value: value))
            }
        }
        review(entries, table, isComplete: !hasStrangers)
        return Node(.mapping(shaped), at: node.span)
    }

    /// What concerns several keys.
    ///
    /// Where a key is unknown it may be the one that is missing, so that is left for later.
    private mutating func review(_ entries: Entries, _ table: KeyTable, isComplete: Bool) {
        for key in table.requiredKeys where entries[key.name] == nil {
            if isComplete || key.absence == nil && !entries.hasKeyLike(key.name, in: table) {
                findings.report(.missing(key, entries, table))
            }
        }
        for choice in table.choices { review(entries, table, choice, isComplete) }
        for key in table.dependentKeys where isComplete {
            guard let place = entries.key(key.name), !entries.has(anyOf: key.onlyWith) else { continue }
            findings.report(.misplaced(place, key, table))
        }
        guard isComplete else { return }
        for rule in table.rules { rule(entries, &findings) }
    }

    private mutating func review(
        _ entries: Entries,
        _ table: KeyTable,
        _ choice: KeyChoice,
        _ isComplete: Bool
    ) {
        let used = choice.groups.filter { entries.has(anyOf: $0) }
        if used.isEmpty, choice.isRequired, isComplete {
            findings.report(.noChoice(choice, entries, table))
        } else if used.count > 1 {
            let names = used.compactMap { group in entries.keys.first { group.contains($0.value) } }
                .sorted { $0.span.range.lowerBound < $1.span.range.lowerBound }
            findings.report(.severalChoices(names, choice, table))
        }
    }
}

extension SourceSpan {
    /// The part on the first line: a caret line marks no page.
    var head: SourceSpan {
        let end = source.bytes[range].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? range.upperBound
        return source.span(range.lowerBound..<end)
    }
}

extension String {
    /// In backticks, shortened when it is long.
    var ticked: String {
        guard utf8.count > 40 || utf8.contains(0x0A) else { return "`\(self)`" }
        let line = split(separator: "\n", maxSplits: 1).first.map(String.init) ?? self
        return line.count > 40 ? "`\(line.prefix(37))...`" : "`\(line)`"
    }

    /// As the middle of a sentence: without a capital and a stop.
    var sentence: String {
        let body = hasSuffix(".") ? dropLast() : self[...]
        return body.prefix(1).lowercased() + body.dropFirst()
    }
}
