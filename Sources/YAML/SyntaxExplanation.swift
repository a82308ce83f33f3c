import Diagnostics

/// Says in our words what libyaml stumbled over, looking at the text for the usual causes.
struct SyntaxExplanation {
    private let source: SourceText
    private let lastScalar: Range<Int>

    /// `lastScalar` is the last value or key that could be read, with its quotes.
    init(_ source: SourceText, lastScalar: Range<Int>) {
        self.source = source
        self.lastScalar = lastScalar
    }

    /// The one finding for a problem after which nothing can be read.
    func finding(for problem: SyntaxProblem) -> Diagnostic {
        let offset = min(problem.offset, source.bytes.count)
        return character(problem, offset)
            ?? variable(offset)
            ?? quoted(problem, offset)
            ?? block(problem, offset)
            ?? structure(problem, offset)
            ?? .syntax(
                "this cannot be read as YAML",
                at: span(offset),
                help: "check the indentation, and quote the text"
            )
    }

    private func byte(_ offset: Int) -> UInt8? {
        source.bytes.indices.contains(offset) ? source.bytes[offset] : nil
    }

    private func span(_ offset: Int) -> SourceSpan {
        source.span(offset..<min(offset + 1, source.bytes.count)).atLineEndIfPast
    }

    private func character(_ problem: SyntaxProblem, _ offset: Int) -> Diagnostic? {
        if let tab = tab(problem, offset) { return .tab(source, at: tab) }
        if problem.context.contains("alias") || problem.context.contains("anchor") {
            let start = problem.contextOffset
            return byte(start) == UInt8(ascii: "*")
                ? .reserved("`*`", at: span(start)) : .anchor(at: span(start))
        }
        if problem.context.contains("directive") {
            return .directive(at: source.span(problem.contextOffset..<source.bytes.count))
        }
        if problem.context.contains("tag") || problem.problem.contains("tag handle") {
            return .tag("", at: source.span(problem.contextOffset..<source.bytes.count).firstWord)
        }
        guard problem.problem.contains("cannot start any token"), let byte = byte(offset) else { return nil }
        let name = byte == UInt8(ascii: "`") ? "a backtick" : "`\(Unicode.Scalar(byte))`"
        return .reserved(name, at: span(offset))
    }

    /// A tab where the indentation of a line goes, at or before the place.
    private func tab(_ problem: SyntaxProblem, _ offset: Int) -> Int? {
        if byte(offset) == 0x09 { return offset }
        let line = source.lineRange(source.position(at: offset).line)
        let indent = source.bytes[line].prefix { $0 == 0x20 || $0 == 0x09 }
        return indent.firstIndex(of: 0x09)
    }

    private func variable(_ offset: Int) -> Diagnostic? {
        let line = source.lineRange(source.position(at: offset).line)
        let before = source.bytes[line.lowerBound..<min(offset + 1, line.upperBound)]
        guard let brace = before.lastIndex(of: UInt8(ascii: "{")), brace > line.lowerBound else { return nil }
        guard byte(brace - 1) == UInt8(ascii: "$"), offset - brace <= 1 || !before[brace...].contains(0x7D)
        else { return nil }
        let end = source.bytes[brace..<line.upperBound].firstIndex(of: 0x7D).map { $0 + 1 } ?? line.upperBound
        return .bareVariable(at: source.span(brace - 1..<end))
    }

    private func quoted(_ problem: SyntaxProblem, _ offset: Int) -> Diagnostic? {
        guard problem.context.contains("quoted scalar") else { return nil }
        if problem.problem.contains("escape") || problem.problem.contains("hexdecimal")
            || problem.problem.contains("Unicode")
        {
            return .escape(at: source.span(offset..<min(offset + 2, source.bytes.count)))
        }
        return .unclosedQuote("this quote is never closed", at: span(problem.contextOffset))
    }

    private func block(_ problem: SyntaxProblem, _ offset: Int) -> Diagnostic? {
        guard problem.context.contains("block scalar") else { return nil }
        let start = source.span(problem.contextOffset..<source.bytes.count).firstWord
        if byte(problem.contextOffset) == UInt8(ascii: ">") { return .comparator(at: start) }
        return .syntax(
            "text after `|` must begin on the next line",
            at: start,
            help: "break the line after `|` and indent the text"
        )
    }

    private func structure(_ problem: SyntaxProblem, _ offset: Int) -> Diagnostic? {
        let words = problem.problem
        if offset >= source.bytes.count, problem.context.contains("flow") {
            return .syntax(
                "the document ends inside [ ] or { }",
                at: span(problem.contextOffset),
                help: "close this bracket"
            )
        }
        if words.contains("expected ',' or") { return unclosed(problem, offset) }
        if words.contains("mapping values are not allowed") { return colon(offset) }
        if words.contains("expected ':'") {
            return .syntax(
                "a key without a colon",
                at: lineText(problem.contextOffset),
                help: "write `key: value`, with a blank after the colon"
            )
        }
        if words.contains("'-' indicator"), byte(offset) != UInt8(ascii: "-") { return misplacedKey(offset) }
        if words.contains("'-' indicator") || words.contains("sequence entries are not allowed") {
            return .syntax(
                "a list item and something else at the same place",
                at: span(offset),
                help: "begin every item of a list with `- `, on a line of its own and at the same indentation"
            )
        }
        if words.contains("expected key") || words.contains("document start") { return stray(offset) }
        guard words.contains("node content") else { return nil }
        return .syntax(
            "a value is missing here",
            at: span(offset),
            help: "remove the extra comma or write the value"
        )
    }

