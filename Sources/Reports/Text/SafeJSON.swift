public import CanonicalJSON
import Diagnostics

extension JSON {
    /// One line of canonical JSON in which everything that could mislead a terminal is escaped.
    public var safeLine: String { canonicalText.escapingTreachery }

    /// The same over several lines, ended: what a program is given that may also be read on a terminal.
    public var safeText: String { prettyText.escapingTreachery + "\n" }
}

extension String {
    /// The writer leaves alone what JSON allows as it is; only texts hold such characters, so `\u` is right anywhere.
    fileprivate var escapingTreachery: String {
        guard unicodeScalars.contains(where: { $0 != "\n" && $0.isTreacherous }) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar == "\n" || !scalar.isTreacherous {
                result.unicodeScalars.append(scalar)
            } else {
                for unit in UTF16.encode(scalar).map({ Array($0) }) ?? [] {
                    let digits = String(unit, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return result
    }
}
