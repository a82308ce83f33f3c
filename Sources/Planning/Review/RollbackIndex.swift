import Statements

/// What a phase and its rollback do, by what it is done to: read once, so that comparing object by object stays linear.
struct RollbackIndex {
    /// The first statement of the phase that makes an object.
    private(set) var makers: [ObjectKey: ReviewedStatement] = [:]
    /// Whether that one makes it only where it is not there.
    private(set) var tolerantlyMade: Set<ObjectKey> = []
    /// The objects that statements of the rollback drop by name.
    private(set) var droppedBack: Set<ObjectKey> = []
    /// The first statement of the rollback that can refuse.
    private(set) var firstGuard: Int?
    /// The statements of the rollback that look at rows and can refuse, in order, by the table they read.
    private(set) var looks: [RelationName: [ReviewedStatement]] = [:]
    /// The first statement of the rollback that lets nobody write to a table.
    private(set) var holds: [RelationName: Int] = [:]
    /// The keys that the rollback makes, with their statements, by their table.
    private(set) var keysMadeBack: [RelationName: [(statement: Int, change: Change, columns: [String])]] = [:]

    /// The first statement of the rollback that puts the rows of a table elsewhere.
    private(set) var copiedBack: [RelationName: Int] = [:]
    /// The search paths that statements of the rollback set, with their steps, in order.
    private var searchPaths: [(statement: Int, step: String, path: String)] = []

    init(_ reviewed: ReviewedPhase) {
        for statement in reviewed.statements {
            for change in statement.effects.changes where change.action == .creates {
                let key = ObjectKey(change.object)
                guard makers[key] == nil else { continue }
                makers[key] = statement
                if change.isTolerant { tolerantlyMade.insert(key) }
            }
        }
        for statement in reviewed.rollback { take(statement) }
    }

    private mutating func take(_ statement: ReviewedStatement) {
        let isGuard = statement.effects.isGuard
        if isGuard { firstGuard = firstGuard ?? statement.number }
        if statement.effects.keepsRows {
            for change in statement.effects.changes where change.action == .reads {
                guard let table = change.object.relationName, copiedBack[table] == nil else { continue }
                copiedBack[table] = statement.number
            }
        }
        for change in statement.effects.changes {
            if change.action == .sets, change.object.name.lowercased() == "search_path",
                case .setting(let path?, _) = change.detail
            {
                searchPaths.append((statement.number, statement.step.id, path))
            }
            if change.action == .drops { droppedBack.insert(ObjectKey(change.object)) }
            guard let table = change.object.relationName else { continue }
            if isGuard, change.action == .reads { looks[table, default: []].append(statement) }
            if case .constraint(let made) = change.detail, change.action == .creates,
                [.primaryKey, .unique].contains(made.kind)
            {
                keysMadeBack[table, default: []].append((statement.number, change, made.columns))
            }
        }
        for lock in statement.cost.locks where lock.mode >= .share {
            if case .named(let table) = lock.relation, holds[table] == nil { holds[table] = statement.number }
        }
    }

    /// Where names without a schema are looked up in a statement of the rollback; nil for the usual path.
    func searchPath(at statement: ReviewedStatement) -> String? {
        let set = searchPaths.last { $0.statement < statement.number && $0.step == statement.step.id }?.path
        return set ?? statement.script.settings.last { $0.name.lowercased() == "search_path" }?.value
    }
}

extension StatementEffects {
    /// Whether rows that it reads are put into a table.
    var keepsRows: Bool {
        changes.contains { change in
            if case .table(let definition) = change.detail { return definition.isFilled }
            return change.action == .inserts
        }
    }
}
