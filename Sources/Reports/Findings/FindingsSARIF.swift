import CanonicalJSON
import Diagnostics

/// Findings as a log of SARIF 2.1.0, which code hosts and editors read.
public enum FindingsSARIF {
    /// The log; the same bytes for the same findings.
    public static func render(_ findings: [ReportedFinding]) -> String {
        let codes = Set(findings.map(\.code)).sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        let places = Dictionary(codes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var marks = Marks()
        let log: JSON = [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                [
                    "tool": ["driver": ["name": "gonogo", "rules": .array(codes.map(rule))]],
                    "columnKind": "unicodeCodePoints",
                    "results": .array(
                        findings.map { result($0, rule: places[$0.code.id] ?? 0, mark: marks.next(for: $0)) }),
                ]
            ],
        ]
        return log.safeText
    }

    private static func rule(_ code: DiagnosticCode) -> JSON {
        let explanation = code.explanation.isEmpty ? code.title : code.explanation
        // A paragraph is wrapped for terminals.
        let first = explanation.split(separator: "\n\n", maxSplits: 1).first.map(String.init) ?? explanation
        return [
            "id": .string(code.id), "shortDescription": ["text": .string(code.title.sentence)],
            "fullDescription": ["text": .string(first.prose)], "help": ["text": .string(explanation)],
        ]
    }

    private static func result(_ finding: ReportedFinding, rule: Int, mark: String) -> JSON {
        // Its first word may be a name, which has no other letters than it has.
        let words = finding.message + "." + (finding.help.map { " Help: \($0)" } ?? "")
        var members: [String: JSON] = [
            "ruleId": .string(finding.code.id), "ruleIndex": .integer(rule),
            "level": .string(finding.severity.rawValue), "message": ["text": .string(words.unlinked)],
            "partialFingerprints": ["gonogo/v1": .string(mark)],
        ]
        if let place = finding.place { members["locations"] = [["physicalLocation": location(place)]] }
        if let acceptance = finding.acceptance {
            members["suppressions"] = [
                [
                    "kind": acceptance.isInSource ? "inSource" : "external",
                    "justification": .string(acceptance.reason),
                ]
            ]
        }
        return .object(members)
    }

    private static func location(_ place: ReportedFinding.Region) -> JSON {
        let end = place.end
        return [
            "artifactLocation": ["uri": .string(place.file.asURI)],
            "region": .compact([
                "startLine": .integer(place.line), "startColumn": place.column.map { .integer($0) } ?? .null,
                "endLine": end.map { .integer($0.line) } ?? .null,
                "endColumn": end.map { .integer($0.column) } ?? .null,
            ]),
        ]
    }

    /// What tells a finding from others wherever its lines move to: of equals, the first, the second...
    private struct Marks {
        private var counts: [Digest: Int] = [:]

        mutating func next(for finding: ReportedFinding) -> String {
            let text = JSON.array([
                .string(finding.code.id), .string(finding.place?.file ?? ""), .string(finding.message),
            ])
            let digest = Digest(of: text)
            counts[digest, default: 0] += 1
            return "\(digest.hex.prefix(32)):\(counts[digest] ?? 1)"
        }
    }
}

extension String {
    /// A path as a reference of a URI: relative where the path is.
    fileprivate var asURI: String {
        var result = hasPrefix("/") ? "file://" : ""
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    /// Without what readers of SARIF take for a link.
    fileprivate var unlinked: String { replacing("](", with: "] (") }
}
