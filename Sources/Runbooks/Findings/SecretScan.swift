import Diagnostics
import YAML

/// Finds secrets written in clear in a tree; the values are in no message.
enum SecretScan {
    private static let words = [
        "password", "passwd", "passphrase", "secret", "token", "api_key", "apikey", "access_key",
        "private_key",
    ].map { Array($0.utf8) }
    /// Under these keys stand results and names, which may be called anything.
    private static let spared: Set<String> = ["expect", "needs", "for_each"]

    /// Whether a name is that of a secret: `PGPASSWORD`, `api-token`.
    static func isSecretName(_ name: String) -> Bool { isSecretName(Array(name.utf8)[...]) }

    /// The same for the bytes of a name.
    static func isSecretName(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.count >= 5, name.count <= 64 else { return false }
        return words.contains { word in
            name.count >= word.count && zip(name.suffix(word.count), word).allSatisfy { $0.plain == $1 }
        }
    }

    /// Every secret of a tree.
    static func findings(in root: Node) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        var waiting: [Place] = [Place(node: root, key: "", isSecret: false)]
        while let place = waiting.popLast() {
            switch place.node.content {
            case .sequence(let items):
                waiting += items.map { Place(node: $0, key: place.key, isSecret: place.isSecret) }
            case .mapping(let entries):
                for entry in entries where !spared.contains(entry.key.value) {
                    let name = entry.key.value
                    let holds = isSecretName(name) || place.isSecret && ["default", "allow"].contains(name)
                    waiting.append(Place(node: entry.value, key: name, isSecret: holds))
                }
            case .scalar(let scalar):
                if let finding = finding(scalar, place) { findings.append(finding) }
            }
        }
        return findings
    }

    private struct Place {
        let node: Node
        let key: String
        let isSecret: Bool
    }

    private static func finding(_ scalar: Scalar, _ place: Place) -> Diagnostic? {
        let span = place.node.span
        if place.isSecret, !scalar.text.isEmpty, scalar.value != .null, !scalar.text.hasPrefix("${") {
            return .secretInClear(place.key, at: span.head)
        }
        guard place.key != "query", place.key != "statement" else { return nil }
        guard scalar.text.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") }) else {
            return nil
        }
        let text = Array(scalar.text.utf8)
        guard let first = SecretMask.secrets(inWords: text[...]).first else { return nil }
        return .secretInText(at: scalar.sourceRange(of: first).map { span.source.span($0) } ?? span.head)
    }
}

