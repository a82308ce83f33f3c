public import CanonicalJSON
import Statements

/// A table or a column whose contents go with a rollback.
public struct PlannedLoss: Sendable, Hashable {
    /// The database.
    public let target: String
    /// The table's schema, where the statement writes one.
    public let schema: String?
    /// The table.
    public let table: String
    /// The column; nil for the whole table.
    public let column: String?
    /// Where its name is looked up, when not where sessions look by themselves.
    public let searchPath: String?
    /// Whether a later phase writes into the table, so that what is more in it may be that phase's.
    public internal(set) var isWrittenLater = false

    init(_ object: SchemaObject, in target: String, by searchPath: String?) {
        self.target = target
        self.searchPath = object.schema == nil ? searchPath : nil
        schema = object.schema
        table = object.kind == .column ? object.relation ?? "" : object.name
        column = object.kind == .column ? object.name : nil
    }

    /// As people call it: `column orders.note`.
    public var words: String {
        let name = ([schema, table, column].compactMap(\.self)).joined(separator: ".")
        return (column == nil ? "table " : "column ") + name
    }
}

extension Plan {
    /// The tables and columns whose contents go with the rollback of each phase, in the order of the plan, each with why
    /// that is left as it is, where somebody wrote so.
    public var losses: [(phase: String, loss: PlannedLoss, accepted: String?)] {
        review.findings.compactMap { finding in finding.loss.map { (finding.phase, $0, finding.accepted) } }
    }
}

extension PlannedLoss {
    /// As plans and journals hold it.
    public var json: JSON {
        .compact([
            "target": .string(target), "schema": .optional(schema), "table": .string(table),
            "column": .optional(column), "search_path": .optional(searchPath), "written_later": .flag(isWrittenLater),
        ])
    }

    /// Read from a journal; nil when it is none.
    public init?(json: JSON) {
        guard let loss = try? PlannedLoss(PlanReader(json)) else { return nil }
        self = loss
    }

    init(_ reader: PlanReader) throws(DamagedPlan) {
        target = try reader.string("target")
        schema = try reader.optionalString("schema")
        table = try reader.string("table")
        column = try reader.optionalString("column")
        searchPath = try reader.optionalString("search_path")
        isWrittenLater = try reader.flag("written_later")
    }
}
