import Databases
import Statements

/// What is found in two statements of one script.
enum ScriptRules {
    /// What is found in a phase and its rollback.
    static func findings(in reviewed: ReviewedPhase) -> [PlannedFinding] {
        (reviewed.forward + reviewed.back).flatMap(alternatives) + passedOver(reviewed.statements)
            + passedOver(reviewed.rollback)
    }

    /// Which rows of a table are looked for.
    private struct Search: Hashable {
        let table: RelationName
        let condition: String
    }

    /// A relation of a database.
    private struct Place: Hashable {
        let target: String
        let name: RelationName
    }

    /// A statement that looks for what the one before left none of.
    private static func alternatives(_ statements: [ReviewedStatement]) -> [PlannedFinding] {
        var found: [PlannedFinding] = []
        var earlier: [Search: Int] = [:]
        for statement in statements {
            guard let change = statement.effects.changes.first(where: { $0.action == .updates }),
                let table = change.object.relationName, case .rows(let rows) = change.detail,
                let condition = statement.text.wherePart
            else { continue }
            let search = Search(table: table, condition: condition)
            if let line = earlier[search] {
                found.append(
                    RuleFinding(
                        ReviewCodes.alternatives,
                        "this UPDATE of \(table) finds what the one in line \(line) finds, and that one leaves none",
                        help: "keep one of the two: a variable of the runbook decides"
                    ).placed(at: statement))
                continue
            }
            // Only a condition that the statement itself makes untrue leaves nothing.
            guard let column = condition.comparedColumn, rows.columns.contains(column), !condition.contains(" or "),
                statement.text.assigns(column, another: condition)
            else { continue }
            earlier[search] = statement.place.line
        }
        return found
    }

    /// Statements about what an earlier one has dropped: IF EXISTS keeps them from failing, and nothing happens.
    private static func passedOver(_ statements: [ReviewedStatement]) -> [PlannedFinding] {
        var gone: [Place: ReviewedStatement] = [:]
        var found: [PlannedFinding] = []
        for statement in statements {
            for change in statement.effects.changes {
                guard let name = change.object.relationName, !change.isConditional else { continue }
                let relation = Place(target: statement.step.target, name: name)
                if change.action == .drops, change.isTolerant, [.trigger, .policy, .rule].contains(change.object.kind),
                    let dropper = gone[relation]
                {
                    found.append(
                        RuleFinding(
                            ReviewCodes.nothingLeft,
                            "\(change.object) went with its table in line \(dropper.place.line): this statement does nothing",
                            help: "leave it out, or put it before the drop of \(name)"
                        ).placed(at: statement))
                }
                switch change.action {
                case .drops where change.object.isRelation: gone[relation] = statement
                case .creates where change.object.isRelation, .renames: gone[relation] = nil
                default: break
                }
            }
        }
        return found
    }
}

extension String {
    /// What stands after the only WHERE, in one line and small letters; nil where there is none, or a query within.
    fileprivate var wherePart: String? {
        let line = lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let parts = line.split(separator: " where ", omittingEmptySubsequences: false)
        guard parts.count == 2, !line.contains("select "), !line.contains(" returning ") else { return nil }
        return String(parts[1])
    }

    /// The column that a condition compares with a constant, or with NULL.
    fileprivate var comparedColumn: String? {
        let name = prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let rest = dropFirst(name.count).drop { $0 == " " }
        guard !name.isEmpty, rest.hasPrefix("=") || rest.hasPrefix("is null") || rest.hasPrefix("in (") else {
            return nil
        }
        return String(name)
    }

    /// Whether an UPDATE gives a column a constant that its condition does not look for.
    fileprivate func assigns(_ column: String, another condition: String) -> Bool {
        let line = lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard let start = line.firstRange(of: "\(column) = '") ?? line.firstRange(of: "\(column)='"),
            let end = line.firstRange(of: " where "), start.upperBound < end.lowerBound
        else { return false }
        let value = line[start.upperBound...].prefix { $0 != "'" }
        return !condition.contains("'\(value)'")
    }
}
