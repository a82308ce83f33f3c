import Diagnostics

/// Turns a scalar of libyaml into one of ours: its meaning, its lines, and the traps it may have fallen into.
struct ScalarReader {
    private let source: SourceText

    init(_ source: SourceText) { self.source = source }

    /// The node of a scalar; what its spelling hides is reported, keys aside.
    func read(_ event: Event.ScalarEvent, _ range: Range<Int>, asKey: Bool, findings: inout [Diagnostic])
        -> Node
    {
        let range = trimmed(range, event.style)
        let span = source.span(range)
        var value = Scalar.Value.text(event.text)
        if event.style == .plain {
            let plain = PlainScalar(event.text)
            value = plain.value
            if !asKey, event.marks.tag == nil, let trap = plain.trap {
                findings.append(.trap(trap, event.text, at: span))
            }
        }
        if event.style == .doubleQuoted,
            let hidden = event.text.unicodeScalars.first(where: \.isRefusedEverywhere)
        {
            let isControl = hidden.value < 0xA0
            findings.append(
                isControl ? .control(UInt8(hidden.value), at: span) : .invisible(hidden, at: span)
            )
        }
        let lines = ScalarLines(source).offsets(of: event.text, style: event.style, in: range)
        let scalar = Scalar(text: event.text, style: event.style, value: value, lineOffsets: lines)
        return Node(.scalar(scalar), at: span)
    }

    /// Whether a scalar may be a key; why not is reported.
    func acceptAsKey(
        _ scalar: Scalar,
        _ event: Event.ScalarEvent,
        _ span: SourceSpan,
        findings: inout [Diagnostic]
    ) -> Bool {
        if event.style == .plain {
            if scalar.text == "<<" {
                findings.append(.anchor(at: span))
                return false
            }
            guard case .text = scalar.value else {
                findings.append(.keyIsNoText(scalar.value, at: span))
                return false
            }
            switch PlainScalar(scalar.text).trap {
            case nil, .date: break
            case .boolean(let value), .letter(let value):
                findings.append(.keyIsBoolean(scalar.text, value, at: span))
            case .some:
                findings.append(.keyIsNoText(.integer(0), at: span))
                return false
            }
        }
        if let hidden = scalar.text.unicodeScalars.first(where: \.isTreacherous) {
            findings.append(.invisible(hidden, at: span))
            return false
        }
        return true
    }

    /// The place of the comment that stands where the value of `key` should.
    func comment(inPlaceOf node: Node) -> SourceSpan? {
        let range = node.span.range
        guard range.isEmpty, let comment = comment(after: range.upperBound, needsBlank: false) else {
            return nil
        }
        guard let second = comment.dropFirst().first, !" #-".utf8.contains(second) else { return nil }
        return source.span(comment.startIndex..<comment.endIndex).firstWord
    }

    /// Looks around a value for what was lost beside it.
    func checkSurroundings(
        _ event: Event.ScalarEvent,
        _ node: Node,
        key: Located<String>?,
        findings: inout [Diagnostic]
    ) {
        switch event.style {
        case .plain:
            guard let comment = comment(after: node.span.range.upperBound, needsBlank: true) else { return }
            for quote in "'\"".utf8 where event.text.utf8.count(where: { $0 == quote }) % 2 == 1 {
                guard comment.contains(quote) else { continue }
                let place = source.span(comment.startIndex..<comment.startIndex + 1)
                findings.append(.cutByComment(key?.value, at: place))
                return
            }
        case .folded, .literal:
            let isEmpty = event.text.utf8.allSatisfy { $0 == 0x0A }
            guard isEmpty, node.span.text.utf8.contains(where: \.isDigit) else { return }
            findings.append(.comparator(at: node.span.firstWord))
        default: return
        }
    }

    /// The comment on the rest of the line, `#` included.
    private func comment(after offset: Int, needsBlank: Bool) -> ArraySlice<UInt8>? {
        let bytes = source.bytes
        var start = offset
        while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        guard start < bytes.count, bytes[start] == UInt8(ascii: "#"), start > offset || !needsBlank else {
            return nil
        }
        return bytes[start...].prefix { $0 != 0x0A && $0 != 0x0D }
    }

    /// Without the line ends that belong to a block scalar but show nothing.
    private func trimmed(_ range: Range<Int>, _ style: Scalar.Style) -> Range<Int> {
        guard style == .literal || style == .folded else { return range }
        let bytes = source.bytes
        var end = range.upperBound
        while end > range.lowerBound, [0x20, 0x0A, 0x0D].contains(bytes[end - 1]) { end -= 1 }
        return range.lowerBound..<end
    }
}

extension Diagnostic {
    static func comparator(at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.comparator,
            "`>` begins folded text in YAML, not a comparison",
            at: span,
            help: "comparators are keys: `above: 5`, `at_least: 13`, `below: 100ms`, `at_most: 3`"
        )
    }

    fileprivate static func keyIsNoText(_ value: Scalar.Value, at span: SourceSpan) -> Self {
        let isEmpty = value == .null && span.range.isEmpty
        return Self(
            YAMLCodes.key,
            "a key must be text, found \(value.kindName)",
            at: span,
            help: isEmpty ? "write a name before the colon" : "quote it: `\"\(span.text)\"`"
        )
    }

    fileprivate static func keyIsBoolean(_ key: String, _ value: Bool, at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.letter,
            "`\(key)` as a key is `\(value)` to a reader of YAML 1.1",
            at: span,
            severity: .warning,
            help: "quote it: `\"\(key)\"`"
        )
    }

    static func valueIsComment(_ key: String, at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.comment,
            "`\(key)` has no value: what follows is a comment",
            at: span,
            label: "` #` starts a comment",
            help: "quote the value: `\(key): \"#...\"`"
        )
    }

    fileprivate static func cutByComment(_ key: String?, at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.comment,
            "\(key.map { "`\($0)`" } ?? "the value") is cut short by a comment",
            at: span,
            label: "` #` starts a comment, and the quote before it is not closed",
            help: "write `\(key.map { "\($0): " } ?? "- ")|` and the text on the next line"
        )
    }
}
