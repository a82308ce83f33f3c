import Diagnostics
import Execution
import Planning
import Runbooks

extension String {
    /// A text of several lines as one: blanks run together, everything that could mislead made visible.
    var prose: String { split(whereSeparator: \.isWhitespace).joined(separator: " ").printable }

    /// Its lines as they are, tabs too, with everything else that could mislead made visible: code may be anybody's.
    var codeLines: [String] {
        unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            // The first half of a line end that takes two.
            let content = line.last == "\r" ? line.dropLast() : line
            return content.split(separator: "\t", omittingEmptySubsequences: false).map { String($0).printable }
                .joined(separator: "\t").withoutCommands
        }
    }

    /// With the first sign escaped of each line that a workflow of GitHub would take for a command to it: whatever stands in
    /// a log may be read by one.
    var withoutCommands: String {
        guard contains("::") || contains("##[") else { return self }
        let lines = split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            var line = String(line)
            let content = line.drop { $0.isWhitespace }
            if content.hasPrefix("::"), content.dropFirst(2).contains("::") {
                line = line.prefix(line.count - content.count) + "\\u{3A}" + content.dropFirst()
            }
            // An older form counts wherever it stands.
            return line.replacing("##[", with: "##\\u{5B}")
        }
        return lines.joined(separator: "\n")
    }

    /// At most so many columns, cut in the middle: what tells identifiers apart stands at both ends.
    func shortened(to width: Int) -> String {
        guard isWider(than: width) else { return self }
        guard width > 3 else { return String(repeating: ".", count: max(0, width)) }
        let right = (width - 3) / 2
        return columns(width - 3 - right) + "..." + String(String(reversed()).columns(right).reversed())
    }

    /// At most so many columns, cut at the end.
    func clipped(to width: Int) -> String {
        guard isWider(than: width) else { return self }
        return width > 3 ? columns(width - 3) + "..." : String(repeating: ".", count: max(0, width))
    }

    /// With blanks up to a width; never cut.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - displayWidth))
    }

    /// With blanks before it up to a width.
    func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - displayWidth)) + self
    }

    /// Whether it takes more columns, or takes them with more marks than any writing needs.
    private func isWider(than width: Int) -> Bool {
        var (columns, scalars) = (width, Self.scalarsPerColumn * max(width, 1))
        // A whole file may be looked at for its first words.
        for scalar in unicodeScalars {
            columns -= scalar.displayWidth
            scalars -= 1
            if columns < 0 || scalars < 0 { return true }
        }
        return false
    }

    private static let scalarsPerColumn = 4

    /// Its beginning, as much as fits.
    private func columns(_ width: Int) -> String {
        var (rest, scalars) = (width, Self.scalarsPerColumn * width)
        var end = startIndex
        while end < endIndex {
            let character = String(self[end])
            rest -= character.displayWidth
            scalars -= character.unicodeScalars.count
            if rest < 0 || scalars < 0 { break }
            end = index(after: end)
        }
        return String(self[..<end])
    }
}

extension Int {
    /// Milliseconds as people say them: `412ms`, `41s`, `3m12s`, `1h19m`, `2d03h`.
    var duration: String {
        let seconds = self / 1000
        switch self {
        case ..<1000: return "\(self)ms"
        case ..<60_000: return "\(seconds)s"
        case ..<3_600_000: return Self.pair(seconds / 60, "m", seconds % 60, "s")
        case ..<86_400_000: return Self.pair(seconds / 3600, "h", seconds / 60 % 60, "m")
        default: return Self.pair(seconds / 86_400, "d", seconds / 3600 % 24, "h")
        }
    }

    private static func pair(_ large: Int, _ unit: String, _ small: Int, _ part: String) -> String {
        small == 0 ? "\(large)\(unit)" : "\(large)\(unit)\(small < 10 ? "0" : "")\(small)\(part)"
    }
}

extension Collection<String> {
    /// The first of them, and how many more there are: `a, b, c +4`.
    func listed(_ limit: Int) -> String {
        let names = prefix(limit).map { $0.printable.shortened(to: 32) }.joined(separator: ", ")
        return count > limit ? names + " +\(count - limit)" : names
    }
}

extension FailureConsequence {
    /// What it does, in a few words, as a column holds it.
    func words(in phase: String) -> String {
        switch policy {
        case .stop: return "stop"
        case .ask: return "ask"
        case .unwind, .rollback: break
        }
        guard barrier != phase else { return "stop: irreversible" }
        let end = barrier.map { "\($0.printable.shortened(to: 32)), which is irreversible" }
        if takesBack.isEmpty { return end.map { "back to " + $0 } ?? "nothing to undo" }
        if policy == .rollback { return "rollback \(takesBack.listed(1)) only" }
        return "unwind \(takesBack.listed(2))" + (end.map { ", back to " + $0 } ?? "")
    }
}

extension FailureCause {
    /// The message with its code and place, in a line.
    var line: String {
        message.prose + code.inBrackets + (place.map { " (\($0.description.printable))" } ?? "")
    }
}

extension String {
    /// A server's code as it stands after a message; nothing for none, and for one of gonogo's own, whose message says
    /// it all.
    var inBrackets: String { first?.isLowercase ?? true ? "" : " [\(printable)]" }
}
