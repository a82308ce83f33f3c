import Diagnostics
import Execution
import Planning
import Reports

/// `gonogo rollback`: takes back what a run applied.
struct RollbackCommand {
    private let arguments: ParsedArguments
    private let store: RunStore
    private let directory: RunDirectory

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        store = RunStore(arguments)
        directory = try store.find(arguments.positionals[0])
    }

    func run() async throws(UsageError) -> ExitCode {
        let phase = arguments.value("--to")
        let (plan, order): (Plan, UnwindOrder)
        do throws(RunRefusal) {
            (plan, order) = try preview(to: phase)
        } catch {
            return error.report(arguments, store)
        }
        let surroundings = RunSurroundings(
            arguments, root: store.root, store: store, plan: plan, options: try RunOptions(arguments))
        let count = order.takenBack.count
        let question = "Take back \(count == 1 ? "this phase" : "these \(count) phases") of run \(directory.run)?"
        if count > 0, let end = try await surroundings.confirm(question) { return end }
        let runner = Runner(surroundings.environment)
        let directory = directory
        let accepted = arguments.value("--accept-loss")
        return await surroundings.conclude(NextCommands(runbook: plan.runbook, options: store.options)) {
            () throws(RunRefusal) in
            try await runner.rollback(directory, to: phase, accepting: accepted)
        }
    }

    /// Prints what will be taken back.
    private func preview(to phase: String?) throws(RunRefusal) -> (Plan, UnwindOrder) {
        let (plan, lines): (Plan, [JournalLine])
        do throws(RunUnreadable) {
            (plan, lines) = try directory.planAndJournal()
        } catch {
            throw .unreadable(error)
        }
        let state = RunState(lines.map(\.event))
        let order = try UnwindOrder(state, of: plan, after: phase)
        if !order.phases.isEmpty {
            Output.message(RollbackPreview.render(order, run: directory.run, plan: plan) + "\n")
        }
        return (plan, order)
    }
}
