import Diagnostics

/// What in quoted text looks like a value to put in, although nothing is put in there.
struct QuotedText {
    /// The script.
    let bytes: [UInt8]

    /// The first `${name}` in a range.
    func template(in range: Range<Int>) -> Range<Int>? {
        var index = range.lowerBound
        while index + 3 < range.upperBound {
            if bytes[index] == ASCII.dollar, bytes[index + 1] == ASCII.openBrace {
                var upper = index + 2
                while upper < range.upperBound, bytes[upper].isVariable || bytes[upper] == ASCII.dot {
                    upper += 1
                }
                if upper > index + 2, upper < range.upperBound, bytes[upper] == ASCII.closeBrace {
                    return index..<upper + 1
                }
                index = upper
            } else {
                index += 1
            }
        }
        return nil
    }

    /// The first `:'name'` or `:"name"` in a range.
    func reference(in range: Range<Int>) -> Range<Int>? {
        var index = range.lowerBound
        while index + 3 < range.upperBound {
            let quote = bytes[index + 1]
            if bytes[index] == ASCII.colon, quote == ASCII.quote || quote == ASCII.doubleQuote {
                var upper = index + 2
                while upper < range.upperBound, bytes[upper].isVariable { upper += 1 }
                if upper > index + 2, upper < range.upperBound, bytes[upper] == quote {
                    return index..<upper + 1
                }
                index = upper
            } else {
                index += 1
            }
        }
        return nil
    }

    /// The first character in a range that cannot be seen: a no-break space, a zero-width or bidirectional mark.
    func invisible(in range: Range<Int>) -> Range<Int>? {
        guard bytes[range].contains(where: { $0 >= 0x80 }) else { return nil }
        var offset = range.lowerBound
        for scalar in bytes.text(range).unicodeScalars {
            let length = UTF8.width(scalar)
            if scalar.value == 0xA0 || scalar.value == 0x3000 || scalar.isTreacherous {
                return offset..<offset + length
            }
            offset += length
        }
        return nil
    }
}
