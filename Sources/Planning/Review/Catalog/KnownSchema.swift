import Databases
import Statements

/// What a catalog says of a target, in the forms a review works with.
struct KnownSchema {
    let model: SchemaModel
    let ledger: ObjectLedger
    /// In how many schemas names without one are looked up.
    let pathLength: Int
    /// The routines that somebody made, by name.
    private let routines: [RelationName: [SchemaFacts.Routine]]

    init(_ facts: SchemaFacts, engine: Engine) {
        // SQLite's names have no one spelling, and the ledger takes names without a schema for those in `public`.
        model = SchemaModel(facts, isComplete: engine == .postgres)
        let isComplete = engine == .postgres && facts.searchPath.first == "public"
        ledger = ObjectLedger(facts, isComplete: isComplete)
        pathLength = facts.searchPath.count
        routines = Dictionary(grouping: facts.routines) { Self.key(RelationName($0.name)) }
    }

    /// The schema of names without one is left out.
    private static func key(_ name: RelationName) -> RelationName {
        name.schema == "public" ? RelationName(schema: nil, name: name.name) : name
    }

    /// The same with what the routines it calls are seen to do.
    func looking(into effects: StatementEffects) -> StatementEffects {
        guard !routines.isEmpty, !effects.unseen.isEmpty else { return effects }
        var effects = effects
        var called: Set<RelationName> = []
        // What a routine calls is looked into as well, each once.
        var open = effects.unseen
        while let unseen = open.popLast() {
            guard let name = unseen.routine, called.insert(name).inserted, let known = routines[Self.key(name)] else {
                continue
            }
            let bodies = known.map { StatementEffects(ofRoutine: $0.definition) }
            guard bodies.allSatisfy({ $0 != nil }) else { continue }
            effects.see(unseen, as: bodies.compactMap(\.self))
            open += bodies.compactMap(\.self).flatMap(\.unseen)
        }
        return effects
    }
}

extension Unseen {
    /// The routine that is called.
    fileprivate var routine: RelationName? {
        switch self {
        case .routine(let name), .procedure(let name):
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            return RelationName(schema: parts.count > 1 ? parts[0] : nil, name: parts.last ?? name)
        default: return nil
        }
    }
}
