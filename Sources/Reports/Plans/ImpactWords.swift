import Diagnostics
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

    /// The locks of a phase that keep readers or writers waiting, strongest first: those on names, or else the first other.
    func locks(of phase: PlannedPhase) -> [(mode: LockMode, objects: [String], isNamed: Bool)] {
        let locks = of(phase).flatMap(\.locks)
        return LockMode.allCases.reversed().compactMap { mode in
            guard mode.blocks == .everybody || mode.blocks == .writers else { return nil }
            let all = locks.filter { $0.mode == mode }
            let named = all.filter(\.isNamed).map(\.object).unique
            let objects = named.isEmpty ? all.prefix(1).map(\.object) : named
            return objects.isEmpty ? nil : (mode, objects, !named.isEmpty)
        }
    }

    /// What a reviewer should know of a phase at a glance: the locks that keep others waiting, and the tables that are
    /// read or written from beginning to end under them.
    ///
    /// Where a line would be too long, it has fewer names.
    func remarks(on phase: PlannedPhase, width: Int) -> [String] {
        let impacts = of(phase)
        var lines = locks(of: phase).map { lock in
            guard lock.isNamed else { return "! \(lock.mode.name) on \(lock.objects[0].prose)" }
            let lines = [3, 2, 1].map { count in
                "! \(lock.mode.name) on \(lock.objects.listed(count)): \(lock.mode.blocks.words)"
            }
            return lines.first { $0.displayWidth <= width } ?? lines[2]
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

    /// What is told of it, each under a word.
    var facts: [(word: String, text: String)] {
        var facts: [(word: String, text: String)] = []
        if !does.isEmpty { facts.append(("does", does.map(\.prose).joined(separator: "; "))) }
        for mode in Set(locks.map(\.mode)).sorted(by: >) {
            let objects = locks.filter { $0.mode == mode }.map(\.object.prose)
            facts.append(("locks", "\(mode.name) on \(objects.joined(separator: ", ")): \(mode.blocks.words)"))
        }
        if let rewrite { facts.append(("writes", "the whole table anew: \(rewrite.phrase)")) }
        if let scan { facts.append(("reads", "the whole table: \(scan.phrase)")) }
        for words in destroys + overwrites { facts.append(("loses", words.prose)) }
        for words in unseen { facts.append(("unseen", words.prose)) }
        return facts
    }

    /// Below the statement, a line each.
    var lines: [String] { facts.map { $0.word.padded(to: 8) + $0.text } }
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
