import Databases
import Statements

/// Carries out a plan's definitions in empty databases, and tells which statements are refused there.
///
/// Only what the plan itself has made is known there. Where anything else is named, nothing is said.
struct TrialReview {
    private let plan: Plan
    private let values: SQLValues
    private var trials: [String: any SchemaTrial] = [:]
    /// The tables that are there as the plan makes them, by target.
    private var known: [String: Set<RelationName>] = [:]
    private var found: [PlannedFinding] = []

    private init(_ plan: Plan) {
        self.plan = plan
        values = SQLValues(plan)
    }

    /// What is refused of a plan.
    static func findings(
        in plan: Plan, trying makeTrial: @Sendable () -> (any SchemaTrial)?
    ) -> [PlannedFinding] {
        let targets = plan.targets.filter { $0.engine == .sqlite }.map(\.name)
        guard !targets.isEmpty else { return [] }
        var review = TrialReview(plan)
        for target in targets { review.trials[target] = makeTrial() }
        for phase in plan.active { review.take(phase) }
        return review.found
    }

    private mutating func take(_ phase: PlannedPhase) {
        for step in phase.steps { take(step, of: phase, isSure: phase.condition == nil) }
        let targets = Set(phase.rollbackSteps.map(\.target))
        let before = known
        for target in targets { trials[target]?.begin() }
        for step in phase.rollbackSteps { take(step, of: phase, isSure: phase.condition == nil) }
        for target in targets { trials[target]?.forget() }
        known = before
    }

    private mutating func take(_ step: PlannedStep, of phase: PlannedPhase, isSure: Bool) {
        guard let script = step.script, let trial = trials[step.target] else { return }
        for statement in script.statements {
            let text = values.text(of: statement)
            let effects = StatementEffects(of: text, dialect: .sqlite)
            // What is made for a session goes with its step.
            guard !effects.changes.contains(where: { $0.object.schema == "temp" }) else { continue }
            let problem = trial.take(text)
            if let problem, isSure, problem.isRefusal, isKnown(effects.named, in: step.target) {
                let place = Place(file: script.file ?? step.place.file, line: statement.line)
                found.append(
                    RuleFinding(
                        ReviewCodes.refused, "SQLite refuses this \(statement.verb): \(problem)",
                        help: "mend it: it was tried on what the plan itself makes"
                    ).placed(at: place, phase: phase.id, step: step.id))
                // What is surely refused changes nothing.
                continue
            }
            note(effects.defined, in: step.target, isKnown: problem == nil && isSure)
        }
    }

    /// Whether all of that is there as the plan makes it.
    private func isKnown(_ names: Set<RelationName>, in target: String) -> Bool {
        !names.isEmpty && names.isSubset(of: known[target] ?? [])
    }

    /// Tables that were made in the trial are known; what was refused there, or may be passed over, is not any more.
    private mutating func note(
        _ defined: (made: Set<RelationName>, changed: Set<RelationName>), in target: String, isKnown: Bool
    ) {
        if isKnown {
            known[target, default: []].formUnion(defined.made)
        } else {
            known[target, default: []].subtract(defined.made.union(defined.changed))
        }
    }
}

extension StatementEffects {
    /// The relations that a statement names.
    fileprivate var named: Set<RelationName> { Set(changes.compactMap(\.table)) }

    /// The tables that are there after it under a name that is new, and those it changes otherwise.
    fileprivate var defined: (made: Set<RelationName>, changed: Set<RelationName>) {
        var made: Set<RelationName> = []
        var changed: Set<RelationName> = []
        for change in changes {
            guard let table = change.table else { continue }
            switch (change.action, change.detail) {
            case (.creates, .table) where !change.isTolerant: made.insert(table)
            case (.renames, .name(let name)) where change.object.kind == .table:
                made.insert(RelationName(schema: table.schema, name: name))
                changed.insert(table)
            case (.creates, _), (.alters, _), (.drops, _), (.renames, _): changed.insert(table)
            default: break
            }
        }
        return (made, changed)
    }
}

extension Change {
    /// The relation it is about; of an index its table.
    fileprivate var table: RelationName? {
        object.relationName ?? object.relation.map { RelationName(schema: object.schema, name: $0) }
    }
}

extension String {
    /// Whether SQLite's word is about the statement itself, and not about something that is not there.
    fileprivate var isRefusal: Bool {
        !contains("no such table")
            && [
                "no such column", "has no column named", "values were supplied", "values for", "duplicate column name",
                "already exists", "do not have the same number of result columns", "error in ",
            ].contains(where: contains)
    }
}
