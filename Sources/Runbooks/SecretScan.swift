import Diagnostics
import YAML

/// Finds secrets written in clear, in the tree and, for showing, in a text that may not even be YAML.
enum SecretScan {
    private static let words = [
        "password", "passwd", "passphrase", "secret", "token", "api_key", "apikey", "access_key",
        "private_key",
    ]

    /// Whether a name is that of a secret: `PGPASSWORD`, `api-token`.
    static func isSecretName(_ name: String) -> Bool {
        guard name.utf8.count <= 64 else { return false }
        let plain = name.lowercased().replacing("-", with: "_")
        return words.contains { plain.hasSuffix($0) }
    }

    /// Reports every secret of a tree; the values are in no message.
    static func report(_ root: Node, findings: inout Findings) {
        var waiting: [(node: Node, key: String, isSecret: Bool)] = [(root, "", false)]
        while let (node, key, isSecret) = waiting.popLast() {
            switch node.content {
            case .sequence(let items): waiting += items.map { ($0, key, isSecret) }
            case .mapping(let entries):
                for entry in entries {
                    let name = entry.key.value
                    guard !["expect", "row", "set", "includes", "table", "needs"].contains(name) else {
                        continue
                    }
                    let holds = isSecretName(name) || isSecret && ["default", "allow"].contains(name)
                    waiting.append((entry.value, name, holds))
                }
            case .scalar(let scalar):
                if let place = clear(scalar, node.span, key: key, isSecret: isSecret) {
                    findings.report(.secretInClear(at: place, key: key))
                }
            }
        }
    }

    private static func clear(_ scalar: Scalar, _ span: SourceSpan, key: String, isSecret: Bool)
        -> SourceSpan?
    {
        let isReference = scalar.text.hasPrefix("${") && scalar.text.hasSuffix("}")
        if isSecret, case .text = scalar.value, !scalar.text.isEmpty, !isReference { return span.head }
        if isSecret, case .integer = scalar.value { return span.head }
        guard !["query", "statement"].contains(key) else { return nil }
        let hidden = SecretMask.secrets(inWords: Array(scalar.text.utf8)[...])
        guard let first = hidden.first else { return nil }
        return scalar.sourceRange(of: first).map { span.source.span($0) } ?? span.head
    }
}

/// Finds the stretches of a text that must not be shown, line by line, whether the text can be read or not.
enum SecretMask {
    /// The same text, showing stars for what looks like a secret.
    static func mask(_ source: SourceText) -> SourceText {
        var hidden: [Range<Int>] = []
        var depth: Int?
        for number in 1...source.lineCount {
            let range = source.lineRange(number)
            let line = source.bytes[range]
            let indent = line.prefix { $0 == 0x20 }.count
            if let outer = depth {
                if indent > outer || line.count == indent {
                    hidden.append(contentsOf: below(line))
                    continue
                }
                depth = nil
            }
            guard line.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") }) else {
                continue
            }
            hidden += secrets(inWords: line)
            if let value = valueOfSecretKey(line) {
                let isOpen =
                    value.isEmpty || value.first == UInt8(ascii: "|") || value.first == UInt8(ascii: ">")
                if isOpen { depth = indent } else { hidden.append(contentsOf: below(value)) }
            }
        }
        return hidden.isEmpty ? source : source.hiding(hidden)
    }

    /// What to hide of a value, or of a line that belongs to it: all of it, unless it says where the secret is.
    private static func below(_ line: ArraySlice<UInt8>) -> [Range<Int>] {
        let text = line.drop { $0 == 0x20 }
        let open = String(decoding: text.prefix(16), as: UTF8.self)
        if ["{", "[", "- ", "env", "file", "exec", "${", "\"${", "type", "description", "secret:"].contains(
            where: open.hasPrefix
        ) {
            let marker = Array("default:".utf8)
            guard let place = line.firstRange(of: marker) else { return [] }
            let value = line[place.upperBound...].drop { $0 == 0x20 }
            let end =
                value.firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") } ?? value.endIndex
            return value.isEmpty ? [] : [value.startIndex..<end]
        }
        if open.hasPrefix("default:") {
            let value = text.dropFirst(8).drop { $0 == 0x20 }
            return value.isEmpty ? [] : [value.startIndex..<value.endIndex]
        }
        return text.isEmpty ? [] : [text.startIndex..<text.endIndex]
    }

    /// What follows `password:` or the like; empty when nothing does.
    private static func valueOfSecretKey(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        for colon in line.indices where line[colon] == UInt8(ascii: ":") {
            let after = colon + 1
            guard after == line.endIndex || line[after] == 0x20 else { continue }
            let isName = { (byte: UInt8) in byte.isWordStart || byte.isDigit || byte == UInt8(ascii: "-") }
            var end = colon
            while end > line.startIndex, line[end - 1] == UInt8(ascii: "\"") || line[end - 1] == 0x20 {
                end -= 1
            }
            var start = end
            while start > line.startIndex, isName(line[start - 1]) { start -= 1 }
            guard SecretScan.isSecretName(String(decoding: line[start..<end], as: UTF8.self)) else {
                continue
            }
            return line[after...].drop { $0 == 0x20 }
        }
        return nil
    }

    /// Passwords in addresses (`scheme://user:password@`) and after `password=`.
    static func secrets(inWords text: ArraySlice<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        let separator = Array("://".utf8)
        var rest = text
        while let start = rest.firstRange(of: separator)?.upperBound {
            rest = text[start...]
            let authority = rest.prefix { !" \t/\"'?#\n".utf8.contains($0) }
            guard let end = authority.lastIndex(of: UInt8(ascii: "@")) else { continue }
            guard let colon = authority[..<end].firstIndex(of: UInt8(ascii: ":")) else { continue }
            let secret = colon + 1..<end
            if !secret.isEmpty, !text[secret].starts(with: Array("${".utf8)) { found.append(secret) }
        }
        for word in ["password=", "PASSWORD="].map({ Array($0.utf8) }) {
            rest = text
            while let start = rest.firstRange(of: word)?.upperBound {
                rest = text[start...]
                let value = rest.prefix { !" \t&,}\n".utf8.contains($0) }
                let isReference = value.first == UInt8(ascii: "$") || value.starts(with: Array("\"$".utf8))
                if !value.isEmpty, !isReference { found.append(value.startIndex..<value.endIndex) }
            }
        }
        return found
    }
}

extension Diagnostic {
    fileprivate static func secretInClear(at span: SourceSpan, key: String) -> Self {
        let name = NamePattern.word.matches(key) && SecretScan.isSecretName(key) ? key.uppercased() : "NAME"
        return Self(
            RunbookCodes.secretInClear,
            "a secret in clear, not shown here",
            at: span,
            help:
                "refer to it: `{ env: \(name) }`, `{ file: path }` or `{ exec: [program] }`; for a database use "
                + "`${DATABASE_URL}`, `~/.pgpass` or a service file; and change the secret, for it was written down"
        )
    }
}
