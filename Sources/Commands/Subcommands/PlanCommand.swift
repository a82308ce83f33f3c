import Reports

/// `gonogo plan`: what a runbook will do, and what its failures will.
struct PlanCommand {
    private let loader: RunbookLoader
    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) throws(UsageError) {
        loader = try RunbookLoader(arguments)
        self.arguments = arguments
    }

    func run() async -> ExitCode {
        let loaded = await loader.load()
        Output.message(loaded.renderedFindings(name: arguments.positionals[0]))
        guard let plan = loaded.plan else { return .invalid }
        if arguments.value("--format") == "json" {
            Output.result(PlanJSON.render(plan))
        } else {
            Output.result(PlanText.render(plan, details: arguments.has(.details)))
        }
        return .done
    }
}

/// `gonogo graph`: the phases and what they wait for.
struct GraphCommand {
    private let loader: RunbookLoader
    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) throws(UsageError) {
        loader = try RunbookLoader(arguments)
        self.arguments = arguments
    }

    func run() async -> ExitCode {
        let loaded = await loader.load()
        Output.message(loaded.renderedFindings(name: arguments.positionals[0]))
        guard let plan = loaded.plan else { return .invalid }
        let format = arguments.value("--format").flatMap(PlanGraph.Format.init(rawValue:)) ?? .mermaid
        Output.result(PlanGraph.render(plan, format))
        return .done
    }
}
