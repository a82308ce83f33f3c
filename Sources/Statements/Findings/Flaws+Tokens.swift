extension Flaws {
    /// Looks for what is wrong in either dialect, and notes the variables of the open statement.
    mutating func look(at token: Token, in bytes: [UInt8], _ open: inout OpenStatement) {
        switch token.kind {
        case .reference(let form):
            let name = bytes.text(token.range.lowerBound + 2..<token.range.upperBound - 1)
            open.references.append(VariableReference(name: name, form: form, range: token.range))
            lookForMerging(token, in: bytes, open)
        case .template:
            let sign = bytes.text(token.range)
            error(token.range) { .template(sign, at: $0) }
        case .word:
            if let place = QuotedText(bytes: bytes).invisible(in: token.range) {
                error(place) { .invisible(at: $0) }
            }
        case .string, .quotedName, .dollarString:
            look(inside: token, in: bytes)
            lookForMerging(token, in: bytes, open)
        default: break
        }
    }

    private mutating func look(inside token: Token, in bytes: [UInt8]) {
        let text = QuotedText(bytes: bytes)
        if let place = text.template(in: token.range) {
            let sign = bytes.text(place)
            warning(place) { .quotedTemplate(sign, at: $0) }
        }
        if token.kind == .dollarString, let place = text.reference(in: token.range) {
            let sign = bytes.text(place)
            warning(place) { .quotedReference(sign, at: $0) }
        }
    }

    private mutating func lookForMerging(_ token: Token, in bytes: [UInt8], _ open: OpenStatement) {
        guard let previous = open.previous, open.merges(previous, token) else { return }
        let range = if case .reference = token.kind { token.range } else { previous.range }
        let sign = bytes.text(range)
        error(range) { .mergingReference(sign, at: $0) }
    }
}
