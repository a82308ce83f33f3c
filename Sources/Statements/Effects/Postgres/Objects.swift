/// Objects of every kind that are made, renamed and dropped.
extension PostgresEffects {
    /// Reads such a statement; false when it is another.
    mutating func objects(_ kind: String, _ node: SyntaxNode) -> Bool {
        switch kind {
        case "DropStmt": drop(node)
        case "RenameStmt": rename(node)
        case "AlterObjectSchemaStmt":
            let object = node.alteredObject(node.text("objectType"))
            add(.moves, object, .name(node.text("newschema") ?? ""), isTolerant: node.flag("missing_ok"))
        case "AlterOwnerStmt":
            let object = node.alteredObject(node.text("objectType"))
            add(.alters, object, .property(.owner(node["newowner"]?.roleName ?? "")))
        case "CommentStmt":
            add(.comments, node.alteredObject(node.text("objtype")), .words(node.text("comment") ?? ""))
        case "SecLabelStmt": add(.alters, node.alteredObject(node.text("objtype")), .property(.other("security label")))
        default: return types(kind, node) || routines(kind, node) || makings(kind, node)
        }
        return true
    }

    private mutating func drop(_ node: SyntaxNode) {
        let type = node.text("removeType")
        for object in node.list("objects") {
            add(
                .drops, object.object(ofType: type), isTolerant: node.flag("missing_ok"),
                cascades: node.is("behavior", "DROP_CASCADE"), isConcurrent: node.flag("concurrent"))
        }
    }

    private mutating func rename(_ node: SyntaxNode) {
        let name = node.text("subname") ?? ""
        let object: SchemaObject?
        switch (node.text("renameType"), node.relationName("relation")) {
        case ("OBJECT_COLUMN", let relation?), ("OBJECT_ATTRIBUTE", let relation?):
            object = SchemaObject(.column, of: relation, name: name)
        case ("OBJECT_TABCONSTRAINT", let relation?): object = SchemaObject(.constraint, of: relation, name: name)
        case ("OBJECT_POLICY", let relation?): object = SchemaObject(.policy, of: relation, name: name)
        case ("OBJECT_TRIGGER", let relation?): object = SchemaObject(.trigger, of: relation, name: name)
        case ("OBJECT_RULE", let relation?): object = SchemaObject(.rule, of: relation, name: name)
        case (let type, let relation?): object = SchemaObject(ObjectTypes.kinds[type ?? ""] ?? .table, relation)
        case ("OBJECT_SCHEMA", nil): object = SchemaObject(.schema, name: name)
        case ("OBJECT_DATABASE", nil): object = SchemaObject(.database, name: name)
        case ("OBJECT_ROLE", nil): object = SchemaObject(.role, name: name)
        case ("OBJECT_TABLESPACE", nil): object = SchemaObject(.tablespace, name: name)
        case (let type, nil): object = node.alteredObject(type)
        }
        add(.renames, object, .name(node.text("newname") ?? ""), isTolerant: node.flag("missing_ok"))
    }

    private mutating func types(_ kind: String, _ node: SyntaxNode) -> Bool {
        switch kind {
        case "CompositeTypeStmt":
            add(.creates, node.relationName("typevar").map { SchemaObject(.type, $0) })
        case "CreateEnumStmt", "CreateRangeStmt": add(.creates, SchemaObject(.type, path: node.names("typeName")))
        case "CreateDomainStmt": add(.creates, SchemaObject(.domain, path: node.names("domainname")))
        case "AlterEnumStmt":
            let path = node.names("typeName")
            let value = node.text("newVal") ?? ""
            if let old = node.text("oldVal") {
                add(.renames, SchemaObject(.enumValue, partOf: path + [old]), .name(value))
            } else {
                add(
                    .creates, SchemaObject(.enumValue, partOf: path + [value]),
                    isTolerant: node.flag("skipIfNewValExists"))
            }
        case "AlterDomainStmt":
            let checks = node["def"]?.content(of: "Constraint").map { !$0.flag("skip_validation") } ?? true
            let property: Property =
                switch node.text("subtype") {
                case "C", "V", "O": .domainConstraint(isChecked: checks)
                default: .definition
                }
            add(.alters, SchemaObject(.domain, path: node.names("typeName")), .property(property))
        case "AlterTypeStmt": add(.alters, SchemaObject(.type, path: node.names("typeName")), .property(.definition))
        default: return false
        }
        return true
    }

