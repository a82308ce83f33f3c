import Diagnostics
import YAML

/// Holds one scalar against its shape.
struct ScalarShaper {
    private(set) var findings: [Diagnostic] = []
    private let scalar: Scalar
    private let span: SourceSpan
    private let label: String
    private let interpolation: Interpolation

    init(_ scalar: Scalar, _ span: SourceSpan, _ label: String, _ interpolation: Interpolation) {
        self.scalar = scalar
        self.span = span
        self.label = label
        self.interpolation = interpolation
    }

    /// What the scalar means in that shape; nil with findings when it means nothing there.
    mutating func value(as shape: Shape) -> Scalar.Value? {
        switch shape {
        case .text: return text(shape, .plain)
        case .title: return text(shape, .title)
        case .file: return text(shape, .file)
        case .address: return text(shape, .address)
        case .sql: return verbatim(shape) { $0.refuseInSQL }
        case .shell: return verbatim(shape) { $0.refuseInShell }
        case .reason: return reason()
        case .name(let pattern): return name(shape, pattern)
        case .duration: return duration(shape)
        case .moment: return moment(shape)
        case .quantity: return quantity(shape)
        case .choice(let words): return choice(shape, words)
        case .literal, .expected, .setting: return single(shape)
        default: return number(shape)
        }
    }

    private mutating func refuse(_ shape: Shape, help: String? = nil) -> Scalar.Value? {
        let found = isMissing ? "nothing" : scalar.value.kindName
        findings.append(
            Diagnostic(
                RunbookCodes.type,
                "\(label) must be \(shape.expected), found \(found)",
                at: span.head,
                help: help
            )
        )
        return nil
    }

    /// Whether there is no value at all, not even the word `null`.
    private var isMissing: Bool { scalar.style == .plain && scalar.text.isEmpty }

    private mutating func interpolated(_ place: Interpolation.Place) -> String? {
        let result = interpolation.resolve(scalar, at: span, place: place)
        findings += result.findings
        return result.text
    }

    private mutating func text(_ shape: Shape, _ place: Interpolation.Place) -> Scalar.Value? {
        guard case .text = scalar.value else {
            let help = isMissing || scalar.value == .null ? nil : "quote it: `\"\(scalar.text)\"`"
            return refuse(shape, help: help)
        }
        guard let text = interpolated(place) else { return nil }
        guard !text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x0A }) else {
            findings.append(Diagnostic(RunbookCodes.type, "\(label) must not be empty", at: span.head))
            return nil
        }
        return .text(text)
    }

    private mutating func verbatim(
        _ shape: Shape,
        _ check: (Interpolation) -> (Scalar, SourceSpan) -> [Diagnostic]
    ) -> Scalar.Value? {
        guard case .text(let text) = scalar.value else { return refuse(shape) }
        findings += check(interpolation)(scalar, span)
        guard !text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x0A }) else {
            findings.append(Diagnostic(RunbookCodes.type, "\(label) must not be empty", at: span.head))
            return nil
        }
        return .text(text)
    }

    private mutating func reason() -> Scalar.Value? {
        guard case .text(let written) = scalar.value, !written.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x0A })
        else {
            findings.append(
                Diagnostic(
                    RunbookCodes.reason,
                    "\(label) needs a reason",
                    at: span.head,
                    help: "say in a few words why, for those who approve: `{ \(label.bare): reads only }`"
                )
            )
            return nil
        }
        return interpolated(.plain).map(Scalar.Value.text)
    }

    private mutating func name(_ shape: Shape, _ pattern: NamePattern) -> Scalar.Value? {
        guard case .text = scalar.value else {
            let isSpelt = pattern.matches(scalar.text)
            return refuse(
                shape,
                help: isMissing ? nil : isSpelt ? "quote it: `\"\(scalar.text)\"`" : pattern.rule
            )
        }
        guard let text = interpolated(.plain) else { return nil }
        guard pattern.matches(text) else {
            findings.append(.misspelt(text, pattern, at: span))
            return nil
        }
        return .text(text)
    }

    private mutating func duration(_ shape: Shape) -> Scalar.Value? {
        switch scalar.value {
        case .integer, .number:
            findings.append(.durationWithoutUnit(scalar.text, at: span))
            return nil
        case .text:
            guard let text = interpolated(.plain) else { return nil }
            guard DurationText.milliseconds(text) != nil else {
                let isNumber = !text.isEmpty && text.utf8.allSatisfy(\.isDigit)
                findings.append(isNumber ? .durationWithoutUnit(text, at: span) : .noDuration(text, at: span))
                return nil
            }
            return .text(text)
        default: return refuse(shape, help: "write a number with a unit, such as `30s` or `5m`")
        }
    }

    private mutating func moment(_ shape: Shape) -> Scalar.Value? {
        guard case .text = scalar.value else {
            return refuse(shape, help: isMissing ? nil : "write date, time and offset: `2025-10-18T22:00:00-04:00`")
        }
        guard let text = interpolated(.plain) else { return nil }
        guard WrittenMoment(parsing: text) != nil else {
            findings.append(.noMoment(text, at: span))
            return nil
        }
        return .text(text)
    }

    private mutating func quantity(_ shape: Shape) -> Scalar.Value? {
        switch scalar.value {
        case .integer, .number: return scalar.value
        case .text:
            guard let text = interpolated(.plain) else { return nil }
            guard Quantity(parsing: text) != nil else {
                findings.append(.noQuantity(text, at: span))
                return nil
            }
            return .text(text)
        default: return refuse(shape)
        }
    }

    private mutating func choice(_ shape: Shape, _ words: [String]) -> Scalar.Value? {
        guard case .text = scalar.value else { return refuse(shape) }
        guard let text = interpolated(.plain) else { return nil }
        guard words.contains(text) else {
            let near = words.nearest(to: text).map { "did you mean `\($0)`?" }
            findings.append(
                Diagnostic(
                    RunbookCodes.choice,
                    "\(label) must be \(words.ticked()), found \(text.ticked)",
                    at: span.head,
                    help: near
                )
            )
            return nil
        }
        return .text(text)
    }

    private mutating func single(_ shape: Shape) -> Scalar.Value? {
        if isMissing {
            let isSetting = if case .setting = shape { true } else { false }
            return refuse(
                shape,
                help: isSetting ? "write `\"\"` for an empty text" : "write `null` when SQL NULL is meant"
            )
        }
        if case .setting = shape, scalar.value == .null { return refuse(shape) }
        guard case .text(let written) = scalar.value else { return scalar.value }
        if case .expected = shape, scalar.style == .plain, let count = Self.rowCount(written) {
            findings.append(.comparison(written, "rows", count, at: span))
            return nil
        }
        if case .expected = shape, let key = Self.comparator(written) {
            findings.append(.comparison(written, key, at: span))
            return nil
        }
        return interpolated(.plain).map(Scalar.Value.text)
    }

    private mutating func number(_ shape: Shape) -> Scalar.Value? {
        switch (shape, scalar.value) {
        case (.boolean, .boolean): return scalar.value
        case (.integer(let least), .integer(let number)) where number >= least: return scalar.value
        case (.integer, .integer):
            findings.append(
                Diagnostic(
                    RunbookCodes.type,
                    "\(label) must be \(shape.expected), found `\(scalar.text)`",
                    at: span
                )
            )
            return nil
        case (.version(let known), .integer(let number)):
            guard known != number else { return scalar.value }
            findings.append(.version(number, known, at: span))
            return nil
        default: return refuse(shape)
        }
    }

    /// The number of `3 rows`, which somebody means to count.
    private static func rowCount(_ text: String) -> Substring? {
        let words = text.split(separator: " ")
        guard words.count == 2, words[1] == "rows" || words[1] == "row", Int(words[0]) != nil else { return nil }
        return words[0]
    }

    /// The key that says what a text such as `>= 13` means.
    private static func comparator(_ text: String) -> String? {
        for (sign, key) in [
            (">=", "at_least"), ("<=", "at_most"), (">", "above"), ("<", "below"), ("!=", ""), ("==", ""),
        ]
        where text.hasPrefix(sign) {
            let rest = text.dropFirst(sign.count).drop { $0 == " " }
            return rest.utf8.first?.isDigit == true ? key : nil
        }
        return nil
    }
}

