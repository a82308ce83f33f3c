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
    private let answers: [String: Bool]
    private let parallel: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        answers = try Self.answers(arguments)
        parallel = try Self.parallel(arguments)
        loader = try RunbookLoader(arguments)
        store = RunStore(arguments, root: loader.root)
    }

    func run() async throws(UsageError) -> ExitCode {
        let loaded = await loader.load()
        Output.message(loaded.renderedFindings(name: arguments.positionals[0]))
        guard let plan = loaded.plan else { return .invalid }
        try checkGates(plan)
        let surroundings = RunSurroundings(
            arguments,
            root: loader.root,
            store: store,
            plan: plan,
            answers: answers,
            parallel: parallel
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

    /// Answers for gates must name gates that are there: one for another phase would be a decision lost.
    private func checkGates(_ plan: Plan) throws(UsageError) {
        let gates = plan.phases.filter { $0.gate != nil }.map(\.id)
        for phase in answers.keys.sorted() where !gates.contains(phase) {
            throw UsageError(
                UsageCodes.value,
                "`--gate \(phase)`: the plan has no gate there",
                help: gates.isEmpty ? "it has no gates at all" : "its gates are at \(gates.ticked("and"))",
                command: arguments.command
            )
        }
    }

    private static func answers(_ arguments: ParsedArguments) throws(UsageError) -> [String: Bool] {
        var answers: [String: Bool] = [:]
        for text in arguments.values(.gate) {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[1] == "go" || parts[1] == "no-go" else {
                throw UsageError(
                    UsageCodes.value,
                    "`--gate \(text)` is no decision",
                    help: "write `--gate PHASE=go` or `PHASE=no-go`",
                    command: arguments.command
                )
            }
            guard answers.updateValue(parts[1] == "go", forKey: parts[0]) == nil else {
                throw UsageError(
                    UsageCodes.value,
                    "`--gate \(parts[0])=...` is given twice",
                    help: "decide once",
                    command: arguments.command
                )
            }
        }
        return answers
    }

    private static func parallel(_ arguments: ParsedArguments) throws(UsageError) -> Int {
        guard let text = arguments.value("--parallel") else { return 4 }
        guard let number = Int(text), (1...64).contains(number) else {
            throw UsageError(
                UsageCodes.value,
                "`--parallel \(text)` is no number from 1 to 64",
                help: "write `--parallel 4`",
                command: arguments.command
            )
        }
        return number
    }
}
