public import Diagnostics
public import Planning

/// Something that was found in a runbook or in its plan, as programs beside gonogo take it in.
public struct ReportedFinding: Sendable {
    /// Which kind of finding.
    let code: DiagnosticCode
    /// Whether it can be left as it is.
    let severity: Severity
    /// What was found, in a line.
    let message: String
    /// The one remedy.
    let help: String?
    /// Where; nil when it has no place.
    let place: Region?
    /// Why it is left as it is, where somebody wrote so.
    let acceptance: Acceptance?

    /// A stretch of a file; columns are counted in Unicode scalars, and the end lies behind it.
    struct Region: Sendable {
        let file: String
        let line: Int
        var column: Int?
        var end: SourcePosition?
    }

    /// A word of why, and whether it stands in the file it is about.
    struct Acceptance: Sendable {
        let reason: String
        let isInSource: Bool
    }

    /// A finding of a document.
    ///
    /// - Parameters:
    ///   - finding: what was found.
    ///   - file: the path a file is known by outside, given the name it is shown by.
    public init(_ finding: Diagnostic, file: (String) -> String) {
        code = finding.code
        severity = finding.severity
        // What stands beside the caret on a terminal has no other place here.
        message = (finding.message + (finding.label.map { ": \($0)" } ?? "")).prose
        help = finding.help?.prose
        acceptance = nil
        place = finding.span.map { span in
            let start = span.start
            return Region(
                file: file(span.source.name), line: start.line, column: start.column,
                end: span.source.position(at: span.range.upperBound))
        }
    }

    /// What was found in a plan, each finding once, in its order.
    public static func all(of plan: Plan, file: (String) -> String) -> [ReportedFinding] {
        var seen: Set<[String]> = []
        return plan.review.findings.compactMap { finding in
            let key = [finding.code, finding.message, finding.place.description]
            return seen.insert(key).inserted ? ReportedFinding(finding, of: plan, file: file) : nil
        }
    }

    private init(_ finding: PlannedFinding, of plan: Plan, file: (String) -> String) {
        code =
            ReviewCodes.all.first { $0.id == finding.code }
            ?? DiagnosticCode(finding.code.prose, "a finding of another version of gonogo", "")
        severity = finding.severity
        message = finding.message.prose
        help = finding.help?.prose
        place = Region(file: file(finding.place.file), line: finding.place.line)
        acceptance = finding.accepted.map { reason in
            let written = plan.review.acceptances.first { acceptance in
                acceptance.code == finding.code && acceptance.reason == reason
                    && acceptance.phase.map { $0 == finding.phase } ?? true
            }
            // What no runbook accepts, a comment before the statement does.
            return Acceptance(
                reason: reason.prose, isInSource: written.map { $0.place.file == finding.place.file } ?? true)
        }
    }
}
