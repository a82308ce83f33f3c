public import CanonicalJSON
import Diagnostics
public import Planning

/// What differs between two plans, by phase and statement; where something stands in a file does not count.
public struct PlanDiff: Sendable {
    /// What differs, in the order of the plan.
    public let changes: [PlanChange]
    /// Which plan is the first.
    let from: Digest
    /// Which is the second.
    let to: Digest

    /// Compares two plans.
    ///
    /// - Parameters:
    ///   - plan: the first.
    ///   - other: the second.
    ///   - ignoringTargets: whether databases are left out, and what was found knowing them, as one plan has reached them
    ///     and the other has not.
    public init(from plan: Plan, to other: Plan, ignoringTargets: Bool = false) {
        var comparison = PlanComparison()
        comparison.compare(plan.json, other.json, leavingOut: ignoringTargets ? ["targets", "review"] : [])
        changes = comparison.changes
        from = plan.digest
        to = other.digest
    }

    /// Whether nothing differs.
    public var isEmpty: Bool { changes.isEmpty }

    /// What is said where nothing differs.
    var nothing: String { from == to ? "Nothing differs." : "Nothing differs but where it is written." }

    /// What differs, a few words each.
    public var summary: [String] {
        changes.map { change in
            let what = "\(change.kind.rawValue) \(change.what)"
            return (change.phase.map { "phase \($0): \(what)" } ?? what).prose
        }
    }

    /// As people read it.
    public var text: String {
        var lines = ["Plan \(from.short) -> \(to.short)"]
        if isEmpty { lines.append(nothing) }
        var phase: String?
        for change in changes {
            if change.phase != phase, let id = change.phase { lines += ["", "Phase \(id.printable)"] }
            phase = change.phase
            lines.append("  \(change.kind.rawValue.padded(to: 8)) \(change.what.prose)")
            lines += Self.shown(change.before, "-") + Self.shown(change.after, "+")
        }
        return lines.map { $0 + "\n" }.joined().withoutCommands
    }

    /// For programs.
    public var json: JSON {
        [
            "from": .string(from.hex), "to": .string(to.hex),
            "changes": .array(
                changes.map { change in
                    .compact([
                        "phase": .optional(change.phase), "change": .string(change.kind.rawValue),
                        "what": .string(change.what), "before": .optional(change.before),
                        "after": .optional(change.after),
                    ])
                }),
        ]
    }

    private static func shown(_ text: String?, _ sign: String) -> [String] {
        guard let text else { return [] }
        return text.codeLines.map { "    \(sign) \($0.replacing("\t", with: " "))" }
    }
}

/// One difference between two plans.
public struct PlanChange: Sendable, Equatable {
    /// The phase; nil for what belongs to the whole plan.
    public let phase: String?
    /// How it differs.
    public let kind: Kind
    /// What: `step add-column/1`, `statement 2 of step add-column/1`.
    public let what: String
    /// What it was, where that says more.
    public let before: String?
    /// What it is.
    public let after: String?

    /// The ways to differ.
    public enum Kind: String, Sendable {
        /// Only the second has it.
        case added
        /// Only the first has it.
        case removed
        /// It stands elsewhere among its like.
        case moved
        /// Both have it, and it differs.
        case changed
    }
}
