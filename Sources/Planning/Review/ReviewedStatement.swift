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
    /// What is lost when it is done.
    let losses: [Loss]
    /// What a catalog and the statements before it say that it cannot be done on.
    let obstacles: [Obstacle]
    /// What was known of the tables it works on.
    let surroundings: Surroundings
    let engine: Engine

    /// Where it begins.
    var place: Place { Place(file: script.file ?? step.place.file, line: statement.line) }

    /// Whether a catalog tells of everything that is there.
    var knowsSchema: Bool { surroundings.isKnown }
    /// The columns of its tables that the plan made.
    var newColumns: Set<String> { surroundings.newColumns }
    /// The columns that no two rows of its tables share.
    var uniqueSets: [Set<String>] { surroundings.uniqueSets }

    /// The words it begins with, for messages.
    var verb: String { statement.verb }
}

/// What is known of the tables that a statement works on, before it.
struct Surroundings {
    /// Whether a catalog tells of everything that is there.
    let isKnown: Bool
    /// Its tables that the plan made.
    let newTables: Set<RelationName>
    /// The columns of its tables that the plan made.
    let newColumns: Set<String>
    /// The columns that no two rows of its tables share.
    let uniqueSets: [Set<String>]
    /// Its tables in which hardly anything is, so that reading or writing all of it takes a moment.
    let smallTables: Set<RelationName>

    init(of effects: StatementEffects, in model: SchemaModel) {
        isKnown = model.isComplete
        var newTables: Set<RelationName> = []
        var newColumns: Set<String> = []
        var uniqueSets: [Set<String>] = []
        var smallTables: Set<RelationName> = []
        for change in effects.changes where change.action != .reads {
            guard let table = change.object.relationName, let relation = model[table] else { continue }
            if relation.isNew { newTables.insert(table) }
            if let bytes = relation.bytes, bytes <= Self.small { smallTables.insert(table) }
            guard [.creates, .renames].contains(change.action) else { continue }
            newColumns.formUnion(relation.columns.filter(\.value.isNew).keys)
            uniqueSets += relation.constraints.values.filter { [.unique, .primaryKey].contains($0.kind) }
                .map { Set($0.columns) }
        }
        self.newTables = newTables
        self.newColumns = newColumns
        self.uniqueSets = uniqueSets
        self.smallTables = smallTables
    }

    /// A thousand pages: read or written in some ten milliseconds.
    private static let small = 8 << 20
}

/// A phase of a plan with its statements taken apart, in the schema as the phases before it leave it.
struct ReviewedPhase {
    let phase: PlannedPhase
    /// By step, in order.
    let forward: [[ReviewedStatement]]
    let back: [[ReviewedStatement]]
    /// All its statements, forward.
    let statements: [ReviewedStatement]
    /// All statements of its rollback.
    let rollback: [ReviewedStatement]

    init(phase: PlannedPhase, forward: [[ReviewedStatement]], back: [[ReviewedStatement]]) {
        self.phase = phase
        self.forward = forward
        self.back = back
        statements = forward.flatMap(\.self)
        rollback = back.flatMap(\.self)
    }
}

/// Takes the statements of a plan apart, in the order they run.
struct Reading {
    private let plan: Plan
    private var number = 0
    private var models: [String: SchemaModel]
    private let known: [String: KnownSchema]
    private let engines: [String: Engine]
    private let values: [String: PlannedVariable.Value]

    /// Given what is known of the schemas of a plan's targets.
    init(_ plan: Plan, knowing schemas: [String: KnownSchema]) {
        self.plan = plan
        known = schemas
        models = schemas.mapValues(\.model)
        engines = Dictionary(plan.targets.map { ($0.name, $0.engine) }) { $1 }
        values = Dictionary(plan.variables.map { ($0.name, $0.value) }) { $1 }
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
        let statements = script.statements.map { statement in
            let text = statement.bound(sqlText)
            var effects = StatementEffects(of: text, dialect: engine.dialect)
            if engine == .sqlite { guards.look(at: &effects, text) }
            if let known = known[step.target] { effects = known.looking(into: effects) }
            return (statement, text, effects)
        }
        let looksUpNames =
            engine == .postgres && phase.condition == nil && step.doneWhen == nil
            && !script.settings.contains { $0.name.lowercased() == "search_path" }
            && !statements.contains { $0.2.setsSearchPath }
        return statements.map { statement, text, effects in
            number += 1
            let found = look(at: effects, engine, in: models[step.target] ?? SchemaModel())
            models[step.target, default: SchemaModel()].apply(effects)
            return ReviewedStatement(
                number: number, phase: phase, step: step, script: script, statement: statement, text: text,
                effects: effects, cost: found.cost, losses: found.losses,
                obstacles: looksUpNames ? found.obstacles : [], surroundings: found.surroundings, engine: engine)
        }
    }

    /// What a statement comes to in the schema that it meets.
    private func look(
        at effects: StatementEffects, _ engine: Engine, in model: SchemaModel
    ) -> (cost: StatementCost, losses: [Loss], obstacles: [Obstacle], surroundings: Surroundings) {
        let cost = engine == .postgres ? StatementCost(of: effects, knowing: model) : StatementCost()
        return (
            cost, Loss.all(of: effects, in: model), Obstacle.all(of: effects, in: model),
            Surroundings(of: effects, in: model)
        )
    }

    /// A variable as SQL, for looking at.
    private func sqlText(_ reference: VariableReference) -> String {
        let quote = reference.form == .identifier ? "\"" : "'"
        guard case .text(let value)? = values[reference.name] else { return quote + "?" + quote }
        return quote + value.replacing(quote, with: quote + quote) + quote
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
