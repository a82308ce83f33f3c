/// What is done to rows.
extension PostgresEffects {
    /// Reads such a statement; false when it is another.
    mutating func rows(_ kind: String, _ node: SyntaxNode) -> Bool {
        switch kind {
        case "SelectStmt": select(node)
        case "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt":
            write(kind, node)
            for inner in node.writes { write(inner.kind, inner.content) }
        case "CopyStmt": copy(node)
        case "TruncateStmt":
            for relation in node.list("relations").compactMap(\.relationName) {
                add(
                    .truncates, SchemaObject(.table, relation),
                    .words(node.flag("restart_seqs") ? "RESTART IDENTITY" : ""),
                    cascades: node.is("behavior", "DROP_CASCADE"))
            }
        case "LockStmt":
            for relation in node.list("relations").compactMap(\.relationName) {
                add(
                    .locks, SchemaObject(.table, relation),
                    .lock(LockMode(rawValue: node.number("mode")) ?? .accessExclusive))
            }
        case "ExplainStmt":
            guard let query = node["query"]?.node else { return true }
            let runs = node.list("options").contains { $0.content(of: "DefElem")?.is("defname", "analyze") ?? false }
            if runs { return rows(query.kind, query.content) || tables(query.kind, query.content) }
            reads(in: query.content)
        case "PrepareStmt", "ExecuteStmt", "DeclareCursorStmt":
            if kind == "ExecuteStmt" { cannotSee(.dynamic("EXECUTE")) }
            if let query = node["query"] { reads(in: query) }
        default: return false
        }
        return true
    }

    private mutating func select(_ node: SyntaxNode) {
        let inner = node.writes
        for write in inner { self.write(write.kind, write.content) }
        if let into = node["intoClause"], let relation = into.relationName("rel") {
            return madeByQuery(relation, .table, into, node, isTolerant: false)
        }
        let locks = node.list("lockingClause")
        if locks.isEmpty {
            return reads(in: node)
        }
        for relation in node.all("RangeVar").compactMap(\.relationName) {
            add(.locks, SchemaObject(.table, relation), .lock(.rowShare))
        }
        calls(in: node)
    }

    private mutating func write(_ kind: String, _ node: SyntaxNode) {
        guard let relation = node.relationName("relation") else { return }
        let object = SchemaObject(.table, relation)
        let columns = node.list("targetList").compactMap { $0.content(of: "ResTarget")?.text("name") }
        let isFiltered = node["whereClause"] != nil || node["fromClause"] != nil || node["usingClause"] != nil
        switch kind {
        case "InsertStmt":
            let listed = node.list("cols").compactMap { $0.content(of: "ResTarget")?.text("name") }
            let source = node["selectStmt"]?.content(of: "SelectStmt")
            let change = RowChange(
                columns: listed, isFiltered: true, source: source?.rowSource ?? .values,
                overwrites: node["onConflictClause"]?.is("action", "ONCONFLICT_UPDATE") ?? false)
            add(.inserts, object, .rows(change))
        case "UpdateStmt":
            effects.endlessLoop = node.endlessLoop
            add(
                .updates, object,
                .rows(RowChange(columns: columns, isFiltered: isFiltered, source: .values, overwrites: true)))
        case "DeleteStmt": add(.deletes, object, .rows(isFiltered ? .some : .every))
        default: add(.merges, object, .rows(.some))
        }
        reads(in: node, except: relation)
    }

    private mutating func copy(_ node: SyntaxNode) {
        if node.flag("is_program") {
            add(.writes, SchemaObject(.system, name: node.text("filename") ?? "program"), .words("PROGRAM"))
        }
        guard let relation = node.relationName("relation") else {
            if let query = node["query"] { reads(in: query) }
            return
        }
        if node.flag("is_from") {
            let change = RowChange(
                columns: node.names("attlist"), isFiltered: true, source: .values, overwrites: false)
            add(.inserts, SchemaObject(.table, relation), .rows(change))
        } else {
            add(.reads, SchemaObject(.table, relation))
        }
    }
}

extension SyntaxNode {
    /// What an `UPDATE` does that is repeated until it finds no row, and would find some for ever.
    fileprivate var endlessLoop: EndlessLoop? {
        guard let condition = self["whereClause"] else { return nil }
        let tests = condition.all("NullTest")
        func column(_ test: SyntaxNode) -> String? { test["arg"]?.content(of: "ColumnRef")?.names("fields").last }
        let looksFor = Set(tests.filter { $0.is("nulltesttype", "IS_NULL") }.compactMap(column))
        let demanded = Set(tests.filter { $0.is("nulltesttype", "IS_NOT_NULL") }.compactMap(column))
        for target in list("targetList").compactMap({ $0.content(of: "ResTarget") }) {
            guard let name = target.text("name"), looksFor.contains(name),
                let source = target["val"]?.content(of: "ColumnRef")?.names("fields").last, !demanded.contains(source)
            else { continue }
            return EndlessLoop(target: name, source: source)
        }
        return nil
    }

    /// The statements in `WITH` that write.
    fileprivate var writes: [(kind: String, content: SyntaxNode)] {
        all("CommonTableExpr").compactMap { $0["ctequery"]?.node }.filter { $0.kind != "SelectStmt" }
    }

    /// Where the rows of an `INSERT` come from.
    fileprivate var rowSource: RowChange.Source {
        if self["valuesLists"] != nil { return .values }
        let takesAll = list("targetList").contains { target in
            target.content(of: "ResTarget")?["val"]?.content(of: "ColumnRef")?.list("fields").contains {
                $0.content(of: "A_Star") != nil
            } ?? false
        }
        return takesAll ? .everyColumn : .query
    }
}
