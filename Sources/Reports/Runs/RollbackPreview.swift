import CanonicalJSON
import Databases
import Diagnostics
public import Execution
public import Planning

/// What a rollback will do, as a person reads it before saying yes.
public enum RollbackPreview {
    /// The phases that are taken back, a row each in their order, and those that stay with the reason.
    public static func render(_ order: UnwindOrder, run: String, plan: Plan) -> String {
        var text = "Run \(run.printable)  \(plan.name.printable)  plan \(plan.digest.short)\n"
        for target in plan.targets {
            text += "  \(target.name.printable): \(target.engine.title), \(target.display.printable)\n"
        }
        text += "\n" + table(order)
        return text
    }

    private static func table(_ order: UnwindOrder) -> String {
        var table = Table([.right, .capped(32), .free])
        let goes = order.takenBack
        for (index, phase) in goes.enumerated() {
            let words = order.nothing(of: phase).map { "nothing to take back: \($0.prose)" } ?? words(phase.rollback)
            table.add([" \(index + 1)", phase.id.printable, words])
        }
        if goes.isEmpty { table.add(line: " Nothing is taken back; the schema is compared again.") }
        for (phase, reason) in order.standing {
            let words = reason.map { "irreversible: \($0.prose)" } ?? "an irreversible phase was built on it"
            table.add(["", phase.id.printable, "STAYS, \(words)"])
        }
        return table.text
    }

    private static func words(_ rollback: PlannedRollback) -> String {
        switch rollback {
        case .nothing(let reason), .irreversible(let reason): return reason.prose
        case .steps(let steps, let checks, let estimate, _):
            let work = steps.map { step in
                step.summary.prose + (step.script.map { " (\($0.statements.count))" } ?? "")
            }
            let facts = [
                checks.isEmpty ? nil : "\(checks.count)ck", estimate.map { "~\($0.words)" },
            ].compactMap { $0 }
            return work.joined(separator: ", ") + (facts.isEmpty ? "" : "  " + facts.joined(separator: "  "))
        }
    }
}
