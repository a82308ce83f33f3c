public import CanonicalJSON

/// The JSON Schema (draft-07) of a runbook, for editors; made from the tables the decoder obeys.
///
/// It says what can be said of single objects. What concerns several of them the decoder alone knows.
public enum RunbookSchema {
    /// The schema, the same bytes on every machine.
    public static func json() -> JSON {
        var builder = SchemaBuilder()
        guard case .object(var root) = builder.schema(of: Tables.runbook) else { return .null }
        root["$schema"] = "http://json-schema.org/draft-07/schema#"
        root["title"] = .string(Tables.runbook.noun)
        root["definitions"] = .object(builder.definitions)
        return .object(root)
    }
}

/// Turns tables into schemas; each table is written once, as a definition others point to.
private struct SchemaBuilder {
    private(set) var definitions: [String: JSON] = [:]

    mutating func schema(of table: KeyTable) -> JSON {
        var properties: [String: JSON] = [:]
        for key in table.keys { properties[key.name] = property(key) }
        var schema: [String: JSON] = [
            "type": "object", "additionalProperties": false, "properties": .object(properties),
            "description": .string(table.summary),
        ]
        let required = table.keys.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        let owners = table.keys.filter { !$0.onlyWith.isEmpty }
        if !owners.isEmpty {
            schema["dependencies"] = .object(
                Dictionary(uniqueKeysWithValues: owners.map { ($0.name, anyOf($0.onlyWith)) })
            )
        }
        let choices = table.choices.map(choice)
        if !choices.isEmpty { schema["allOf"] = .array(choices) }
        return .object(schema)
    }

    private mutating func property(_ key: Key) -> JSON {
        if key.isLater {
            return ["not": .object([:]), "description": .string("Not supported yet. \(key.summary)")]
        }
        guard case .object(var schema) = schema(of: key.shape) else { return .null }
        if schema["$ref"] != nil {
            return ["allOf": .array([.object(schema)]), "description": .string(key.summary)]
        }
        schema["description"] = .string(key.summary)
        return .object(schema)
    }

    /// Exactly one group, or at most one; a group counts when any of its keys is there.
    private func choice(_ choice: KeyChoice) -> JSON {
        var options = choice.groups.map(anyOf)
        if !choice.isRequired { options.append(["not": anyOf(choice.groups.flatMap(\.self))]) }
        return ["oneOf": .array(options)]
    }

    private func anyOf(_ keys: [String]) -> JSON {
        guard keys.count > 1 else { return ["required": .array(keys.map(JSON.string))] }
        return ["anyOf": .array(keys.map { ["required": [.string($0)]] })]
    }

    private mutating func schema(of shape: Shape) -> JSON {
        switch shape {
        case .text, .title, .file, .address, .sql, .shell, .reason: return ["type": "string", "pattern": "[^ \\n]"]
        case .name(let pattern):
            return ["type": "string", "pattern": .string(orVariable(pattern.expression))]
        case .boolean: return ["type": "boolean"]
        case .integer(let least): return ["type": "integer", "minimum": .integer(least)]
        case .version(let number): return ["const": .integer(number)]
        case .duration: return ["type": "string", "pattern": .string(orVariable(DurationText.expression))]
        case .moment: return ["type": "string", "pattern": .string(orVariable(WrittenMoment.expression))]
        case .quantity:
            return ["type": ["number", "string"], "pattern": .string(orVariable(Quantity.expression))]
        case .literal, .expected: return ["type": ["string", "number", "boolean", "null"]]
        case .setting: return ["type": ["string", "number", "boolean"]]
        case .choice(let words): return ["enum": .array(words.map(JSON.string))]
        case .list(let item, let least, _):
            return ["type": "array", "items": schema(of: item), "minItems": .integer(Int64(least))]
        case .map(let names, let value, _):
            return [
                "type": "object", "propertyNames": ["pattern": .string(names.expression)],
                "additionalProperties": schema(of: value),
            ]
        case .object(let table): return reference(to: table)
        case .either(let scalar, let list, let mapping):
            return ["anyOf": .array([scalar, list, mapping].compactMap(\.self).map { schema(of: $0) })]
        case .later: return ["not": .object([:])]
        }
    }

    private mutating func reference(to table: KeyTable) -> JSON {
        let name = String(table.noun.map { $0 == " " ? "-" : $0 })
        if definitions[name] == nil {
            definitions[name] = .null
            definitions[name] = schema(of: table)
        }
        return ["$ref": .string("#/definitions/\(name)")]
    }

    /// The pattern, or any text with a variable in it: an editor does not know the environment.
    private func orVariable(_ expression: String) -> String { "\\$\\{|\(expression)" }
}
