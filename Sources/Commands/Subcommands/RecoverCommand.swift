import Diagnostics
import Execution
import Planning
import Reports

/// `gonogo recover`: rebuilds a run's journal from what its databases know.
struct RecoverCommand {
    private let arguments: ParsedArguments
    private let store: RunStore
    private let source: PlanSource?
    private let run: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        guard arguments.has(.fromTarget) else {
            throw UsageError(
                UsageCodes.value, "`--from-target` is missing", help: "what is rebuilt comes from the databases",
                command: arguments.command)
        }
        let source = try arguments.value("--runbook").map { path throws(UsageError) in
            try PlanSource(arguments, path: path)
        }
        store = RunStore(arguments, root: source?.root)
        self.source = source
        let name = arguments.positionals[0]
        // A run whose folder is gone can only be named whole.
        run = source == nil ? try store.find(name).run : (try? store.find(name).run) ?? name
    }

    func run() async throws(UsageError) -> ExitCode {
        guard let plan = try await plan() else { return .invalid }
        let surroundings = RunSurroundings(
            arguments, root: store.root, store: store, plan: plan, options: RunOptions())
        let question = "Rebuild the journal of run \(run.printable) from its databases?"
        if let end = try await surroundings.confirm(question) { return end }
        do throws(RunRefusal) {
            let found = try await Runner(surroundings.environment).recover(run, plan: plan)
            Output.message("Kept \(Count(found.kept, "line")), added \(found.added) from the ledgers.\n")
            if found.isPlanNew { Output.message("The plan is written anew.\n") }
            if let old = found.old { Output.message("The journal as it was is \(old.printable)\n") }
            if !found.lost.isEmpty {
                Output.message("Not known any more: \(found.lost.joined(separator: "; ").printable)\n")
            }
        } catch {
            return error.report(arguments, store)
        }
        let commands = NextCommands(runbook: nil, options: store.options)
        Output.message("Next   \(commands.words("status"))\n")
        return .done
    }

    /// The plan of the run's folder, or of the runbook where the folder is gone.
    private func plan() async throws(UsageError) -> Plan? {
        guard let source else {
            let directory = try store.find(run)
            do throws(RunUnreadable) {
                return try directory.plan()
            } catch {
                throw UsageError(
                    UsageCodes.value, "\(error.path): \(error.reason)",
                    help: "name the runbook it was planned from: `--runbook FILE`", command: arguments.command)
            }
        }
        return await source.plan()
    }
}
