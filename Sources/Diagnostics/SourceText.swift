/// A text somebody wrote, under the name it is shown by, with its lines indexed once.
///
/// Positions are byte offsets everywhere; lines and columns are worked out when something is printed.
public final class SourceText: Sendable {
    /// The path as the user gave it, or a name such as `<stdin>`.
    public let name: String
    /// The text, exactly as read, UTF-8; a byte order mark is part of it.
    public let bytes: [UInt8]
    private let lineStarts: [Int]
    /// What is never shown, in order and apart.
    private let hidden: [Range<Int>]

    /// Indexes the lines of `bytes`; LF and CRLF end a line.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == 0x0A { starts.append(index + 1) }
        lineStarts = starts
        hidden = []
    }

    private init(_ other: SourceText, hidden: [Range<Int>]) {
        name = other.name
        bytes = other.bytes
        lineStarts = other.lineStarts
        self.hidden = hidden
    }

    /// The same text with stretches that are not shown: three stars stand where each begins, however long it is.
    public func hiding(_ ranges: [Range<Int>]) -> SourceText {
        var merged: [Range<Int>] = []
        for range in (hidden + ranges).sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return SourceText(self, hidden: merged)
    }

    /// A source from a string, for texts that were not read from a file.
    public convenience init(name: String, text: String) {
        self.init(name: name, bytes: Array(text.utf8))
    }

    /// How many lines there are, at least one.
    public var lineCount: Int { lineStarts.count }

    /// The 1-based line and column (in Unicode scalars) of a byte offset, clamped to the text.
    public func position(at offset: Int) -> SourcePosition {
        let offset = min(max(offset, 0), bytes.count)
        let line = line(at: offset)
        let column = bytes[lineStarts[line - 1]..<offset].count { $0 & 0xC0 != 0x80 }
        return SourcePosition(line: line, column: column + 1)
    }

    /// The 1-based line of a byte offset, however long the line is; clamped to the text.
    public func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// The byte offset of a 1-based line and column (in Unicode scalars), clamped to that line.
    public func offset(line: Int, column: Int) -> Int {
        guard line >= 1, line <= lineStarts.count else { return bytes.count }
        return Self.advance(
            bytes,
            from: lineStarts[line - 1],
            to: lineRange(line).upperBound,
            scalars: column - 1
        )
    }

    /// The byte offset reached after `scalars` Unicode scalars from the start of the text.
    public func offset(afterScalars scalars: Int) -> Int {
        Self.advance(bytes, from: 0, to: bytes.count, scalars: scalars)
    }

    /// The bytes of a 1-based line, without its line end.
    public func lineRange(_ line: Int) -> Range<Int> {
        let start = lineStarts[line - 1]
        var end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
        if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        return start..<end
    }

    /// The text of a range of bytes; this is for showing: invalid UTF-8 is repaired, what is hidden shows as stars.
    public func text(_ range: Range<Int>) -> String {
        let range = range.clamped(to: 0..<bytes.count)
        var text = ""
        var start = range.lowerBound
        for secret in hidden where secret.overlaps(range) {
            if secret.lowerBound > start {
                text += String(decoding: bytes[start..<secret.lowerBound], as: UTF8.self)
            }
            if range.contains(secret.lowerBound) { text += "***" }
            start = min(secret.upperBound, range.upperBound)
        }
        return text + String(decoding: bytes[start..<max(start, range.upperBound)], as: UTF8.self)
    }

    /// A span of this text.
    public func span(_ range: Range<Int>) -> SourceSpan { SourceSpan(source: self, range: range) }

    private static func advance(_ bytes: [UInt8], from start: Int, to end: Int, scalars: Int) -> Int {
        var offset = start
        var left = scalars
        while left > 0, offset < end {
            offset += 1
            while offset < end, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            left -= 1
        }
        return offset
    }
}

/// A place in a text as people count: both from 1, columns in Unicode scalars.
public struct SourcePosition: Equatable, Comparable, Hashable, Sendable {
    /// The line, from 1.
    public let line: Int
    /// The column, from 1, in Unicode scalars.
    public let column: Int

    /// A position by its two numbers.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The order of reading.
    public static func < (left: Self, right: Self) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A stretch of a source text.
public struct SourceSpan: Sendable {
    /// The text it lies in.
    public let source: SourceText
    /// Its bytes.
    public let range: Range<Int>

    /// A span by its parts.
    public init(source: SourceText, range: Range<Int>) {
        self.source = source
        self.range = range
    }

    /// Where it begins.
    public var start: SourcePosition { source.position(at: range.lowerBound) }

    /// The line it begins on, from 1.
    public var line: Int { source.line(at: range.lowerBound) }

    /// Its text, for showing.
    public var text: String { source.text(range) }

    /// `file:line:column`, as compilers and editors write it.
    public var description: String {
        let start = start
        return "\(source.name):\(start.line):\(start.column)"
    }

    /// From the beginning of this span to the end of another of the same text.
    public func extended(to other: SourceSpan) -> SourceSpan {
        SourceSpan(source: source, range: range.lowerBound..<max(range.lowerBound, other.range.upperBound))
    }
}

extension SourceSpan: Equatable {
    /// Same text, same bytes.
    public static func == (left: Self, right: Self) -> Bool {
        left.source === right.source && left.range == right.range
    }
}

/// A value, and where it was written.
public struct Located<Value: Sendable>: Sendable {
    /// What was written.
    public let value: Value
    /// Where.
    public let span: SourceSpan

    /// A value with its place.
    public init(_ value: Value, at span: SourceSpan) {
        self.value = value
        self.span = span
    }

    /// Another value from the same place.
    public func map<Other: Sendable>(_ transform: (Value) -> Other) -> Located<Other> {
        Located<Other>(transform(value), at: span)
    }
}
