/// Who may see and do what: policies, privileges, roles.
extension PostgresEffects {
    /// Reads such a statement; false when it is another.
    mutating func access(_ kind: String, _ node: SyntaxNode) -> Bool {
        switch kind {
        case "CreatePolicyStmt": policy(node, .creates)
        case "AlterPolicyStmt": policy(node, .alters)
        case "GrantStmt": grant(node)
        case "GrantRoleStmt":
            let granted = node.list("granted_roles").compactMap { $0.content(of: "AccessPriv")?.text("priv_name") }
            for role in granted {
                add(
                    node.flag("is_grant") ? .grants : .revokes, SchemaObject(.role, name: role),
                    .privileges(["membership"], grantees: node.list("grantee_roles").map(\.roleName)))
            }
        case "AlterDefaultPrivilegesStmt":
            let schemas = node.list("options").compactMap { $0.content(of: "DefElem") }
                .filter { $0.is("defname", "schemas") }.flatMap { $0["arg"]?.names ?? [] }
            add(
                .alters,
                SchemaObject(
                    .defaultPrivileges, name: schemas.isEmpty ? "everywhere" : schemas.joined(separator: ", ")),
                .property(.definition))
        case "ReassignOwnedStmt":
            for role in node.list("roles") {
                let object = SchemaObject(.role, name: role.roleName)
                add(.alters, object, .property(.other("everything it owns to \(node["newrole"]?.roleName ?? "")")))
            }
        case "DropOwnedStmt":
            for role in node.list("roles") {
                add(
                    .drops, SchemaObject(.privilege, name: "everything owned by \(role.roleName)"),
                    cascades: node.is("behavior", "DROP_CASCADE"))
            }
        default: return false
        }
        return true
    }

    private mutating func policy(_ node: SyntaxNode, _ action: Change.Action) {
        guard let table = node.relationName("table") else { return }
        let definition = PolicyDefinition(
            command: node.text("cmd_name"), isPermissive: node.flag("permissive"),
            roles: node.list("roles").map(\.roleName), using: node["qual"]?.policyExpression,
            check: node["with_check"]?.policyExpression, columns: node.columnNames.sorted())
        add(action, SchemaObject(.policy, of: table, name: node.text("policy_name") ?? ""), .policy(definition))
        for part in [node["qual"], node["with_check"]].compactMap(\.self) { reads(in: part, except: table) }
    }

    private mutating func grant(_ node: SyntaxNode) {
        let privileges = node.list("privileges").compactMap { $0.content(of: "AccessPriv")?.text("priv_name") }
        let detail = Change.Detail.privileges(
            privileges.isEmpty ? ["all"] : privileges, grantees: node.list("grantees").map(\.roleName))
        let action: Change.Action = node.flag("is_grant") ? .grants : .revokes
        let kind = ObjectTypes.kinds[node.text("objtype") ?? ""] ?? .table
        for object in node.list("objects") {
            if node.is("targtype", "ACL_TARGET_ALL_IN_SCHEMA") {
                let schema = object.content(of: "String")?.text("sval") ?? ""
                add(action, SchemaObject(.schema, name: "every \(kind.rawValue) in \(schema)"), detail)
            } else if let relation = object.content(of: "RangeVar")?.relationName {
                add(action, SchemaObject(kind, relation), detail)
            } else if let routine = object.content(of: "ObjectWithArgs")?.routine(kind) {
                add(action, routine, detail)
            } else if let name = object.content(of: "String")?.text("sval") {
                add(action, SchemaObject(kind, name: name), detail)
            } else {
                add(action, object.object(kind), detail)
            }
        }
    }
}

extension SyntaxNode {
    /// The condition of a policy, as far as it matters whom it lets in.
    fileprivate var policyExpression: PolicyExpression {
        let nullIf = all("A_Expr").filter { $0.is("kind", "AEXPR_NULLIF") }
        let settings = all("FuncCall").filter { $0.names("funcname").last == "current_setting" }.map { call in
            let arguments = call.list("args")
            let isMissingOk =
                arguments.count > 1
                && (arguments[1].content(of: "A_Const")?["boolval"]?.flag("boolval") ?? arguments[1].isTrueText)
            return PolicyExpression.SettingRead(
                name: arguments.first?.constantText ?? "", isMissingOk: isMissingOk,
                isNullIfEmpty: nullIf.contains { $0.holds(call) && $0["rexpr"]?.constantText == "" })
        }
        let isTrue = content(of: "A_Const")?["boolval"]?.flag("boolval") ?? false
        return PolicyExpression(isAlwaysTrue: isTrue, settings: settings)
    }

    /// Whether it is a text that is read as true: `'t'::bool`.
    private var isTrueText: Bool { ["t", "true", "on", "yes", "1"].contains(constantText ?? "") }
}