    /// What is made and has no form of its own here.
    private mutating func makings(_ kind: String, _ node: SyntaxNode) -> Bool {
        guard let (object, action) = node.made(kind) else { return false }
        let isTolerant = node.flag("if_not_exists") || node.flag("missing_ok")
        let cascades = node.is("behavior", "DROP_CASCADE")
        let property: Change.Detail = action == .alters ? .property(.other(node.settingName ?? "definition")) : .none
        if kind == "DropRoleStmt" {
            for role in node.list("roles") {
                add(.drops, SchemaObject(.role, name: role.roleName), isTolerant: isTolerant)
            }
            return true
        }
        add(action, object, property, isTolerant: isTolerant, cascades: cascades)
        for table in node.list("relations").compactMap(\.relationName) + node.publishedTables {
            add(.alters, SchemaObject(.table, table), .property(.published))
        }
        if kind == "CreateSchemaStmt" {
            for element in node.list("schemaElts") {
                if let inner = element.node { _ = tables(inner.kind, inner.content) }
            }
        }
        return true
    }
}

extension SyntaxNode {
    /// An object by the type of a statement that names it in `relation` or `object`.
    fileprivate func alteredObject(_ type: String?) -> SchemaObject? {
        if let relation = relationName("relation") {
            return SchemaObject(ObjectTypes.kinds[type ?? ""] ?? .table, relation)
        }
        return self["object"]?.object(ofType: type)
    }

    /// An object by a type of libpg_query and the names that stand for one of that type.
    fileprivate func object(ofType type: String?) -> SchemaObject? {
        guard let type, let kind = ObjectTypes.kinds[type] else { return nil }
        switch kind {
        case .function, .procedure, .aggregate, .routine: return routine(kind)
        case .operator:
            return content(of: "ObjectWithArgs")?.routine(kind)
        case .type, .domain:
            if let type = content(of: "TypeName") { return SchemaObject(kind, path: type.names("names")) }
            return object(kind)
        case .column, .constraint, .policy, .trigger, .rule: return SchemaObject(kind, partOf: names)
        case .operatorClass, .operatorFamily: return SchemaObject(kind, path: Array(names.dropFirst()))
        case .cast:
            let types = content(of: "List")?.list("items") ?? elements
            return SchemaObject(.cast, name: types.compactMap { $0.typeReference?.text }.joined(separator: " AS "))
        case .schema, .extension, .role, .database, .tablespace, .language, .eventTrigger, .accessMethod, .server,
            .wrapper, .publication, .subscription:
            if let name = content(of: "String")?.text("sval") { return SchemaObject(kind, name: name) }
            return object(kind)
        default: return object(kind)
        }
    }

    /// The tables that a publication names.
    fileprivate var publishedTables: [RelationName] {
        list("pubobjects").compactMap { $0.content(of: "PublicationObjSpec")?["pubtable"]?.relationName("relation") }
    }

    /// The setting that `ALTER DATABASE`, `ALTER ROLE` or `ALTER SYSTEM` sets.
    fileprivate var settingName: String? { self["setstmt"].map { $0.text("name") ?? "settings" } }

    /// What a statement makes, alters or drops that names it in a field of its own.
    fileprivate func made(_ statement: String) -> (SchemaObject, Change.Action)? {
        if let form = ObjectTypes.named[statement] {
            return (SchemaObject(form.kind, name: text(form.field) ?? ""), form.action)
        }
        if let form = ObjectTypes.listed[statement] {
            return SchemaObject(form.kind, path: names(form.field)).map { ($0, form.action) }
        }
        switch statement {
        case "AlterSystemStmt": return (SchemaObject(.system, name: settingName ?? ""), .alters)
        case "AlterRoleStmt", "AlterRoleSetStmt":
            return (SchemaObject(.role, name: self["role"]?.roleName ?? "ALL"), .alters)
        case "CreateCastStmt":
            let types = [self["sourcetype"], self["targettype"]].compactMap { $0?.typeReference?.text }
            return (SchemaObject(.cast, name: types.joined(separator: " AS ")), .creates)
        case "AlterOperatorStmt": return self["opername"]?.routine(.operator).map { ($0, .alters) }
        case "CreateTransformStmt":
            return (SchemaObject(.transform, name: self["type_name"]?.typeReference?.text ?? ""), .creates)
        case "DefineStmt":
            let kind = ObjectTypes.kinds[text("kind") ?? ""] ?? .type
            return SchemaObject(kind, path: names("defnames")).map { ($0, .creates) }
        default: return nil
        }
    }
}
