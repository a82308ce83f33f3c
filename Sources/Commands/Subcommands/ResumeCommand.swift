import Diagnostics
import Execution
import Planning
import Reports

/// `gonogo resume`: goes on with a run that stopped or whose process died.
struct ResumeCommand {
    private let arguments: ParsedArguments
    private let store: RunStore
    private let directory: RunDirectory
    private let options: RunOptions

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        options = try RunOptions(arguments)
        store = RunStore(arguments)
        directory = try store.find(arguments.positionals[0])
    }

    func run() async throws(UsageError) -> ExitCode {
        let (plan, lines): (Plan, [JournalLine])
        do throws(RunUnreadable) {
            (plan, lines) = try directory.planAndJournal()
        } catch {
            return RunRefusal.unreadable(error).report(arguments, store)
        }
        try options.check(plan, arguments)
        let surroundings = RunSurroundings(
            arguments, root: store.root, store: store, plan: plan, options: options, run: directory.run)
        let state = RunState(lines.map(\.event))
        if state.run.isEmpty, plan.consent.approvals != nil {
            let help = NextCommands(runbook: nil, options: store.options).words("rollback", directory.run)
            Output.message(
                Diagnostic(
                    ApprovalCodes.lostApprovals,
                    "run \(directory.run) had not begun: nothing says who approved its plan",
                    at: nil, help: "`\(help)`"
                ).rendered())
            return .refused
        }
        let way = state.isUnwinding ? "go on taking back" : "go on with"
        if state.outcome?.isFinal != true {
            Output.message(RunList.text([RunList.Entry(run: directory.run, lines: lines)]) + "\n")
            if let end = try await surroundings.confirm("Shall gonogo \(way) run \(directory.run)?") { return end }
        }
        let runner = Runner(surroundings.environment)
        let directory = directory
        let commands = NextCommands(runbook: plan.runbook, options: store.options)
        return await surroundings.conclude(commands) { () throws(RunRefusal) in try await runner.resume(directory) }
    }
}
