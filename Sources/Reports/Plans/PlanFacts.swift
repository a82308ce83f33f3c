import CanonicalJSON
import Databases
import Diagnostics
import Execution
import Planning
import Runbooks

/// Something that is told of a whole plan, under a word.
struct PlanFact {
    /// The word: `Digest`, `Rollback`.
    let label: String
    /// What is told, a line each; finished.
    let lines: [String]

    init(_ label: String, _ lines: [String]) {
        self.label = label
        self.lines = lines
    }

    init(_ label: String, _ line: String) { self.init(label, [line]) }
}

extension [PlanFact] {
    /// As a terminal shows them: the word before the first line, the others below it.
    var text: String {
        flatMap { fact in
            fact.lines.enumerated().map {
                ($0 == 0 ? fact.label.padded(to: 11) : String(repeating: " ", count: 11)) + $1
            }
        }
        .map { $0.trimmingTrailingBlanks + "\n" }.joined()
    }
}

/// What is told of a whole plan wherever it is shown; whoever shows it decides how.
struct PlanFacts {
    private let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    /// What it is: before its phases.
    var identity: [PlanFact] {
        let details =
            [plan.runbook.printable]
            + [plan.risk.map { "risk \($0.prose)" }, plan.owner.map { "owner \($0.prose)" }].compactMap { $0 }
        return (plan.title.map { [PlanFact("Title", $0.prose)] } ?? [])
            + [PlanFact("Runbook", details.joined(separator: "    ")), PlanFact("Digest", plan.digest.hex)]
            + approval + bindings
    }

    /// What follows from its phases: after them.
    var totals: [PlanFact] { course + findings + parallel }

    /// How long it and taking it back take, and until when that is possible.
    var course: [PlanFact] { times + [PlanFact("Rollback", rollback)] + noReturn }

    /// What the reader has to know to read it.
    var notes: [PlanFact] { legend + defaults }

    /// What was found, in a few words: `1 error and 2 warnings are open, 3 findings are accepted`.
    var verdict: String {
        let open = plan.review.open
        let errors = open.count { $0.severity == .error }
        let accepted = plan.review.findings.count - open.count
        let counts = [
            errors > 0 ? Count(errors, "error").description : nil,
            errors < open.count ? Count(open.count - errors, "warning").description : nil,
        ].compactMap { $0 }
        let words = open.isEmpty ? "no finding is open" : counts.joined(separator: " and ") + open.verb + " open"
        return accepted == 0
            ? words : "\(words), \(Count(accepted, "finding")) \(accepted == 1 ? "is" : "are") accepted"
    }

    /// How large it is: `7 phases, 30 checks, 2 gates`.
    var size: String {
        let active = plan.active
        let skipped = plan.phases.count - active.count
        let checks = active.reduce(0) { $0 + $1.preconditions.count + $1.checks.count }
        let gates = active.count { $0.gate != nil }
        return [
            Count(active.count, "phase").description, skipped > 0 ? "\(skipped) more skipped" : nil,
            checks > 0 ? Count(checks, "check").description : nil, gates > 0 ? Count(gates, "gate").description : nil,
        ].compactMap { $0 }.joined(separator: ", ")
    }

    private var approval: [PlanFact] {
        guard let rule = plan.consent.approvals else { return [] }
        let roles = rule.roles.compactMap(plan.consent.role).map { "\($0.name.printable): \($0.members.listed(6))" }
        return [PlanFact("Approval", ["needs \(rule.words)"] + roles)]
    }

    /// What the plan is bound to, a line for each target.
    private var bindings: [PlanFact] {
        let lines = plan.targets.compactMap { target in
            target.boundWords.map { "\(target.name.printable): \($0)" }
        }
        guard !lines.isEmpty else { return [] }
        return [PlanFact("Work", "\(plan.work.hex), as ledgers know it"), PlanFact("Bound to", lines)]
    }

    /// How long it takes, and when it may run.
    var times: [PlanFact] { BudgetFacts(plan).times }

    /// How long it takes to take everything back, and what is not taken back.
    var rollback: String { BudgetFacts(plan).rollback }

    /// Where and when there is no way back any more.
    private var noReturn: [PlanFact] { BudgetFacts(plan).noReturn }

    /// What a reviewer should know, a line each; the long form was told with the text it is about.
    private var findings: [PlanFact] {
        let review = plan.review
        // What the plan will fail on comes first, with the way out.
        let ordered = review.openErrors + review.open.filter { $0.severity != .error }
        var lines = ordered.prefix(12).map { finding in
            let isFatal = finding.severity == .error
            let help = isFatal ? finding.help.map { "; \($0.prose)" } ?? "" : ""
            return "\(finding.code.prose)  \(isFatal ? "FAILS  " : "")\(finding.place.description.printable)  "
                + finding.message.prose + help
        }
        if review.open.count > 12 { lines.append("and \(review.open.count - 12) more") }
        lines += accepted
        guard !lines.isEmpty else { return [] }
        if let first = ordered.first { lines.append("gonogo explain \(first.code.prose) says more") }
        return [PlanFact("Findings", lines.map { $0.clipped(to: 160) })]
    }

    /// What somebody leaves as it is: what is left for one reason in one line.
    private var accepted: [String] {
        var order: [[String]] = []
        var groups: [[String]: [PlannedFinding]] = [:]
        for finding in plan.review.findings {
            guard let reason = finding.accepted else { continue }
            let key = [finding.code, reason]
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(finding)
        }
        return order.map { key in
            let findings = groups[key] ?? []
            return findings.count > 1
                ? "\(key[0].prose) accepted \(findings.count) times: \(key[1].prose)"
                : "\(key[0].prose) accepted  \(findings[0].message.prose): \(key[1].prose)"
        }
    }

    /// The waves with more than one phase.
    var parallel: [PlanFact] {
        let waves = plan.waves.map { $0.filter { $0.skipped == nil } }.filter { $0.count > 1 }
        guard !waves.isEmpty else { return [] }
        var lines = waves.prefix(8).map { "may run in parallel: \($0.lazy.map(\.id).listed(8))" }
        if waves.count > 8 { lines.append("and \(waves.count - 8) more waves") }
        lines.append("each begins when what it needs is done; an unwind takes back whatever was done")
        return [PlanFact("Parallel", lines)]
    }

    /// What the signs in the table mean, as far as they are used.
    private var legend: [PlanFact] {
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
        ].filter { !$0.isEmpty && !$0.hasSuffix(": ") }
        return lines.isEmpty ? [] : [PlanFact("Legend", lines)]
    }

    /// What applies because nothing else is written.
    var defaults: [PlanFact] {
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
        return [PlanFact("Defaults", lines)]
    }
}

extension [PlannedFinding] {
    fileprivate var verb: String { count == 1 ? " is" : " are" }
}

extension PlannedTarget {
    /// Its engine and its address: `PostgreSQL, v2 at pg1:5432`.
    var words: String { "\(engine.title), \(display.printable)" }

    /// The database it was made for, and how often the work will have begun there; nil where none was reached.
    var boundWords: String? {
        binding.map { bound in
            let facts =
                [bound.database?.printable, "identity \(bound.fingerprint.printable)"]
                + [bound.version.map { "\(engine.title) \($0.printable)" }]
                + [Count(bound.objects.count, "object").description, "run \(bound.cycle)"]
            return facts.compactMap { $0 }.joined(separator: ", ")
        }
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
