import CanonicalJSON
import Planning

/// What a plan needs before it runs, and the commands for it.
struct PlanNext {
    /// What it needs, a sentence each.
    let sentences: [String]
    /// What to type, in order.
    let commands: [String]

    /// - Parameters:
    ///   - plan: the plan.
    ///   - file: where it is kept, as it would be typed.
    init(_ plan: Plan, file: String) {
        let file = file.clipped(to: 300)
        var (sentences, commands) = ([String](), [[String]]())
        if !plan.isBound {
            commands.append(["plan", plan.runbook.clipped(to: 300), "--target", "-o", file])
        }
        if let rule = plan.consent.approvals {
            sentences.append("It needs \(rule.words.clipped(to: 400)).")
            commands.append(["approve", file, "--as", rule.roles.first?.clipped(to: 80) ?? "ROLE", "--key", "KEY"])
        } else {
            sentences.append("It needs nobody's approval.")
            commands.append(["run", file])
        }
        if !plan.isBound {
            sentences.append("It is bound to no database: bound to one by --target, it has another digest.")
        }
        self.sentences = sentences
        self.commands = commands.map(NextCommands.line)
    }
}
