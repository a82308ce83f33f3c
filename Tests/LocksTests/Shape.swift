import TestSupport

/// A statement of some form, and what is done before it.
struct Shape: Sendable, CustomStringConvertible {
    let name: String
    let before: [String]
    let statement: String
    /// The relation whose lock matters most.
    let target: String?

    var description: String { name }

    /// The shapes of `Tests/Golden/locks/shapes.txt`.
    static func all() throws -> [Shape] {
        try Files.read(GoldenCase.root + "/locks/shapes.txt").components("\n\n").compactMap { paragraph in
            let lines = paragraph.split(separator: "\n").filter { !$0.hasPrefix("#") }
            guard let name = lines.first else { return nil }
            func marked(_ sign: String) -> String? {
                lines.first { $0.hasPrefix(sign + " ") }.map { String($0.dropFirst(2)) }
            }
            return Shape(
                name: String(name), before: marked("<")?.split(separator: ";").map { $0.trimmed } ?? [],
                statement: marked(">") ?? "", target: marked("@"))
        }
    }
}

extension String {
    /// The parts between separators.
    fileprivate func components(_ separator: String) -> [Substring] { split(separator: separator) }
}

extension Substring {
    fileprivate var trimmed: String { split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ") }
}
