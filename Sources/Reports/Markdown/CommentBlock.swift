import Diagnostics

/// A part of a comment, which may be cut where room is short, but never so that what is open stays open.
struct CommentBlock {
    private let lines: [String]
    private let kind: Kind

    private enum Kind {
        case whole
        case list(of: String)
        /// With the fences around it.
        case code
    }

    /// Lines of which none can be missing.
    init(whole lines: [String]) {
        self.lines = lines
        kind = .whole
    }

    /// Items, a line each; an empty line follows them.
    init(list items: [String], of noun: String) {
        lines = items
        kind = .list(of: noun)
    }

    /// Code, in a fence.
    init(code text: String, _ language: String) {
        lines = text.fenced(language)
        kind = .code
    }

    /// How much it takes as a whole.
    var size: Int { all.size }

    /// How much of that can be spared.
    var spare: Int {
        if case .whole = kind { 0 } else { max(0, size - Self.least) }
    }

    /// What is left of a block at the least: its fences, and the line that says what is missing.
    private static let least = 120

    /// All of it.
    var all: [String] {
        if case .whole = kind { return lines }
        return lines.isEmpty ? [] : lines + [""]
    }

    /// As much of its beginning as fits, with a line on the rest.
    func cut(to limit: Int) -> [String] {
        guard size > limit else { return all }
        switch kind {
        case .whole: return lines
        case .list(let noun):
            return lines.fitting(limit - 2) { "- *and \(Count($0, noun)) more*" } + [""]
        case .code:
            let fence = String(lines[lines.count - 1])
            let content = Array(lines.dropFirst().dropLast())
            var (taken, left) = (0, limit - lines[0].utf8.count - fence.utf8.count - Self.least / 2)
            while taken < content.count, content[taken].utf8.count < left {
                left -= content[taken].utf8.count + 1
                taken += 1
            }
            let note = "*and \(Count(content.count - taken, "line")) more*"
            return (taken == 0 ? [] : [lines[0]] + content.prefix(taken) + [fence, ""]) + [note, ""]
        }
    }
}

extension [Int] {
    /// The height to which each may come so that all together take no more than what there is: those below it stay as they
    /// are, and the tallest give first.
    func level(_ total: Int) -> Int {
        var rest = total
        for (index, size) in sorted().enumerated() {
            let share = Swift.max(0, rest) / (count - index)
            if size > share { return share }
            rest -= size
        }
        return self.max() ?? 0
    }
}
