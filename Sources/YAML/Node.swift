public import Diagnostics

/// A piece of a YAML document and where it was written: what is left when anchors, tags and doubt are refused.
public struct Node: Sendable {
    /// What it holds.
    public let content: Content
    /// Its place; for a mapping or sequence from its first to its last child.
    public let span: SourceSpan

    /// A node by its parts.
    public init(_ content: Content, at span: SourceSpan) {
        self.content = content
        self.span = span
    }

    /// The three kinds of node.
    public enum Content: Sendable {
        /// Text, a number, a boolean or null.
        case scalar(Scalar)
        /// A list.
        case sequence([Node])
        /// Keys with values, in the order written; keys are text and differ.
        case mapping([Entry])
    }

    /// A key with its value.
    public struct Entry: Sendable {
        /// The key.
        public let key: Located<String>
        /// The value.
        public let value: Node

        /// An entry by its parts.
        public init(key: Located<String>, value: Node) {
            self.key = key
            self.value = value
        }
    }

    /// What kind of node it is, for messages: `text`, `a number`, `a list`, `a mapping`...
    public var kindName: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let scalar): scalar.value.kindName
        }
    }
}

/// A scalar as it was written and as YAML 1.2 (core schema) reads it.
public struct Scalar: Sendable {
    /// The text after quotes, escapes and folding.
    public let text: String
    /// How it was written.
    public let style: Style
    /// What it means: plain scalars by the core schema, all others text.
    public let value: Value
    /// For each line of `text`, the byte in the source where that line begins; empty when lines do not map one to one.
    ///
    /// Lines map for literal blocks, and for plain and quoted scalars of one line without escapes.
    public let lineOffsets: [Int]

    /// A scalar by its parts.
    public init(text: String, style: Style, value: Value, lineOffsets: [Int]) {
        self.text = text
        self.style = style
        self.value = value
        self.lineOffsets = lineOffsets
    }

    /// How a scalar is written.
    public enum Style: Sendable {
        /// Without quotes.
        case plain
        /// `'...'`
        case singleQuoted
        /// `"..."`
        case doubleQuoted
        /// `|`
        case literal
        /// `>`
        case folded
    }

    /// What a scalar means.
    public enum Value: Sendable, Hashable {
        /// Nothing, `null` or `~`.
        case null
        /// `true` or `false`.
        case boolean(Bool)
        /// A whole number.
        case integer(Int64)
        /// A number with a fraction, in the digits written.
        case number(String)
        /// Text.
        case text(String)

        /// The kind, for messages.
        public var kindName: String {
            switch self {
            case .null: "nothing"
            case .boolean: "a boolean"
            case .integer, .number: "a number"
            case .text: "text"
            }
        }
    }

    /// The place in the source of a range of bytes of `text`; nil when lines do not map.
    public func sourceRange(of range: Range<Int>) -> Range<Int>? { ScalarPlaces(self).sourceRange(of: range) }
}

/// The way from the bytes of a scalar's text to the bytes of the source, for many questions about one text.
public struct ScalarPlaces: Sendable {
    /// Where each line of the text begins in the text.
    private let textLines: [Int]
    /// Where each begins in the source; empty when they do not map.
    private let sourceLines: [Int]

    /// Indexes the lines of a scalar.
    public init(_ scalar: Scalar) {
        sourceLines = scalar.lineOffsets
        var starts = [0]
        if !sourceLines.isEmpty {
            for (index, byte) in scalar.text.utf8.enumerated() where byte == 0x0A { starts.append(index + 1) }
        }
        textLines = starts
    }

    /// The place in the source of a range of bytes of the text; nil when lines do not map.
    public func sourceRange(of range: Range<Int>) -> Range<Int>? {
        guard let lower = sourceOffset(of: range.lowerBound), let upper = sourceOffset(of: range.upperBound)
        else {
            return nil
        }
        return lower..<max(lower, upper)
    }

    private func sourceOffset(of offset: Int) -> Int? {
        var low = 0
        var high = textLines.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if textLines[middle] <= offset { low = middle } else { high = middle }
        }
        guard low < sourceLines.count else { return nil }
        return sourceLines[low] + (offset - textLines[low])
    }
}
