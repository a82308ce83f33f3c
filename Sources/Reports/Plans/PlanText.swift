import CanonicalJSON
import Databases
import Diagnostics
import Execution
public import Planning
import Runbooks

/// A plan as a person reviews it on a terminal.
public enum PlanText {
    /// The plan's header, its phases as a table, and its totals; with details also every step, statement and check.
    public static func render(_ plan: Plan, details: Bool) -> String {
        var text = header(plan) + "\n" + PhaseTable(plan).text + "\n" + totals(plan)
        if details { text += "\n" + PlanDetails(plan).text }
        return text
    }

    private static func header(_ plan: Plan) -> String {
        let digest = plan.digest
        let start = "Plan \(digest.short)  \(plan.name.printable) "
        let targets = plan.targets.map { target in
            "-> \(target.name.printable) (\(target.engine.title), \(target.display.printable))"
        }
        var lines = [start + (targets.first ?? "")]
        lines += targets.dropFirst().map { String(repeating: " ", count: min(start.displayWidth, 40)) + $0 }
        if let title = plan.title { lines.append("Title      \(title.prose)") }
        let facts =
            [plan.runbook.printable]
            + [plan.risk.map { "risk \($0.prose)" }, plan.owner.map { "owner \($0.prose)" }].compactMap { $0 }
        lines.append("Runbook    " + facts.joined(separator: "    "))
        lines.append("Digest     \(digest.hex)")
        if let rule = plan.consent.approvals {
            lines.append("Approval   needs \(rule.words)")
            lines += rule.roles.compactMap(plan.consent.role).map { role in
                "           \(role.name.printable): \(role.members.listed(6))"
            }
        }
        lines += bindings(plan)
        return lines.map { $0.trimmingTrailingBlanks + "\n" }.joined()
    }

    /// What the plan is bound to, a line for each target.
    private static func bindings(_ plan: Plan) -> [String] {
        let lines = plan.targets.compactMap { target in
            target.binding.map { bound in
                let facts =
                    [bound.database?.printable, "identity \(bound.fingerprint.printable)"]
                    + [bound.version.map { "\(target.engine.title) \($0.printable)" }]
                    + [Count(bound.objects.count, "object").description, "run \(bound.cycle)"]
                return "\(target.name.printable): " + facts.compactMap { $0 }.joined(separator: ", ")
            }
        }
        guard !lines.isEmpty else { return [] }
        return ["Work       \(plan.work.hex), as ledgers know it"]
            + lines.enumerated().map { ($0 == 0 ? "Bound to   " : "           ") + $1 }
    }

    private static func totals(_ plan: Plan) -> String {
        var lines = BudgetText(plan).lines
        lines += findings(plan.review)
        lines += parallel(plan)
        lines += legend(plan).enumerated().map { ($0 == 0 ? "Legend     " : "           ") + $1 }
        lines += defaults(plan).enumerated().map { ($0 == 0 ? "Defaults   " : "           ") + $1 }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What a reviewer should know, a line each; the long form was told with the text it is about.
    private static func findings(_ review: PlanReview) -> [String] {
        var lines = review.open.prefix(12).map { "\($0.code)  \($0.place.description.printable)  \($0.message.prose)" }
        if review.open.count > 12 { lines.append("and \(review.open.count - 12) more") }
        let accepted = review.findings.filter { $0.accepted != nil }
        lines += accepted.map { "\($0.code) accepted  \($0.message.prose): \($0.accepted?.prose ?? "")" }
        guard !lines.isEmpty else { return [] }
        if let first = review.open.first { lines.append("gonogo explain \(first.code) says more") }
        return lines.enumerated().map { ($0 == 0 ? "Findings   " : "           ") + $1.clipped(to: 160) }
    }

    /// The waves with more than one phase.
    private static func parallel(_ plan: Plan) -> [String] {
        let waves = plan.waves.map { $0.filter { $0.skipped == nil } }.filter { $0.count > 1 }
        guard !waves.isEmpty else { return [] }
        var lines = waves.prefix(8).enumerated().map { index, wave in
            (index == 0 ? "Parallel   " : "           ")
                + "may run in parallel: \(wave.lazy.map(\.id).listed(8))"
        }
        if waves.count > 8 { lines.append("           and \(waves.count - 8) more waves") }
        lines.append("           each begins when what it needs is done; an unwind takes back whatever was done")
        return lines
    }

    /// What the signs in the table mean, as far as they are used.
    private static func legend(_ plan: Plan) -> [String] {
        let steps = plan.active.flatMap(\.steps)
        let classes = Set(steps.map(\.stepClass))
        let groupings = Set(steps.map(\.grouping))
        let transactions = Grouping.allCases.filter { groupings.contains($0) && $0 != .none }
            .compactMap { sign in sign.meaning.map { "\(sign.rawValue) = \($0)" } }
        let counts = [
            steps.contains { $0.script != nil } ? "(2) = 2 statements" : nil,
            plan.active.contains { !$0.checks.isEmpty } ? "2ck = 2 checks" : nil,
        ]
        let lines = [
            "class: "
                + StepClass.allInOrder.filter(classes.contains).map { "\($0.rawValue) = \($0.meaning)" }
                .joined(separator: ", "),
            "tx: " + transactions.joined(separator: ", "),
            counts.compactMap { $0 }.joined(separator: ", "),
        ]
        return lines.filter { !$0.isEmpty && !$0.hasSuffix(": ") }
    }

    /// What applies because nothing else is written.
    private static func defaults(_ plan: Plan) -> [String] {
        let active = plan.active
        var lines = [
            "a check only reads, takes at most \(RunDefaults.checkTimeout.duration), and fails its phase"
        ]
        if plan.targets.contains(where: { $0.engine == .postgres }) {
            let settings = RunDefaults.settings.map { "\($0.name) \($0.value)" }
            lines.append("PostgreSQL: \(settings.joined(separator: ", "))")
            let total = (plan.patience.lockWait ?? RunDefaults.lockWait).duration
            lines.append(
                "a lock is waited for \(RunDefaults.lockTimeout.duration) at a time, again and again for \(total)")
        }
        if plan.patience.resumesAfterDisconnect { lines.append("a lost connection is waited for, and the run goes on") }
        let unlimited = active.count { $0.timeout == nil }
        if unlimited > 0 { lines.append("\(Count(unlimited, "phase")) without a timeout may take any time") }
        if active.contains(where: { $0.gate != nil }) { lines.append("silence at a gate is no-go") }
        return lines
    }
}

extension StepClass {
    static let allInOrder: [StepClass] = [.transactional, .nonTransactional, .external, .readOnly]

    /// What a crash can leave, in a few words.
    var meaning: String {
        switch self {
        case .transactional: "in a transaction"
        case .nonTransactional: "outside any transaction"
        case .external: "a program"
        case .readOnly: "only reads"
        }
    }
}
