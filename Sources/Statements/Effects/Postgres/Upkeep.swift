/// Work on tables and indexes that changes no definition: `VACUUM`, `ANALYZE`, `CLUSTER`, `REINDEX`, `REFRESH`.
extension PostgresEffects {
    /// Reads such a statement; false when it is another.
    mutating func upkeep(_ kind: String, _ node: SyntaxNode) -> Bool {
        switch kind {
        case "VacuumStmt":
            let options = node.list("options").compactMap { $0.content(of: "DefElem")?.text("defname") }
            let action: Change.Action = node.flag("is_vacuumcmd") ? .vacuums : .analyzes
            let words = options.contains("full") ? "FULL" : ""
            let tables = node.list("rels").compactMap { $0.content(of: "VacuumRelation")?.relationName("relation") }
            each(tables, action, words)
        case "ClusterStmt":
            each([node.relationName("relation")].compactMap(\.self), .clusters, node.text("indexname") ?? "")
        case "ReindexStmt": reindex(node)
        case "RefreshMatViewStmt":
            guard let relation = node.relationName("relation") else { break }
            add(
                .refreshes, SchemaObject(.materializedView, relation),
                .words(node.flag("skipData") ? "WITH NO DATA" : ""), isConcurrent: node.flag("concurrent"))
        default: return false
        }
        return true
    }

    /// Tables that are named, or every table of the database.
    private mutating func each(_ tables: [RelationName], _ action: Change.Action, _ words: String) {
        if tables.isEmpty { add(action, SchemaObject(.database, name: "every table"), .words(words)) }
        for table in tables { add(action, SchemaObject(.table, table), .words(words)) }
    }

    private mutating func reindex(_ node: SyntaxNode) {
        let isConcurrent = node.list("params").contains {
            $0.content(of: "DefElem")?.is("defname", "concurrently") ?? false
        }
        let object: SchemaObject? =
            switch node.text("kind") {
            case "REINDEX_OBJECT_INDEX": node.relationName("relation").map { SchemaObject(.index, $0) }
            case "REINDEX_OBJECT_TABLE": node.relationName("relation").map { SchemaObject(.table, $0) }
            case "REINDEX_OBJECT_SCHEMA": SchemaObject(.schema, name: node.text("name") ?? "")
            default: SchemaObject(.database, name: node.text("name") ?? "")
            }
        add(.reindexes, object, isConcurrent: isConcurrent)
    }
}
