import Databases
import Statements

/// Queries of relations that are not there when they are asked.
struct PresenceChecks: CheckRule {
    func findings(for asked: AskedQuery, in schema: CheckedSchema) -> [RuleFinding] {
        guard let shape = asked.shape else { return [] }
        if case .failure = asked.expectation { return [] }
        for name in shape.relations {
            guard let relation = schema[name], relation.isGone || relation.isTemporary else { continue }
            let reason =
                relation.isGone
                ? "is dropped before it is asked" : "was made for the session of its step alone"
            return [
                RuleFinding(
                    ReviewCodes.askedTooLate, "\(asked.owner) reads \(relation.kind.rawValue) \(name), which \(reason)",
                    help: "ask before, or keep what it holds with a `capture:`")
            ]
        }
        return []
    }
}
