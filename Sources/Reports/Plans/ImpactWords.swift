import Planning
import Statements

/// What the statements of each step do and lock, found by step.
struct Impacts {
    private let bySteps: [String: [StatementImpact]]

    init(_ review: PlanReview) { bySteps = Dictionary(grouping: review.impacts, by: \.step) }

    /// Of one statement.
    func of(_ step: PlannedStep, at index: Int) -> StatementImpact? {
        bySteps[step.id]?.first { $0.index == index }
    }

    /// Of the steps of a phase, forward.
    func of(_ phase: PlannedPhase) -> [StatementImpact] { phase.steps.flatMap { bySteps[$0.id] ?? [] } }

    /// What a reviewer should know of a phase at a glance: the locks that keep others waiting, and the tables that are
    /// read or written from beginning to end under them.
    func remarks(on phase: PlannedPhase) -> [String] {
        let impacts = of(phase)
        var lines: [String] = []
        for mode in LockMode.allCases.reversed() where mode.blocks == .everybody || mode.blocks == .writers {
            let locks = impacts.flatMap(\.locks).filter { $0.mode == mode }
            let named = locks.filter(\.isNamed).map(\.object).unique
            let others = locks.filter { !$0.isNamed }.map(\.object).unique
            if !named.isEmpty { lines.append("! \(mode.name) on \(named.listed(3)): \(mode.blocks.words)") }
            if named.isEmpty, let first = others.first { lines.append("! \(mode.name) on \(first.prose)") }
        }
        for words in impacts.flatMap(\.destroys) { lines.append("! destroys \(words.prose)") }
        for impact in impacts {
            if let claim = impact.rewrite { lines.append("! rewrites a table: \(claim.phrase)") }
            if impact.rewrite == nil, let claim = impact.scan, impact.isBlocking {
                lines.append("! reads a whole table meanwhile: \(claim.phrase)")
            }
        }
        return lines.unique
    }
}

extension StatementImpact {
    /// Whether somebody waits while it works.
    fileprivate var isBlocking: Bool { locks.contains { $0.mode >= .share } }

    /// Below the statement, a line each.
    var lines: [String] {
        var lines: [String] = []
        if !does.isEmpty { lines.append("does    \(does.map(\.prose).joined(separator: "; "))") }
        for mode in Set(locks.map(\.mode)).sorted(by: >) {
            let objects = locks.filter { $0.mode == mode }.map(\.object.prose)
            lines.append("locks   \(mode.name) on \(objects.joined(separator: ", ")): \(mode.blocks.words)")
        }
        if let rewrite { lines.append("writes  the whole table anew: \(rewrite.phrase)") }
        if let scan { lines.append("reads   the whole table: \(scan.phrase)") }
        for words in destroys { lines.append("destroys  \(words.prose)") }
        for words in overwrites { lines.append("overwrites  \(words.prose)") }
        for words in unseen { lines.append("unseen  \(words.prose)") }
        return lines
    }
}

extension ImpactClaim {
    /// The reason, or what would spare it.
    var phrase: String { isSure ? words.prose : "unless \(words.prose)" }
}

extension LockMode.Blocked {
    /// Who waits, in words.
    var words: String {
        switch self {
        case .nobody: "nobody waits"
        case .otherChanges: "reads and writes go on"
        case .writers: "writes wait, reads go on"
        case .everybody: "reads and writes wait"
        }
    }
}

extension [String] {
    /// Each once, in order.
    fileprivate var unique: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