    /// A bracket that another thing stands in the way of.
    private func unclosed(_ problem: SyntaxProblem, _ offset: Int) -> Diagnostic {
        let isList = problem.problem.contains("']'")
        let bracket = isList ? "]" : "}"
        return .syntax(
            "a \(isList ? "list" : "mapping") in \(isList ? "[ ]" : "{ }") is not closed here",
            at: span(offset),
            related: [Diagnostic.Related("opened here", at: span(problem.contextOffset))],
            help: "close it with `\(bracket)`, or quote the value before this place"
        )
    }

    /// A colon where no key can be.
    private func colon(_ offset: Int) -> Diagnostic {
        let line = source.lineRange(source.position(at: offset).line)
        let isInside = source.bytes[line.lowerBound..<offset].firstRange(of: Array(": ".utf8)) != nil
        return isInside
            ? .syntax("a `: ` inside a value", at: span(offset), help: "quote the whole value")
            : misplacedKey(offset)
    }

    /// A key that begins in another column than those it belongs to.
    private func misplacedKey(_ offset: Int) -> Diagnostic {
        let line = source.position(at: offset).line
        let columns = [line, max(line - 1, 1)].map { number in
            source.bytes[source.lineRange(number)].prefix { $0 == 0x20 || $0 == UInt8(ascii: "-") }.count + 1
        }
        return .syntax(
            "a key at the wrong indentation: it begins in column \(columns[0]), the line above in column \(columns[1])",
            at: span(offset),
            help: "align it with the keys beside it, or quote the text of several lines above it"
        )
    }

    /// Something that begins where only a key of the mapping above could.
    private func stray(_ offset: Int) -> Diagnostic {
        let before = source.bytes[..<offset].last { $0 != 0x20 }
        if byte(offset) == UInt8(ascii: ":") {
            return Diagnostic(
                YAMLCodes.key,
                "a key must be text, found nothing",
                at: span(offset),
                help: "write a name before the colon"
            )
        }
        if before == UInt8(ascii: "\"") || before == UInt8(ascii: "'") {
            if let swallowed = swallowedLines(offset) { return swallowed }
            return .syntax(
                "text after the quote that closes the value",
                at: span(offset),
                help: "quote the whole value, and write a quote inside it twice: `''`"
            )
        }
        return .syntax(
            "this does not line up with the lines above",
            at: span(offset),
            help: "align it with the keys it belongs to"
        )
    }

    /// A text in quotes that goes on to the quote with which another one was to begin.
    private func swallowedLines(_ offset: Int) -> Diagnostic? {
        let lines = [lastScalar.lowerBound, lastScalar.upperBound].map { source.position(at: $0).line }
        guard lastScalar.upperBound <= offset, lines[0] < lines[1], lines[1] == source.position(at: offset).line else {
            return nil
        }
        let end = span(lastScalar.upperBound - 1)
        return .unclosedQuote(
            "this quote is not closed before line \(lines[1])", at: span(lastScalar.lowerBound),
            related: [Diagnostic.Related("the next quote closes it, and text follows", at: end)])
    }

    /// The rest of a line without blanks at its end.
    private func lineText(_ offset: Int) -> SourceSpan {
        let line = source.lineRange(source.position(at: offset).line)
        let comment = source.bytes[min(offset, line.upperBound)..<line.upperBound]
        let end = comment.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? line.upperBound
        return source.span(min(offset, end)..<end)
    }
}

extension SourceSpan {
    /// The end of the last line with text, when the place lies behind the text.
    fileprivate var atLineEndIfPast: SourceSpan {
        guard range.lowerBound >= source.bytes.count else { return self }
        let end = source.bytes.lastIndex { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 }.map { $0 + 1 } ?? 0
        return source.span(end..<end)
    }
}

extension Diagnostic {
    fileprivate static func syntax(
        _ message: String,
        at span: SourceSpan,
        related: [Related] = [],
        help: String
    ) -> Self {
        Self(YAMLCodes.syntax, message, at: span, related: related, help: help)
    }

    fileprivate static func tab(_ source: SourceText, at offset: Int) -> Self {
        let place = source.position(at: offset)
        return Self(
            YAMLCodes.tab,
            "tab at \(place.line):\(place.column) in the indentation",
            at: source.span(offset..<offset + 1),
            help: "indent with blanks; YAML refuses tabs here"
        )
    }

    fileprivate static func reserved(_ character: String, at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.reserved,
            "a value may not begin with \(character)",
            at: span,
            help: "quote the whole value"
        )
    }

    fileprivate static func bareVariable(at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.bareVariable,
            "`${...}` without quotes inside { } or [ ]",
            at: span,
            label: "YAML reads this brace as a mapping",
            help: "quote it: `\"\(span.text)\"`"
        )
    }

    fileprivate static func escape(at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.quote,
            "`\(span.text)` is no escape of a text in double quotes",
            at: span,
            help: "double the backslash, or use single quotes"
        )
    }

    fileprivate static func unclosedQuote(
        _ message: String,
        at span: SourceSpan,
        related: [Related] = []
    ) -> Self {
        Self(
            YAMLCodes.quote,
            message,
            at: span,
            related: related,
            help: "close it, or write long text after `|` on lines of its own"
        )
    }
}
