import Diagnostics
import Execution
import Planning

/// Where a command line takes a plan from.
enum PlanSource {
    /// A runbook, planned now.
    case runbook(RunbookLoader, name: String)
    /// A file that holds a plan.
    case file(PlanFile, root: String)

    /// What a path leads to.
    init(_ arguments: ParsedArguments, path: String) throws(UsageError) {
        if let file = try PlanFile(ifOne: path, arguments) {
            self = .file(file, root: file.root(arguments))
        } else {
            self = .runbook(try RunbookLoader(arguments, path: path), name: path)
        }
    }

    /// The folder its paths start at.
    var root: String {
        switch self {
        case .runbook(let loader, _): loader.root
        case .file(_, let root): root
        }
    }

    /// Whether the plan was made before.
    var origin: PlanOrigin {
        if case .file = self { .file } else { .runbook }
    }

    /// The plan, with the findings of a runbook printed; nil when that cannot be planned.
    func plan() async -> Plan? {
        switch self {
        case .file(let file, _): return file.plan
        case .runbook(let loader, let name):
            let loaded = await loader.load()
            Output.message(loaded.renderedFindings(name: name))
            return loaded.plan
        }
    }

    /// Says in which respect the runbook of a plan that was made before differs by now, and its files; nil where they are
    /// the same, or are not here.
    func note(on plan: Plan) async -> String? {
        guard case .file(_, let root) = self else { return nil }
        return await WorkTree(root: root).note(on: plan)
    }
}
