import Diagnostics
import Execution
import Planning
import Reports

/// `gonogo takeover`: takes a run away from a process that will never go on.
struct TakeoverCommand {
    private let arguments: ParsedArguments
    private let store: RunStore
    private let directory: RunDirectory
    private let nonce: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        store = RunStore(arguments)
        guard let nonce = arguments.value("--nonce") else {
            throw UsageError(
                UsageCodes.value, "`--nonce` is missing", help: "the message about the lock names it",
                command: arguments.command)
        }
        self.nonce = nonce
        directory = try store.find(arguments.positionals[0])
    }

    func run() async throws(UsageError) -> ExitCode {
        let surroundings: RunSurroundings
        let holders: [String: RunHolder]
        do throws(RunRefusal) {
            surroundings = RunSurroundings(
                arguments, root: store.root, store: store, plan: try directory.planToFollow(), options: RunOptions())
            holders = try await Runner(surroundings.environment).holders(of: directory)
        } catch {
            return error.report(arguments, store)
        }
        for (target, holder) in holders.sorted(by: { $0.key < $1.key }) {
            Output.message("\(target): \(holder.words)".printable + "\n")
        }
        let question = "End its process and its sessions, so that somebody else can go on?"
        if let end = try await surroundings.confirm(question) { return end }
        do throws(RunRefusal) {
            try await Runner(surroundings.environment).takeOver(directory, nonce: nonce)
        } catch {
            return error.report(arguments, store)
        }
        Output.message("Run \(directory.run) is taken over.\n")
        Output.message(NextCommands(runbook: nil, options: store.options).goOn(directory.run) + "\n")
        return .done
    }
}
