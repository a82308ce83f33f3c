import Runbooks
import Statements

/// Checks that ask a catalog which does not list what they look for, or lists it otherwise.
struct CatalogChecks: CheckRule {
    func findings(for asked: AskedQuery, in schema: CheckedSchema) -> [RuleFinding] {
        guard let shape = asked.shape, asked.expectation != nil else { return [] }
        return unlisted(asked, shape, schema) + anySchema(asked, shape) + severalRows(asked, shape)
    }

    // MARK: What is not listed

    /// What catalogs list, by the column that holds its name.
    private static let lists: [String: (column: String, kinds: Set<SchemaObject.Kind>)] = [
        "information_schema.tables": ("table_name", [.table, .view, .foreignTable]),
        "information_schema.columns": ("table_name", [.table, .view, .foreignTable]),
        "information_schema.views": ("table_name", [.view]),
        "pg_tables": ("tablename", [.table]),
        "pg_views": ("viewname", [.view]),
        "pg_matviews": ("matviewname", [.materializedView]),
    ]

    private func unlisted(_ asked: AskedQuery, _ shape: QueryShape, _ schema: CheckedSchema) -> [RuleFinding] {
        let read = Set(shape.relations.map(\.catalogName))
        for (catalog, list) in Self.lists.sorted(by: { $0.key < $1.key }) where read.contains(catalog) {
            // A catalog beside it may list the others.
            guard read.isDisjoint(with: ["pg_class", "pg_matviews", "pg_views"].filter { $0 != catalog }) else {
                continue
            }
            guard let (name, kind) = unlisted(list, catalog, shape, schema) else { continue }
            return [
                RuleFinding(
                    ReviewCodes.notListed,
                    "\(asked.owner) looks for \(kind.rawValue) \(name) in \(catalog), which lists none",
                    help: "ask pg_class, by relname and relkind")
            ]
        }
        return []
    }

    /// What a catalog is asked for and does not list.
    ///
    /// A pattern means everything that fits it only where all kinds but one are listed.
    private func unlisted(
        _ list: (column: String, kinds: Set<SchemaObject.Kind>), _ catalog: String, _ shape: QueryShape,
        _ schema: CheckedSchema
    ) -> (name: RelationName, kind: SchemaObject.Kind)? {
        var names = shape.names(in: [list.column]).map { RelationName(schema: nil, name: $0) }
        if catalog == "information_schema.tables", shape.hasPatterns(in: [list.column]) {
            names += schema.queries.filter { shape.asksFor($0.name, in: [list.column]) }
        }
        for name in names {
            if let kind = schema[name]?.kind, kind != .table, kind != .sequence, !list.kinds.contains(kind) {
                return (name, kind)
            }
        }
        return nil
    }

    // MARK: Which schema

    private static let everywhere: Set<String> = [
        "pg_tables", "pg_views", "pg_matviews", "pg_indexes", "pg_policies", "pg_sequences", "pg_stat_user_tables",
        "pg_stat_user_indexes",
    ]

    private func anySchema(_ asked: AskedQuery, _ shape: QueryShape) -> [RuleFinding] {
        guard
            let catalog = shape.relations.map(\.catalogName).first(where: { name in
                name.hasPrefix("information_schema.") || Self.everywhere.contains(name)
            }), !shape.conditions.isEmpty, !shape.columns.contains(where: \.isSchemaName)
        else { return [] }
        let column = catalog.hasPrefix("pg_") ? "schemaname" : Self.schemaColumns[catalog] ?? "table_schema"
        return [
            RuleFinding(
                ReviewCodes.anySchema, "\(asked.owner) asks \(catalog) for a name in any schema",
                help: "add `AND \(column) = current_schema()`, or name the schema")
        ]
    }

    private static let schemaColumns = [
        "information_schema.triggers": "event_object_schema", "information_schema.routines": "routine_schema",
        "information_schema.schemata": "schema_name", "information_schema.sequences": "sequence_schema",
        "information_schema.domains": "domain_schema", "information_schema.parameters": "specific_schema",
    ]

    // MARK: Several rows for one thing

    private func severalRows(_ asked: AskedQuery, _ shape: QueryShape) -> [RuleFinding] {
        guard shape.relations.contains(where: { $0.catalogName == "information_schema.triggers" }), !shape.isDistinct,
            !shape.columns.contains("event_manipulation"), asked.countsRows
        else { return [] }
        return [
            RuleFinding(
                ReviewCodes.rowPerEvent,
                "\(asked.owner) counts rows of information_schema.triggers, which has one for each event of a trigger",
                help: "write SELECT DISTINCT trigger_name, or count pg_trigger where NOT tgisinternal")
        ]
    }
}

extension RelationName {
    /// As catalogs are called here: the views of `pg_catalog` without it.
    var catalogName: String { schema == "pg_catalog" ? name : description }
}

extension String {
    /// Whether a column of a catalog holds the name of a schema.
    fileprivate var isSchemaName: Bool { hasSuffix("_schema") || self == "schemaname" || self == "schema_name" }
}

extension AskedQuery {
    /// Whether the number of rows is what is expected.
    fileprivate var countsRows: Bool {
        switch expectation {
        case .rows(let bounds): bounds.demandSome
        case .bounds(let bounds): shape?.answer == .count && bounds.demandSome
        case .value(.integer(let number)): shape?.answer == .count && number > 0
        case .set, .table: true
        default: false
        }
    }
}
