import CanonicalJSON
import Databases

/// Takes secrets out of everything that is written down or shown, also in the forms other programs give them.
///
/// Works on bytes: letters that combine with the ones beside them must not hide a secret.
final class Redactor: Sendable {
    private let patterns = Guarded<[[UInt8]]>([])

    /// Remembers a secret; one too short to be told from other text is not replaced, so it must be refused.
    func remember(_ secret: String) {
        let forms = SecretForms.all(of: secret) + SecretForms.password(in: secret).flatMap(SecretForms.all)
        patterns.withLock { patterns in
            // The longest first: what is left of a longer form around a shorter one would tell about it.
            patterns = Set(patterns + forms).sorted { $0.count > $1.count }
        }
    }

    /// The event without any secret in any text that is not a name of the plan.
    func redact(_ event: Event) -> Event {
        let patterns = patterns.withLock { $0 }
        guard !patterns.isEmpty else { return event }
        var members = event.json
        for (name, value) in members where !Self.names.contains(name) {
            members[name] = Self.redact(value, patterns)
        }
        members["type"] = .string(event.type)
        return Event(json: .object(members)) ?? event
    }

    /// The text without any secret.
    func redact(_ text: String) -> String { Self.redact(text, patterns.withLock { $0 }) }

    /// Members that hold names and digests: a plan has no secrets, and an event must stay readable.
    private static let names: Set<String> = [
        "phase", "step", "direction", "check", "moment", "verdict", "leaves", "outcome", "catalogs", "run", "plan",
        "phases", "ms", "kind", "sha256", "severity", "code",
    ]

    private static func redact(_ json: JSON, _ patterns: [[UInt8]]) -> JSON {
        switch json {
        case .string(let text): .string(redact(text, patterns))
        case .array(let elements): .array(elements.map { redact($0, patterns) })
        case .object(let members):
            .object(
                Dictionary(
                    uniqueKeysWithValues: members.map { name, value in
                        (name, names.contains(name) ? value : redact(value, patterns))
                    }
                )
            )
        default: json
        }
    }

    private static func redact(_ text: String, _ patterns: [[UInt8]]) -> String {
        var bytes = Array(text.utf8)
        var changed = false
        for pattern in patterns where bytes.contains(pattern) {
            bytes = bytes.replacing(pattern, with: Array("***".utf8))
            changed = true
        }
        return changed ? String(decoding: bytes, as: UTF8.self) : text
    }
}

/// The ways in which a secret may turn up: as it is, quoted for SQL or JSON, in a URL, in base64.
private enum SecretForms {
    /// The password of a URL, which turns up alone as well: as it is written and as it is meant.
    ///
    /// One of fewer than six characters could not be told from other text.
    static func password(in secret: String) -> [String] {
        guard let scheme = secret.firstRange(of: "://") else { return [] }
        let rest = secret[scheme.upperBound...]
        guard let at = rest.prefix(while: { $0 != "/" }).lastIndex(of: "@"),
            let colon = rest[..<at].firstIndex(of: ":")
        else { return [] }
        let written = String(rest[rest.index(after: colon)..<at])
        return Set([written, written.percentDecoded]).filter { $0.utf8.count >= 6 }
    }

    static func all(of secret: String) -> [[UInt8]] {
        guard !secret.isEmpty else { return [] }
        let bytes = Array(secret.utf8)
        let quoted = secret.replacing("'", with: "''")
        let json = JSON.string(secret).canonicalBytes
        let encoded = base64(bytes)
        let forms = [
            bytes, Array(quoted.utf8), Array(quoted.replacing("\\", with: "\\\\").utf8),
            Array(json[1..<json.count - 1]),
            percent(bytes, digits: "0123456789ABCDEF"), percent(bytes, digits: "0123456789abcdef"), encoded,
            encoded.map {
                $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
            },
        ]
        return forms + [
            percent(bytes, digits: "0123456789ABCDEF").replacing(Array("%20".utf8), with: [UInt8(ascii: "+")])
        ]
    }

    private static func percent(_ bytes: [UInt8], digits: String) -> [UInt8] {
        let digits = Array(digits.utf8)
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return bytes.flatMap { byte in
            plain.contains(byte) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    /// Without padding, so that it is found with and without.
    private static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0...group.count { result.append(digits[bits >> (18 - 6 * place) & 63]) }
        }
        return result
    }
}

extension String {
    /// With `%40` and the like as the bytes they stand for.
    fileprivate var percentDecoded: String {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
                bytes.append(byte)
                continue
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
