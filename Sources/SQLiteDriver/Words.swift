/// SQL text as SQLite's tokenizer splits it, as far as tags and comparisons need: comments and blanks are gone.
struct Words: Sequence, IteratorProtocol {
    private var rest: Substring.UnicodeScalarView

    init(_ text: String) { rest = Substring(text).unicodeScalars }

    /// The next word, number, quoted thing or sign; nil at the end.
    mutating func next() -> String? {
        skipBlanks()
        guard let first = rest.first else { return nil }
        let end: Substring.UnicodeScalarView.Index
        switch first {
        case "'", "\"", "`": end = endOfQuoted(by: first)
        case "[": end = rest.firstIndex(of: "]").map { rest.index(after: $0) } ?? rest.endIndex
        case _ where first.isWordPart: end = rest.firstIndex { !$0.isWordPart } ?? rest.endIndex
        default: end = rest.index(after: rest.startIndex)
        }
        defer { rest = rest[end...] }
        return String(rest[..<end])
    }

    private mutating func skipBlanks() {
        while let first = rest.first {
            if first.properties.isWhitespace {
                rest.removeFirst()
            } else if rest.starts(with: "--".unicodeScalars) {
                rest = rest.firstIndex(of: "\n").map { rest[$0...] } ?? rest[rest.endIndex...]
            } else if rest.starts(with: "/*".unicodeScalars) {
                skipComment()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() {
        rest = rest.dropFirst(2)
        while !rest.isEmpty, !rest.starts(with: "*/".unicodeScalars) { rest.removeFirst() }
        rest = rest.dropFirst(2)
    }

    /// A doubled quotation mark stands for itself.
    private func endOfQuoted(by mark: Unicode.Scalar) -> Substring.UnicodeScalarView.Index {
        var index = rest.index(after: rest.startIndex)
        while index < rest.endIndex {
            defer { index = rest.index(after: index) }
            guard rest[index] == mark else { continue }
            let after = rest.index(after: index)
            guard after < rest.endIndex, rest[after] == mark else { return after }
            index = after
        }
        return rest.endIndex
    }
}

extension Unicode.Scalar {
    fileprivate var isWordPart: Bool {
        properties.isAlphabetic || ("0"..."9").contains(self) || self == "_" || self == "$" || value >= 0x80
    }
}

extension String {
    /// A name without its quotation marks.
    var unquoted: String {
        guard let first = unicodeScalars.first, utf8.count >= 2 else { return self }
        switch first {
        case "\"", "`", "'":
            let mark = String(first)
            return String(dropFirst().dropLast()).replacing(mark + mark, with: mark)
        case "[": return String(dropFirst().dropLast())
        default: return self
        }
    }
}
