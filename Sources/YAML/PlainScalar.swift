/// What a scalar without quotes means by YAML 1.2 (core schema), and where YAML 1.1 or a person would differ.
struct PlainScalar {
    let value: Scalar.Value
    let trap: Trap?

    /// A spelling that is not what it seems.
    enum Trap: Equatable {
        /// `yes`, `off`: a boolean before, text now.
        case boolean(Bool)
        /// `y`, `n`: a boolean to some readers.
        case letter(Bool)
        /// `0644`, with the number without its zeros.
        case leadingZero(String)
        /// `12:30`, with the number YAML 1.1 makes of it.
        case sexagesimal(Int64)
        /// `12e03456`
        case exponent
        /// `.inf`, `.nan`
        case notFinite
        /// `1_000`, `0x1F`, `0o14`, `0b1`
        case notation
        /// A whole number that 64 bits do not hold.
        case range
        /// `1.10`, with what is left of it.
        case trailingZero(String)
        /// `2025-10-12`
        case date
    }

    init(_ text: String) {
        (value, trap) = Self.classify(text)
    }

    private static func classify(_ text: String) -> (Scalar.Value, Trap?) {
        guard let first = text.utf8.first else { return (.null, nil) }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return number(text)
        case UInt8(ascii: "~"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            return text.utf8.count <= 5 ? word(text) : (.text(text), nil)
        default:
            return (.text(text), nil)
        }
    }

    private static func word(_ text: String) -> (Scalar.Value, Trap?) {
        switch text {
        case "~", "null", "Null", "NULL": (.null, nil)
        case "true", "True", "TRUE": (.boolean(true), nil)
        case "false", "False", "FALSE": (.boolean(false), nil)
        case "yes", "Yes", "YES", "on", "On", "ON": (.text(text), .boolean(true))
        case "no", "No", "NO", "off", "Off", "OFF": (.text(text), .boolean(false))
        case "y", "Y": (.text(text), .letter(true))
        case "n", "N": (.text(text), .letter(false))
        default: (.text(text), nil)
        }
    }

    private static func number(_ text: String) -> (Scalar.Value, Trap?) {
        let sign = text.hasPrefix("-") || text.hasPrefix("+") ? String(text.prefix(1)) : ""
        let body = text.dropFirst(sign.count)
        if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(String(body)) {
            return (.text(text), .notFinite)
        }
        guard let lead = body.utf8.first, lead == UInt8(ascii: ".") || lead.isDigit else {
            return (.text(text), nil)
        }
        if body.utf8.allSatisfy(\.isDigit) { return integer(text, digits: body) }
        if isNotation(body) { return (.text(text), .notation) }
        if body.contains(":"), let value = sexagesimal(body) {
            return (.text(text), .sexagesimal(sign == "-" ? -value : value))
        }
        if isDate(body) { return (.text(text), .date) }
        return fraction(text, body: body)
    }

    private static func integer(_ text: String, digits: Substring) -> (Scalar.Value, Trap?) {
        if digits.count > 1, digits.hasPrefix("0") {
            let bare = digits.drop { $0 == "0" }
            return (.text(text), .leadingZero(bare.isEmpty ? "0" : String(bare)))
        }
        guard let value = Int64(text) else { return (.text(text), .range) }
        return (.integer(value), nil)
    }

    private static func fraction(_ text: String, body: Substring) -> (Scalar.Value, Trap?) {
        let mantissa = body.prefix { $0 != "e" && $0 != "E" }
        let parts = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        let digits = mantissa.utf8.count { $0.isDigit }
        guard parts.count <= 2, digits > 0, parts.allSatisfy({ $0.utf8.allSatisfy(\.isDigit) }) else {
            return (.text(text), nil)
        }
        if mantissa.count < body.count {
            var power = body.dropFirst(mantissa.count + 1)
            if power.hasPrefix("+") || power.hasPrefix("-") { power = power.dropFirst() }
            let isNumber = !power.isEmpty && power.utf8.allSatisfy(\.isDigit)
            return (.text(text), isNumber ? .exponent : nil)
        }
        let whole = parts[0]
        if whole.count > 1, whole.hasPrefix("0") {
            return (.text(text), .leadingZero(bare(mantissa)))
        }
        guard !whole.isEmpty, parts.count == 2, !parts[1].isEmpty else { return (.text(text), .notation) }
        var short = text[...]
        while short.hasSuffix("0"), !short.hasSuffix(".0") { short = short.dropLast() }
        return (.number(text), short.count < text.count ? .trailingZero(String(short)) : nil)
    }

    /// Without zeros in front, except the last one before a point.
    private static func bare(_ digits: Substring) -> String {
        let rest = digits.drop { $0 == "0" }
        return rest.hasPrefix(".") ? "0\(rest)" : String(rest)
    }

    private static func isNotation(_ body: Substring) -> Bool {
        let lower = body.lowercased()
        for (prefix, digits) in [("0x", "0123456789abcdef_"), ("0o", "01234567_"), ("0b", "01_")]
        where lower.hasPrefix(prefix) {
            return lower.count > 2 && lower.dropFirst(2).allSatisfy(digits.contains)
        }
        return body.contains("_") && body.allSatisfy { "0123456789_.".contains($0) }
    }

    private static func sexagesimal(_ body: Substring) -> Int64? {
        var total: Int64 = 0
        let parts = body.prefix { $0 != "." }.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            guard let value = Int64(part), value >= 0, index == 0 || (value < 60 && part.count <= 2) else {
                return nil
            }
            let (scaled, first) = total.multipliedReportingOverflow(by: 60)
            let (sum, second) = scaled.addingReportingOverflow(value)
            guard !first, !second else { return nil }
            total = sum
        }
        return total
    }

    /// `YYYY-M-D`, alone or before a time.
    private static func isDate(_ body: Substring) -> Bool {
        let day = body.prefix { $0 != "T" && $0 != "t" && $0 != " " }
        let parts = day.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4 else { return false }
        return parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) }
            && parts.dropFirst().allSatisfy { $0.count <= 2 }
    }
}

extension UInt8 {
    /// Whether it is one of `0` to `9`.
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
