/// What a catalog tells a model before any statement is applied to it.
extension SchemaModel {
    /// A relation that is there.
    public mutating func know(_ relation: Relation, as name: RelationName) { put(relation, as: name) }

    /// An index and the relation it is on, which is known already.
    public mutating func knowIndex(_ name: RelationName, of table: RelationName, columns: [String]) {
        let index = key(name)
        indexes[index] = key(table)
        edit(table) { $0.indexes[index] = columns }
    }

    /// A type of users: a domain with its base, or one of its own; and who has columns of it.
    public mutating func knowType(
        _ name: RelationName, base: TypeReference?, isChecked: Bool, users: Set<RelationName>
    ) {
        types[key(name)] = UserType(base: base, isChecked: isChecked, users: Set(users.map(key)))
    }

    /// Two types of which the one's values are the other's as they are stored.
    public mutating func knowAlike(_ source: RelationName, _ target: RelationName) {
        alike.insert(TypePair(from: plain(source), to: plain(target)))
    }

    /// Extended statistics and the table they are of.
    public mutating func knowStatistics(_ name: RelationName, of table: RelationName) {
        statistics[key(name)] = key(table)
    }

    /// A function that a trigger of a table calls.
    public mutating func knowTrigger(of table: RelationName, calling function: RelationName) {
        triggerFunctions[key(function), default: []].insert(key(table))
    }

    /// A routine that gives the same for every row of a statement.
    public mutating func knowSettled(_ routine: RelationName) { settledRoutines.insert(key(routine)) }

    /// A type's name without the schema of the server's own.
    func plain(_ type: RelationName) -> RelationName {
        type.schema == "pg_catalog" ? RelationName(schema: nil, name: type.name) : key(type)
    }

    /// Whether a function that is called by this name may give another result for every row.
    func isSettled(_ function: String) -> Bool {
        let parts = function.split(separator: ".", maxSplits: 1).map(String.init)
        return settledRoutines.contains(
            key(RelationName(schema: parts.count > 1 ? parts[0] : nil, name: parts.last ?? function)))
    }
}

extension SchemaModel {
    /// Whether there is an index of that name.
    public func hasIndex(_ name: RelationName) -> Bool { table(ofIndex: name) != nil }

    /// The relations that a role owns, sorted; looks at everything.
    func relations(ownedBy role: String) -> [RelationName] {
        allRelations.filter { $0.relation.owner == role }.map(\.name)
    }

    /// The relations in a schema, sorted; looks at everything.
    func relations(inSchema schema: String) -> [RelationName] {
        let own = key(RelationName(schema: schema, name: "")).schema
        return allRelations.map(\.name).filter { $0.schema == own }
    }

    /// The names of the relations in a schema, sorted; looks at everything.
    public func relationNames(in schema: String?) -> [String] {
        allRelations.map(\.name).filter { $0.schema == key(RelationName(schema: schema, name: "")).schema }.map(\.name)
    }

    /// About how many relations there are.
    public var relationCount: Int { relationsKept }

    /// Whether a name is that of a type of users.
    public func isType(_ name: RelationName) -> Bool { types[key(name)] != nil && self[name] == nil }
}
