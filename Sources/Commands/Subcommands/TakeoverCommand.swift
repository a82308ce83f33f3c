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
        let isActedFor: Bool
        do throws(RunRefusal) {
            surroundings = RunSurroundings(
                arguments, root: store.root, store: store, plan: try directory.planToFollow(), options: RunOptions())
            holders = try await Runner(surroundings.environment).holders(of: directory)
            isActedFor = try await Runner(surroundings.environment).isActedFor(directory)
        } catch {
            return error.report(arguments, store)
        }
        guard isActedFor || holders.isEmpty else { return nobodyActs }
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
        Output.message("Run \(directory.run) is taken over.\n\(commands.goOn(directory.run))\n")
        return .done
    }

    /// Says that there is nobody to take the run from.
    private var nobodyActs: ExitCode {
        let state = try? RunState(directory.journal().map(\.event))
        guard let outcome = state?.outcome, outcome.isFinal else {
            Output.message("Nobody acts for run \(directory.run) now.\n\(commands.goOn(directory.run))\n")
            return .done
        }
        Output.message("Run \(directory.run) has ended, and nobody acts for it.\n")
        Output.message("Next   \(commands.words("show", directory.run))\n")
        return .done
    }

    private var commands: NextCommands { NextCommands(runbook: nil, options: store.options) }
}
