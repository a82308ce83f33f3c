import Databases

extension Library {
    /// What tells what statements will read, write and destroy; names have no schema.
    func schemaFacts() throws(DatabaseError) -> SchemaFacts {
        var facts = SchemaFacts()
        for row in try answers(
            """
            SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')
              AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'gonogo\\_%' ESCAPE '\\' ORDER BY name
            """)
        {
            let name = SchemaFacts.Name(schema: nil, name: row[0])
            var relation = SchemaFacts.Relation(name: name, kind: row[1] == "view" ? .view : .table)
            if relation.kind == .table {
                relation.rows = try rows(of: row[0])
                facts.constraints += try constraints(of: name)
                facts.indexes += try indexes(of: name)
            }
            facts.relations.append(relation)
            facts.columns += try columns(of: name)
        }
        for row in try answers("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' ORDER BY name") {
            facts.parts.append(
                SchemaFacts.Part(kind: .trigger, relation: SchemaFacts.Name(schema: nil, name: row[0]), name: row[1]))
        }
        return facts
    }

    /// Counted as far as a million, which takes a moment; nil where there are more.
    private func rows(of table: String) throws(DatabaseError) -> Int? {
        let limit = 1_000_000
        let name = SQLiteDialect().identifier(table)
        let count = try answers("SELECT count(*) FROM (SELECT 1 FROM main.\(name) LIMIT \(limit + 1))").first?[0]
        return count.flatMap { Int($0) }.flatMap { $0 > limit ? nil : $0 }
    }

    private func columns(of relation: SchemaFacts.Name) throws(DatabaseError) -> [SchemaFacts.Column] {
        try answers(
            "SELECT name, type, \"notnull\" FROM pragma_table_xinfo(\(SQLiteDialect().literal(relation.name))) ORDER BY cid"
        ).map { row in
            SchemaFacts.Column(
                relation: relation, name: row[0],
                type: row[1].isEmpty ? nil : SchemaFacts.TypeName(schema: nil, name: row[1]), isNotNull: row[2] == "1")
        }
    }

    /// Primary and foreign keys; what is unique is an index.
    private func constraints(of relation: SchemaFacts.Name) throws(DatabaseError) -> [SchemaFacts.Constraint] {
        let table = SQLiteDialect().literal(relation.name)
        var found: [SchemaFacts.Constraint] = []
        let key = try answers("SELECT name FROM pragma_table_info(\(table)) WHERE pk > 0 ORDER BY pk").map { $0[0] }
        if !key.isEmpty {
            found.append(
                SchemaFacts.Constraint(relation: relation, name: "primary key", kind: .primaryKey, columns: key))
        }
        let rows = try answers(
            "SELECT id, \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list(\(table)) ORDER BY id, seq")
        for row in rows {
            let name = "foreign key \(row[0])"
            var columns = [row[2]]
            var referenced = row[3].isEmpty ? [] : [row[3]]
            if let last = found.last, last.name == name {
                columns = last.columns + columns
                referenced = last.referencedColumns + referenced
                found.removeLast()
            }
            var constraint = SchemaFacts.Constraint(
                relation: relation, name: name, kind: .foreignKey, columns: columns)
            constraint.references = SchemaFacts.Name(schema: nil, name: row[1])
            constraint.referencedColumns = referenced
            constraint.definition = "ON DELETE \(row[4])"
            found.append(constraint)
        }
        return found
    }

    private func indexes(of relation: SchemaFacts.Name) throws(DatabaseError) -> [SchemaFacts.Index] {
        let list = try answers(
            "SELECT name, \"unique\", origin FROM pragma_index_list(\(SQLiteDialect().literal(relation.name))) ORDER BY name"
        )
        var found: [SchemaFacts.Index] = []
        for row in list {
            let columns = try answers(
                "SELECT name FROM pragma_index_info(\(SQLiteDialect().literal(row[0]))) WHERE name IS NOT NULL ORDER BY seqno"
            )
            found.append(
                SchemaFacts.Index(
                    name: SchemaFacts.Name(schema: nil, name: row[0]), relation: relation,
                    columns: columns.map { $0[0] },
                    isUnique: row[1] == "1", isValid: true, isOfConstraint: row[2] != "c"))
        }
        return found
    }

    /// The rows of a question, each cell as text; NULL is empty.
    private func answers(_ text: String) throws(DatabaseError) -> [[String]] {
        let statement = try PreparedStatement(SQLStatement(text), in: self)
        var rows: [[String]] = []
        while try statement.step() { rows.append(statement.row().values.map { $0.text ?? "" }) }
        return rows
    }
}
