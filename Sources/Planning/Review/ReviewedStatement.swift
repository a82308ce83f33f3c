import Databases
import Statements

/// A statement of a plan with what it does and costs.
struct ReviewedStatement {
    /// Its number among all that were reviewed.
    let number: Int
    let phase: PlannedPhase
    let step: PlannedStep
    let script: PlannedScript
    let statement: PlannedStatement
    /// Its text with variables in place.
    let text: String
    let effects: StatementEffects
    let cost: StatementCost
    let engine: Engine
    /// The types that columns have before it gives them others, as far as they are known.
    let typesBefore: [SchemaObject: TypeReference]
    /// Whether a statement before it has set the time zone to one without shifts.
    let isInTimeZone: Bool

    /// Where it begins.
    var place: Place { Place(file: script.file ?? step.place.file, line: statement.line) }

    /// The words it begins with, for messages.
    var verb: String { statement.verb }
}

/// A phase of a plan with its statements taken apart, in the schema as the phases before it leave it.
struct ReviewedPhase {
    let phase: PlannedPhase
    /// By step, in order.
    let forward: [[ReviewedStatement]]
    let back: [[ReviewedStatement]]

    /// All its statements, forward.
    var statements: [ReviewedStatement] { forward.flatMap(\.self) }
    /// All statements of its rollback.
    var rollback: [ReviewedStatement] { back.flatMap(\.self) }
}

/// Takes the statements of a plan apart, in the order they run.
struct Reading {
    private let plan: Plan
    private var number = 0
    private var models: [String: SchemaModel]
    private let engines: [String: Engine]
    private let values: SQLValues

    /// Given what is known of the schemas of a plan's targets.
    init(_ plan: Plan, knowing schemas: [String: SchemaModel]) {
        self.plan = plan
        models = schemas
        engines = Dictionary(plan.targets.map { ($0.name, $0.engine) }) { $1 }
        values = SQLValues(plan)
    }

    /// The next phase.
    mutating func read(_ phase: PlannedPhase) -> ReviewedPhase {
        let forward = phase.steps.map { read($0, of: phase) }
        // A rollback is looked at by itself: the next phase follows on this one being done.
        for target in phase.allTargets { models[target, default: SchemaModel()].push() }
        let back = phase.rollbackSteps.map { read($0, of: phase) }
        for target in phase.allTargets { models[target]?.pop() }
        return ReviewedPhase(phase: phase, forward: forward, back: back)
    }

    private mutating func read(_ step: PlannedStep, of phase: PlannedPhase) -> [ReviewedStatement] {
        guard case .apply(let script) = step.action, let engine = engines[step.target] else { return [] }
        var guards = RefusingTables()
        return script.statements.map { statement in
            number += 1
            let text = values.text(of: statement)
            var effects = StatementEffects(of: text, dialect: engine.dialect)
            if engine == .sqlite { guards.look(at: &effects, text) }
            let cost =
                engine == .postgres
                ? StatementCost(of: effects, knowing: models[step.target] ?? SchemaModel()) : StatementCost()
            let types = models[step.target]?.types(changedBy: effects) ?? [:]
            models[step.target, default: SchemaModel()].apply(effects)
            return ReviewedStatement(
                number: number, phase: phase, step: step, script: script, statement: statement, text: text,
                effects: effects, cost: cost, engine: engine, typesBefore: types,
                isInTimeZone: models[step.target]?.isUTC ?? false)
        }
    }
}

/// What variables stand for in SQL that is looked at.
struct SQLValues {
    private let values: [String: PlannedVariable.Value]

    init(_ plan: Plan) { values = Dictionary(plan.variables.map { ($0.name, $0.value) }) { $1 } }

    /// The text of a statement with values in place; `round` gives those of one round of `for_each`.
    func text(of statement: PlannedStatement, round: [PlannedSetting] = []) -> String {
        statement.bound { reference in
            let quote = reference.form == .identifier ? "\"" : "'"
            var value = round.first { $0.name == reference.name }?.value
            if value == nil, case .text(let own)? = values[reference.name] { value = own }
            return quote + (value ?? "?").replacing(quote, with: quote + quote) + quote
        }
    }
}

extension SchemaModel {
    /// The types of the columns that a statement gives another type.
    fileprivate func types(changedBy effects: StatementEffects) -> [SchemaObject: TypeReference] {
        var found: [SchemaObject: TypeReference] = [:]
        for change in effects.changes {
            guard case .property(.type) = change.detail, let table = change.object.relationName else { continue }
            found[change.object] = self[table]?.columns[change.object.name]?.type
        }
        return found
    }
}

/// SQLite has no statement that refuses; a CHECK of a temporary table that a row breaks does.
private struct RefusingTables {
    private var names: Set<String> = []

    /// A row for such a table makes the statement one that can refuse.
    mutating func look(at effects: inout StatementEffects, _ text: String) {
        for change in effects.changes {
            switch change.action {
            case .creates where change.object.schema == "temp" && text.uppercased().contains("CHECK"):
                names.insert(change.object.name)
            case .inserts where names.contains(change.object.name): effects.isGuard = true
            default: break
            }
        }
    }
}
