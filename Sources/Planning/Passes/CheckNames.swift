import Databases
import Diagnostics
import Runbooks

extension PlanDraft {
    /// Reports a value that cannot be the name of anything in a database.
    mutating func checkName(_ value: String, of owner: String, on target: PlannedTarget, at span: SourceSpan) {
        let bytes = value.utf8.count
        if value.isEmpty {
            findings.report(
                Diagnostic(
                    PlanningCodes.identifier, "\(owner) is empty, and stands for a name", at: span,
                    help: "give it a value of at least one character"))
        } else if value.utf8.contains(0) {
            findings.report(
                Diagnostic(
                    PlanningCodes.identifier, "\(owner) holds a NUL character, and stands for a name", at: span,
                    help: "remove the NUL"))
        } else if target.engine == .postgres, bytes > Self.longestName {
            findings.report(
                Diagnostic(
                    PlanningCodes.identifier,
                    "\(owner) stands for a name and has \(bytes) bytes; PostgreSQL cuts names at \(Self.longestName)",
                    at: span, help: "shorten it: what is cut off could name something else"))
        }
    }

    /// Reports values of `for_each` that cannot be names, or that would be one name.
    mutating func checkNames(
        _ entry: (name: Located<String>, values: [String]), of check: Check, on target: PlannedTarget
    ) {
        guard said.insert("names at \(entry.name.span.range.lowerBound) on \(target.engine.rawValue)").inserted else {
            return
        }
        var first: [[UInt8]: String] = [:]
        for value in entry.values {
            let span = check.place(of: value, after: entry.name.span)
            checkName(value, of: "`\(value)`", on: target, at: span)
            let key = Array(value.lowercased().utf8.prefix(Self.longestName))
            guard let earlier = first.updateValue(value, forKey: key), earlier != value else { continue }
            findings.report(
                Diagnostic(
                    PlanningCodes.identifier, "`\(earlier)` and `\(value)` give the same name", at: span,
                    related: [.init("the other", at: check.place(of: earlier, after: entry.name.span))],
                    help: "names are compared without case, and by their first \(Self.longestName) bytes"))
        }
    }

    /// How many bytes of a name PostgreSQL keeps.
    private static let longestName = 63
}

extension Check {
    /// Where a value of `for_each` is written.
    func place(of value: String, after name: SourceSpan) -> SourceSpan {
        let end = max(name.range.upperBound, span.range.upperBound)
        let found = span.source.span(name.range.upperBound..<end).place(of: value)
        return found.range.count == value.utf8.count ? found : name
    }
}
