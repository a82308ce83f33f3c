/// A JSON value as plans and journals use it: no fractions, because two machines must write the same bytes.
public enum JSON: Sendable, Equatable {
    /// `null`
    case null
    /// `true`, `false`
    case boolean(Bool)
    /// A whole number of up to 64 bits.
    case integer(Int64)
    /// Text.
    case string(String)
    /// A list.
    case array([JSON])
    /// Members by name; written in the order of the names' UTF-8 bytes.
    case object([String: JSON])

    /// A whole number.
    public static func integer(_ value: Int) -> JSON { .integer(Int64(value)) }

    /// Text, or null.
    public static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    /// An object of the members that are not null: what is absent is not written.
    public static func compact(_ members: [String: JSON]) -> JSON { .object(members.filter { $0.value != .null }) }

    /// The member of that name, or nil when this is no object or has none.
    public subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The text, when it is one.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number, when it is one.
    public var integer: Int? {
        guard case .integer(let number) = self else { return nil }
        return Int(number)
    }

    /// The boolean, when it is one.
    public var boolean: Bool? {
        guard case .boolean(let value) = self else { return nil }
        return value
    }

    /// The elements, when it is a list.
    public var array: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members, when it is an object.
    public var object: [String: JSON]? {
        guard case .object(let members) = self else { return nil }
        return members
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Text.
    public init(stringLiteral text: String) { self = .string(text) }
    /// A whole number.
    public init(integerLiteral number: Int64) { self = .integer(number) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// A list.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object; a name given twice is a mistake of the program.
    public init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(Dictionary(uniqueKeysWithValues: members))
    }
}
