import Diagnostics
import Runbooks

extension PlannedFinding {
    /// As it is shown with the text it is about; nil for a code of another version.
    func diagnostic(in sources: [String: SourceText]) -> Diagnostic? {
        guard let code = ReviewCodes.all.first(where: { $0.id == code }) else { return nil }
        return Diagnostic(
            code, message, at: sources[place.file].map { $0.span($0.contentOfLine(place.line)) }, severity: severity,
            help: help)
    }
}

extension PlanDraft {
    /// The runbook and the files it names, by the names that plans show.
    var sources: [String: SourceText] {
        var found = Dictionary(scripts.values.map { ($0.source.name, $0.source) }) { first, _ in first }
        if let runbook = runbook.phases.first?.span.source { found[request.path] = runbook }
        return found
    }
}

extension SourceText {
    /// A line without the blanks around it.
    fileprivate func contentOfLine(_ line: Int) -> Range<Int> {
        let whole = lineRange(line)
        let content = bytes[whole]
        guard let first = content.firstIndex(where: { $0 > 0x20 }), let last = content.lastIndex(where: { $0 > 0x20 })
        else { return whole }
        return first..<last + 1
    }
}
