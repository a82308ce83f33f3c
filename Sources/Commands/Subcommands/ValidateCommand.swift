import CanonicalJSON
import Diagnostics
import Planning
import Reports

/// `gonogo validate`: everything that is wrong with a runbook.
struct ValidateCommand {
    private let loader: RunbookLoader
    private let name: String
    private let format: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        loader = try RunbookLoader(arguments)
        name = arguments.positionals[0]
        format = arguments.value("--format") ?? "text"
    }

    func run() async -> ExitCode {
        let loaded = await loader.load()
        switch format {
        case "json":
            let findings = JSON.array((loaded.findings + loaded.review).inSourceOrder().map(\.json))
            Output.result(
                JSON.object([
                    "findings": findings, "valid": .boolean(loaded.plan != nil),
                    "complete": .boolean(loaded.isPlanned),
                ]).prettyText + "\n"
            )
        case "sarif": Output.result(FindingsSARIF.render(reported(loaded)))
        case "github": Output.result(WorkflowCommands.render(reported(loaded)))
        default:
            Output.message(loaded.renderedFindings(name: name, withReview: true))
            if let plan = loaded.plan {
                let phases = Count(plan.phases.count, "phase")
                Output.result("\(name.printable) is a runbook: \(plan.name.printable), \(phases)\n")
            }
        }
        return loaded.plan == nil ? .invalid : .done
    }

    /// Everything that was found, and what of it is accepted.
    private func reported(_ loaded: RunbookLoader.Loaded) -> [ReportedFinding] {
        loaded.findings.map { ReportedFinding($0, file: loader.paths.here) }
            + (loaded.plan.map { ReportedFinding.all(of: $0, file: loader.paths.here) } ?? [])
    }
}

extension Diagnostic {
    /// The finding for programs: code, severity, message, place, help.
    var json: JSON {
        .compact([
            "code": .string(code.id),
            "severity": .string(severity.rawValue),
            "message": .string(message),
            "help": .optional(help),
            "label": .optional(label),
            "at": span?.json ?? .null,
            "related": related.isEmpty
                ? .null : .array(related.map { .object(["note": .string($0.note), "at": $0.span.json]) }),
        ])
    }
}

extension SourceSpan {
    fileprivate var json: JSON {
        let start = start
        let end = source.position(at: range.upperBound)
        return [
            "file": .string(source.name), "line": .integer(start.line), "column": .integer(start.column),
            "end_line": .integer(end.line), "end_column": .integer(end.column),
        ]
    }
}
