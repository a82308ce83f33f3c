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
            let kept = target.engine == .postgres ? Self.longestName : value.utf8.count
            let key = Array(value.lowercased().utf8.prefix(kept))
            guard let earlier = first.updateValue(value, forKey: key) else {
                checkName(value, of: "`\(value)`", on: target, at: span)
                continue
            }
            // The same value twice is the same check twice, which is reported as that.
            guard earlier != value else { continue }
            findings.report(
                Diagnostic(
                    PlanningCodes.identifier, "`\(earlier)` and `\(value)` give the same name", at: span,
                    related: [.init("the other", at: check.place(of: earlier, after: entry.name.span))],
                    help: target.engine == .postgres
                        ? "PostgreSQL keeps \(Self.longestName) bytes of a name, and without quotes no capitals"
                        : "SQLite does not tell names apart by their case"))
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
