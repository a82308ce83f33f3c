import Databases
import Diagnostics
import Execution
import Planning
import Reports

/// `gonogo run`: plans, shows, asks, and runs; or runs the plan in a file.
struct RunCommand {
    private let arguments: ParsedArguments
    private let source: PlanSource
    private let store: RunStore
    private let options: RunOptions

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        options = try RunOptions(arguments)
        source = try PlanSource(arguments, path: arguments.positionals[0])
        store = RunStore(arguments, root: source.root)
    }

    func run() async throws(UsageError) -> ExitCode {
        guard let plan = await source.plan() else { return .invalid }
        if let note = await source.note(on: plan) { Output.message(note) }
        try options.check(plan, arguments)
        let surroundings = RunSurroundings(
            arguments,
            root: source.root,
            store: store,
            plan: plan,
            options: options,
            makingFiles: true
        )
        let runner = Runner(surroundings.environment)
        let origin = source.origin
        do throws(RunRefusal) {
            if origin == .file { try surroundings.checkAddresses() }
            try await runner.preflight(plan, of: origin)
        } catch {
            return error.report(arguments, store)
        }
        Output.message(PlanText.render(plan, details: false) + "\n")
        if let end = try await surroundings.confirm("Run this plan?") { return end }
        return await surroundings.conclude(commands) { () throws(RunRefusal) in
            try await runner.run(plan, of: origin)
        }
    }

    private var commands: NextCommands {
        let variables = arguments.values(.variable).flatMap { ["--var", $0] }
        let root = arguments.value("--root").map { ["--root", $0] } ?? []
        let runbook: String? = source.origin == .file ? nil : arguments.positionals[0]
        return NextCommands(runbook: runbook, planOptions: variables + root, options: store.options)
    }
}
