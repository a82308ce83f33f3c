import Runbooks
import Statements

/// Data that a phase takes away, unless it copies it first or says that there is no way back.
enum DestructionFindings {
    static func findings(in reviewed: ReviewedPhase) -> [PlannedFinding] {
        if case .irreversible = reviewed.phase.rollback { return [] }
        guard reviewed.statements.contains(where: { !$0.destructions.isEmpty }) else { return [] }
        let copies = reviewed.copies
        return reviewed.statements.flatMap { statement in
            statement.destructions.filter { loss in
                !loss.isUsual && !isToldOtherwise(loss, statement)
                    && !(loss.object.relationName.flatMap { copies[$0] }.map { $0 < statement.number } ?? false)
            }.map { loss in
                PlannedFinding(
                    ReviewCodes.destroys, "\(statement.verb) destroys \(loss.words)",
                    help: "keep a backup or a copy of the rows in a phase before, and accept it with a reason",
                    at: statement.place, phase: reviewed.phase.id, step: statement.step.id)
            }
        }
    }

    /// DELETE without WHERE is told as that.
    private static func isToldOtherwise(_ loss: Destruction, _ statement: ReviewedStatement) -> Bool {
        loss.manner == .emptied
            && statement.effects.changes.contains {
                $0.action == .deletes && $0.object.relationName == loss.object.relationName
            }
    }
}

extension ReviewedPhase {
    /// The first statement that puts the rows of a table elsewhere, by table.
    fileprivate var copies: [RelationName: Int] {
        var found: [RelationName: Int] = [:]
        for statement in statements where statement.effects.keepsRows {
            for change in statement.effects.changes where change.action == .reads {
                guard let table = change.object.relationName, found[table] == nil else { continue }
                found[table] = statement.number
            }
        }
        return found
    }
}
