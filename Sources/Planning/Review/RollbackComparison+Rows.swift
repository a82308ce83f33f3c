import Databases
import Diagnostics
import Statements

/// What a rollback does about rows, and about what the text does not show.
extension RollbackComparison {
    mutating func compareRows(
        _ key: ObjectKey, _ now: ObjectLedger.Entry, was before: ObjectLedger.Presence, _ earlier: ObjectLedger.Entry?
    ) {
        guard before != .no else { return }
        if isBack(now.maker), key.kind == .table {
            guard !now.rows.contains(where: { $0.action == .inserts && isBack($0.statement) }), !isFilled(now) else {
                return
            }
            return report(
                ReviewCodes.rows, "the rollback makes \(now.object) anew and puts no rows into it",
                help: "copy the rows into it", at: now.maker.flatMap { statements[$0] })
        }
        let back = now.rows.filter { isBack($0.statement) }
        for work in now.rows where isForward(work.statement) {
            let columns = work.columns.subtracting(back.flatMap { $0.action == .updates ? Array($0.columns) : [] })
            switch work.action {
            case .inserts, .merges:
                if back.contains(where: { [.deletes, .truncates, .merges].contains($0.action) }) { continue }
                report(
                    ReviewCodes.rows,
                    "the rollback leaves the rows that `\(reviewed.phase.id)` puts into \(now.object)",
                    help: "delete them in the rollback, by what tells them apart", at: statements[work.statement])
            case .updates:
                let own = columns.filter { !isMadeHere($0, in: now.object) }
                if own.isEmpty || back.contains(where: { $0.action == .inserts }) { continue }
                let names = own.sorted().map { "\(now.object.fullName).\($0)" }.joined(separator: ", ")
                report(
                    ReviewCodes.rows, "the rollback does not set back \(names), which `\(reviewed.phase.id)` updates",
                    help: "keep the old values, and write them back in the rollback", at: statements[work.statement])
            default:
                if back.contains(where: { $0.action == .inserts }) { continue }
                report(
                    ReviewCodes.rows,
                    "the rollback does not bring back the rows that `\(reviewed.phase.id)` removes from \(now.object)",
                    help: "keep them in a table of their own first, or say `rollback: { irreversible: ... }`",
                    at: statements[work.statement])
            }
        }
    }

    /// Whether the phase itself adds a column, so that its values go with it.
    private func isMadeHere(_ column: String, in table: SchemaObject) -> Bool {
        let key = ObjectKey(SchemaObject(.column, schema: table.schema, relation: table.name, name: column))
        return isForwardTouched(key)
    }

    private func isFilled(_ entry: ObjectLedger.Entry) -> Bool {
        if case .table(let definition) = entry.detail { definition.isFilled } else { false }
    }

    /// Rows and values written since the phase go with what the rollback drops, unless something looks or copies first.
    ///
    /// What counts is whether the phase made what is dropped, under whatever name it was then.
    mutating func lose(_ change: Change, _ key: ObjectKey, _ statement: ReviewedStatement, _ ledger: ObjectLedger) {
        guard stoppedAfter == nil, change.object.schema != "temp", isUnguarded(statement) else { return }
        if change.object.kind == .schema, change.cascades {
            for table in ledger.tables(inSchema: change.object.name) { lose(table, statement, ledger) }
        } else {
            // A column that goes with its table is told with that.
            if key.kind == .column, let table = key.relationKey, isGone(table) { return }
            lose(key, statement, ledger)
        }
    }

    private mutating func lose(_ key: ObjectKey, _ statement: ReviewedStatement, _ ledger: ObjectLedger) {
        guard let entry = ledger[key], [.table, .column].contains(entry.object.kind), isForward(entry.maker),
            entry.initially != .maybe, ledger.presence(of: key) != .no, !isTemporary(entry)
        else { return }
        let copied = entry.object.relationName.flatMap { index.copiedBack[$0] }
        if let copied, copied < statement.number { return }
        reportLoss(
            "the rollback drops \(entry.object) with whatever was written into it since `\(reviewed.phase.id)`",
            of: entry.object, statement)
    }

