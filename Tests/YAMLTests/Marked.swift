import Diagnostics
import YAML

/// A text with places marked by `«` and `»`, and what the reader makes of it.
struct Marked {
    let source: SourceText
    /// The bytes between the marks.
    let range: Range<Int>
    let node: Node?
    let findings: [Diagnostic]

    init(_ text: String) {
        let parts = text.split(separator: "«", omittingEmptySubsequences: false)
        let before = parts.first ?? ""
        let rest = (parts.dropFirst().first ?? "").split(separator: "»", omittingEmptySubsequences: false)
        let inside = rest.first ?? ""
        let after = rest.dropFirst().first ?? ""
        source = SourceText(name: "t.yaml", text: "\(before)\(inside)\(after)")
        range = before.utf8.count..<before.utf8.count + inside.utf8.count
        var found = Findings()
        node = YAMLReader.read(source, findings: &found)
        findings = found.all
    }

    /// The value under a key of the mapping at the top.
    func value(_ key: String) -> Node? {
        guard case .mapping(let entries) = node?.content else { return nil }
        return entries.first { $0.key.value == key }?.value
    }

    func scalar(_ key: String) -> Scalar? {
        guard case .scalar(let scalar) = value(key)?.content else { return nil }
        return scalar
    }
}
