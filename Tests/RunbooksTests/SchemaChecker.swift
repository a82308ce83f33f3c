import CanonicalJSON
import Diagnostics
import YAML

/// Checks a tree against the part of JSON Schema draft-07 that our schema uses.
struct SchemaChecker {
    private let root: JSON

    init(_ root: JSON) { self.root = root }

    /// Whether a tree is valid.
    func accepts(_ node: Node) -> Bool { accepts(node, root) }

    private func accepts(_ node: Node, _ schema: JSON) -> Bool {
        guard let members = schema.object else { return false }
        return members.allSatisfy { keyword, value in accepts(node, keyword, value, schema) }
    }

    private func accepts(_ node: Node, _ keyword: String, _ value: JSON, _ schema: JSON) -> Bool {
        switch keyword {
        case "$schema", "title", "description", "definitions", "properties": true
        case "$ref":
            accepts(node, root["definitions"]?[String((value.string ?? "").dropFirst(14))] ?? .null)
        case "allOf": (value.array ?? []).allSatisfy { accepts(node, $0) }
        case "anyOf": (value.array ?? []).contains { accepts(node, $0) }
        case "oneOf": (value.array ?? []).count { accepts(node, $0) } == 1
        case "not": !accepts(node, value)
        case "type": (value.array ?? [value]).contains { has(node, type: $0.string ?? "") }
        case "enum": (value.array ?? []).contains { $0 == literal(node) }
        case "const": value == literal(node)
        case "minimum": number(node).map { $0 >= (value.integer ?? 0) } ?? true
        case "pattern": text(node).map { matches($0, value.string ?? "") } ?? true
        case "items": items(node).map { $0.allSatisfy { accepts($0, value) } } ?? true
        case "minItems": items(node).map { $0.count >= (value.integer ?? 0) } ?? true
        default: acceptsObject(node, keyword, value, schema)
        }
    }

    private func acceptsObject(_ node: Node, _ keyword: String, _ value: JSON, _ schema: JSON) -> Bool {
        guard let entries = entries(node) else { return true }
        let keys = Set(entries.map(\.key.value))
        switch keyword {
        case "required": return (value.array ?? []).allSatisfy { keys.contains($0.string ?? "") }
        case "dependencies":
            return (value.object ?? [:]).allSatisfy { !keys.contains($0) || accepts(node, $1) }
        case "propertyNames":
            return keys.allSatisfy { matches($0, value["pattern"]?.string ?? "") }
        case "additionalProperties":
            return entries.allSatisfy { entry in
                if let known = schema["properties"]?[entry.key.value] { return accepts(entry.value, known) }
                return value == false ? false : accepts(entry.value, value)
            }
        default: return false
        }
    }

    private func has(_ node: Node, type: String) -> Bool {
        switch (node.content, type) {
        case (.mapping, "object"), (.sequence, "array"): return true
        case (.scalar(let scalar), _):
            switch scalar.value {
            case .null: return type == "null"
            case .boolean: return type == "boolean"
            case .integer: return type == "integer" || type == "number"
            case .number: return type == "number"
            case .text: return type == "string"
            }
        default: return false
        }
    }

    private func literal(_ node: Node) -> JSON? {
        guard case .scalar(let scalar) = node.content else { return nil }
        switch scalar.value {
        case .null: return .null
        case .boolean(let value): return .boolean(value)
        case .integer(let number): return .integer(number)
        case .number(let text), .text(let text): return .string(text)
        }
    }

    private func number(_ node: Node) -> Int? { literal(node)?.integer }

    private func text(_ node: Node) -> String? {
        guard case .scalar(let scalar) = node.content, case .text(let text) = scalar.value else { return nil }
        return text
    }

    private func items(_ node: Node) -> [Node]? {
        guard case .sequence(let items) = node.content else { return nil }
        return items
    }

    private func entries(_ node: Node) -> [Node.Entry]? {
        guard case .mapping(let entries) = node.content else { return nil }
        return entries
    }

    private func matches(_ text: String, _ pattern: String) -> Bool {
        guard let expression = try? Regex(pattern) else { return false }
        return text.contains(expression)
    }
}
