/// Lengths of time as people write them: `100ms`, `45m`, `1h30m`, `7d`.
public enum DurationText {
    /// The units with their milliseconds, longest first; a month has no length.
    static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
    ]
    /// The same as a regular expression of JSON Schema.
    static let expression = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d|w))+$"

    /// The duration a text says, to the millisecond; nil when it says none or one that is too long.
    public static func parse(_ text: String) -> Duration? {
        milliseconds(text)?.whole.map { .milliseconds($0) }
    }

    /// The exact number of milliseconds.
    static func milliseconds(_ text: String) -> Decimal? {
        var rest = text[...]
        var total: Decimal?
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let unit = rest.dropFirst(number.count).prefix { $0.isASCII && $0.isLetter }
            guard let factor = units.first(where: { $0.name == unit })?.milliseconds else { return nil }
            guard let part = Decimal(number)?.multiplied(by: factor) else { return nil }
            guard let sum = total?.added(to: part) ?? (total == nil ? part : nil) else { return nil }
            total = sum
            rest = rest.dropFirst(number.count + unit.count)
        }
        guard let total, let whole = total.whole, whole < 1 << 52 else { return nil }
        return total
    }
}

extension Quantity {
    /// The sizes with their bytes: powers of ten without an `i`, powers of two with one.
    static let sizes: [(name: String, bytes: Int64)] = [
        ("B", 1), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ]
    /// The texts a quantity may be, as a regular expression of JSON Schema.
    static let expression =
        "^(-?[0-9]+(\\.[0-9]+)?(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB|%)?|([0-9]+(\\.[0-9]+)?(ms|s|m|h|d|w))+)$"

    /// The quantity a text says; nil when it says none.
    init?(parsing text: String) {
        let isNegative = text.hasPrefix("-")
        let body = isNegative ? text.dropFirst() : text[...]
        let number = body.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = body.dropFirst(number.count)
        var value: Decimal?
        if unit.isEmpty || unit == "%" {
            value = Decimal(number)
        } else if let size = Self.sizes.first(where: { $0.name == unit }) {
            value = Decimal(number)?.multiplied(by: size.bytes)
        } else if !isNegative {
            value = DurationText.milliseconds(text)
        }
        guard let value else { return nil }
        self.init(digits: (isNegative ? "-" : "") + value.digits, written: text)
    }
}

/// A number with a fraction, exact: `units` parts of ten to the power of `scale`.
struct Decimal: Equatable {
    private let units: Int64
    private let scale: Int

    private init(units: Int64, scale: Int) {
        var units = units
        var scale = scale
        while scale > 0, units % 10 == 0 {
            units /= 10
            scale -= 1
        }
        self.units = units
        self.scale = scale
    }

    /// A number such as `1.5`, without a sign; nil when it is none or does not fit.
    init?(_ text: Substring) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) }) else {
            return nil
        }
        guard let units = Int64(parts.joined()) else { return nil }
        self.init(units: units, scale: parts.count == 2 ? parts[1].count : 0)
    }

    func multiplied(by factor: Int64) -> Decimal? {
        let (product, overflow) = units.multipliedReportingOverflow(by: factor)
        return overflow ? nil : Decimal(units: product, scale: scale)
    }

    func added(to other: Decimal) -> Decimal? {
        let common = max(scale, other.scale)
        guard let left = raised(to: common), let right = other.raised(to: common) else { return nil }
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : Decimal(units: sum, scale: common)
    }

    private func raised(to scale: Int) -> Int64? {
        var units = units
        for _ in self.scale..<scale {
            let (product, overflow) = units.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            units = product
        }
        return units
    }

    /// The whole part.
    var whole: Int64? {
        var units = units
        for _ in 0..<scale { units /= 10 }
        return units
    }

    /// All its digits.
    var digits: String {
        let text = String(units)
        guard scale > 0 else { return text }
        let padded = String(repeating: "0", count: max(0, scale + 1 - text.count)) + text
        return "\(padded.dropLast(scale)).\(padded.suffix(scale))"
    }
}
