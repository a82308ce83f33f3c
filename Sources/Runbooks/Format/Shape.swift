import Diagnostics

/// What may stand under a key: the one description that the decoder obeys and the JSON Schema is made from.
indirect enum Shape: Sendable {
    /// Text that is not empty; `${NAME}` is replaced.
    case text
    /// Text whose `${each.name}` planning replaces too.
    case title
    /// The path of a file that a run makes; the run replaces `${run.id}` and `${run.timestamp}`.
    case file
    /// A database address, the one place where a secret from the environment may go.
    case address
    /// SQL: nothing is replaced.
    case sql
    /// Text for a shell: nothing is replaced.
    case shell
    /// Why something is left out.
    case reason
    /// Text of one pattern.
    case name(NamePattern)
    /// `true` or `false`.
    case boolean
    /// A whole number of at least this.
    case integer(atLeast: Int64)
    /// Exactly this number.
    case version(Int64)
    /// A length of time.
    case duration
    /// A moment of RFC 3339, with its offset.
    case moment
    /// A number, size, percent or length of time.
    case quantity
    /// Any single value, `null` among them.
    case literal
    /// What one value must be; not a comparison written as text.
    case expected
    /// A value handed on as it is written.
    case setting
    /// One of these words.
    case choice([String])
    /// A list, with what its items are called.
    case list(Shape, atLeast: Int, of: String)
    /// Free names with values, with what they are called.
    case map(NamePattern, Shape, of: String)
    /// An object with keys of its own.
    case object(KeyTable)
    /// One shape when a single value is written, another for a list or a mapping.
    case either(scalar: Shape?, list: Shape?, mapping: Shape?)
    /// Something a later version will know.
    case later

    /// What is expected, for messages.
    var expected: String {
        switch self {
        case .text, .title, .file, .address, .sql, .shell, .reason: "text"
        case .name(let pattern): pattern.noun
        case .boolean: "`true` or `false`"
        case .integer(let least): least == 1 ? "a whole number from 1" : "a whole number"
        case .version(let number): "`\(number)`"
        case .duration: "a duration"
        case .moment: "a moment"
        case .quantity: "a number, a size, a percentage or a duration"
        case .literal, .expected, .setting: "a single value"
        case .choice(let words): words.ticked()
        case .list(_, _, let noun): "a list of \(noun)"
        case .map(_, _, let noun): "a mapping of \(noun)"
        case .object(let table):
            "a mapping with \(table.keys.filter { !$0.isLater }.prefix(3).map(\.name).ticked("and"))"
        case .either(let scalar, let list, let mapping):
            [scalar, list, mapping].compactMap { $0?.expected }.joined(separator: " or ")
        case .later: "nothing"
        }
    }
}

/// The spellings names may have, each as a check and as the regular expression that says the same.
enum NamePattern: Sendable, CaseIterable {
    /// Of phases, steps, checks, roles: `add-column`.
    case id
    /// Of values SQL refers to, of environment variables, of columns to be replaced: `tenant_id`.
    case word
    /// Of settings of a session: `app.current_tenant`.
    case setting
    /// A SQLSTATE: `42501`.
    case sqlstate
    /// Of findings that a review of a plan tells: `W607`.
    case finding
    /// Of columns: anything.
    case column

    /// The same as a regular expression of JSON Schema.
    var expression: String {
        switch self {
        case .id: "^[a-z][a-z0-9-]*$"
        case .word: "^[A-Za-z_][A-Za-z0-9_]*$"
        case .setting: "^[A-Za-z_][A-Za-z0-9_.]*$"
        case .sqlstate: "^[0-9A-Z]{5}$"
        case .finding: "^W[67][0-9]{2}$"
        case .column: "^[\\s\\S]+$"
        }
    }

    /// What it is called.
    var noun: String {
        switch self {
        case .id: "an id"
        case .word: "a name"
        case .setting: "the name of a setting"
        case .sqlstate: "a SQLSTATE"
        case .finding: "the code of a finding"
        case .column: "a name"
        }
    }

    /// How to spell it.
    var rule: String {
        switch self {
        case .id: "an id begins with a letter from a to z and goes on with these, digits and `-`"
        case .word: "a name begins with a letter or `_` and goes on with letters, digits and `_`"
        case .setting: "the name of a setting is made of letters, digits, `_` and `.`"
        case .finding: "findings of a review have codes such as `W607`"
        case .sqlstate: "a SQLSTATE has five digits or capital letters, such as `42501`"
        case .column: "it must not be empty"
        }
    }

    /// Whether a text is spelt so.
    func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first else { return false }
        switch self {
        case .id:
            return first.isLower && bytes.allSatisfy { $0.isLower || $0.isDigit || $0 == UInt8(ascii: "-") }
        case .word: return first.isWordStart && bytes.allSatisfy { $0.isWordStart || $0.isDigit }
        case .setting:
            return first.isWordStart
                && bytes.allSatisfy { $0.isWordStart || $0.isDigit || $0 == UInt8(ascii: ".") }
        case .sqlstate: return bytes.count == 5 && bytes.allSatisfy { $0.isDigit || $0.isUpper }
        case .finding:
            return bytes.count == 4 && (text.hasPrefix("W6") || text.hasPrefix("W7"))
                && bytes.dropFirst(2).allSatisfy(\.isDigit)
        case .column: return true
        }
    }
}

extension UInt8 {
    var isLower: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
    var isUpper: Bool { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") }
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    var isWordStart: Bool { isLower || isUpper || self == UInt8(ascii: "_") }
}
