import Diagnostics
import Execution
import Reports

/// `gonogo status`: how the latest run stands, and every run that is not finished.
struct StatusCommand {
    private let store: RunStore
    private let format: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        store = RunStore(arguments)
        format = arguments.value("--format") ?? "text"
    }

    func run() throws(UsageError) -> ExitCode {
        var shown: [Result<RunList.Entry, RunUnreadable>] = []
        var details: [String] = []
        for (index, run) in try store.runs().enumerated() {
            let read = RunStore.entry(run)
            guard case .success(let entry) = read else {
                shown.append(read)
                continue
            }
            let isOpen = !(entry.state.outcome?.isFinal ?? false)
            if isOpen || index == 0 { shown.append(read) }
            if isOpen { details.append(detail(run, entry)) }
        }
        let code = store.print(shown, format: format)
        if format == "text" { Output.result(details.map { "\n" + $0 }.joined()) }
        return code
    }

    /// How an unfinished run stands and what comes next; of one that goes on, only that it does.
    private func detail(_ directory: RunDirectory, _ entry: RunList.Entry) -> String {
        let state = entry.state
        guard !directory.isHeld else {
            let phases = state.phases.filter { $0.status == .running || $0.status == .rollingBack }.map(\.id)
            return "RUNNING  \(directory.run)  since \(entry.started), started by \(state.operatorName)".printable
                + (phases.isEmpty ? "" : ": \(phases.joined(separator: ", "))".printable) + "\n"
        }
        let commands = NextCommands(runbook: nil, options: store.options)
        guard !state.run.isEmpty else {
            return RunSummary.renderEmpty(directory.run, hadBegun: directory.hasTraces, commands: commands)
        }
        let plan = try? directory.plan(forShowing: true)
        return RunSummary.render(state, outcome: state.outcome, plan: plan, commands: commands)
    }
}
