import Diagnostics

/// How text from outside is written in Markdown: so that it reads as it is, and is nothing but text.
///
/// What code hosts make of text after Markdown was read (mentions of people, references to issues, links, emoji) is broken
/// by a comment in the middle, which shows as nothing.
extension String {
    /// As words in a sentence, a list or a cell of a table.
    var markdown: String {
        let scalars = Array(prose.unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : " "
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "|": result += "&#124;"
            case "\\", "`", "*", "_", "[", "]", "~", "#", "$": result += "\\\(scalar)"
            case "-", "+", "=": result += index == 0 ? "\\\(scalar)" : "\(scalar)"
            case ".", ")": result += scalars[..<index].allSatisfy(\.isDigit) ? "\\\(scalar)" : "\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
            if Self.marks.contains(scalar), !next.isBlank { result += Self.nothing }
            if scalar == "w", next == "." { result += Self.nothing }
        }
        return result
    }

    /// As code in a line: a name, a file, a short statement.
    var markdownCode: String {
        let text = prose
        guard !text.isEmpty else { return "` `" }
        // In a table a bar ends the cell, whatever stands around it.
        guard !text.contains("|") else { return "<code>\(text.entities.replacing("_", with: "&#95;"))</code>" }
        let fence = String(repeating: "`", count: text.longestRun(of: "`") + 1)
        let pad = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
        return fence + pad + text + pad + fence
    }

    /// Words in which names stand in backticks, as messages of findings have them.
    var markdownMessage: String {
        let parts = split(separator: "`", omittingEmptySubsequences: false).map(String.init)
        guard parts.count % 2 == 1 else { return markdown }
        return parts.enumerated().map { index, part in
            // A part keeps the blanks at its ends, which a sentence of its own would lose.
            index % 2 == 1 ? part.markdownCode : part.leadingBlank + part.markdown + part.trailingBlank
        }.joined()
    }

    /// A block of code: its lines as they are, between fences that nothing in it can close.
    func fenced(_ language: String) -> [String] {
        var lines = codeLines
        while lines.last?.allSatisfy(\.isWhitespace) ?? false { lines.removeLast() }
        let fence = String(repeating: "`", count: max(3, longestRun(of: "`") + 1))
        return [fence + language] + lines + [fence]
    }

    /// In HTML that stands in Markdown, where nothing is Markdown, and what code hosts make of text is broken as well.
    var entities: String {
        let scalars = Array(prose.unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", " ", "-", ",", "(", ")", "_", "/":
                result.unicodeScalars.append(scalar)
            default: result += scalar.isASCII ? "&#\(scalar.value);" : "\(scalar)"
            }
            let next = index + 1 < scalars.count ? scalars[index + 1] : " "
            if Self.marks.contains(scalar), !next.isBlank { result += Self.nothing }
            if scalar == "w", next == "." { result += Self.nothing }
        }
        return result
    }

    private static let marks: Set<Unicode.Scalar> = ["@", "#", "!", "$", "%", "^", "&", "~", ":"]
    private static let nothing = "<!-- -->"

    private var leadingBlank: String { first?.isWhitespace ?? false ? " " : "" }
    private var trailingBlank: String { last?.isWhitespace ?? false && count > 1 ? " " : "" }

    private func longestRun(of mark: Unicode.Scalar) -> Int {
        var (longest, run) = (0, 0)
        for scalar in unicodeScalars {
            run = scalar == mark ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
    fileprivate var isBlank: Bool { self == " " }
}
