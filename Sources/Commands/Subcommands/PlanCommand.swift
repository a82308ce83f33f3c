import CanonicalJSON
import Diagnostics
import Execution
import Planning
import Reports

/// `gonogo plan`: what a runbook will do, and what its failures will.
struct PlanCommand {
    private let loader: RunbookLoader
    private let arguments: ParsedArguments
    private let view: PlanView

    init(_ arguments: ParsedArguments) throws(UsageError) {
        guard arguments.has(.target) || !arguments.has(.isPending) else {
            throw UsageError(
                UsageCodes.value, "`--exit-code` without `--target`: only the databases know what is done",
                help: "add `--target`", command: arguments.command)
        }
        view = try PlanView(arguments)
        loader = try RunbookLoader(arguments)
        self.arguments = arguments
    }

    func run() async throws(UsageError) -> ExitCode {
        let loaded = await loader.load()
        if !view.isOfFindings { Output.message(loaded.renderedFindings(name: arguments.positionals[0])) }
        let findings = loaded.findings.map { ReportedFinding($0, file: loader.paths.here) }
        guard let plan = loaded.plan else {
            view.show(findings)
            return .invalid
        }
        guard arguments.has(.target) else { return try finish(plan, findings, isDone: false) }
        let store = RunStore(arguments, root: loader.root)
        let surroundings = RunSurroundings(
            arguments, root: loader.root, store: store, plan: plan, options: RunOptions())
        let bound: BoundPlan
        do throws(RunRefusal) {
            bound = try await Runner(surroundings.environment).bind(plan)
        } catch {
            return error.report(arguments, store)
        }
        return try finish(bound.plan, findings, isDone: bound.isDone, bound.holders)
    }

    /// Shows the plan and keeps it.
    private func finish(
        _ plan: Plan, _ findings: [ReportedFinding], isDone: Bool, _ holders: [LockHolder] = []
    ) throws(UsageError) -> ExitCode {
        view.show(
            plan, file: arguments.value("-o"),
            findings: findings + ReportedFinding.all(of: plan, file: loader.paths.here))
        Output.message(LockHolderWords.render(holders))
        if isDone { Output.message("Nothing to do: this work is done, and stands.\n") }
        if let path = arguments.value("-o") {
            try plan.write(to: path, isForced: arguments.has(.force))
            Output.message("Saved \(path.printable), plan \(plan.digest.short).\n")
            PlanView.noteBinding(plan)
            Output.message("Next   \(PlanView.next(plan, path))\n")
        }
        return arguments.has(.isPending) && !isDone ? .pending : .done
    }
}

/// `gonogo plan show`: the plan in a file.
struct PlanShowCommand {
    private let view: PlanView
    private let file: PlanFile
    private let paths: PathsFromHere

    init(_ arguments: ParsedArguments) throws(UsageError) {
        view = try PlanView(arguments)
        file = try PlanFile(arguments.positionals[0])
        paths = PathsFromHere(root: file.root(arguments))
    }

    func run() -> ExitCode {
        view.show(file.plan, file: file.path, findings: ReportedFinding.all(of: file.plan, file: paths.here))
        PlanView.noteBinding(file.plan)
        return .done
    }
}

/// `gonogo plan diff`: what differs between two plans.
struct PlanDiffCommand {
    private let arguments: ParsedArguments
    private let plan: Plan
    private let other: Plan

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        plan = try PlanFile(arguments.positionals[0]).plan
        other = try PlanFile(arguments.positionals[1]).plan
    }

    func run() -> ExitCode {
        let diff = PlanDiff(from: plan, to: other)
        Output.result(arguments.value("--format") == "json" ? diff.json.safeText + "\n" : diff.text)
        return arguments.has(.differs) && !diff.isEmpty ? .pending : .done
    }
}

/// `gonogo graph`: the phases and what they wait for.
struct GraphCommand {
    private let loader: RunbookLoader
    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) throws(UsageError) {
        loader = try RunbookLoader(arguments)
        self.arguments = arguments
    }

    func run() async -> ExitCode {
        let loaded = await loader.load()
        Output.message(loaded.renderedFindings(name: arguments.positionals[0]))
        guard let plan = loaded.plan else { return .invalid }
        let format = arguments.value("--format").flatMap(PlanGraph.Format.init(rawValue:)) ?? .mermaid
        Output.result(PlanGraph.render(plan, format))
        return .done
    }
}
