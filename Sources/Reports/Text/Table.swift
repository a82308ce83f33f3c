import Diagnostics

/// Rows whose columns stand below each other, by the columns a terminal needs.
struct Table {
    private let alignments: [Alignment]
    private var lines: [Line] = []

    /// How a column stands.
    enum Alignment {
        /// At its left side.
        case left
        /// At its right side.
        case right
        /// As it is; for the last column.
        case free
        /// At its left side; wider cells than this do not widen the others.
        case capped(Int)
    }

    private enum Line {
        case cells([String])
        case text(String)
    }

    init(_ alignments: [Alignment]) { self.alignments = alignments }

    /// Adds a row of finished cells.
    mutating func add(_ cells: [String]) { lines.append(.cells(cells)) }

    /// Adds a line that stands across the columns.
    mutating func add(line: String) { lines.append(.text(line)) }

    /// The text, every line ended.
    var text: String {
        var widths = [Int](repeating: 0, count: alignments.count)
        for case .cells(let cells) in lines {
            for (index, cell) in cells.enumerated() {
                var width = cell.displayWidth
                if case .capped(let limit) = alignments[index] { width = min(width, limit) }
                widths[index] = max(widths[index], width)
            }
        }
        var result = ""
        for line in lines {
            switch line {
            case .text(let text): result += text.trimmingTrailingBlanks
            case .cells(let cells): result += render(cells, widths).trimmingTrailingBlanks
            }
            result += "\n"
        }
        return result
    }

    private func render(_ cells: [String], _ widths: [Int]) -> String {
        zip(cells, zip(alignments, widths)).compactMap { cell, form in
            // A column that is empty throughout takes no room.
            guard form.1 > 0 else { return nil }
            return switch form.0 {
            case .left, .capped: cell.padded(to: form.1)
            case .right: cell.leftPadded(to: form.1)
            case .free: cell
            }
        }.joined(separator: "  ")
    }
}
