import Diagnostics

/// Finds where each line of a scalar's text stands in the source.
struct ScalarLines {
    private let source: SourceText

    init(_ source: SourceText) { self.source = source }

    /// The byte each line of `text` begins at, or nothing where lines do not map one to one.
    func offsets(of text: String, style: Scalar.Style, in range: Range<Int>) -> [Int] {
        switch style {
        case .plain: return same(text, range) ? [range.lowerBound] : []
        case .singleQuoted, .doubleQuoted:
            guard range.count >= 2 else { return [] }
            let inner = range.lowerBound + 1..<range.upperBound - 1
            return same(text, inner) ? [inner.lowerBound] : []
        case .literal: return literal(text, from: range.lowerBound)
        case .folded: return []
        }
    }

    private func same(_ text: String, _ range: Range<Int>) -> Bool {
        range.count == text.utf8.count && source.bytes[range].elementsEqual(text.utf8)
            && !text.utf8.contains(0x0A)
    }

    /// Every line is compared with the source, so an indentation that was guessed wrong yields nothing.
    private func literal(_ text: String, from header: Int) -> [Int] {
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        let bytes = source.bytes
        var start = nextLine(after: header)
        guard let indent = indent(of: lines, from: start) else { return [] }
        var offsets: [Int] = []
        for (index, line) in lines.enumerated() {
            if index > 0, index == lines.count - 1, line.isEmpty { break }
            let end = endOfLine(start)
            let first = min(start + indent, end)
            guard
                bytes[first..<end].elementsEqual(line)
                    || line.isEmpty && bytes[start..<end].allSatisfy({ $0 == 0x20 })
            else { return [] }
            offsets.append(first)
            start = nextLine(after: start)
        }
        if let last = lines.last, last.isEmpty, lines.count > 1, let before = offsets.last {
            offsets.append(endOfLine(before))
        }
        return offsets
    }

    private func indent(of lines: [Substring.UTF8View.SubSequence], from start: Int) -> Int? {
        var start = start
        for line in lines {
            guard line.isEmpty else {
                let blanks = source.bytes[start...].prefix { $0 == 0x20 }.count
                return max(0, blanks - line.prefix { $0 == 0x20 }.count)
            }
            start = nextLine(after: start)
        }
        return nil
    }

    private func endOfLine(_ offset: Int) -> Int {
        let end = source.bytes[offset...].firstIndex { $0 == 0x0A } ?? source.bytes.count
        return end > offset && source.bytes[end - 1] == 0x0D ? end - 1 : end
    }

    private func nextLine(after offset: Int) -> Int {
        source.bytes[offset...].firstIndex { $0 == 0x0A }.map { $0 + 1 } ?? source.bytes.count
    }
}
