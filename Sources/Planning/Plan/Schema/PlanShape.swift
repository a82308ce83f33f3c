import CanonicalJSON

/// The form of one value in the JSON of plans.
indirect enum PlanShape: Sendable {
    /// Any text.
    case text
    /// A SHA-256 in hexadecimal digits.
    case digest
    /// A whole number, at least this.
    case number(from: Int)
    /// A whole number, which is less than zero where the moment is past before anything begins.
    case moment
    /// Exactly this number.
    case exactly(Int)
    /// True or false.
    case flag
    /// True; where it is not so, the member is not there.
    case mark
    /// One of these words.
    case words([String])
    /// A value that a query answers with.
    case value
    /// A list.
    case list(PlanShape)
    /// A list that is not empty.
    case some(PlanShape)
    /// An object of this name.
    case object(String)
    /// The one or the other.
    case either(PlanShape, PlanShape)

    /// The words of an enumeration.
    static func words<Words: CaseIterable & RawRepresentable<String>>(of type: Words.Type) -> PlanShape {
        .words(type.allCases.map(\.rawValue))
    }

    /// The schema of a value.
    var schema: JSON {
        switch self {
        case .text: ["type": "string"]
        case .digest: ["type": "string", "pattern": "^[0-9a-f]{64}$"]
        case .number(let least): ["type": "integer", "minimum": .integer(least)]
        case .moment: ["type": "integer"]
        case .exactly(let number): ["const": .integer(number)]
        case .flag: ["type": "boolean"]
        case .mark: ["const": true]
        case .words(let words): ["enum": .array(words.map(JSON.string))]
        case .value:
            [
                "anyOf": [
                    ["type": ["string", "integer", "boolean", "null"]], ["$ref": "#/definitions/decimal"],
                ]
            ]
        case .list(let item): ["type": "array", "items": item.schema]
        case .some(let item): ["type": "array", "items": item.schema, "minItems": 1]
        case .object(let name): ["$ref": .string("#/definitions/\(name)")]
        case .either(let one, let other): ["anyOf": [one.schema, other.schema]]
        }
    }
}

/// One member of an object in the JSON of plans.
struct PlanMember: Sendable {
    let name: String
    let shape: PlanShape
    let isRequired: Bool
    /// What it says, in a sentence.
    let summary: String

    /// A member that is always there.
    static func always(_ name: String, _ shape: PlanShape, _ summary: String) -> PlanMember {
        PlanMember(name: name, shape: shape, isRequired: true, summary: summary)
    }

    /// A member that is left out where there is nothing to say.
    static func maybe(_ name: String, _ shape: PlanShape, _ summary: String) -> PlanMember {
        PlanMember(name: name, shape: shape, isRequired: false, summary: summary)
    }

    fileprivate var schema: JSON {
        let value = shape.schema
        // Beside a reference, draft-07 passes over everything else.
        guard value["$ref"] == nil else { return ["allOf": [value], "description": .string(summary)] }
        return .object((value.object ?? [:]).merging(["description": .string(summary)]) { old, _ in old })
    }
}

/// One kind of object in the JSON of plans.
struct PlanObject: Sendable {
    let name: String
    /// What it is, in a sentence.
    let summary: String
    let members: [PlanMember]
    /// Members of which exactly one is there.
    var choice: [String] = []

    var schema: JSON {
        var schema: [String: JSON] = [
            "type": "object", "additionalProperties": false, "description": .string(summary),
            "properties": .object(
                Dictionary(members.map { ($0.name, $0.schema) }, uniquingKeysWith: { first, _ in first })),
        ]
        let required = members.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        if !choice.isEmpty { schema["oneOf"] = .array(choice.map { ["required": [.string($0)]] }) }
        return .object(schema)
    }
}
