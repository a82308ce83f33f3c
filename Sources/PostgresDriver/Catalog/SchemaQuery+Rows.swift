import Databases

/// What the rows of each question mean.
extension SchemaQuery {
    /// Takes in what is said of the session.
    static func takeSession(_ row: [DatabaseValue], into facts: inout SchemaFacts) {
        let row = FactRow(row)
        facts.searchPath = row.list(0)
        facts.timeZone = row.text(1)
    }

    /// Takes in a row of an answer.
    static func take(_ row: [DatabaseValue], of question: SchemaQuery, into facts: inout SchemaFacts) {
        let row = FactRow(row)
        switch question {
        case .relations: facts.relations += row.relation.map { [$0] } ?? []
        case .inheritance: facts.inheritance.append(row.link)
        case .sequences: facts.sequenceOwners.append(row.link)
        case .statistics: facts.statistics.append(row.link)
        case .triggerFunctions: facts.triggerFunctions.append(row.link)
        case .columns:
            facts.columns.append(
                SchemaFacts.Column(
                    relation: row.name(0), name: row.text(2) ?? "", type: row.type(3), isNotNull: row.flag(4)))
        case .constraints: facts.constraints += row.constraint.map { [$0] } ?? []
        case .indexes:
            facts.indexes.append(
                SchemaFacts.Index(
                    name: row.name(0), relation: SchemaFacts.Name(schema: row.text(0), name: row.text(2) ?? ""),
                    columns: row.list(3), isUnique: row.flag(4), isValid: row.flag(5), isOfConstraint: row.flag(6)))
        case .parts:
            guard let kind = row.text(0).flatMap(SchemaFacts.Part.Kind.init) else { return }
            facts.parts.append(SchemaFacts.Part(kind: kind, relation: row.name(1), name: row.text(3) ?? ""))
        case .views, .policies:
            facts.uses.append(
                SchemaFacts.Use(user: row.name(0), kind: row.text(2) ?? "", relation: row.name(3), column: row.text(5)))
        case .types: facts.types.append(row.userType)
        case .casts: facts.binaryCasts.append(row.link)
        case .routines:
            facts.routines.append(
                SchemaFacts.Routine(
                    name: row.name(0), isProcedure: row.text(2) == "p", arguments: row.text(3) ?? "",
                    isVolatile: row.flag(4), language: row.text(5) ?? "", definition: row.text(6) ?? ""))
        case .others:
            guard let kind = row.text(0).flatMap(SchemaFacts.Other.Kind.init) else { return }
            facts.others.append(SchemaFacts.Other(kind: kind, name: row.text(1) ?? ""))
        }
    }
}

/// A row of a catalog question, cell by cell.
private struct FactRow {
    private let cells: [DatabaseValue]

    init(_ cells: [DatabaseValue]) { self.cells = cells }

    func text(_ index: Int) -> String? { index < cells.count ? cells[index].text : nil }
    func flag(_ index: Int) -> Bool { text(index) == "true" }
    func number(_ index: Int) -> Int? { text(index).flatMap { Int($0) } }

    func list(_ index: Int) -> [String] {
        text(index).map { $0.split(separator: "\u{1f}", omittingEmptySubsequences: true).map(String.init) } ?? []
    }

    /// A schema and the name after it.
    func name(_ index: Int) -> SchemaFacts.Name {
        SchemaFacts.Name(schema: text(index), name: text(index + 1) ?? "")
    }

    func optionalName(_ index: Int) -> SchemaFacts.Name? {
        text(index + 1).map { SchemaFacts.Name(schema: text(index), name: $0) }
    }

    var link: SchemaFacts.Link { SchemaFacts.Link(source: name(0), target: name(2)) }

    func type(_ index: Int) -> SchemaFacts.TypeName? {
        let parts = (text(index) ?? "").split(separator: "\u{1f}", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4 else { return nil }
        return SchemaFacts.TypeName(
            schema: parts[0], name: parts[1],
            modifiers: parts[3].split { $0 == "," || $0 == " " }.compactMap { Int($0) }, isArray: parts[2] == "t")
    }

    var relation: SchemaFacts.Relation? {
        let kind: SchemaFacts.Relation.Kind
        switch text(2) {
        case "r": kind = .table
        case "p": kind = .partitionedTable
        case "f": kind = .foreignTable
        case "v": kind = .view
        case "m": kind = .materializedView
        case "S": kind = .sequence
        default: return nil
        }
        var relation = SchemaFacts.Relation(name: name(0), kind: kind)
        relation.accessMethod = text(3)
        relation.rows = number(4)
        relation.bytes = number(5)
        relation.hasRowSecurity = flag(6)
        relation.forcesRowSecurity = flag(7)
        relation.defaultPartition = optionalName(8)
        relation.owner = text(10)
        return relation
    }

    var constraint: SchemaFacts.Constraint? {
        let kinds: [String: SchemaFacts.Constraint.Kind] = [
            "c": .check, "u": .unique, "p": .primaryKey, "f": .foreignKey, "x": .exclusion,
        ]
        guard let kind = text(3).flatMap({ kinds[$0] }) else { return nil }
        var constraint = SchemaFacts.Constraint(
            relation: name(0), name: text(2) ?? "", kind: kind, columns: list(4))
        constraint.references = optionalName(5)
        constraint.referencedColumns = list(7)
        constraint.isValid = flag(8)
        constraint.definition = text(9) ?? ""
        return constraint
    }

    var userType: SchemaFacts.UserType {
        let kinds: [String: SchemaFacts.UserType.Kind] = ["d": .domain, "e": .enumeration]
        var type = SchemaFacts.UserType(name: name(0), kind: text(2).flatMap { kinds[$0] } ?? .other)
        type.base = self.type(3)
        type.isChecked = flag(4)
        type.values = list(5)
        return type
    }
}
