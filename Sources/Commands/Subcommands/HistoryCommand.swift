import CanonicalJSON
import Diagnostics
import Execution
import Reports

/// `gonogo history`: all runs.
struct HistoryCommand {
    private let store: RunStore
    private let format: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        store = RunStore(arguments)
        format = arguments.value("--format") ?? "text"
    }

    func run() throws(UsageError) -> ExitCode {
        store.print(try store.runs().map(RunStore.entry), format: format)
    }
}

/// `gonogo show`: everything about a run.
struct ShowCommand {
    private let store: RunStore
    private let directory: RunDirectory
    private let format: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        store = RunStore(arguments)
        directory = try store.find(arguments.positionals[0])
        format = arguments.value("--format") ?? "text"
    }

    func run() -> ExitCode {
        do throws(RunUnreadable) {
            let lines = try directory.journal()
            let plan = try directory.plan()
            switch format {
            case "json": Output.result(RunReport.json(lines, plan: plan).safeText + "\n")
            case "events": Output.result(lines.map { EventJSON.line($0) + "\n" }.joined())
            default: Output.result(RunReport.text(lines, plan: plan))
            }
            return .done
        } catch {
            return RunRefusal.unreadable(error).report(store)
        }
    }
}

extension RunStore {
    /// Prints runs; one whose journal cannot be followed is named with the reason.
    func print(_ runs: [Result<RunList.Entry, RunUnreadable>], format: String) -> ExitCode {
        var entries: [RunList.Entry] = []
        var code = ExitCode.done
        for run in runs {
            switch run {
            case .success(let entry): entries.append(entry)
            case .failure(let error): code = RunRefusal.unreadable(error).report(self)
            }
        }
        if entries.isEmpty, code == .done { Output.message("There are no runs in \(path).\n") }
        Output.result(format == "json" ? RunList.json(entries).safeText + "\n" : RunList.text(entries))
        return code
    }

    /// What the journal of a run says.
    static func entry(_ run: RunDirectory) -> Result<RunList.Entry, RunUnreadable> {
        do throws(RunUnreadable) {
            return .success(RunList.Entry(run: run.run, lines: try run.journal()))
        } catch {
            return .failure(error)
        }
    }
}
