import Diagnostics

/// A piece of HTML.
///
/// What is written in the program is markup; whatever is put into it is text, and is escaped there.
struct HTML: ExpressibleByStringInterpolation, Sendable {
    /// The markup.
    private(set) var markup: String

    init(stringLiteral markup: String) { self.markup = markup }

    init(stringInterpolation: StringInterpolation) { markup = stringInterpolation.markup }

    /// Nothing.
    init() { markup = "" }

    /// Several pieces, one after the other.
    init(_ pieces: some Sequence<HTML>) {
        markup = ""
        for piece in pieces { markup += piece.markup }
    }

    /// Lines of code as they are.
    init(code text: String) { markup = text.codeLines.map(\.escapedForHTML).joined(separator: "\n") }

    /// Words in which names stand in backticks, as messages of findings have them.
    init(message: String) {
        let parts = message.prose.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
        guard parts.count % 2 == 1 else {
            markup = message.prose.escapedForHTML
            return
        }
        markup = parts.enumerated().map { index, part in
            index % 2 == 1 ? "<code>\(part.escapedForHTML)</code>" : part.escapedForHTML
        }.joined()
    }

    /// Takes the parts of a literal together.
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ literal: String) { markup += literal }

        /// Text from anywhere.
        mutating func appendInterpolation(_ text: String) { markup += text.printable.escapedForHTML }

        mutating func appendInterpolation(_ number: Int) { markup += String(number) }

        mutating func appendInterpolation(_ html: HTML) { markup += html.markup }

        mutating func appendInterpolation(_ html: HTML?) { if let html { markup += html.markup } }

        mutating func appendInterpolation(_ pieces: [HTML]) { for piece in pieces { markup += piece.markup } }
    }

    static func += (left: inout HTML, right: HTML) { left.markup += right.markup }

    /// Whether there is anything.
    var isEmpty: Bool { markup.isEmpty }
}

extension String {
    /// As text or as the value of an attribute in quotes.
    fileprivate var escapedForHTML: String {
        guard utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22 || $0 == 0x27 }) else {
            return self
        }
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
