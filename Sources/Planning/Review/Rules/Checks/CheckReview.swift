import Databases
import Diagnostics
import Statements

/// Looks at what checks and captures ask: whether they can say no, and whether they ask what they are named for.
struct CheckReview {
    private let values: SQLValues
    private let engines: [String: Engine]
    private var schemas: [String: CheckedSchema] = [:]
    /// The schemas that catalogs tell of, with what the statements before make of them.
    private var models: [String: SchemaModel]
    private let pathLengths: [String: Int]
    private var closeness: [String: Closeness] = [:]
    /// What texts ask: many checks ask the same of other phases.
    private var shapes: [String: QueryShape?] = [:]
    private var found: [PlannedFinding] = []
    private var said: Set<String> = []

    static let rules: [any CheckRule] = [
        EmptyChecks(), VisibilityChecks(), CatalogChecks(), IndexChecks(), MeasureChecks(), PresenceChecks(),
    ]

    init(_ plan: Plan, knowing known: [String: KnownSchema]) {
        models = known.mapValues(\.model)
        pathLengths = known.mapValues(\.pathLength)
        values = SQLValues(plan)
        engines = Dictionary(plan.targets.map { ($0.name, $0.engine) }) { $1 }
    }

    /// What is found in the next phase.
    mutating func findings(in reviewed: ReviewedPhase) -> [PlannedFinding] {
        found = []
        said = []
        let phase = reviewed.phase
        look(at: (phase.condition.map { [$0] } ?? []) + phase.preconditions, of: phase)
        for (step, statements) in zip(phase.steps, reviewed.forward) { take(step, statements, of: phase) }
        look(at: phase.checks, of: phase)
        guard case .steps(let steps, let checks, _, _) = phase.rollback else { return found }
        let targets = Set(phase.allTargets)
        for target in targets {
            schemas[target, default: CheckedSchema()].push()
            models[target]?.push()
        }
        let before = closeness
        for (step, statements) in zip(steps, reviewed.back) { take(step, statements, of: phase) }
        look(at: checks, of: phase)
        closeness = before
        for target in targets {
            schemas[target]?.pop()
            models[target]?.pop()
        }
        return found
    }

    private mutating func take(_ step: PlannedStep, _ statements: [ReviewedStatement], of phase: PlannedPhase) {
        if case .run = step.action { for target in models.keys { closeness[target, default: Closeness()].open() } }
        if let probe = step.doneWhen { look(at: [probe], of: phase) }
        if case .capture(let capture) = step.action {
            let asked = asked(
                "capture `\(capture.name)`", capture.query, step.target, expectation: nil, isTimed: step.timeout != nil,
                isBesideValidity: false)
            look(at: asked, place: step.place, of: phase, step: step.id)
        }
        for statement in statements {
            schemas[step.target, default: CheckedSchema()].take(statement)
            follow(statement, in: step.target)
        }
    }

    private mutating func follow(_ statement: ReviewedStatement, in target: String) {
        let reading = StatementReading(text: statement.text, effects: statement.effects)
        if let model = models[target], let path = pathLengths[target] {
            closeness[target, default: Closeness()].follow(reading, in: model, path: path)
        }
        models[target]?.apply(statement.effects)
    }

    private mutating func look(at checks: [PlannedCheck], of phase: PlannedPhase) {
        let asksForValidity = checks.contains { check in
            guard case .query(let query) = check.subject else { return false }
            return query.statement.text.contains("indisvalid")
        }
        for check in checks {
            guard case .query(let query) = check.subject, let target = check.target else { continue }
            let asked = asked(
                "check `\(check.name)`", query, target, round: check.each, expectation: check.expectation,
                isTimed: check.timeout != nil, isBesideValidity: asksForValidity)
            look(at: asked, place: check.place, of: phase, step: nil)
        }
    }

    private mutating func look(at asked: AskedQuery, place: Place, of phase: PlannedPhase, step: String?) {
        let schema = schemas[asked.target] ?? CheckedSchema()
        // A phase with a condition may take no part, and what it asks for may come with the next one.
        let unknown = phase.condition == nil ? unknownNames(asked, besides: schema) : []
        // The rounds of one check mostly have one finding.
        for finding in Self.rules.flatMap({ $0.findings(for: asked, in: schema) }) + unknown
        where said.insert("\(finding.code.id) \(place.line) \(finding.message)").inserted {
            found.append(finding.placed(at: place, phase: phase.id, step: step))
        }
    }

    /// What neither the catalog nor the statements before know.
    private func unknownNames(_ asked: AskedQuery, besides schema: CheckedSchema) -> [RuleFinding] {
        guard let model = models[asked.target], model.isComplete, closeness[asked.target]?.ofTables ?? true,
            let shape = asked.shape,
            !asked.query.settings.contains(where: { $0.name.lowercased() == "search_path" })
        else { return [] }
        if case .failure = asked.expectation { return [] }
        return shape.relations.filter { !$0.isOfServer && model[$0] == nil && schema[$0] == nil }.map { name in
            RuleFinding(
                ReviewCodes.unknownName, "\(asked.owner) reads \(name), which is not there",
                help: model.relationNames(in: name.schema).nearest(to: name.name).map { "did you mean \($0)?" }
                    ?? "correct the name, or ask when it is there", severity: .error)
        }
    }

    private mutating func asked(
        _ owner: String, _ query: PlannedQuery, _ target: String, round: [PlannedSetting] = [],
        expectation: PlannedExpectation?, isTimed: Bool, isBesideValidity: Bool
    ) -> AskedQuery {
        let engine = engines[target] ?? .postgres
        let text = values.text(of: query.statement, round: round)
        return AskedQuery(
            owner: owner, engine: engine, target: target, query: query, text: text,
            shape: engine == .postgres ? shape(of: text) : nil, expectation: expectation, isTimed: isTimed,
            isBesideValidity: isBesideValidity)
    }

    private mutating func shape(of text: String) -> QueryShape? {
        if let known = shapes[text] { return known }
        let shape = QueryShape(of: text)
        shapes[text] = .some(shape)
        return shape
    }
}
