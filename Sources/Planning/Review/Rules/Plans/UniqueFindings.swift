import Runbooks
import Statements

/// Unique keys over data that is there, when nothing has asked for duplicates before.
struct UniqueFindings {
    /// The words of questions that were asked before, only of those that count duplicates.
    private var asked: Set<String> = []

    /// What is found in the next phase.
    mutating func findings(in reviewed: ReviewedPhase) -> [PlannedFinding] {
        let phase = reviewed.phase
        take(phase.preconditions)
        let found = reviewed.statements.flatMap { statement in
            statement.keys.filter { key in
                !statement.isNew(key.table) && !statement.cannotCollide(key)
                    && !asked.contains(key.table.name.lowercased())
            }.map { key in
                PlannedFinding(
                    ReviewCodes.mayCollide, "\(key.object) fails where rows of \(key.table) are equal in \(key.words)",
                    help: "ask for duplicates in a precondition: GROUP BY \(key.words) HAVING count(*) > 1",
                    at: statement.place, phase: phase.id, step: statement.step.id)
            }
        }
        take(phase.checks)
        return found
    }

    private mutating func take(_ checks: [PlannedCheck]) {
        for case .query(let query) in checks.map(\.subject) {
            let text = query.statement.text.lowercased()
            guard text.contains("having") || text.contains("distinct") else { continue }
            asked.formUnion(text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }.map(String.init))
        }
    }
}

/// A key that rows must not share.
private struct UniqueKey {
    let object: SchemaObject
    let table: RelationName
    let columns: [String]

    var words: String { columns.isEmpty ? "what it is made of" : columns.joined(separator: ", ") }
}

extension ReviewedStatement {
    /// The unique keys it makes over rows that may be there.
    fileprivate var keys: [UniqueKey] {
        effects.changes.compactMap { change in
            guard change.action == .creates, let table = change.object.relationName else { return nil }
            switch change.detail {
            case .index(let definition) where definition.isUnique:
                return UniqueKey(object: change.object, table: table, columns: definition.columns)
            case .constraint(let definition)
            where [.unique, .primaryKey].contains(definition.kind) && definition.index == nil:
                return UniqueKey(object: change.object, table: table, columns: definition.columns)
            default: return nil
            }
        }
    }

    /// Whether the columns hold a key that is known to be unique already, or one that was made just now and has no value
    /// yet in any row.
    fileprivate func cannotCollide(_ key: UniqueKey) -> Bool {
        uniqueSets.contains { $0.isSubset(of: key.columns) }
            || key.columns.contains { newColumns.contains($0) || makesEmpty($0) }
    }

    /// Whether it makes a column that is NULL in every row.
    private func makesEmpty(_ column: String) -> Bool {
        effects.changes.contains { change in
            guard case .column(let definition) = change.detail, change.object.name == column else { return false }
            return change.action == .creates && definition.defaultValue == nil
        }
    }
}
