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
        guard let approvals = try approvals(of: plan) else { return .refused }
        let surroundings = RunSurroundings(
            arguments,
            root: source.root,
            store: store,
            plan: plan,
            options: options,
            makingFiles: true,
            approvals: approvals
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

    /// Who approved the plan, before any database is reached; nil when it may not run.
    private func approvals(of plan: Plan) throws(UsageError) -> [GivenApproval]? {
        guard case .file(let file, _) = source else {
            guard let refusal = PlanApprovals.refusal(of: plan, arguments.positionals[0]) else { return [] }
            Output.message(refusal.rendered())
            return nil
        }
        guard let approvals = try PlanApprovals(of: file, arguments) else { return [] }
        guard approvals.refusals.isEmpty else {
            Output.message(approvals.refusals.map { $0.rendered() }.joined(separator: "\n"))
            return nil
        }
        Output.message(approvals.words)
        return approvals.standing.given
    }

    private var commands: NextCommands {
        let variables = arguments.values(.variable).flatMap { ["--var", $0] }
        let root = arguments.value("--root").map { ["--root", $0] } ?? []
        let runbook: String? = source.origin == .file ? nil : arguments.positionals[0]
        return NextCommands(runbook: runbook, planOptions: variables + root, options: store.options)
    }
}