    /// A table that was there before and is emptied loses more than the phase put into it.
    mutating func empty(_ change: Change, _ key: ObjectKey, _ statement: ReviewedStatement, _ ledger: ObjectLedger) {
        if case .rows(let rows) = change.detail, rows.isFiltered { return }
        guard stoppedAfter == nil, change.object.kind == .table, change.object.schema != "temp",
            isUnguarded(statement), !isForward(ledger[key]?.maker), !isBack(ledger[key]?.maker)
        else { return }
        reportLoss(
            "the rollback removes every row of \(change.object), also those that `\(reviewed.phase.id)` did not make",
            of: change.object, statement)
    }

    private func isUnguarded(_ statement: ReviewedStatement) -> Bool {
        index.firstGuard.map { $0 >= statement.number } ?? true
    }

    private func isTemporary(_ entry: ObjectLedger.Entry) -> Bool {
        if case .table(let definition) = entry.detail { definition.isTemporary } else { false }
    }

    private mutating func reportLoss(_ message: String, of object: SchemaObject, _ statement: ReviewedStatement) {
        report(
            ReviewCodes.loss, message,
            help: "refuse in the rollback while there is something to lose, or accept it with a reason", at: statement,
            losing: PlannedLoss(object, in: statement.step.target, by: index.searchPath(at: statement)))
    }

    /// What needs its constraints to be checked late one way needs it the other way, too.
    private mutating func compareDeferral(in target: String) {
        let forward = reviewed.statements.filter { $0.step.target == target }
        guard forward.contains(where: \.effects.defers), !reviewed.rollback.contains(where: \.effects.defers) else {
            return
        }
        let tables = Set(
            reviewed.rollback.flatMap(\.effects.changes).filter { $0.action == .updates }.map(\.object.fullName))
        guard !tables.isEmpty else { return }
        report(
            ReviewCodes.deferral,
            "the rollback updates \(tables.sorted().joined(separator: ", ")) with constraints checked at once, which `\(reviewed.phase.id)` puts off",
            help: "begin with SET CONSTRAINTS ALL DEFERRED", at: reviewed.rollback.first)
    }

    /// Whether the rollback drops a relation.
    private func isGone(_ relation: ObjectKey) -> Bool { index.droppedBack.contains(relation) }

    // MARK: What is put together while it runs

    mutating func compareUnseen(in target: String) {
        guard stoppedAfter == nil else { return }
        compareDeferral(in: target)
        let back = reviewed.rollback.flatMap(\.effects.unseen).compactMap(\.dynamicWords)
        for statement in reviewed.statements where statement.step.target == target {
            for words in statement.effects.unseen.compactMap(\.dynamicWords) {
                guard let object = words.madeObject,
                    !back.contains(where: { $0.uppercased().hasPrefix("DROP \(object)") })
                else { continue }
                report(
                    ReviewCodes.left,
                    "the rollback drops no \(object.lowercased()), and `\(reviewed.phase.id)` makes some by `\(words)`",
                    help: "drop them in the rollback", at: statement)
            }
        }
    }
}

extension StatementEffects {
    /// Whether it puts off the checks of constraints.
    fileprivate var defers: Bool {
        changes.contains { $0.object.name == "constraints" && $0.detail == .words("deferred") }
    }
}

extension Unseen {
    /// The constant beginning of SQL that is put together.
    fileprivate var dynamicWords: String? { if case .dynamic(let words) = self { words } else { nil } }
}

extension String {
    /// What `CREATE ...` makes.
    fileprivate var madeObject: String? {
        let words = split(separator: " ").map { $0.uppercased() }
        guard words.first == "CREATE", words.count > 1 else { return nil }
        return words.dropFirst().first { !["OR", "REPLACE", "UNIQUE", "TEMP"].contains($0) }
    }
}
