import Statements

/// What the statements of a plan made of a SQLite database, as far as it matters for what they take along.
struct FileSchema {
    private var tables: [RelationName: Table] = [:]
    private var views: [RelationName: Set<RelationName>] = [:]
    /// Tables that the phase dropped, with what went with them.
    private var dropped: [RelationName: Loss] = [:]
    private var renamed: [RelationName: (name: String, at: ReviewedStatement)] = [:]
    private var found: [PlannedFinding] = []

    private struct Table {
        /// Whether the plan made it, so that all of its parts are known.
        var isOwn = false
        var hasRows = false
        var parts: [SchemaObject] = []
    }

    private struct Loss {
        let statement: ReviewedStatement
        var isOwn: Bool
        var parts: [SchemaObject]
        var isMadeAgain = false
    }

    /// Whether a table is known to have no row.
    func isEmpty(_ part: SchemaObject) -> Bool {
        guard let table = part.relationName.flatMap({ tables[$0] }) else { return false }
        return table.isOwn && !table.hasRows
    }

    /// A view that reads a table which is not there: then SQLite renames no table.
    var viewInTheWay: (view: RelationName, table: RelationName)? {
        for (view, reads) in views.sorted(by: { $0.key < $1.key }) {
            if let table = reads.sorted().first(where: { dropped[$0].map { !$0.isMadeAgain } ?? false }) {
                return (view, table)
            }
        }
        return nil
    }

    /// Takes in what a statement does.
    mutating func take(_ statement: ReviewedStatement) {
        for change in statement.effects.changes { take(change, statement) }
    }

    private mutating func take(_ change: Change, _ statement: ReviewedStatement) {
        let object = change.object
        guard object.schema != "temp" else { return }
        switch (change.action, object.kind) {
        case (.creates, .table):
            let own = RelationName(schema: object.schema, name: object.name)
            tables[own] = Table(isOwn: !change.isTolerant, hasRows: isFilled(change))
            appear(own, statement)
        case (.creates, .view):
            let reads = statement.effects.changes.filter { $0.action == .reads }.compactMap(\.object.relationName)
            views[RelationName(schema: object.schema, name: object.name)] = Set(reads)
        case (.creates, .index), (.creates, .trigger):
            guard let table = object.relation.map({ RelationName(schema: object.schema, name: $0) }) else { return }
            tables[table, default: Table()].parts.append(object)
            dropped[table]?.parts.removeAll { $0.name == object.name && $0.kind == object.kind }
        case (.drops, .table): drop(RelationName(schema: object.schema, name: object.name), statement)
        case (.drops, .view): views[RelationName(schema: object.schema, name: object.name)] = nil
        case (.drops, .index), (.drops, .trigger):
            for table in tables.keys {
                tables[table]?.parts.removeAll { $0.name == object.name && $0.kind == object.kind }
            }
        case (.inserts, .table):
            if let table = object.relationName { tables[table, default: Table()].hasRows = true }
        case (.renames, .table): rename(change, statement)
        default: break
        }
    }

    private func isFilled(_ change: Change) -> Bool {
        if case .table(let definition) = change.detail { definition.isFilled } else { false }
    }

    private mutating func drop(_ table: RelationName, _ statement: ReviewedStatement) {
        let known = tables.removeValue(forKey: table)
        dropped[table] = Loss(statement: statement, isOwn: known?.isOwn ?? false, parts: known?.parts ?? [])
    }

    private mutating func rename(_ change: Change, _ statement: ReviewedStatement) {
        guard case .name(let name) = change.detail else { return }
        let old = RelationName(schema: change.object.schema, name: change.object.name)
        let new = RelationName(schema: change.object.schema, name: name)
        let table = tables.removeValue(forKey: old) ?? Table()
        tables[new] = table
        if !table.isOwn { renamed[old] = (name, statement) }
        appear(new, statement)
    }

    /// A table of that name is there again.
    private mutating func appear(_ table: RelationName, _ statement: ReviewedStatement) {
        dropped[table]?.isMadeAgain = true
        // What was made for the new one before it got its name is not lost.
        for part in tables[table]?.parts ?? [] { dropped[table]?.parts.removeAll { $0.name == part.name } }
        guard let first = renamed[table] else { return }
        found.append(
            RuleFinding(
                ReviewCodes.renamedAway,
                "foreign keys to \(table) follow it to its new name \(first.name), and stay there",
                help: "make the new table under another name, copy, drop the old one, and rename the new one last"
            ).placed(at: first.at))
    }

    /// What tables lost that the phase has made anew; and the phase is over.
    mutating func endPhase(isLookedAt: Bool) -> [PlannedFinding] {
        defer { (dropped, renamed, found) = ([:], [:], []) }
        for (table, loss) in dropped.sorted(by: { $0.key < $1.key }) where loss.isMadeAgain {
            let message: String
            if let part = loss.parts.first {
                message =
                    "\(table) is made anew without \(part)"
                    + (loss.parts.count > 1 ? " and \(loss.parts.count - 1) more" : "")
            } else if !loss.isOwn, !isLookedAt {
                message = "\(table) is made anew, and whatever indexes and triggers it had besides are gone"
            } else {
                continue
            }
            found.append(
                RuleFinding(
                    ReviewCodes.rebuildLoses, message,
                    help: "make them again; a precondition on sqlite_schema can prove that there are no others"
                ).placed(at: loss.statement))
        }
        return found
    }
}