/// Finds the stretches of a text that must not be shown, line by line, whether the text can be read or not.
enum SecretMask {
    /// The same text, showing stars for what looks like a secret.
    static func mask(_ source: SourceText) -> SourceText {
        var hidden: [Range<Int>] = []
        var depth: Int?
        for number in 1...source.lineCount {
            let line = source.bytes[source.lineRange(number)]
            let indent = line.prefix { $0 == 0x20 }.count
            if let outer = depth {
                guard indent <= outer, line.count > indent else {
                    hidden += value(line.drop { $0 == 0x20 }, isInFlow: false)
                    continue
                }
                depth = nil
            }
            guard line.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") }) else {
                continue
            }
            hidden += secrets(inWords: line)
            for secret in valuesOfSecretKeys(line) {
                hidden += value(secret.value, isInFlow: secret.isInFlow)
                if opensBlock(secret.value) { depth = indent }
            }
        }
        return hidden.isEmpty ? source : source.hiding(hidden)
    }

    private static func opensBlock(_ value: ArraySlice<UInt8>) -> Bool {
        guard let first = value.first else { return true }
        return first == UInt8(ascii: "|") || first == UInt8(ascii: ">") || first == UInt8(ascii: "#")
    }

    /// What to hide of a value: all of it, unless it says where the secret is or holds a `default`.
    private static func value(_ text: ArraySlice<UInt8>, isInFlow: Bool) -> [Range<Int>] {
        let open = String(decoding: text.prefix(16), as: UTF8.self)
        let marker = Array("default:".utf8)
        if ["{", "[", "default:", "- default:"].contains(where: open.hasPrefix) {
            guard let place = text.firstRange(of: marker) else { return [] }
            let isInside = text.first == UInt8(ascii: "{")
            return value(text[place.upperBound...].drop { $0 == 0x20 }, isInFlow: isInside)
        }
        let sources = [
            "env:", "file:", "exec:", "- ", "${", "\"${", "type:", "description:", "secret:", "|", ">", "#",
        ]
        guard !text.isEmpty, !sources.contains(where: open.hasPrefix) else { return [] }
        return [text.startIndex..<end(of: text, isInFlow: isInFlow)]
    }

    /// Where a value ends: behind its closing quote, before the comma or brace of its mapping, or with the line.
    private static func end(of text: ArraySlice<UInt8>, isInFlow: Bool) -> Int {
        let first = text.first
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            return text.dropFirst().lastIndex { $0 == first }.map { $0 + 1 } ?? text.endIndex
        }
        guard isInFlow, let stop = text.firstIndex(where: { ",}]".utf8.contains($0) }) else {
            return text.endIndex
        }
        return text[..<stop].lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? stop
    }

    /// What follows each `password:` or the like.
    private static func valuesOfSecretKeys(
        _ line: ArraySlice<UInt8>
    ) -> [(value: ArraySlice<UInt8>, isInFlow: Bool)] {
        var found: [(value: ArraySlice<UInt8>, isInFlow: Bool)] = []
        let bracket = line.firstIndex { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") } ?? line.endIndex
        for colon in line.indices where line[colon] == UInt8(ascii: ":") {
            let after = colon + 1
            guard after == line.endIndex || line[after] == 0x20 else { continue }
            let before = line[..<colon].suffix(80)
            let end = before.lastIndex { $0 != 0x20 && $0 != UInt8(ascii: "\"") }.map { $0 + 1 } ?? colon
            let start = before[..<end].lastIndex { !$0.isNamePart }.map { $0 + 1 } ?? before.startIndex
            guard SecretScan.isSecretName(line[start..<end]) else {
                continue
            }
            found.append((line[after...].drop { $0 == 0x20 }, start > bracket))
        }
        return found
    }

    private static let separator = Array("://".utf8)
    private static let assignments = ["password=", "PASSWORD="].map { Array($0.utf8) }

    /// Passwords in addresses (`scheme://user:password@`) and after `password=`, in order.
    static func secrets(inWords text: ArraySlice<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for offset in text.indices {
            if text[offset] == UInt8(ascii: ":"), text[offset...].starts(with: separator) {
                if let range = password(inAddress: text[(offset + 3)...]) { found.append(range) }
            } else if text[offset] == UInt8(ascii: "="), offset - text.startIndex >= 8,
                assignments.contains(where: { text[(offset - 8)...].starts(with: $0) })
            {
                let value = text[(offset + 1)...].prefix(maximum).prefix { !" \t&,}\n".utf8.contains($0) }
                let isReference = value.prefix(2).contains(UInt8(ascii: "$"))
                if !value.isEmpty, !isReference { found.append(value.startIndex..<value.endIndex) }
            }
        }
        return found
    }

    /// The longest secret that is looked for.
    private static let maximum = 4096

    private static func password(inAddress text: ArraySlice<UInt8>) -> Range<Int>? {
        let authority = text.prefix(maximum).prefix { !" \t/\"'?#\n".utf8.contains($0) }
        guard let end = authority.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        guard let colon = authority[..<end].firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return end > colon + 1 && authority[colon + 1] != UInt8(ascii: "$") ? colon + 1..<end : nil
    }
}

extension UInt8 {
    fileprivate var isNamePart: Bool { isWordStart || isDigit || self == UInt8(ascii: "-") }

    /// In lower case, with `_` for `-`.
    fileprivate var plain: UInt8 {
        isUpper ? self + 32 : self == UInt8(ascii: "-") ? UInt8(ascii: "_") : self
    }
}

extension Diagnostic {
    fileprivate static func secretInClear(_ key: String, at span: SourceSpan) -> Self {
        let name = NamePattern.word.matches(key) && SecretScan.isSecretName(key) ? key.uppercased() : "NAME"
        return Self(
            RunbookCodes.secretInClear,
            "a secret in clear, not shown here",
            at: span,
            help: "refer to it: `{ env: \(name) }`, `{ file: path }` or `{ exec: [program] }`"
        )
    }

    fileprivate static func secretInText(at span: SourceSpan) -> Self {
        Self(
            RunbookCodes.secretInClear,
            "a password in clear, not shown here",
            at: span,
            help:
                "use an address from the environment such as `${DATABASE_URL}`, `~/.pgpass` or a service file"
        )
    }
}
