import CanonicalJSON
import Diagnostics

/// What changed since a plan that was approved, for the comment.
struct ChangesMarkdown {
    private let diff: PlanDiff

    /// A long text is shown by its beginning.
    private static let lineLimit = 12

    init(_ diff: PlanDiff) { self.diff = diff }

    /// In a fence with the signs that code hosts colour.
    func lines(limit: Int) -> [String] {
        let title = "#### What changed since the approved plan `\(diff.from.short)`"
        guard !diff.isEmpty else { return [title, "", diff.nothing, ""] }
        let phases = Set(diff.changes.compactMap(\.phase)).count
        let words = phases > 0 ? " in \(Count(phases, "phase"))" : ""
        let shown = body.fitting(limit) { "and \(Count($0, "line")) more: gonogo plan diff OTHER FILE" }
        return [title, "", "\(Count(diff.changes.count, "change"))\(words).", ""]
            + shown.joined(separator: "\n").fenced("diff") + [""]
    }

    private var body: [String] {
        var lines: [String] = []
        var phase: String?
        for change in diff.changes {
            if change.phase != phase, let id = change.phase { lines.append("@@ phase \(id.prose.clipped(to: 200)) @@") }
            phase = change.phase
            let sign = ["added": "+", "removed": "-"][change.kind.rawValue] ?? "!"
            lines.append("\(sign) \(change.kind.rawValue) \(change.what.prose.clipped(to: 300))")
            lines += shown(change.before, "-   ") + shown(change.after, "+   ")
        }
        return lines
    }

    private func shown(_ text: String?, _ sign: String) -> [String] {
        guard let text else { return [] }
        let lines = text.codeLines
        let first = lines.prefix(Self.lineLimit).map { sign + $0.clipped(to: 300) }
        return lines.count > Self.lineLimit
            ? first + ["\(sign)(\(Count(lines.count - Self.lineLimit, "line")) more)"] : first
    }
}
