import Databases
import Statements

/// Takes the statements of a plan apart, in the order they run.
struct Reading {
    private let plan: Plan
    private var number = 0
    private var models: [String: SchemaModel]
    private let known: [String: KnownSchema]
    private var closeness: [String: Closeness] = [:]
    private let engines: [String: Engine]
    private let values: SQLValues

    /// Given what is known of the schemas of a plan's targets.
    init(_ plan: Plan, knowing schemas: [String: KnownSchema]) {
        self.plan = plan
        known = schemas
        models = schemas.mapValues(\.model)
        engines = Dictionary(plan.targets.map { ($0.name, $0.engine) }) { $1 }
        values = SQLValues(plan)
    }

    /// The next phase.
    mutating func read(_ phase: PlannedPhase) -> ReviewedPhase {
        let forward = phase.steps.map { read($0, of: phase) }
        // A rollback is looked at by itself: the next phase follows on this one being done.
        for target in phase.allTargets { models[target, default: SchemaModel()].push() }
        let before = closeness
        let back = phase.rollbackSteps.map { read($0, of: phase) }
        closeness = before
        for target in phase.allTargets { models[target]?.pop() }
        return ReviewedPhase(phase: phase, forward: forward, back: back)
    }

    private mutating func read(_ step: PlannedStep, of phase: PlannedPhase) -> [ReviewedStatement] {
        if case .run = step.action { for target in known.keys { closeness[target, default: Closeness()].open() } }
        guard case .apply(let script) = step.action, let engine = engines[step.target] else { return [] }
        var guards = RefusingTables()
        let readings = script.statements.map { statement in
            let text = values.text(of: statement)
            var effects = StatementEffects(of: text, dialect: engine.dialect)
            if engine == .sqlite { guards.look(at: &effects, text) }
            if let known = known[step.target] { effects = known.looking(into: effects) }
            return StatementReading(text: text, effects: effects)
        }
        let looksUpNames =
            phase.condition == nil && step.doneWhen == nil
            && !script.settings.contains { $0.name.lowercased() == "search_path" }
            && !readings.contains(where: \.effects.setsSearchPath)
        let site = ReviewedScript(
            phase: phase, step: step, script: script, engine: engine, looksUpNames: looksUpNames)
        return zip(script.statements, readings).map { statement, reading in
            number += 1
            // In a call of its own: while a copy of the model is at hand, changing it copies all of it.
            let outlook = outlook(of: reading, on: engine, step.target)
            models[step.target, default: SchemaModel()].apply(reading.effects)
            return ReviewedStatement(number: number, at: site, statement, reading: reading, outlook)
        }
    }
}

extension Reading {
    /// What a statement comes to; what a catalog says is in its way only as far as that is certain.
    private mutating func outlook(of reading: StatementReading, on engine: Engine, _ target: String) -> StatementOutlook
    {
        let model = models[target] ?? SchemaModel()
        var outlook = StatementOutlook(of: reading.effects, on: engine, in: model)
        guard let known = known[target] else { return outlook }
        let text = reading.text.uppercased()
        let isVague = text.contains("IF EXISTS") || text.hasPrefix("DO")
        outlook.obstacles = isVague ? [] : closeness[target, default: Closeness()].certain(outlook.obstacles)
        closeness[target, default: Closeness()].follow(reading, in: model, path: known.pathLength)
        return outlook
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

extension StatementEffects {
    /// Whether names mean something else after it.
    fileprivate var setsSearchPath: Bool {
        changes.contains { $0.action == .sets && ["search_path", "role", "all"].contains($0.object.name.lowercased()) }
            || changes.contains { $0.action == .writes && $0.object.name == "search_path" }
    }
}
