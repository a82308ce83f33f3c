import Databases
import Runbooks
import Statements

/// A query that a check or a capture asks, with what may be expected of it.
struct AskedQuery {
    /// `check` or `capture`, with its name.
    let owner: String
    let engine: Engine
    let target: String
    let query: PlannedQuery
    /// Its text with values in place.
    let text: String
    /// What it asks; nil where that cannot be told.
    let shape: QueryShape?
    /// What must be answered; nil for a capture.
    let expectation: PlannedExpectation?
    /// Whether it says how long it may take, and so may be about time.
    let isTimed: Bool
    /// Whether another check of its phase asks which indexes are valid.
    let isBesideValidity: Bool

    /// The names of the session's settings that extensions and applications define.
    var ownSettings: [String] { query.settings.map(\.name).filter { $0.contains(".") } }
}

/// Looks at one query at a time.
protocol CheckRule: Sendable {
    /// What is found in a query, given what the statements before it made.
    func findings(for asked: AskedQuery, in schema: CheckedSchema) -> [RuleFinding]
}

extension [Bound] {
    /// Whether every number of rows is within them.
    var admitEveryCount: Bool {
        !isEmpty
            && allSatisfy { bound in
                let limit = Double(bound.quantity.digits) ?? 1
                return bound.relation == .atLeast && limit <= 0 || bound.relation == .above && limit < 0
            }
    }

    /// Whether one row is all they ask for.
    var demandOneAtLeast: Bool {
        count == 1
            && allSatisfy { bound in
                let limit = Double(bound.quantity.digits) ?? 0
                return bound.relation == .atLeast && limit == 1 || bound.relation == .above && limit == 0
            }
    }

    /// Whether no row at all is refused.
    var demandSome: Bool {
        contains { bound in
            let limit = Double(bound.quantity.digits) ?? 0
            switch bound.relation {
            case .exactly, .atLeast: return limit >= 1
            case .above: return limit >= 0
            case .atMost, .below: return false
            }
        }
    }
}
