import Statements

/// What a transaction does not take back when it is rolled back.
struct OutsideFindings: StatementRule {
    func findings(for statement: ReviewedStatement, in transaction: OpenTransaction) -> [RuleFinding] {
        statement.effects.changes.compactMap { change in
            guard change.action == .writes, [.sequence, .system, .session].contains(change.object.kind) else {
                return nil
            }
            return RuleFinding(
                ReviewCodes.outlasts, "\(change.cause) changes \(change.place), which no rollback takes back",
                help: "leave it out of what is taken back: do it in a phase of its own, or accept it with a reason")
        }
    }
}

extension Change {
    /// What does it: a function, or a program.
    fileprivate var cause: String {
        guard case .words(let words) = detail else { return "it" }
        return words == "PROGRAM" ? "the program" : "\(words)()"
    }

    /// What is changed.
    fileprivate var place: String {
        switch object.kind {
        case .sequence: "sequence \(object.name)"
        case .session: "what the session holds"
        default: "something outside of the transaction"
        }
    }
}
