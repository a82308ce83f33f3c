/// Tables, views and indexes that are made and changed.
extension PostgresEffects {
    /// Reads such a statement; false when it is another.
    mutating func tables(_ kind: String, _ node: SyntaxNode) -> Bool {
        switch kind {
        case "CreateStmt": createTable(node)
        case "CreateForeignTableStmt":
            if let base = node["base"] { createTable(base, kind: .foreignTable) }
        case "CreateTableAsStmt": createTableAs(node)
        case "ViewStmt": createView(node)
        case "IndexStmt": createIndex(node)
        case "AlterTableStmt": alterTable(node)
        case "AlterTableMoveAllStmt":
            let from = node.text("orig_tablespacename") ?? ""
            add(
                .alters, SchemaObject(.tablespace, name: from),
                .property(.other("everything in it to \(node.text("new_tablespacename") ?? "")")))
        default: return false
        }
        return true
    }

    private mutating func createTable(_ node: SyntaxNode, kind: SchemaObject.Kind = .table) {
        guard let relation = node.relationName("relation") else { return }
        let parents = node.list("inhRelations").compactMap(\.relationName)
        let isPartition = node["partbound"] != nil
        let elements = node.list("tableElts")
        let definition = TableDefinition(
            partitionOf: isPartition ? parents.first : nil,
            inherits: isPartition ? [] : parents,
            like: elements.compactMap { $0.content(of: "TableLikeClause")?.relationName("relation") },
            isTemporary: node["relation"]?.is("relpersistence", "t") ?? false,
            isPartitioned: node["partspec"] != nil, isFilled: false)
        add(.creates, SchemaObject(kind, relation), .table(definition), isTolerant: node.flag("if_not_exists"))
        for element in elements {
            if let column = element.content(of: "ColumnDef") {
                addColumn(column, to: relation, isTolerant: false, isNewTable: true)
            } else if let constraint = element.content(of: "Constraint") {
                addConstraint(constraint, to: relation, column: nil)
            }
        }
    }

    private mutating func createTableAs(_ node: SyntaxNode) {
        guard let into = node["into"], let relation = into.relationName("rel") else { return }
        let kind: SchemaObject.Kind = node.is("objtype", "OBJECT_MATVIEW") ? .materializedView : .table
        madeByQuery(relation, kind, into, node["query"] ?? node, isTolerant: node.flag("if_not_exists"))
    }

    /// A table that a query fills: `CREATE TABLE AS`, `SELECT INTO`.
    mutating func madeByQuery(
        _ relation: RelationName, _ kind: SchemaObject.Kind, _ into: SyntaxNode, _ query: SyntaxNode, isTolerant: Bool
    ) {
        let definition = TableDefinition(
            partitionOf: nil, inherits: [], like: [], isTemporary: into["rel"]?.is("relpersistence", "t") ?? false,
            isPartitioned: false, isFilled: !into.flag("skipData"))
        add(.creates, SchemaObject(kind, relation), .table(definition), isTolerant: isTolerant)
        reads(in: query, except: relation)
    }

    private mutating func createView(_ node: SyntaxNode) {
        guard let relation = node.relationName("view") else { return }
        let isInvokers = node.list("options").compactMap { $0.content(of: "DefElem") }.contains { option in
            option.is("defname", "security_invoker") && !option.saysNo
        }
        let isTemporary = node["view"]?.is("relpersistence", "t") ?? false
        add(
            node.flag("replace") ? .replaces : .creates, SchemaObject(.view, relation),
            isInvokers ? .words("security_invoker") : isTemporary ? .words("temporary") : .none)
        if let query = node["query"] { reads(in: query, except: relation) }
    }

    private mutating func createIndex(_ node: SyntaxNode) {
        guard let table = node.relationName("relation") else { return }
        let columns = node.list("indexParams").compactMap { $0.content(of: "IndexElem")?.text("name") }
        let definition = IndexDefinition(
            columns: columns, isUnique: node.flag("unique"), isConcurrent: node.flag("concurrent"),
            isOnly: !(node["relation"]?.flag("inh") ?? false), isPartial: node["whereClause"] != nil,
            method: node.text("accessMethod") ?? "btree")
        let usual = ([table.name] + (columns.isEmpty ? ["expr"] : columns) + ["idx"]).joined(separator: "_")
        add(
            .creates,
            SchemaObject(.index, schema: table.schema, relation: table.name, name: node.text("idxname") ?? usual),
            .index(definition), isTolerant: node.flag("if_not_exists"), isConcurrent: node.flag("concurrent"))
    }

