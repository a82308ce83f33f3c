import Execution
import Reports

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
    ///
    /// - Throws: `UsageError` when the folder is there and cannot be looked into.
    func runs() throws(UsageError) -> [RunDirectory] {
        do throws(FileFailure) {
            return try RunDirectory.all(state: path)
        } catch {
            throw UsageError(
                RefusalCodes.state, "cannot \(error.action) \(error.path): \(error.reason)",
                help: "ask as somebody who may read it, or name another with --state", exit: .internal)
        }
    }

    /// The folder of a run by its whole name; nil when it is not here.
    func folder(of run: String) -> RunDirectory? { try? runs().first { $0.run == run } }

    /// The run a name or its beginning stands for.
    func find(_ name: String) throws(UsageError) -> RunDirectory {
        let runs = try runs()
        let found = runs.filter { $0.run == name }
        // Nothing is the beginning of every name: an unset shell variable must not choose a run.
        let matching = found.isEmpty && !name.isEmpty ? runs.filter { $0.run.hasPrefix(name) } : found
        guard let run = matching.first, matching.count == 1 else {
            throw UsageError(
                UsageCodes.noSuchRun,
                matching.isEmpty
                    ? "there is no run `\(name)`" : "\(matching.count) runs begin with `\(name)`",
                help: "`\(commands.words("history"))` lists the runs in \(path)" + anew(name),
                command: command
            )
        }
        return run
    }

    /// What makes a folder anew that is lost; nothing for what is no whole name of a run.
    private func anew(_ name: String) -> String {
        guard name.wholeMatch(of: /r-[0-9]{4}-[a-z0-9]{4}/) != nil else { return "" }
        let recover = commands.words("recover", name, ["--from-target", "--runbook", "FILE"])
        return "; where the run's folder is lost, `\(recover)` makes it anew from its databases"
    }

    private var commands: NextCommands { NextCommands(runbook: nil, options: options) }
}

extension String? {
    /// Nil for an empty text too: a variable that is set to nothing says nothing.
    fileprivate var nonEmpty: String? { self == "" ? nil : self }
}
