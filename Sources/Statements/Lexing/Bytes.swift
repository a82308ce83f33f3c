extension UInt8 {
    /// `0` to `9`.
    var isDigit: Bool { self &- 0x30 < 10 }

    /// An ASCII letter.
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    /// What may begin an unquoted name: both engines take every byte of a multi-byte character.
    var beginsName: Bool { isLetter || self == 0x5F || self >= 0x80 }

    /// What may stand inside an unquoted name.
    var continuesName: Bool { beginsName || isDigit || self == 0x24 }

    /// What may stand in the name of a psql variable.
    var isVariable: Bool { beginsName || isDigit }

    /// What PostgreSQL and SQLite both skip between words.
    var isBlank: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 || self == 0x0C }

    /// What PostgreSQL's operators are made of.
    var isOperator: Bool {
        switch self {
        case 0x7E, 0x21, 0x40, 0x23, 0x5E, 0x26, 0x7C, 0x60, 0x3F, 0x2B, 0x2D, 0x2A, 0x2F, 0x25, 0x3C, 0x3E,
            0x3D:
            true
        default: false
        }
    }
}

/// The bytes both lexers look for by name.
enum ASCII {
    static let newline: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let blank: UInt8 = 0x20
    static let doubleQuote: UInt8 = 0x22
    static let dollar: UInt8 = 0x24
    static let quote: UInt8 = 0x27
    static let open: UInt8 = 0x28
    static let close: UInt8 = 0x29
    static let star: UInt8 = 0x2A
    static let comma: UInt8 = 0x2C
    static let dash: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let equals: UInt8 = 0x3D
    static let question: UInt8 = 0x3F
    static let backslash: UInt8 = 0x5C
    static let openBrace: UInt8 = 0x7B
    static let closeBrace: UInt8 = 0x7D
}

extension [UInt8] {
    /// Whether a range spells a keyword, which is given in capitals; letters of either case count.
    func spell(_ keyword: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == keyword.utf8CodeUnitCount else { return false }
        return keyword.withUTF8Buffer { wanted in
            for index in 0..<wanted.count {
                let byte = self[range.lowerBound + index]
                guard (byte.isLetter ? byte & 0xDF : byte) == wanted[index] else { return false }
            }
            return true
        }
    }

    /// A word in capitals; empty when it is longer than any keyword.
    func keyword(in range: Range<Int>) -> String {
        guard range.count <= 20 else { return "" }
        return String(decoding: self[range].map { $0.isLetter ? $0 & 0xDF : $0 }, as: UTF8.self)
    }

    /// The text of a range.
    func text(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }
}
