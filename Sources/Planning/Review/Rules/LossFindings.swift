import Runbooks
import Statements

/// Data that a phase takes away, unless it copies it first or says that there is no way back.
enum LossFindings {
    static func findings(in reviewed: ReviewedPhase) -> [PlannedFinding] {
        if case .irreversible = reviewed.phase.rollback { return [] }
        return reviewed.statements.flatMap { statement in
            statement.losses.filter { loss in
                !loss.isUsual && !isToldOtherwise(loss, statement) && !reviewed.copies(loss.object, before: statement)
            }.map { loss in
                PlannedFinding(
                    ReviewCodes.destroys, "\(statement.verb) destroys \(loss.words)",
                    help: "keep a backup or a copy of the rows in a phase before, and accept it with a reason",
                    at: statement.place, phase: reviewed.phase.id, step: statement.step.id)
            }
        }
    }

    /// DELETE without WHERE is told as that.
    private static func isToldOtherwise(_ loss: Loss, _ statement: ReviewedStatement) -> Bool {
        loss.manner == .emptied
            && statement.effects.changes.contains {
                $0.action == .deletes && $0.object.relationName == loss.object.relationName
            }
    }
}

extension ReviewedPhase {
    /// Whether a statement before another puts the rows of a table elsewhere.
    fileprivate func copies(_ object: SchemaObject, before statement: ReviewedStatement) -> Bool {
        guard let table = object.relationName else { return false }
        return statements.prefix { $0.number < statement.number }.contains { earlier in
            let reads = earlier.effects.changes.contains { $0.action == .reads && $0.object.relationName == table }
            let keeps = earlier.effects.changes.contains { change in
                if case .table(let definition) = change.detail { return definition.isFilled }
                return change.action == .inserts
            }
            return reads && keeps
        }
    }
}
