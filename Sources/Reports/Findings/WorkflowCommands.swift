import Diagnostics

/// Findings as commands to a workflow of GitHub, which shows them beside the lines they are about.
public enum WorkflowCommands {
    /// GitHub shows as many of a kind for each step.
    private static let limit = 10

    /// A command for each finding that is open, errors first; the last says how many were left out.
    public static func render(_ findings: [ReportedFinding]) -> String {
        let open = findings.filter { $0.acceptance == nil }
        let errors = open.filter { $0.severity == .error }
        let warnings = open.filter { $0.severity == .warning }
        let shown = errors.prefix(limit) + warnings.prefix(limit)
        var lines = shown.map(command)
        let rest = open.count - shown.count
        if rest > 0 {
            let all = "\(Count(errors.count, "error")) and \(Count(warnings.count, "warning"))"
            let words = "\(Count(rest, "finding")) of \(all) left out: GitHub shows \(limit) of a kind"
            lines.append("::notice title=gonogo::\(words)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func command(_ finding: ReportedFinding) -> String {
        var properties: [(String, String)] = []
        if let place = finding.place {
            properties = [("file", place.file), ("line", String(place.line))]
            if let end = place.end { properties.append(("endLine", String(end.line))) }
            // Columns of two lines are refused.
            if let column = place.column, let end = place.end, end.line == place.line {
                properties += [("col", String(column)), ("endColumn", String(end.column))]
            }
        }
        properties.append(("title", "\(finding.code.id): \(finding.code.title)"))
        let words = finding.message + (finding.help.map { "\nhelp: \($0)" } ?? "")
        return "::\(finding.severity.rawValue) "
            + properties.map { "\($0.0)=\($0.1.asProperty)" }.joined(separator: ",") + "::\(words.asMessage)"
    }
}

extension String {
    /// The words of a command: only line ends and the sign of escapes mean something there.
    fileprivate var asMessage: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A value of a command.
    fileprivate var asProperty: String {
        printable.asMessage.replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
