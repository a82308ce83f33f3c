import Runbooks
import Statements

/// Holds what rollbacks lose, and what irreversible phases destroy, against the data that may be lost.
struct LossReview {
    private let allowed: DataLoss?
    private var hasBackup = false
    /// By phase, its place among the others.
    private var places: [String: Int] = [:]
    /// By table and target, the last phase that writes into it.
    private var lastWrite: [[String]: Int] = [:]
    /// The last phase with a program: what that writes nobody knows.
    private var lastProgram = -1

    init(_ objective: PlannedObjective?) { allowed = objective?.dataLoss }

    /// What is found in a phase, given what was found of its rollback.
    mutating func review(_ reviewed: ReviewedPhase, _ rollback: [PlannedFinding]) -> [PlannedFinding] {
        let makesBackup = reviewed.phase.steps.contains(where: \.makesBackup)
        defer { hasBackup = hasBackup || makesBackup }
        let place = places.count
        places[reviewed.phase.id] = place
        for write in reviewed.writes { lastWrite[[write.target, write.table]] = place }
        if reviewed.phase.steps.contains(where: { $0.stepClass == .external }) { lastProgram = place }
        guard let allowed else { return [] }
        let lossy = rollback.filter { $0.loss != nil }
        switch allowed {
        case .none:
            return lossy.compactMap { finding in
                finding.loss.map { loss in
                    PlannedFinding(
                        ReviewCodes.dataLost,
                        "the rollback of `\(finding.phase)` loses what is written into \(loss.words), and no data may be lost",
                        help: "refuse in the rollback while there is something to lose", at: finding.place,
                        phase: finding.phase, step: finding.step)
                }
            } + destroyed(reviewed)
        case .sinceBackup:
            guard !hasBackup, let first = lossy.first, let loss = first.loss else { return [] }
            return [
                PlannedFinding(
                    ReviewCodes.noBackup,
                    "the rollback of `\(first.phase)` loses what is written into \(loss.words), and no phase before it makes a backup",
                    help: "make one in a phase before it", at: first.place, phase: first.phase,
                    step: first.step)
            ]
        }
    }

    /// Marks what later phases write into, or may, once all are reviewed.
    func mark(_ findings: inout [PlannedFinding]) {
        for index in findings.indices {
            guard let loss = findings[index].loss, let place = places[findings[index].phase] else { continue }
            let last = max(lastWrite[[loss.target, loss.table]] ?? -1, lastProgram)
            findings[index].loss?.isWrittenLater = last > place
        }
    }

    /// What goes for good.
    private func destroyed(_ reviewed: ReviewedPhase) -> [PlannedFinding] {
        guard case .irreversible = reviewed.phase.rollback else { return [] }
        return reviewed.statements.compactMap { statement in
            let change = statement.effects.changes.first { change in
                switch change.action {
                case .drops: [.table, .column, .schema, .database].contains(change.object.kind)
                case .deletes, .truncates: change.object.schema != "temp"
                default: false
                }
            }
            return change.map { change in
                PlannedFinding(
                    ReviewCodes.dataDestroyed,
                    "`\(reviewed.phase.id)` \(change.verbWords) for good, and no data may be lost",
                    help: "make it a runbook of its own, or take it out", at: statement.place,
                    phase: reviewed.phase.id, step: statement.step.id)
            }
        }
    }
}

extension PlannedStep {
    /// Whether it makes a backup, or runs a program that by its words does.
    fileprivate var makesBackup: Bool {
        switch action {
        case .backup: true
        case .run(let command): command.arguments.contains { $0.contains("dump") || $0.contains("backup") }
        case .apply, .capture: false
        }
    }
}

extension ReviewedPhase {
    /// The tables whose rows it changes, by target.
    var writes: [(target: String, table: String)] {
        statements.flatMap { statement in
            statement.effects.changes.compactMap { change in
                switch change.action {
                case .inserts, .merges, .updates, .deletes, .truncates:
                    change.object.relationName.map { (statement.step.target, $0.name) }
                default: nil
                }
            }
        }
    }
}
