import CanonicalJSON
import Diagnostics
public import Planning

/// A plan as a person reviews it on a terminal.
public enum PlanText {
    /// The plan's header, its phases as a table, and its totals; with details also every step, statement and check.
    public static func render(_ plan: Plan, details: Bool) -> String {
        let facts = PlanFacts(plan)
        var text = heading(plan) + facts.identity.text + "\n" + PhaseTable(plan).text + "\n"
        text += (facts.totals + facts.notes).text
        if details { text += "\n" + PlanDetails(plan).text }
        return text.withoutCommands
    }

    /// The plan, and the databases it is for.
    private static func heading(_ plan: Plan) -> String {
        let start = "Plan \(plan.digest.short)  \(plan.name.printable) "
        let targets = plan.targets.map { "-> \($0.name.printable) (\($0.words))" }
        var lines = [start + (targets.first ?? "")]
        lines += targets.dropFirst().map { String(repeating: " ", count: min(start.displayWidth, 40)) + $0 }
        return lines.map { $0.trimmingTrailingBlanks + "\n" }.joined()
    }
}
