import Databases
import Statements

extension SchemaModel {
    /// The schema that a catalog tells of; where it is complete, everything that is not in it is not there.
    init(_ facts: SchemaFacts, isComplete: Bool) {
        self.init(isComplete: isComplete, searchPath: facts.searchPath)
        isUTC = facts.timeZone.map { ["utc", "etc/utc", "gmt", "etc/gmt"].contains($0.lowercased()) } ?? false
        for (name, relation) in facts.modelled { know(relation, as: name) }
        for link in facts.statistics { knowStatistics(facts.plain(link.source), of: facts.plain(link.target)) }
        for link in facts.triggerFunctions {
            knowTrigger(of: facts.plain(link.target), calling: facts.plain(link.source))
        }
        for index in facts.indexes {
            knowIndex(facts.plain(index.name), of: facts.plain(index.relation), columns: index.columns)
        }
        var users: [RelationName: Set<RelationName>] = [:]
        for column in facts.columns {
            guard let type = column.type, type.schema != "pg_catalog" else { continue }
            users[facts.plain(SchemaFacts.Name(schema: type.schema, name: type.name)), default: []].insert(
                facts.plain(column.relation))
        }
        for type in facts.types {
            let name = facts.plain(type.name)
            knowType(
                name, base: type.base.map(TypeReference.init), isChecked: type.kind == .domain && type.isChecked,
                users: users[name] ?? [])
        }
        for cast in facts.binaryCasts { knowAlike(facts.plain(cast.source), facts.plain(cast.target)) }
        for routine in facts.routines where !routine.isVolatile { knowSettled(facts.plain(routine.name)) }
    }
}

extension SchemaFacts {
    /// A name as statements write it, without the schema it is looked up in first.
    func plain(_ name: Name) -> RelationName {
        RelationName(schema: name.schema == searchPath.first ? nil : name.schema, name: name.name)
    }

    /// Its relations as a model has them, with everything that belongs to them.
    fileprivate var modelled: [RelationName: SchemaModel.Relation] {
        var found = Dictionary(relations.map { (plain($0.name), SchemaModel.Relation($0, in: self)) }) { $1 }
        for column in columns {
            found[plain(column.relation)]?.columns[column.name] = SchemaModel.Column(
                type: column.type.map(TypeReference.init), isNotNull: column.isNotNull)
        }
        for constraint in constraints {
            found[plain(constraint.relation)]?.constraints[constraint.name] = SchemaModel.Constraint(
                constraint, in: self)
            guard constraint.kind == .foreignKey, let table = constraint.references else { continue }
            found[plain(table)]?.dependents.insert(plain(constraint.relation))
        }
        for link in inheritance {
            found[plain(link.source)]?.parents.append(plain(link.target))
            found[plain(link.target)]?.children.append(plain(link.source))
        }
        for link in sequenceOwners { found[plain(link.target)]?.sequences.append(plain(link.source)) }
        for use in uses {
            let isPolicy = use.kind.hasPrefix("policy ")
            let user = isPolicy ? nil : plain(use.user)
            found[plain(use.relation)]?.uses.append(
                SchemaModel.Use(
                    words: isPolicy ? use.kind : "\(use.kind) \(plain(use.user))", relation: user,
                    column: use.column))
            if let user { found[plain(use.relation)]?.dependents.insert(user) }
        }
        return found
    }
}

extension SchemaModel.Relation {
    fileprivate init(_ relation: SchemaFacts.Relation, in facts: SchemaFacts) {
        self.init(SchemaObject.Kind(relation.kind))
        isPartitioned = relation.kind == .partitionedTable
        defaultPartition = relation.defaultPartition.map(facts.plain)
        rows = relation.rows
        bytes = relation.bytes
        accessMethod = relation.accessMethod
        owner = relation.owner
    }
}

extension SchemaModel.Constraint {
    fileprivate init(_ constraint: SchemaFacts.Constraint, in facts: SchemaFacts) {
        self.init(
            kind: ConstraintDefinition.Kind(constraint.kind), columns: constraint.columns,
            references: constraint.references.map(facts.plain), isValid: constraint.isValid,
            notNullColumn: constraint.notNullColumn)
    }
}

extension SchemaFacts.Constraint {
    /// The column of `CHECK ((column IS NOT NULL))`, as the server prints it.
    var notNullColumn: String? {
        guard kind == .check, columns.count == 1, definition.hasPrefix("CHECK (("),
            definition.replacing(" NOT VALID", with: "").hasSuffix(" IS NOT NULL))"),
            !definition.contains(" AND "), !definition.contains(" OR ")
        else { return nil }
        return columns.first
    }
}

extension SchemaObject.Kind {
    /// What a statement calls such a relation.
    init(_ kind: SchemaFacts.Relation.Kind) {
        switch kind {
        case .table, .partitionedTable: self = .table
        case .foreignTable: self = .foreignTable
        case .view: self = .view
        case .materializedView: self = .materializedView
        case .sequence: self = .sequence
        }
    }
}

extension ConstraintDefinition.Kind {
    init(_ kind: SchemaFacts.Constraint.Kind) {
        switch kind {
        case .check: self = .check
        case .unique: self = .unique
        case .primaryKey: self = .primaryKey
        case .foreignKey: self = .foreignKey
        case .exclusion: self = .exclusion
        }
    }
}

extension RelationName {
    init(_ name: SchemaFacts.Name) { self.init(schema: name.schema, name: name.name) }
}

extension TypeReference {
    init(_ type: SchemaFacts.TypeName) {
        self.init(schema: type.schema, name: type.name, modifiers: type.modifiers, isArray: type.isArray)
    }
}
