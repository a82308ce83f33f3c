import Diagnostics

/// Looks at the bytes before any parser does: encoding, control characters, marks nobody can see.
struct TextScan {
    private let source: SourceText
    private var findings: [Diagnostic] = []
    private static let patience = 20

    /// What is wrong with the text as text, at most twenty findings.
    static func findings(in source: SourceText) -> [Diagnostic] {
        if let finding = wideEncoding(of: source) { return [finding] }
        var scan = TextScan(source: source)
        scan.run()
        return scan.findings
    }

    /// How many bytes a byte order mark takes at the start.
    static func markLength(_ source: SourceText) -> Int {
        source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    private init(source: SourceText) { self.source = source }

    private static func wideEncoding(of source: SourceText) -> Diagnostic? {
        let bytes = source.bytes
        let isMarked = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        let head = bytes.prefix(4)
        let isPadded = head.count == 4 && head.count { $0 == 0 } == 2 && (head[0] == 0) != (head[1] == 0)
        guard isMarked || isPadded else { return nil }
        return .wideEncoding(at: source.span(0..<0))
    }

    private mutating func run() {
        let bytes = source.bytes
        var offset = Self.markLength(source)
        while offset < bytes.count, findings.count < Self.patience {
            let byte = bytes[offset]
            if byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x09 {
                offset += 1
            } else if byte == 0x0D {
                if offset + 1 == bytes.count || bytes[offset + 1] != 0x0A {
                    findings.append(.loneCarriageReturn(at: source.span(offset..<offset + 1)))
                }
                offset += 1
            } else if byte < 0x80 {
                findings.append(.control(byte, at: source.span(offset..<offset + 1)))
                offset += 1
            } else {
                offset += wide(at: offset)
            }
        }
    }

    /// Checks the sequence of bytes that begins here and says how long it is.
    private mutating func wide(at offset: Int) -> Int {
        let bytes = source.bytes
        let length = Self.length(of: bytes[offset...].prefix(4))
        guard length > 0 else {
            let same = findings.contains { $0.code == YAMLCodes.encoding }
            if !same { findings.append(.notUTF8(offset, at: source.span(offset..<offset + 1))) }
            return 1
        }
        let range = offset..<offset + length
        guard let scalar = source.text(range).unicodeScalars.first, scalar.isRefusedEverywhere else {
            return length
        }
        let span = source.span(range)
        findings.append(
            scalar.value < 0xA0 ? .control(UInt8(scalar.value), at: span) : .invisible(scalar, at: span)
        )
        return length
    }

    /// The length of the UTF-8 sequence these bytes begin with; 0 when they begin with none.
    private static func length(of bytes: ArraySlice<UInt8>) -> Int {
        guard let first = bytes.first else { return 0 }
        let second = bytes.dropFirst().first ?? 0
        let length: Int
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: length = second >= 0xA0 ? 3 : 0
        case 0xED: length = second < 0xA0 ? 3 : 0
        case 0xE1...0xEF: length = 3
        case 0xF0: length = second >= 0x90 ? 4 : 0
        case 0xF4: length = second < 0x90 ? 4 : 0
        case 0xF1...0xF3: length = 4
        default: length = 0
        }
        guard length > 0, bytes.count >= length else { return 0 }
        return bytes.prefix(length).dropFirst().allSatisfy { $0 & 0xC0 == 0x80 } ? length : 0
    }
}

extension Unicode.Scalar {
    /// Whether no text of a document may hold it.
    ///
    /// Joiners and direction hints of scripts that need them may stay.
    var isRefusedEverywhere: Bool {
        switch value {
        case 0x09, 0x0A, 0x0D: false
        case 0x200C...0x200F, 0x061C: false
        default: isTreacherous
        }
    }

    /// Its number as people write it, such as `U+202E`.
    var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension Diagnostic {
    fileprivate static func wideEncoding(at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.encoding,
            "the file is UTF-16, not UTF-8",
            at: span,
            help: "save it as UTF-8, for example with `iconv -f UTF-16 -t UTF-8`"
        )
    }

    fileprivate static func notUTF8(_ offset: Int, at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.encoding,
            "not UTF-8 at byte \(offset)",
            at: span,
            label: "this byte begins no character",
            help: "save the file as UTF-8"
        )
    }

    fileprivate static func loneCarriageReturn(at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.control,
            "a carriage return without a line feed",
            at: span,
            help: "end lines with a line feed, or with both"
        )
    }

    static func control(_ byte: UInt8, at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.control,
            "control character \(Unicode.Scalar(byte).codePoint)",
            at: span,
            help: "remove it; a document holds only characters that can be seen"
        )
    }

    static func invisible(_ scalar: Unicode.Scalar, at span: SourceSpan) -> Self {
        Self(
            YAMLCodes.invisible,
            "invisible or bidirectional character \(scalar.codePoint)",
            at: span,
            help: "remove it: reviewers would approve something else than they see"
        )
    }
}
