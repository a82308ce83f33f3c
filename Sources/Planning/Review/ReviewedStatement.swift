import Databases
import Statements

/// A statement of a plan with what it does and comes to.
///
/// A class, since it is passed on a lot and holds much: copying it was a tenth of a review.
final class ReviewedStatement: Sendable {
    /// Its number among all that were reviewed.
    let number: Int
    /// The script it is in.
    let site: ReviewedScript
    let statement: PlannedStatement
    /// Its text with variables in place.
    let text: String
    let effects: StatementEffects
    /// What it comes to in the schema that it meets.
    let outlook: StatementOutlook

    init(
        number: Int, at site: ReviewedScript, _ statement: PlannedStatement, reading: StatementReading,
        _ outlook: StatementOutlook
    ) {
        self.number = number
        self.site = site
        self.statement = statement
        text = reading.text
        effects = reading.effects
        self.outlook = outlook
    }

    var phase: PlannedPhase { site.phase }
    var step: PlannedStep { site.step }
    var script: PlannedScript { site.script }
    var engine: Engine { site.engine }
    var cost: StatementCost { outlook.cost }
    /// What is lost when it is done.
    var destructions: [Destruction] { outlook.destructions }
    /// What a catalog and the statements before it say that it cannot be done on.
    var obstacles: [Obstacle] { site.looksUpNames ? outlook.obstacles : [] }
    /// What was known of the tables it works on.
    var surroundings: Surroundings { outlook.surroundings }
    /// The types that columns have before it gives them others, as far as they are known.
    var typesBefore: [SchemaObject: TypeReference] { outlook.surroundings.typesBefore }
    /// Whether sessions are in a time zone without shifts by then.
    var isInTimeZone: Bool { outlook.surroundings.isInTimeZone }

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

/// A script of a plan, which its statements have in common.
final class ReviewedScript: Sendable {
    let phase: PlannedPhase
    let step: PlannedStep
    let script: PlannedScript
    let engine: Engine
    /// Whether names mean in it what they mean in the catalog, and it is sure to be run.
    let looksUpNames: Bool

    init(phase: PlannedPhase, step: PlannedStep, script: PlannedScript, engine: Engine, looksUpNames: Bool) {
        self.phase = phase
        self.step = step
        self.script = script
        self.engine = engine
        self.looksUpNames = looksUpNames
    }
}

/// The text of a statement with variables in place, and what it says.
struct StatementReading {
    let text: String
    let effects: StatementEffects
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
