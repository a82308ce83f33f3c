import Databases
import Diagnostics
import Execution
import Planning
import Reports

/// `gonogo run`: plans, shows, asks, and runs.
struct RunCommand {
    private let arguments: ParsedArguments
    private let loader: RunbookLoader
    private let store: RunStore
    private let options: RunOptions

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        options = try RunOptions(arguments)
        loader = try RunbookLoader(arguments)
        store = RunStore(arguments, root: loader.root)
    }

    func run() async throws(UsageError) -> ExitCode {
        let loaded = await loader.load()
        Output.message(loaded.renderedFindings(name: arguments.positionals[0]))
        guard let plan = loaded.plan else { return .invalid }
        try options.check(plan, arguments)
        let surroundings = RunSurroundings(
            arguments,
            root: loader.root,
            store: store,
            plan: plan,
            options: options,
            makingFiles: true
        )
        let runner = Runner(surroundings.environment)
        do throws(RunRefusal) {
            try await runner.preflight(plan)
        } catch {
            return error.report(arguments, store)
        }
        Output.message(PlanText.render(plan, details: false) + "\n")
        if let end = try await surroundings.confirm("Run this plan?") { return end }
        return await surroundings.conclude(commands) { () throws(RunRefusal) in
            try await runner.run(plan)
        }
    }

    private var commands: NextCommands {
        let variables = arguments.values(.variable).flatMap { ["--var", $0] }
        let root = arguments.value("--root").map { ["--root", $0] } ?? []
        return NextCommands(
            runbook: arguments.positionals[0], planOptions: variables + root, options: store.options)
    }
}
