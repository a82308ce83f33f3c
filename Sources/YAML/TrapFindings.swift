import Diagnostics

extension Diagnostic {
    /// What a plain scalar's spelling hides.
    static func trap(_ trap: PlainScalar.Trap, _ text: String, at span: SourceSpan) -> Self {
        switch trap {
        case .boolean(let value):
            Self(
                YAMLCodes.boolean,
                "`\(text)` is a boolean in YAML 1.1 and text in YAML 1.2",
                at: span,
                help: "write `\(value)`, or quote it: `\"\(text)\"`"
            )
        case .letter(let value):
            Self(
                YAMLCodes.letter,
                "`\(text)` is `\(value)` to some readers of YAML 1.1 and text here",
                at: span,
                severity: .warning,
                help: "quote it: `\"\(text)\"`"
            )
        case .leadingZero(let bare):
            Self(
                YAMLCodes.leadingZero,
                "`\(text)` begins with a zero",
                at: span,
                label: "octal in YAML 1.1, the number \(bare) in YAML 1.2",
                help: "quote it when it is text: `\"\(text)\"`; write `\(bare)` when it is a number"
            )
        case .sexagesimal(let number):
            Self(
                YAMLCodes.sexagesimal,
                "`\(text)` is the number \(number) in YAML 1.1 and text in YAML 1.2",
                at: span,
                label: "base 60",
                help: "quote it: `\"\(text)\"`"
            )
        case .exponent:
            Self(
                YAMLCodes.exponent,
                "`\(text)` is a number with an exponent",
                at: span,
                help: "quote it when it is text: `\"\(text)\"`; write a number with all its digits"
            )
        case .notFinite, .notation, .range: number(trap, text, at: span)
        case .trailingZero(let short):
            Self(
                YAMLCodes.trailingZero,
                "`\(text)` is the number \(short)",
                at: span,
                severity: .warning,
                label: "the zero at the end may get lost",
                help: "quote it when it is text: `\"\(text)\"`; write `\(short)` when it is a number"
            )
        case .date:
            Self(
                YAMLCodes.date,
                "`\(text)` is a date in YAML 1.1 and text in YAML 1.2",
                at: span,
                severity: .warning,
                help: "quote it: `\"\(text)\"`"
            )
        }
    }

    private static func number(_ trap: PlainScalar.Trap, _ text: String, at span: SourceSpan) -> Self {
        let help = "quote it when it is text: `\"\(text)\"`"
        switch trap {
        case .notFinite:
            return Self(YAMLCodes.number, "`\(text)` is not a finite number", at: span, help: help)
        case .range:
            return Self(
                YAMLCodes.number,
                "`\(text)` is too large for a whole number",
                at: span,
                label: "the range is \(Int64.min) to \(Int64.max)",
                help: help
            )
        default:
            return Self(
                YAMLCodes.number,
                "`\(text)` is a number to some readers of YAML and text to others",
                at: span,
                help: "write a number with the digits 0 to 9 only; \(help)"
            )
        }
    }
}
