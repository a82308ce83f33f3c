/// Refuses what no parser should see: other encodings, bytes that end a C string early, and sizes without bounds.
enum TextCheck {
    /// What is wrong with the bytes as such.
    static func flaw(in bytes: [UInt8]) -> Flaw? {
        if bytes.count > Limits.script {
            return Flaw(0..<0) { .tooLarge("a script", bytes.count, Limits.script, "bytes", at: $0) }
        }
        if let index = bytes.firstIndex(of: 0) {
            let isWide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
            if !isWide { return Flaw(index..<index + 1) { .zeroByte(index, at: $0) } }
        }
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            let offset = error.byteOffsets.lowerBound
            return Flaw(error.byteOffsets) { .notUTF8(offset, at: $0) }
        }
    }

    /// What is too large in a script that is taken apart.
    static func flaw(in scan: Scan) -> Flaw? {
        if scan.segments.count > Limits.statements {
            let count = scan.segments.count
            let place = scan.segments[Limits.statements].range
            return Flaw(place) { .tooLarge("a script", count, Limits.statements, "statements", at: $0) }
        }
        for segment in scan.segments {
            if segment.range.count > Limits.statement {
                return Flaw(segment.range) {
                    .tooLarge("a statement", segment.range.count, Limits.statement, "bytes", at: $0)
                }
            }
            if segment.tokens > Limits.tokens {
                return Flaw(segment.range) {
                    .tooLarge("a statement", segment.tokens, Limits.tokens, "words", at: $0)
                }
            }
        }
        return nil
    }
}