extension String {
    /// Without the backticks of `ticked`.
    fileprivate var bare: String { filter { $0 != "`" } }
}

extension Diagnostic {
    fileprivate static func durationWithoutUnit(_ written: String, at span: SourceSpan) -> Self {
        let minutes = Int(written).map { $0 > 0 && $0 % 60 == 0 ? "\($0 / 60)m" : "\($0)m" } ?? "\(written)m"
        return Self(
            RunbookCodes.duration,
            "duration without a unit",
            at: span,
            label: "\(written) what? write `\(written)s` or `\(minutes)`"
        )
    }

    fileprivate static func noDuration(_ written: String, at span: SourceSpan) -> Self {
        Self(
            RunbookCodes.duration,
            "\(written.ticked) is not a duration",
            at: span.head,
            help: "write numbers with `ms`, `s`, `m`, `h`, `d` or `w` and no blanks, such as `90s` or `1h30m`"
        )
    }

    fileprivate static func noMoment(_ written: String, at span: SourceSpan) -> Self {
        let lacksOffset = WrittenMoment(parsing: written + "Z") != nil
        let help = lacksOffset ? "add it: `\(written)Z` or `\(written)-04:00`" : nil
        return Self(
            RunbookCodes.moment,
            lacksOffset ? "\(written.ticked) has no offset from UTC" : "\(written.ticked) is not a moment",
            at: span.head,
            help: help ?? "write date, time and how far that is from UTC: `2025-10-18T22:00:00-04:00`"
        )
    }

    fileprivate static func noQuantity(_ written: String, at span: SourceSpan) -> Self {
        Self(
            RunbookCodes.quantity,
            "\(written.ticked) is not a number, a size, a percentage or a duration",
            at: span.head,
            help: "write `100`, `20GB`, `1.5GiB`, `80%` or `100ms`, without a blank before the unit"
        )
    }

    fileprivate static func comparison(_ written: String, _ key: String, at span: SourceSpan) -> Self {
        comparison(written, key, written.drop { "<>=! ".contains($0) }, at: span)
    }

    fileprivate static func comparison(
        _ written: String, _ key: String, _ rest: Substring, at span: SourceSpan
    ) -> Self {
        Self(
            RunbookCodes.comparator,
            "\(written.ticked) is text, not a comparison",
            at: span.head,
            help: "comparators are keys: "
                + (key.isEmpty ? "`at_least`, `at_most`, `above` and `below`" : "write `{ \(key): \(rest) }`")
        )
    }

    fileprivate static func version(_ number: Int64, _ known: Int64, at span: SourceSpan) -> Self {
        Self(
            RunbookCodes.version,
            "format version \(number) is not known",
            at: span,
            help: "this gonogo reads version \(known)"
        )
    }
}
