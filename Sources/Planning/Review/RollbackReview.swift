import Statements

/// Holds the rollback of each phase against the phase: what it leaves, misses, drops beside, and in which order.
///
/// The statements of the phase and then those of its rollback are applied to what is known of the schema; whatever is
/// not as before is a finding. A phase may also stop after any of its steps: where a step made what a later one took
/// up, the rollback has to know of that, too.
struct RollbackReview {
    private var ledgers: [String: ObjectLedger]
    private var findings: [PlannedFinding] = []

    /// Given what is there before the plan, by target.
    init(knowing ledgers: [String: ObjectLedger]) { self.ledgers = ledgers }

    /// What is found in the next phase.
    mutating func review(_ reviewed: ReviewedPhase) -> [PlannedFinding] {
        findings = []
        let targets = Set(reviewed.phase.allTargets)
        for target in targets { ledgers[target, default: ObjectLedger()].push() }
        for statement in reviewed.statements { apply(statement) }
        switch reviewed.phase.rollback {
        case .nothing: reviewNothing(reviewed)
        case .irreversible: break
        case .steps: reviewSteps(reviewed, targets)
        }
        for target in targets { ledgers[target]?.merge() }
        return findings
    }

    private mutating func apply(_ statement: ReviewedStatement) {
        ledgers[statement.step.target, default: ObjectLedger()].apply(statement.effects, by: statement.number)
    }

    // MARK: A phase that says there is nothing to take back

    private mutating func reviewNothing(_ reviewed: ReviewedPhase) {
        for statement in reviewed.statements {
            guard let change = statement.effects.changes.first(where: \.needsUndoing) else { continue }
            let phase = reviewed.phase
            findings.append(
                PlannedFinding(
                    ReviewCodes.nothingToUndo,
                    "`\(phase.id)` says that nothing is to be taken back, and \(statement.verb) \(change.verbWords)",
                    help: "write a rollback, or `rollback: { irreversible: ... }` where there is none",
                    at: statement.place, phase: phase.id, step: statement.step.id))
        }
    }

    // MARK: A rollback with steps

    private mutating func reviewSteps(_ reviewed: ReviewedPhase, _ targets: Set<String>) {
        var comparison = RollbackComparison(reviewed)
        take(&comparison, reviewed, targets)
        let passing = passing(reviewed)
        for count in 1..<max(reviewed.forward.count, 1) {
            let last = reviewed.forward[..<count].last { !$0.isEmpty }?.last?.number ?? 0
            guard passing.contains(where: { $0.step < count && $0.until > last }) else { continue }
            // Again from the beginning of the phase, up to where it stopped.
            for target in targets {
                ledgers[target]?.pop()
                ledgers[target]?.push()
            }
            for statement in reviewed.forward.prefix(count).flatMap(\.self) { apply(statement) }
            comparison.stoppedAfter = reviewed.forward[count - 1].last?.step.id
            take(&comparison, reviewed, targets)
            for target in targets {
                ledgers[target]?.pop()
                ledgers[target]?.push()
            }
            for statement in reviewed.statements { apply(statement) }
        }
        findings += comparison.findings
    }

    /// Runs the rollback for a try, and compares.
    private mutating func take(
        _ comparison: inout RollbackComparison, _ reviewed: ReviewedPhase, _ targets: Set<String>
    ) {
        for target in targets { ledgers[target]?.push() }
        for statement in reviewed.rollback {
            comparison.look(at: statement, before: ledgers[statement.step.target] ?? ObjectLedger())
            apply(statement)
        }
        for target in targets.sorted() {
            if let ledger = ledgers[target] { comparison.compare(ledger, in: target) }
            ledgers[target]?.pop()
        }
    }

    /// What a step makes and a later step of the phase takes up again.
    private func passing(_ reviewed: ReviewedPhase) -> [(step: Int, until: Int)] {
        var found: [(step: Int, until: Int)] = []
        for (step, statements) in reviewed.forward.enumerated() {
            guard let last = statements.last?.number else { continue }
            for change in statements.flatMap(\.effects.changes) where change.action == .creates {
                guard let ledger = ledgers[statements[0].step.target],
                    let entry = ledger[ledger.key(of: change.object)],
                    entry.presence == .no, let dropper = entry.dropper, dropper > last
                else { continue }
                found.append((step, dropper))
            }
        }
        return found
    }
}

extension Change {
    /// Whether a rollback has to do something about it.
    var needsUndoing: Bool {
        switch action {
        case .reads, .locks, .vacuums, .analyzes, .clusters, .reindexes, .refreshes, .calls, .sets, .notifies: false
        case .writes: object.kind != .session && object.kind != .setting
        case .creates:
            if case .table(let definition) = detail { !definition.isTemporary } else { object.schema != "temp" }
        default: object.schema != "temp"
        }
    }

    /// What it does to what, in words: `creates table orders`.
    var verbWords: String { "\(action.rawValue) \(object)" }
}
