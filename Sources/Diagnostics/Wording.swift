/// A number with its noun: `1 step`, `2 steps`.
public struct Count: CustomStringConvertible, Sendable {
    private let number: Int
    private let noun: String
    private let plural: String?

    /// A count of something; the plural is the noun with an `s` unless it is given.
    public init(_ number: Int, _ noun: String, plural: String? = nil) {
        self.number = number
        self.noun = noun
        self.plural = plural
    }

    /// Both as text.
    public var description: String { "\(number) \(number == 1 ? noun : plural ?? noun + "s")" }
}

extension Collection<String> {
    /// The names in backticks, as a sentence lists them: `` `a`, `b` or `c` ``.
    public func ticked(_ conjunction: String = "or") -> String {
        let names = map { "`\($0)`" }
        guard names.count > 1, let last = names.last else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
    }

    /// The known name that was probably meant: at most a third of its letters differ, and at most two.
    public func nearest(to name: String) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        let candidates = map { (name: $0, distance: $0.editDistance(to: name)) }
        let best = candidates.min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        guard let best, best.distance <= Swift.max(1, Swift.min(2, name.count / 3)) else { return nil }
        return best.name
    }
}

extension String {
    /// How many letters must be put in, taken out, changed or swapped with a neighbour to get from one to the other.
    public func editDistance(to other: String) -> Int {
        let left = Array(self)
        let right = Array(other)
        guard !left.isEmpty, !right.isEmpty else { return Swift.max(left.count, right.count) }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row] + [Int](repeating: 0, count: right.count)
            for column in 1...right.count {
                let same = left[row - 1] == right[column - 1]
                current[column] = Swift.min(
                    last[column] + 1,
                    current[column - 1] + 1,
                    last[column - 1] + (same ? 0 : 1)
                )
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    current[column] = Swift.min(current[column], beforeLast[column - 2] + 1)
                }
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }

    /// The text with everything made visible that could move the cursor, reorder the line or hide.
    ///
    /// Control characters, bidirectional and zero-width marks print as `\u{..}`; a tab prints as one blank.
    /// Nothing from a file or a database reaches a terminal in any other form (faults F121).
    public var printable: String {
        guard unicodeScalars.contains(where: \.isTreacherous) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar == "\t" {
                result += " "
            } else if scalar.isTreacherous {
                result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Columns a terminal needs for it: wide East Asian characters and emoji take two, combining marks none.
    public var displayWidth: Int { unicodeScalars.reduce(0) { $0 + $1.displayWidth } }

    /// Without blanks at the end.
    public var trimmingTrailingBlanks: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

extension Unicode.Scalar {
    /// Whether showing it as it is could mislead: controls, bidirectional marks, invisible characters.
    public var isTreacherous: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF, 0x061C, 0x180E: true
        case 0xE0000...0xE0FFF, 0xFFF9...0xFFFB: true
        case 0x2028, 0x2029: true
        default: false
        }
    }

    /// Columns a terminal needs for it.
    public var displayWidth: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        return switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
