/// A length of time that a text says something takes: `(45 minutes)`, `Total Estimated Duration: 4-6 hours`.
struct Heading {
    /// The words.
    let text: String
    /// In milliseconds, from the least to the most.
    let time: ClosedRange<Int>

    /// The first of some texts that says another time than estimates do; nil where all agree, or nothing is estimated.
    ///
    /// A tenth more or less is the same: people round.
    static func disagreeing(_ texts: [String?], with estimate: ClosedRange<Int>?) -> Heading? {
        guard let estimate else { return nil }
        return texts.compactMap(\.self).flatMap(all).first { heading in
            heading.time.lowerBound - heading.time.lowerBound / 10 > estimate.upperBound
                || heading.time.upperBound + heading.time.upperBound / 10 < estimate.lowerBound
        }
    }

    /// Every time that a text says something takes.
    static func all(in text: String) -> [Heading] {
        let text = String(text.prefix(4000)).lowercased()
        let inParentheses = text.matches(of: /\(\s*(?:about|approx\.?|ca\.?|~)?\s*([0-9][^()]{0,30})\)/).map(\.1)
        let words = /\b(?:estimat[a-z]*|duration|takes|lasts)\b([^.;\n0-9]{0,48})([0-9][^;\n()]{0,30})/
        let others = /\b(every|each|per|within|max[a-z]*|most|window|timeout|after|keep[a-z]*)\b/
        let named = text.matches(of: words).filter { !$0.1.contains(others) }.map(\.2)
        return (inParentheses.map { ($0, true) } + named.map { ($0, false) }).compactMap { words, isWhole in
            Heading(words, isWhole: isWhole)
        }
    }

    /// `45 minutes`, `4-6 hours`, `3h 15m`: the beginning of some words, or all of them.
    private init?(_ words: Substring, isWhole: Bool) {
        let unit = "(?:hours?|hrs?|h|minutes?|mins?|min|m|seconds?|secs?|s|days?|d)"
        guard let range = try? Regex("^([0-9.]+)\\s*(?:-|–|to)\\s*([0-9.]+)\\s*(\(unit))\\b"),
            let single = try? Regex("^(?:[0-9.]+\\s*\(unit)(?![a-z])[\\s,]*)+")
        else { return nil }
        if let match = words.firstMatch(of: range), let from = match.output[1].substring,
            let to = match.output[2].substring, let unit = match.output[3].substring,
            let least = Self.time(from, unit), let most = Self.time(to, unit), least <= most
        {
            text = String(words[match.range])
            time = least...most
        } else if let match = words.firstMatch(of: single) {
            let found = words[match.range]
            let parts = found.matches(of: /([0-9.]+)\s*([a-z]+)/).map { Self.time($0.1, $0.2) }
            guard !parts.contains(nil) else { return nil }
            let sum = parts.reduce(0) { $0 + ($1 ?? 0) }
            text = found.trimmed
            time = sum...sum
        } else {
            return nil
        }
        guard !isWhole || text.count == String(words).trimmedWhole.count else { return nil }
    }

    private static func time(_ number: Substring, _ unit: Substring) -> Int? {
        guard let number = Double(number), number >= 0, number < 1e6 else { return nil }
        let sizes: [Character: Double] = ["h": 3_600_000, "m": 60_000, "s": 1000, "d": 86_400_000]
        return unit.first.flatMap { sizes[$0] }.map { Int(number * $0) }
    }
}

extension Substring {
    fileprivate var trimmed: String { String(self).trimmedWhole }
}

extension String {
    /// Without blanks and commas at its end.
    fileprivate var trimmedWhole: String {
        var text = self
        while let last = text.last, last == " " || last == "," { text.removeLast() }
        return text
    }
}
