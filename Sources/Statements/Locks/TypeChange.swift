/// What a change of a column's type takes; measured on PostgreSQL 15, file nodes before and after.
enum TypeChange {
    /// Whether the table is rewritten.
    static func rewrites(
        from old: TypeReference?, to new: TypeReference, isComputed: Bool, in model: SchemaModel
    ) -> Claim {
        guard let old else { return .unless("the column's type is stored the same way already") }
        if isComputed { return .yes("every value is computed by USING") }
        let reason = "values of type \(old.text) are stored anew as \(new.text)"
        return isSame(old, new, in: model) ? .no : .yes(reason)
    }

    /// Whether values need no change; what is not known to be so is not.
    private static func isSame(_ old: TypeReference, _ new: TypeReference, in model: SchemaModel) -> Bool {
        guard old.isArray == new.isArray else { return false }
        if old.isArray { return old == new }
        let (from, to) = (old.plainName, new.plainName)
        if from == to { return keeps(from, old.modifiers, new.modifiers) }
        switch (from, to) {
        case ("varchar", "text"): return true
        case ("text", "varchar"): return new.modifiers.isEmpty
        case ("cidr", "inet"): return true
        case ("bit", "varbit"): return new.modifiers.isEmpty
        case ("timestamp", "timestamptz"), ("timestamptz", "timestamp"):
            return model.isUTC && keeps(to, old.modifiers, new.modifiers)
        default: break
        }
        if let domain = model.types[model.key(new.relation)], !domain.isChecked, let base = domain.base {
            return isSame(old, base, in: model)
        }
        return new.modifiers.isEmpty && model.isStoredAlike(old, new)
    }

    /// Whether a type with other modifiers takes every value as it is.
    private static func keeps(_ name: String, _ old: [Int], _ new: [Int]) -> Bool {
        if old == new || new.isEmpty { return name != "bpchar" && name != "bit" || old == new }
        guard let was = old.first, let now = new.first else { return false }
        switch name {
        case "varchar", "varbit": return now >= was
        case "numeric": return now >= was && (old.dropFirst().first ?? 0) == (new.dropFirst().first ?? 0)
        case "timestamp", "timestamptz", "time", "timetz", "interval":
            return old.count == 1 && new.count == 1 && now >= was
        default: return false
        }
    }
}

extension TypeReference {
    /// The server's own name of it, for one of its own types.
    fileprivate var plainName: String { schema == nil || schema == "pg_catalog" ? name : "\(schema ?? "").\(name)" }

    /// As a name among those of users' types.
    var relation: RelationName { RelationName(schema: schema, name: name) }
}

extension SchemaModel {
    /// Whether a catalog says that two types are stored the same way.
    fileprivate func isStoredAlike(_ old: TypeReference, _ new: TypeReference) -> Bool {
        alike.contains(TypePair(from: plain(old.relation), to: plain(new.relation)))
    }

    /// Whether giving a column that type needs a look at every row, because values are checked, or perhaps are.
    func checksValues(of type: TypeReference) -> Claim {
        if type.isBuiltIn || type.isSerial { return .no }
        if let known = types[key(type.relation)] {
            return known.isChecked ? .yes("the type \(type.text) has constraints") : .no
        }
        return isComplete ? .no : .unless("\(type.text) is no domain with constraints")
    }
}

/// Two types of which one's values are the other's.
struct TypePair: Sendable, Hashable {
    let from: RelationName
    let to: RelationName
}