    /// A column that is made, with the constraints that stand in it.
    mutating func addColumn(_ node: SyntaxNode, to relation: RelationName, isTolerant: Bool, isNewTable: Bool) {
        let name = node.text("colname") ?? ""
        let type = node["typeName"]?.typeReference
        var value: DefaultValue?
        var isNotNull = false
        var isNumbered = type?.isSerial ?? false
        var isGenerated = false
        var constraints: [SyntaxNode] = []
        for constraint in node.list("constraints").compactMap({ $0.content(of: "Constraint") }) {
            switch constraint.text("contype") {
            case "CONSTR_NOTNULL": isNotNull = true
            case "CONSTR_DEFAULT": value = constraint["raw_expr"].map(\.defaultValue)
            case "CONSTR_IDENTITY": (isNumbered, isNotNull) = (true, true)
            case "CONSTR_GENERATED": isGenerated = true
            case "CONSTR_PRIMARY":
                isNotNull = true
                constraints.append(constraint)
            case "CONSTR_UNIQUE", "CONSTR_CHECK", "CONSTR_FOREIGN", "CONSTR_EXCLUSION": constraints.append(constraint)
            default: break
            }
        }
        let definition = ColumnDefinition(
            type: type, defaultValue: value, isNotNull: isNotNull, isNumbered: isNumbered, isGenerated: isGenerated,
            text: text(from: node.number("location")))
        add(.creates, SchemaObject(.column, of: relation, name: name), .column(definition), isTolerant: isTolerant)
        for constraint in constraints { addConstraint(constraint, to: relation, column: name) }
    }

    /// A constraint that is made, by itself or with its column.
    mutating func addConstraint(_ node: SyntaxNode, to relation: RelationName, column: String?) {
        guard let kind = node.constraintKind else { return }
        var columns = node.names("keys") + node.names("fk_attrs")
        if kind == .check {
            columns = Set(node.all("ColumnRef").compactMap { $0.names("fields").last }).sorted()
        }
        if kind == .exclusion {
            columns = node.list("exclusions").compactMap { $0.all("IndexElem").first?.text("name") }
        }
        if columns.isEmpty, let column { columns = [column] }
        let definition = ConstraintDefinition(
            kind: kind, columns: columns, references: node.relationName("pktable"),
            referencedColumns: node.names("pk_attrs"), isNotValid: node.flag("skip_validation"),
            index: node.text("indexname"), isDeferrable: node.flag("deferrable"), notNullColumn: node.notNullColumn,
            isOfNewColumn: column != nil, text: text(from: node.number("location")))
        let name = node.text("conname") ?? definition.usualName(in: relation, column: column)
        add(.creates, SchemaObject(.constraint, of: relation, name: name), .constraint(definition))
    }
}

extension ConstraintDefinition {
    /// The name the server gives when none is written (ChooseConstraintName, ChooseIndexName); it counts on where that
    /// one is taken.
    fileprivate func usualName(in relation: RelationName, column: String?) -> String {
        let middle = columns.isEmpty ? "" : "_" + columns.joined(separator: "_")
        switch kind {
        case .primaryKey: return "\(relation.name)_pkey"
        case .unique: return "\(relation.name)\(middle)_key"
        case .foreignKey: return "\(relation.name)\(middle)_fkey"
        case .exclusion: return "\(relation.name)\(middle)_excl"
        case .check:
            if let column { return "\(relation.name)_\(column)_check" }
            return columns.count == 1 ? "\(relation.name)_\(columns[0])_check" : "\(relation.name)_check"
        }
    }
}

extension SyntaxNode {
    /// Whether the value of an option is a word for false.
    fileprivate var saysNo: Bool {
        let word =
            self["arg"]?.content(of: "String")?.text("sval")
            ?? self["arg"]?.content(of: "TypeName")?.names("names").last
        return ["false", "off", "no", "0"].contains(word ?? "")
    }

    /// What a `Constraint` demands; nil for what is no constraint of its own: `NOT NULL`, a default.
    var constraintKind: ConstraintDefinition.Kind? {
        switch text("contype") {
        case "CONSTR_CHECK": .check
        case "CONSTR_UNIQUE": .unique
        case "CONSTR_PRIMARY": .primaryKey
        case "CONSTR_FOREIGN": .foreignKey
        case "CONSTR_EXCLUSION": .exclusion
        default: nil
        }
    }

    /// The column of `CHECK (column IS NOT NULL)`.
    fileprivate var notNullColumn: String? {
        guard let test = self["raw_expr"]?.content(of: "NullTest"), test.is("nulltesttype", "IS_NOT_NULL") else {
            return nil
        }
        return test["arg"]?.content(of: "ColumnRef")?.names("fields").last
    }

    /// What an expression gives the rows of one statement.
    var defaultValue: DefaultValue {
        let unsettled = all("FuncCall").map { $0.names("funcname") }.filter { !KnownFunctions.isSettled($0) }
        return unsettled.isEmpty ? .settled : .volatile(functions: unsettled.map { $0.joined(separator: ".") })
    }
}
