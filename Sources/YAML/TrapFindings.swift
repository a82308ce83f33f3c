import Diagnostics

extension Diagnostic {
    /// What a plain scalar's spelling hides.
    static func trap(_ trap: PlainScalar.Trap, _ text: String, at span: SourceSpan) -> Self {
        switch trap {
        case .boolean, .letter, .date: word(trap, text, at: span)
        case .leadingZero, .trailingZero: zero(trap, text, at: span)
        case .sexagesimal, .exponent, .notFinite, .notation, .range: number(trap, text, at: span)
        }
    }

    private static func word(_ trap: PlainScalar.Trap, _ text: String, at span: SourceSpan) -> Self {
        let code: DiagnosticCode
        let meaning: String
        var help = "quote it: `\"\(text)\"`"
        switch trap {
        case .boolean(let value):
            code = YAMLCodes.boolean
            meaning = "a boolean in YAML 1.1 and text in YAML 1.2"
            help = "write `\(value)`, or \(help)"
        case .letter(let value):
            code = YAMLCodes.letter
            meaning = "`\(value)` to some readers of YAML 1.1 and text here"
        default:
            code = YAMLCodes.date
            meaning = "a date in YAML 1.1 and text in YAML 1.2"
        }
        let severity: Severity = code == YAMLCodes.boolean ? .error : .warning
        return Self(code, "`\(text)` is \(meaning)", at: span, severity: severity, help: help)
    }

    private static func zero(_ trap: PlainScalar.Trap, _ text: String, at span: SourceSpan) -> Self {
        let help = { (bare: String) in
            "quote it when it is text: `\"\(text)\"`; write `\(bare)` when it is a number"
        }
        if case .trailingZero(let short) = trap {
            return Self(
                YAMLCodes.trailingZero,
                "`\(text)` is the number \(short)",
                at: span,
                severity: .warning,
                label: "the zero at the end may get lost",
                help: help(short)
            )
        }
        guard case .leadingZero(let bare) = trap else { return number(trap, text, at: span) }
        return Self(
            YAMLCodes.leadingZero,
            "`\(text)` begins with a zero",
            at: span,
            label: "octal in YAML 1.1, the number \(bare) in YAML 1.2",
            help: help(bare)
        )
    }

    private static func number(_ trap: PlainScalar.Trap, _ text: String, at span: SourceSpan) -> Self {
        var code = YAMLCodes.number
        var label: String?
        var help = "quote it when it is text: `\"\(text)\"`"
        let message: String
        switch trap {
        case .sexagesimal(let number):
            code = YAMLCodes.sexagesimal
            message = "`\(text)` is the number \(number) in YAML 1.1 and text in YAML 1.2"
            label = "base 60"
            help = "quote it: `\"\(text)\"`"
        case .exponent:
            code = YAMLCodes.exponent
            message = "`\(text)` is a number with an exponent"
            help += "; write a number with all its digits"
        case .notFinite: message = "`\(text)` is not a finite number"
        case .range:
            message = "`\(text)` is too large for a whole number"
            label = "the range is \(Int64.min) to \(Int64.max)"
        default:
            message = "`\(text)` is a number to some readers of YAML and text to others"
            help = "write a number with the digits 0 to 9 only; \(help)"
        }
        return Self(code, message, at: span, label: label, help: help)
    }
}
