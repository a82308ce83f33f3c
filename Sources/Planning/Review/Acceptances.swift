/// Findings that somebody has looked at and leaves as they are, with the reason.
///
/// In SQL a comment line before the statement, or in it, says so: `-- gonogo: accept W607 the table is a cache`.
struct Acceptances {
    private let texts: [String: [String]]

    init(_ plan: Plan) {
        var texts: [String: [String]] = [:]
        for phase in plan.phases {
            for step in phase.steps + phase.rollbackSteps {
                guard case .apply(let script) = step.action, let file = script.file, script.text.contains(Self.mark)
                else {
                    continue
                }
                texts[file] = script.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            }
        }
        self.texts = texts
    }

    private static let mark = "gonogo: accept "

    /// The finding, accepted where the text says so.
    func applied(to finding: PlannedFinding) -> PlannedFinding {
        guard let reason = reason(for: finding.code, in: finding.place) else { return finding }
        var finding = finding
        finding.accepted = reason
        return finding
    }

    /// The reason in the comment lines directly before a line.
    private func reason(for code: String, in place: Place) -> String? {
        guard let lines = texts[place.file] else { return nil }
        var line = place.line - 2
        while line >= 0, line < lines.count {
            let text = lines[line].drop { $0 == " " || $0 == "\t" }
            guard text.hasPrefix("--") else { return nil }
            if let mark = text.firstRange(of: Self.mark) {
                let words = text[mark.upperBound...].split(separator: " ", maxSplits: 1)
                if words.first.map(String.init) == code, words.count > 1 { return String(words[1]) }
            }
            line -= 1
        }
        return nil
    }
}
