import Diagnostics
import Planning
import Reports

/// What the files of a plan are by now; a plan is carried out as it is, whatever became of them.
struct WorkTree {
    let root: String

    /// Says in which respect the runbook and its files differ from a plan; nil where they are the same, or are not here.
    func note(on plan: Plan) async -> String? {
        guard let loader = try? RunbookLoader(of: plan, below: root) else { return nil }
        let carriedOut = "the plan is carried out as it is.\n"
        guard let now = await loader.load().plan else {
            return "note: \(plan.runbook.printable) can no longer be planned; \(carriedOut)"
        }
        let changes = PlanDiff(from: plan, to: now, ignoringTargets: true).summary
        guard !changes.isEmpty else { return nil }
        let more = changes.count > 5 ? " and \(changes.count - 5) more" : ""
        return "note: by now the runbook or its files differ from the plan in "
            + "\(changes.prefix(5).joined(separator: ", "))\(more); \(carriedOut)"
    }
}
