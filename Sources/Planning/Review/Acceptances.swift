/// Findings that somebody has looked at and leaves as they are, with the reason.
///
/// In SQL a comment line before the statement says so, `-- gonogo: accept W607 the table is a cache`; in a runbook
/// `accept: { W607: the table is a cache }`, for all of it or for a phase.
struct Acceptances {
    private let texts: [String: [String]]
    private let written: [PlannedAcceptance]
    private var used: Set<Int> = []
    private let firstPhase: String

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
        written = plan.review.acceptances
        firstPhase = plan.phases.first?.id ?? ""
    }

    private static let mark = "gonogo: accept "

    /// The finding, accepted where somebody says so: the nearest place counts.
    mutating func applied(to finding: PlannedFinding) -> PlannedFinding {
        var finding = finding
        finding.accepted = reason(for: finding.code, in: finding.place)
        let fitting = written.indices.filter { index in
            written[index].code == finding.code && written[index].phase.map { $0 == finding.phase } ?? true
        }
        used.formUnion(fitting)
        if finding.accepted == nil {
            let nearest = fitting.first { written[$0].phase != nil } ?? fitting.first
            finding.accepted = nearest.map { written[$0].reason }
        }
        return finding
    }

    /// What a runbook accepts and is not found: it would hide what is found there one day.
    var unused: [PlannedFinding] {
        written.indices.filter { !used.contains($0) }.map { index in
            let acceptance = written[index]
            let place = acceptance.phase.map { "`\($0)`" } ?? "the runbook"
            return PlannedFinding(
                ReviewCodes.acceptsNothing, "\(place) accepts \(acceptance.code), which is not found there",
                help: "take it out", at: acceptance.place, phase: acceptance.phase ?? firstPhase, step: nil)
        }
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
