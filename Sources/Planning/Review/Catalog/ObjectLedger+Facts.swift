import Databases
import Statements

extension ObjectLedger {
    /// A schema in which everything is there that a catalog tells of; where names mean what the ledger takes them for,
    /// nothing else is.
    init(_ facts: SchemaFacts, isComplete: Bool) {
        self.init(isComplete: isComplete)
        for relation in facts.relations {
            know(SchemaObject(SchemaObject.Kind(relation.kind), schema: relation.name.schema, name: relation.name.name))
        }
        for column in facts.columns { know(SchemaObject(.column, of: column.relation, name: column.name)) }
        for constraint in facts.constraints {
            know(
                SchemaObject(.constraint, of: constraint.relation, name: constraint.name),
                .constraint(ConstraintDefinition(constraint)))
        }
        for index in facts.indexes where !index.isOfConstraint {
            know(
                SchemaObject(.index, of: index.relation, name: index.name.name),
                .index(IndexDefinition(columns: index.columns, isUnique: index.isUnique)))
        }
        for part in facts.parts {
            know(SchemaObject(SchemaObject.Kind(part.kind), of: part.relation, name: part.name))
        }
        for routine in facts.routines {
            know(
                SchemaObject(
                    routine.isProcedure ? .procedure : .function, schema: routine.name.schema, name: routine.name.name,
                    arguments: routine.arguments))
        }
        for type in facts.types {
            know(SchemaObject(type.kind == .domain ? .domain : .type, schema: type.name.schema, name: type.name.name))
            for value in type.values { know(SchemaObject(.enumValue, of: type.name, name: value)) }
        }
        for use in facts.uses where !use.kind.hasPrefix("policy ") {
            let used = SchemaObject(.table, schema: use.relation.schema, name: use.relation.name)
            let user = SchemaObject(.view, schema: use.user.schema, name: use.user.name)
            know(user, needs: used)
            if let column = use.column { know(user, needs: SchemaObject(.column, of: use.relation, name: column)) }
        }
        for constraint in facts.constraints {
            guard let table = constraint.references else { continue }
            know(
                SchemaObject(.constraint, of: constraint.relation, name: constraint.name),
                needs: SchemaObject(.table, schema: table.schema, name: table.name))
        }
        for other in facts.others { know(SchemaObject(other.kind == .schema ? .schema : .extension, name: other.name)) }
    }
}

extension SchemaObject {
    fileprivate init(_ kind: Kind, of relation: SchemaFacts.Name, name: String) {
        self.init(kind, schema: relation.schema, relation: relation.name, name: name)
    }
}

extension SchemaObject.Kind {
    fileprivate init(_ kind: SchemaFacts.Part.Kind) {
        switch kind {
        case .trigger: self = .trigger
        case .policy: self = .policy
        case .rule: self = .rule
        }
    }
}

extension ConstraintDefinition {
    fileprivate init(_ constraint: SchemaFacts.Constraint) {
        self.init(
            kind: Kind(constraint.kind), columns: constraint.columns,
            references: constraint.references.map(RelationName.init), referencedColumns: constraint.referencedColumns,
            isNotValid: !constraint.isValid, notNullColumn: constraint.notNullColumn, text: constraint.definition)
    }
}
