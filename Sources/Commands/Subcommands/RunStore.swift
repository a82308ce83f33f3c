import Execution

/// Where the runs of a command line are, and how they are named.
struct RunStore {
    /// The state directory.
    let path: String
    /// The folder relative paths of the runs' plans start at.
    let root: String
    private let command: CommandSpec

    /// What `--state` says, else GONOGO_STATE, else `.gonogo` below the root or the current folder.
    init(_ arguments: ParsedArguments, root: String? = nil) {
        command = arguments.command
        let folder = root ?? arguments.value("--root").flatMap(ProjectFiles.resolve) ?? ProcessEnvironment.currentDirectory
        self.root = folder
        path = arguments.value("--state") ?? ProcessEnvironment.variables["GONOGO_STATE"] ?? folder + "/.gonogo"
    }

    /// The runs, newest first.
    var runs: [RunDirectory] { RunDirectory.all(state: path) }

    /// The run a name or its beginning stands for.
    func find(_ name: String) throws(UsageError) -> RunDirectory {
        let found = runs.filter { $0.run == name }
        let matching = found.isEmpty ? runs.filter { $0.run.hasPrefix(name) } : found
        guard let run = matching.first, matching.count == 1 else {
            throw UsageError(
                UsageCodes.noSuchRun,
                matching.isEmpty ? "there is no run `\(name)`" : "\(matching.count) runs begin with `\(name)`",
                help: "`gonogo history` lists the runs in \(path)", command: command)
        }
        return run
    }
}
