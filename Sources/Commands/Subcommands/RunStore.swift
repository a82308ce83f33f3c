import Execution

/// Where the runs of a command line are, and how they are named.
struct RunStore {
    /// The state directory.
    let path: String
    /// The folder relative paths of the runs' plans start at.
    let root: String
    /// What commands given here need to look for the runs at the same place.
    let options: [String]
    private let command: CommandSpec

    /// What `--state` says, else GONOGO_STATE, else `.gonogo` below the root or the current folder.
    init(_ arguments: ParsedArguments, root: String? = nil) {
        command = arguments.command
        let usual = ProjectFiles.root(for: ProcessEnvironment.currentDirectory)
        let folder = root ?? arguments.value("--root").flatMap(ProjectFiles.resolve) ?? usual
        let stated = arguments.value("--state") ?? ProcessEnvironment.variables["GONOGO_STATE"].nonEmpty
        self.root = folder
        path = stated ?? folder + "/.gonogo"
        let state = arguments.value("--state").map { ["--state", $0] } ?? []
        let other = arguments.value("--root") ?? (folder == usual ? nil : folder)
        options = state + (other.map { ["--root", $0] } ?? [])
    }

    /// The runs, newest first.
    var runs: [RunDirectory] { RunDirectory.all(state: path) }

    /// The run a name or its beginning stands for.
    func find(_ name: String) throws(UsageError) -> RunDirectory {
        let runs = runs
        let found = runs.filter { $0.run == name }
        // Nothing is the beginning of every name: an unset shell variable must not choose a run.
        let matching = found.isEmpty && !name.isEmpty ? runs.filter { $0.run.hasPrefix(name) } : found
        guard let run = matching.first, matching.count == 1 else {
            throw UsageError(
                UsageCodes.noSuchRun,
                matching.isEmpty
                    ? "there is no run `\(name)`" : "\(matching.count) runs begin with `\(name)`",
                help: "`gonogo history` lists the runs in \(path)",
                command: command
            )
        }
        return run
    }
}

extension String? {
    /// Nil for an empty text too: a variable that is set to nothing says nothing.
    fileprivate var nonEmpty: String? { self == "" ? nil : self }
}
