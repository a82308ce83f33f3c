import CanonicalJSON
import Diagnostics
import Execution
import Planning
import Reports

/// `gonogo plan`: what a runbook will do, and what its failures will.
struct PlanCommand {
    private let loader: RunbookLoader
    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) throws(UsageError) {
        guard arguments.has(.target) || !arguments.has(.isPending) else {
            throw UsageError(
                UsageCodes.value, "`--exit-code` without `--target`: only the databases know what is done",
                help: "add `--target`", command: arguments.command)
        }
        try PlanView.check(arguments)
        loader = try RunbookLoader(arguments)
        self.arguments = arguments
    }

    func run() async throws(UsageError) -> ExitCode {
        let loaded = await loader.load()
        Output.message(loaded.renderedFindings(name: arguments.positionals[0]))
        guard let plan = loaded.plan else { return .invalid }
        guard arguments.has(.target) else { return try finish(plan, isDone: false) }
        let store = RunStore(arguments, root: loader.root)
        let surroundings = RunSurroundings(
            arguments, root: loader.root, store: store, plan: plan, options: RunOptions())
        let bound: BoundPlan
        do throws(RunRefusal) {
            bound = try await Runner(surroundings.environment).bind(plan)
        } catch {
            return error.report(arguments, store)
        }
        return try finish(bound.plan, isDone: bound.isDone, bound.holders)
    }

    /// Shows the plan and keeps it.
    private func finish(
        _ plan: Plan, isDone: Bool, _ holders: [LockHolder] = []
    ) throws(UsageError) -> ExitCode {
        PlanView.show(plan, arguments)
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
    private let arguments: ParsedArguments
    private let file: PlanFile

    init(_ arguments: ParsedArguments) throws(UsageError) {
        try PlanView.check(arguments)
        self.arguments = arguments
        file = try PlanFile(arguments.positionals[0])
    }

    func run() -> ExitCode {
        PlanView.show(file.plan, arguments)
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

/// How `plan` and `plan show` print a plan.
private enum PlanView {
    static func check(_ arguments: ParsedArguments) throws(UsageError) {
        guard arguments.has(.sql), arguments.value("--format") == "json" || arguments.has(.details) else { return }
        throw UsageError(
            UsageCodes.value, "`--sql` prints a script, and nothing else", help: "leave the other option out",
            command: arguments.command)
    }

    static func show(_ plan: Plan, _ arguments: ParsedArguments) {
        if arguments.has(.sql) {
            Output.result(PlanScript.render(plan))
        } else if arguments.value("--format") == "json" {
            Output.result(PlanJSON.render(plan))
        } else {
            Output.result(PlanText.render(plan, details: arguments.has(.details)))
        }
    }

    /// What comes next for a plan in a file.
    static func next(_ plan: Plan, _ path: String) -> String {
        guard let rule = plan.consent.approvals else { return NextCommands.line(["run", path]) }
        return NextCommands.line(["approve", path, "--as", rule.roles.first ?? "ROLE", "--key", "KEY"])
    }

    /// Says of a plan that it may run in any database its address leads to.
    static func noteBinding(_ plan: Plan) {
        if plan.consent.approvals != nil, Signers.isNobodyNamed {
            Output.message("Nobody's signatures are known here: an approval proves no identity without --signers.\n")
        }
        guard !plan.isBound else { return }
        Output.message("It is bound to no database: `--target` reaches them, and binds a plan to them.\n")
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
