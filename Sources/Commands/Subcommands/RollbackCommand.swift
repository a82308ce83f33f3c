import Diagnostics
import Execution

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
        let root = arguments.value("--root").flatMap(ProjectFiles.resolve) ?? store.root
        let surroundings = RunSurroundings(arguments, root: root, store: store, answers: [:], parallel: 1)
        if let end = try await surroundings.confirm("Take back run \(directory.run)?") { return end }
        let phase = arguments.value("--to")
        let runner = Runner(surroundings.environment)
        let directory = directory
        return await surroundings.conclude(try? directory.plan()) { () throws(RunRefusal) in
            try await runner.rollback(directory, to: phase)
        }
    }
}
