/// A decimal number of any length, compared digit by digit: no value is rounded on the way to a verdict.
public struct ExactDecimal: Sendable, Equatable, Comparable {
    private let isNegative: Bool
    /// Without leading zeros.
    private let whole: [UInt8]
    /// Without trailing zeros.
    private let fraction: [UInt8]

    /// Reads digits with an optional sign, fraction and exponent; nil for anything else, such as `NaN`.
    public init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        var negative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            negative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        var exponent = 0
        if let mark = rest.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            guard let power = Int(String(decoding: rest[(mark + 1)...], as: UTF8.self)), (-5000...5000).contains(power)
            else {
                return nil
            }
            exponent = power
            rest = rest[..<mark]
        }
        let point = rest.firstIndex(of: UInt8(ascii: ".")) ?? rest.endIndex
        var digits = Array(rest[..<point])
        let scale = digits.count + exponent
        if point < rest.endIndex { digits += rest[(point + 1)...] }
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        if scale < 0 { digits = Array(repeating: 0x30, count: -scale) + digits }
        if scale > digits.count { digits += Array(repeating: 0x30, count: scale - digits.count) }
        let split = max(0, scale)
        whole = Array(digits[..<split].drop { $0 == 0x30 })
        fraction = Array(digits[split...].reversed().drop { $0 == 0x30 }.reversed())
        isNegative = negative && !(whole.isEmpty && fraction.isEmpty)
    }

    /// By value.
    public static func < (left: Self, right: Self) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? right.hasLessMagnitude(than: left) : left.hasLessMagnitude(than: right)
    }

    private func hasLessMagnitude(than other: Self) -> Bool {
        if whole.count != other.whole.count { return whole.count < other.whole.count }
        if whole != other.whole { return whole.lexicographicallyPrecedes(other.whole) }
        return fraction.lexicographicallyPrecedes(other.fraction)
    }
}
