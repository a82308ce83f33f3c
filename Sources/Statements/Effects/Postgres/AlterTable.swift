/// `ALTER TABLE` and its like for indexes, views, sequences and composite types.
extension PostgresEffects {
    mutating func alterTable(_ node: SyntaxNode) {
        guard let relation = node.relationName("relation") else { return }
        let kind = SchemaObject.Kind(alteredAs: node.text("objtype"))
        let isTolerant = node.flag("missing_ok")
        for command in node.list("cmds").compactMap({ $0.content(of: "AlterTableCmd") }) {
            if kind == .type {
                add(.alters, SchemaObject(.type, relation), .property(.definition))
            } else if !parts(command, of: relation) {
                let change = command.change
                let object = change.column.map { SchemaObject(.column, of: relation, name: $0) }
                add(
                    .alters, object ?? command.part(of: relation) ?? SchemaObject(kind, relation),
                    .property(change.property), isTolerant: isTolerant || command.flag("missing_ok"),
                    isConcurrent: command["def"]?.content(of: "PartitionCmd")?.flag("concurrent") ?? false)
            }
        }
    }

    /// Columns and constraints that come and go.
    private mutating func parts(_ command: SyntaxNode, of relation: RelationName) -> Bool {
        let isTolerant = command.flag("missing_ok")
        let cascades = command.is("behavior", "DROP_CASCADE")
        let name = command.text("name") ?? ""
        switch command.text("subtype") {
        case "AT_AddColumn":
            guard let column = command["def"]?.content(of: "ColumnDef") else { return true }
            addColumn(column, to: relation, isTolerant: isTolerant, isNewTable: false)
        case "AT_DropColumn":
            add(
                .drops, SchemaObject(.column, of: relation, name: name), isTolerant: isTolerant, cascades: cascades)
        case "AT_AddConstraint":
            guard let constraint = command["def"]?.content(of: "Constraint") else { return true }
            addConstraint(constraint, to: relation, column: nil)
        case "AT_DropConstraint":
            add(
                .drops, SchemaObject(.constraint, of: relation, name: name), isTolerant: isTolerant,
                cascades: cascades)
        default: return false
        }
        return true
    }
}

extension SyntaxNode {
    /// The part of a relation that a command of `ALTER TABLE` names, where it is no column.
    fileprivate func part(of relation: RelationName) -> SchemaObject? {
        switch text("subtype") {
        case "AT_ValidateConstraint": SchemaObject(.constraint, of: relation, name: text("name") ?? "")
        case "AT_AlterConstraint":
            SchemaObject(
                .constraint, of: relation, name: self["def"]?.content(of: "Constraint")?.text("conname") ?? "")
        case "AT_EnableTrig", "AT_DisableTrig", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig":
            SchemaObject(.trigger, of: relation, name: text("name") ?? "")
        default: nil
        }
    }

    /// The property that a command of `ALTER TABLE` changes, and the column it is of.
    fileprivate var change: (column: String?, property: Property) {
        let name = text("name")
        let isDefined = self["def"] != nil
        switch text("subtype") {
        case "AT_AlterColumnType": return (name, newType)
        case "AT_ColumnDefault": return (name, .defaultValue(isSet: isDefined))
        case "AT_SetNotNull": return (name, .notNull(true))
        case "AT_DropNotNull": return (name, .notNull(false))
        case "AT_AddIdentity": return (name, .identity("on"))
        case "AT_SetIdentity": return (name, .identity("altered"))
        case "AT_DropIdentity": return (name, .identity("off"))
        case "AT_DropExpression": return (name, .expressionDropped)
        case "AT_SetStatistics": return (name, .statistics)
        case "AT_SetOptions", "AT_ResetOptions": return (name, .columnOptions)
        case "AT_SetStorage": return (name, .storage)
        case "AT_SetCompression": return (name, .compression)
        default: return (nil, ofTable)
        }
    }

    private var newType: Property {
        let column = self["def"]?.content(of: "ColumnDef")
        let collation = column?["collClause"]?.names("collname").last
        guard let type = column?["typeName"]?.typeReference else { return .other("type") }
        return .type(type, isComputed: column?["raw_default"] != nil, collation: collation)
    }

    private var ofTable: Property {
        let other = self["def"]?.relationName ?? RelationName(schema: nil, name: "")
        let partition = self["def"]?.content(of: "PartitionCmd")?.relationName("name") ?? other
        let name = text("name") ?? ""
        switch text("subtype") {
        case "AT_EnableRowSecurity": return .rowSecurity(true)
        case "AT_DisableRowSecurity": return .rowSecurity(false)
        case "AT_ForceRowSecurity": return .forcedRowSecurity(true)
        case "AT_NoForceRowSecurity": return .forcedRowSecurity(false)
        case "AT_ValidateConstraint": return .validated
        case "AT_AlterConstraint": return .deferrable
        case "AT_EnableTrig", "AT_EnableTrigAll", "AT_EnableTrigUser", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig":
            return .triggers(isOn: true)
        case "AT_DisableTrig", "AT_DisableTrigAll", "AT_DisableTrigUser": return .triggers(isOn: false)
        case "AT_ReplicaIdentity":
            return .replicaIdentity(index: self["def"]?.content(of: "ReplicaIdentityStmt")?.text("name"))
        case "AT_ChangeOwner": return .owner(self["newowner"]?.roleName ?? "")
        case "AT_SetTableSpace": return .tablespace(name)
        case "AT_SetAccessMethod": return .accessMethod(name)
        case "AT_SetLogged": return .logged(true)
        case "AT_SetUnLogged": return .logged(false)
        case "AT_ClusterOn": return .clusterIndex(name)
        case "AT_DropCluster": return .clusterIndex(nil)
        case "AT_SetRelOptions", "AT_ResetRelOptions", "AT_ReplaceRelOptions": return .options(isLight: options)
        case "AT_AddInherit": return .inherits(other, isOn: true)
        case "AT_DropInherit": return .inherits(other, isOn: false)
        case "AT_AttachPartition": return .attached(partition: partition)
        case "AT_DetachPartition": return .detached(partition: partition, isFinal: false)
        case "AT_DetachPartitionFinalize": return .detached(partition: partition, isFinal: true)
        default:
            let words = text("subtype")?.replacing("AT_", with: "") ?? ""
            return .other(words)
        }
    }

    /// Whether all storage parameters need no more than SHARE UPDATE EXCLUSIVE (manual, ALTER TABLE, SET
    /// storage_parameter).
    private var options: Bool {
        let names = (self["def"]?.content(of: "List")?.list("items") ?? []).compactMap { option in
            option.content(of: "DefElem")?.text("defname")
        }
        return names.allSatisfy { name in
            name.hasPrefix("autovacuum_") || ["fillfactor", "toast_tuple_target", "parallel_workers"].contains(name)
                || name.hasPrefix("vacuum_") || name == "log_autovacuum_min_duration" || name == "n_distinct"
        }
    }
}

extension SchemaObject.Kind {
    /// The kind that `ALTER TABLE` was asked for: `ALTER INDEX` and `ALTER VIEW` parse as it.
    fileprivate init(alteredAs type: String?) {
        switch type {
        case "OBJECT_INDEX": self = .index
        case "OBJECT_VIEW": self = .view
        case "OBJECT_MATVIEW": self = .materializedView
        case "OBJECT_SEQUENCE": self = .sequence
        case "OBJECT_FOREIGN_TABLE": self = .foreignTable
        case "OBJECT_TYPE": self = .type
        default: self = .table
        }
    }
}
