import CanonicalJSON
import Diagnostics
import Planning
import Runbooks

/// `gonogo schema`: the JSON Schema of runbooks, or of plans.
struct SchemaCommand {
    private let schema: JSON

    init(_ arguments: ParsedArguments) throws(UsageError) {
        switch arguments.positionals.first ?? "runbook" {
        case "runbook": schema = RunbookSchema.json()
        case "plan": schema = PlanSchema.json()
        case let name:
            throw UsageError(
                UsageCodes.value, "there is no schema of `\(name)`", help: "write `runbook` or `plan`",
                command: arguments.command)
        }
    }

    func run() -> ExitCode {
        Output.result(schema.prettyText + "\n")
        return .done
    }
}
