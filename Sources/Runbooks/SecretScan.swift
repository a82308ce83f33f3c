import Diagnostics
import YAML

/// Finds secrets written in clear in a tree; the values are in no message.
enum SecretScan {
    private static let words = [
        "password", "passwd", "passphrase", "secret", "token", "api_key", "apikey", "access_key",
        "private_key",
    ]
    /// Under these keys stand results and names, which may be called anything.
    private static let spared: Set<String> = ["expect", "needs", "for_each"]

    /// Whether a name is that of a secret: `PGPASSWORD`, `api-token`.
    static func isSecretName(_ name: String) -> Bool {
        guard name.utf8.count <= 64 else { return false }
        let plain = name.lowercased().replacing("-", with: "_")
        return words.contains { plain.hasSuffix($0) }
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
        guard !["query", "statement"].contains(place.key) else { return nil }
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
            let end =
                line[..<colon].lastIndex { $0 != 0x20 && $0 != UInt8(ascii: "\"") }.map { $0 + 1 } ?? colon
            let start = line[..<end].lastIndex { !$0.isNamePart }.map { $0 + 1 } ?? line.startIndex
            guard SecretScan.isSecretName(String(decoding: line[start..<end], as: UTF8.self)) else {
                continue
            }
            found.append((line[after...].drop { $0 == 0x20 }, start > bracket))
        }
        return found
    }

    /// Passwords in addresses (`scheme://user:password@`) and after `password=`, in order.
    static func secrets(inWords text: ArraySlice<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var rest = text
        while let start = rest.firstRange(of: Array("://".utf8))?.upperBound {
            rest = text[start...]
            let authority = rest.prefix { !" \t/\"'?#\n".utf8.contains($0) }
            guard let end = authority.lastIndex(of: UInt8(ascii: "@")) else { continue }
            guard let colon = authority[..<end].firstIndex(of: UInt8(ascii: ":")) else { continue }
            if end > colon + 1, authority[colon + 1] != UInt8(ascii: "$") { found.append(colon + 1..<end) }
        }
        for word in ["password=", "PASSWORD="] {
            rest = text
            while let start = rest.firstRange(of: Array(word.utf8))?.upperBound {
                rest = text[start...]
                let value = rest.prefix { !" \t&,}\n".utf8.contains($0) }
                let isReference = value.prefix(2).contains(UInt8(ascii: "$"))
                if !value.isEmpty, !isReference { found.append(value.startIndex..<value.endIndex) }
            }
        }
        return found.sorted { $0.lowerBound < $1.lowerBound }
    }
}

extension UInt8 {
    fileprivate var isNamePart: Bool { isWordStart || isDigit || self == UInt8(ascii: "-") }
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
