import Databases
import Statements

/// What a statement comes to in the schema that it meets.
struct StatementOutlook: Sendable {
    let cost: StatementCost
    let destructions: [Destruction]
    var obstacles: [Obstacle]
    let surroundings: Surroundings

    init(of effects: StatementEffects, on engine: Engine, in model: SchemaModel) {
        cost = engine == .postgres ? StatementCost(of: effects, knowing: model) : StatementCost()
        destructions = Destruction.all(of: effects, in: model)
        obstacles = engine == .postgres ? Obstacle.all(of: effects, in: model) : []
        surroundings = Surroundings(of: effects, in: model)
    }
}

/// What is known of the tables that a statement works on, before it.
struct Surroundings: Sendable {
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
    /// The types of columns that it gives other types, as far as they are known.
    let typesBefore: [SchemaObject: TypeReference]
    /// Whether sessions are in a time zone without shifts by then.
    let isInTimeZone: Bool

    init(of effects: StatementEffects, in model: SchemaModel) {
        isKnown = model.isComplete
        isInTimeZone = model.isUTC
        typesBefore = model.types(changedBy: effects)
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
