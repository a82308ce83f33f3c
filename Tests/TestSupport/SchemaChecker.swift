public import CanonicalJSON

/// A tree that is held against a schema.
public indirect enum SchemaValue: Sendable {
    /// Nothing.
    case null
    /// True or false.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// A number with a fraction, in digits.
    case number(String)
    /// Text.
    case text(String)
    /// A list.
    case list([SchemaValue])
    /// Members, in their order.
    case object([(name: String, value: SchemaValue)])

    /// A tree of JSON.
    public init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .integer(let number): self = .integer(number)
        case .string(let text): self = .text(text)
        case .array(let items): self = .list(items.map(SchemaValue.init))
        case .object(let members): self = .object(members.map { ($0.key, SchemaValue($0.value)) })
        }
    }
}

/// Checks a tree against the part of JSON Schema draft-07 that our schemas use.
public struct SchemaChecker: Sendable {
    private let root: JSON

    /// By a schema and its definitions.
    public init(_ root: JSON) { self.root = root }

    /// Whether a tree is valid.
    public func accepts(_ value: SchemaValue) -> Bool { accepts(value, root) }

    private func accepts(_ value: SchemaValue, _ schema: JSON) -> Bool {
        guard let members = schema.object else { return false }
        return members.allSatisfy { keyword, rule in accepts(value, keyword, rule, schema) }
    }

    private func accepts(_ value: SchemaValue, _ keyword: String, _ rule: JSON, _ schema: JSON) -> Bool {
        switch keyword {
        case "$schema", "title", "description", "definitions", "properties": true
        case "$ref":
            accepts(value, root["definitions"]?[String((rule.string ?? "").dropFirst(14))] ?? .null)
        case "allOf": (rule.array ?? []).allSatisfy { accepts(value, $0) }
        case "anyOf": (rule.array ?? []).contains { accepts(value, $0) }
        case "oneOf": (rule.array ?? []).count { accepts(value, $0) } == 1
        case "not": !accepts(value, rule)
        case "type": (rule.array ?? [rule]).contains { value.has(type: $0.string ?? "") }
        case "enum": (rule.array ?? []).contains { $0 == value.literal }
        case "const": rule == value.literal
        case "minimum": value.literal?.integer.map { $0 >= (rule.integer ?? 0) } ?? true
        case "pattern": value.string.map { matches($0, rule.string ?? "") } ?? true
        case "items": value.items.map { $0.allSatisfy { accepts($0, rule) } } ?? true
        case "minItems": value.items.map { $0.count >= (rule.integer ?? 0) } ?? true
        default: acceptsObject(value, keyword, rule, schema)
        }
    }

    private func acceptsObject(_ value: SchemaValue, _ keyword: String, _ rule: JSON, _ schema: JSON) -> Bool {
        guard case .object(let members) = value else { return true }
        let names = Set(members.map(\.name))
        switch keyword {
        case "required": return (rule.array ?? []).allSatisfy { names.contains($0.string ?? "") }
        case "dependencies":
            return (rule.object ?? [:]).allSatisfy { !names.contains($0) || accepts(value, $1) }
        case "propertyNames":
            return names.allSatisfy { matches($0, rule["pattern"]?.string ?? "") }
        case "additionalProperties":
            return members.allSatisfy { member in
                if let known = schema["properties"]?[member.name] { return accepts(member.value, known) }
                return rule == false ? false : accepts(member.value, rule)
            }
        // A keyword nobody looks at would be a promise nobody keeps.
        default: return false
        }
    }

    private func matches(_ text: String, _ pattern: String) -> Bool {
        guard let expression = try? Regex(pattern) else { return false }
        return text.contains(expression)
    }
}

extension SchemaValue {
    fileprivate func has(type: String) -> Bool {
        switch self {
        case .null: type == "null"
        case .boolean: type == "boolean"
        case .integer: type == "integer" || type == "number"
        case .number: type == "number"
        case .text: type == "string"
        case .list: type == "array"
        case .object: type == "object"
        }
    }

    fileprivate var literal: JSON? {
        switch self {
        case .null: .null
        case .boolean(let value): .boolean(value)
        case .integer(let number): .integer(number)
        case .number(let text), .text(let text): .string(text)
        case .list, .object: nil
        }
    }

    fileprivate var string: String? { if case .text(let text) = self { text } else { nil } }

    fileprivate var items: [SchemaValue]? { if case .list(let items) = self { items } else { nil } }
}
