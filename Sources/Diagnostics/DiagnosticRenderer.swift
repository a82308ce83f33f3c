extension Diagnostic {
    /// The finding as a person reads it: headline, place, excerpt with a caret, remedy.
    ///
    /// Ends with a newline. Tabs count as one column and print as one blank, so that the caret stands where it belongs.
    public func rendered() -> String {
        var lines = ["\(severity.rawValue)[\(code.id)]: \(message.printable)"]
        let shown = related.map(\.span) + (span.map { [$0] } ?? [])
        let width = String(shown.map(\.start.line).max() ?? 1).count
        let margin = String(repeating: " ", count: width)
        if let span {
            lines.append("\(margin)--> \(span.description.printable)")
            lines += Self.excerpt(span, label: label, width: width)
        }
        for place in related {
            lines.append("\(margin)::: \(place.span.description.printable)")
            lines += Self.excerpt(place.span, label: place.note, width: width)
        }
        if let help { lines.append("\(margin) = help: \(help.printable)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func excerpt(_ span: SourceSpan, label: String?, width: Int) -> [String] {
        let start = span.start
        let line = span.source.lineRange(start.line)
        let number = String(start.line)
        let padded = String(repeating: " ", count: width - number.count) + number
        let margin = String(repeating: " ", count: width)
        let from = min(max(span.range.lowerBound, line.lowerBound), line.upperBound)
        let to = min(max(span.range.upperBound, from), line.upperBound)
        let window = Window(
            before: span.source.text(line.lowerBound..<from),
            marked: span.source.text(from..<to),
            after: span.source.text(to..<line.upperBound)
        )
        let carets =
            String(repeating: " ", count: window.caretColumn)
            + String(repeating: "^", count: max(1, window.caretWidth))
        let words = label.map { " \($0.printable)" } ?? ""
        return [
            "\(margin) |",
            "\(padded) | \(window.text)".trimmingTrailingBlanks,
            "\(margin) | \(carets)\(words)",
        ]
    }
}

/// The part of a long line that is shown, with the marked stretch inside it.
private struct Window {
    let text: String
    let caretColumn: Int
    let caretWidth: Int

    /// Shows at most 100 columns, cut at either side with `...` when the line is longer.
    init(before: String, marked: String, after: String) {
        let limit = 100
        var before = before.printable
        var marked = marked.printable
        var after = after.printable
        if marked.displayWidth > limit - 20 {
            marked = String(marked.unicodeScalars.prefix(limit - 23)) + "..."
        }
        let room = limit - marked.displayWidth
        if before.displayWidth + after.displayWidth > room {
            let left =
                before.displayWidth > room / 2
                ? max(room / 2, room - after.displayWidth) : before.displayWidth
            if before.displayWidth > left {
                before = "..." + String(before.unicodeScalars.suffix(max(0, left - 3)))
            }
            let right = room - before.displayWidth
            if after.displayWidth > right {
                after = String(after.unicodeScalars.prefix(max(0, right - 3))) + "..."
            }
        }
        text = before + marked + after
        caretColumn = before.displayWidth
        caretWidth = marked.displayWidth
    }
}
