extension Statement {
    /// Its text with a value in the place of every reference to a variable.
    ///
    /// `value` gives finished SQL: a quoted literal or a quoted name, as the engine quotes them. The colon of the
    /// reference becomes a blank, as it was when the statement was parsed, so that a word before it (`E`, `U&`, `date`)
    /// stays a word of its own; a word or a quote that follows directly is kept off by another blank.
    public func bound(value: (VariableReference) -> String) -> String {
        guard !variables.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 16 * variables.count)
        var copied = 0
        for variable in variables {
            guard variable.range.lowerBound >= copied, variable.range.upperBound <= bytes.count else {
                continue
            }
            result += bytes[copied..<variable.range.lowerBound]
            result.append(ASCII.blank)
            result += value(variable).utf8
            copied = variable.range.upperBound
            if copied < bytes.count, bytes[copied].touches { result.append(ASCII.blank) }
        }
        result += bytes[copied...]
        return String(decoding: result, as: UTF8.self)
    }
}

extension UInt8 {
    /// Whether it could be taken for a part of a word or of a quoted text before it.
    fileprivate var touches: Bool { continuesName || self == ASCII.quote || self == ASCII.doubleQuote }
}
