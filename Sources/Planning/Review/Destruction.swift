import Statements

/// Data, or a thing with data in it, that is gone once a statement is done.
struct Destruction: Sendable, Equatable {
    /// What is lost, in words, with what goes along.
    let words: String
    /// What it is, or is in.
    let object: SchemaObject
    /// How it is lost.
    let manner: Manner

    /// The ways to lose something.
    enum Manner: Sendable {
        /// What holds it is dropped.
        case dropped
        /// Every row goes.
        case emptied
        /// Some rows go.
        case deleted
        /// Values are written over.
        case overwritten
    }

    /// Whether that is so by the text alone that everybody sees: some rows or values, which statements are for.
    var isUsual: Bool { manner == .deleted || manner == .overwritten }

    /// What is lost by a statement, in a schema as it is before; nothing of what the plan itself made.
    static func all(of effects: StatementEffects, in model: SchemaModel) -> [Destruction] {
        let dropped = effects.changes.filter { $0.action == .drops }.map(\.object)
        return effects.changes.flatMap { change in
            DestructionReading(change: change, model: model, droppedWithIt: dropped).destructions
        }
    }
}

/// One change of a statement, looked at for what is lost by it.
private struct DestructionReading {
    let change: Change
    let model: SchemaModel
    let droppedWithIt: [SchemaObject]

    private var object: SchemaObject { change.object }
    private var relation: SchemaModel.Relation? { object.relationName.flatMap { model[$0] } }

    var destructions: [Destruction] {
        guard object.schema != "temp", !isOfPlan else { return [] }
        switch (change.action, change.detail) {
        case (.drops, _): return drops
        case (.truncates, _):
            let others = change.cascades ? object.relationName.map { model.referrers(to: $0) } ?? [] : []
            return [lost(.emptied, "every row of \(name)\(counted)")]
                + others.map { lost(.emptied, "every row of \($0), which refers to it") }
        case (.deletes, .rows(let rows)):
            return [
                rows.isFiltered
                    ? lost(.deleted, "some rows of \(name)") : lost(.emptied, "every row of \(name)\(counted)")
            ]
        case (.updates, .rows(let rows)):
            let old = rows.columns.filter { !(relation?.columns[$0]?.isNew ?? false) }
            guard !old.isEmpty else { return [] }
            let which = rows.isFiltered ? "some rows" : "every row"
            return [lost(.overwritten, "what \(old.joined(separator: ", ")) held in \(which) of \(name)")]
        case (.inserts, .rows(let rows)) where rows.overwrites:
            return [lost(.overwritten, "what rows of \(name) held that are there already")]
        case (.merges, _): return [lost(.overwritten, "what some rows of \(name) held")]
        case (.alters, .property(.type(let type, let isComputed, _))):
            guard isComputed || narrows(to: type) else { return [] }
            let column = "\(object.fullName)"
            return [
                lost(
                    .overwritten,
                    isComputed
                        ? "what \(column) held before it is computed anew"
                        : "what of \(column) \(type.text) does not hold"
                )
            ]
        default: return []
        }
    }

    private var name: String { object.fullName }

    private var counted: String { relation?.sizeWords.map { " (\($0))" } ?? "" }

    /// Whether the statements of the plan made it.
    private var isOfPlan: Bool {
        guard let relation else { return false }
        if relation.isNew { return true }
        return object.kind == .column && relation.columns[object.name]?.isNew ?? false
    }

    private func lost(_ manner: Destruction.Manner, _ words: String) -> Destruction {
        Destruction(
            words: words + (change.isConditional ? ", on a condition" : change.isTolerant ? ", if it is there" : ""),
            object: object, manner: manner)
    }

    private var drops: [Destruction] {
        switch object.kind {
        case .table, .foreignTable, .materializedView:
            if model.isComplete, relation == nil { return [] }
            let held = object.kind == .table ? relation?.sizeWords.map { " (\($0))" } ?? " with its rows" : ""
            return [lost(.dropped, "\(object)\(held)\(along(with: dependents))")]
        case .column:
            if model.isComplete, relation?.columns[object.name] == nil { return [] }
            return [lost(.dropped, "\(object) with its values\(along(with: partsOfColumn + dependents))")]
        case .schema, .extension, .database: return [lost(.dropped, "\(object) with everything in it")]
        case .type, .domain:
            guard change.cascades else { return [] }
            return [lost(.dropped, "every column of \(object)")]
        case .privilege: return object.name.hasPrefix("everything") ? [lost(.dropped, object.name)] : []
        default: return []
        }
    }

    private func along(with others: [String]) -> String {
        guard let first = others.first else { return "" }
        let rest = others.count > 3 ? " and \(others.count - 3) more" : ""
        return others.count == 1
            ? ", and \(first) with it" : ", with \(others.prefix(3).joined(separator: ", "))\(rest)"
    }

    /// The constraints and indexes that go with a column, unasked.
    private var partsOfColumn: [String] {
        guard let relation else { return [] }
        let constraints = relation.constraints.filter { $0.value.columns.contains(object.name) }
        let indexes = relation.indexes.filter { $0.value.contains(object.name) && constraints[$0.key.name] == nil }
        return constraints.sorted { $0.key < $1.key }.map { "\($0.value.kind.rawValue) \($0.key)" }
            + indexes.keys.sorted().map { "index \($0)" }
    }

    /// What CASCADE takes with it.
    private var dependents: [String] {
        guard change.cascades, let table = object.relationName, let relation else { return [] }
        let uses = relation.uses.filter { use in
            (object.kind != .column || use.column == object.name) && !isDroppedToo(use)
        }
        let keys = object.kind == .column ? [] : model.referrers(to: table).map { "the foreign key of \($0)" }
        return Set(uses.map(\.words)).sorted() + keys
    }

    private func isDroppedToo(_ use: SchemaModel.Use) -> Bool {
        droppedWithIt.contains { use.relation != nil && $0.relationName == use.relation }
    }

    /// Whether values are cut or rounded without an error (manual, 8.1.2 and 8.5).
    private func narrows(to type: TypeReference) -> Bool {
        guard let old = relation?.columns[object.name]?.type else { return false }
        switch (old.name, type.name) {
        case ("numeric", "numeric"):
            guard type.modifiers.count > 0 else { return false }
            return old.modifiers.isEmpty
                || (old.modifiers.dropFirst().first ?? 0) > (type.modifiers.dropFirst().first ?? 0)
        case ("numeric", "int2"), ("numeric", "int4"), ("numeric", "int8"), ("float4", _), ("float8", "float4"),
            ("float8", "int2"), ("float8", "int4"), ("float8", "int8"):
            return old.name != type.name && type.name != "text" && type.name != "float8"
        case ("timestamp", "date"), ("timestamptz", "date"), ("timestamp", "time"), ("timestamptz", "timestamp"),
            ("timestamptz", "timetz"), ("timestamptz", "time"):
            return true
        case ("timestamp", "timestamp"), ("timestamptz", "timestamptz"):
            return (type.modifiers.first ?? 6) < (old.modifiers.first ?? 6)
        default: return false
        }
    }
}

extension SchemaModel.Relation {
    /// About how much is in it, in words that stay the same while it changes little; nil when nobody knows.
    var sizeWords: String? {
        switch (rows, bytes) {
        case (nil, nil): nil
        case (let rows?, nil): "about \(rows.rounded) rows"
        case (nil, let bytes?): "about \(bytes.roundedBytes)"
        case (let rows?, let bytes?): "about \(rows.rounded) rows, \(bytes.roundedBytes)"
        }
    }
}

extension Int {
    /// To one digit, with commas between thousands: `300,000`.
    var rounded: String {
        var digits = String(leading)
        var index = digits.count
        while index > 3 {
            index -= 3
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: index))
        }
        return digits
    }

    /// To one digit, in the largest unit that leaves one: `300 MB`.
    fileprivate var roundedBytes: String {
        for (size, unit) in [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB")] where self >= size {
            return "\((self / size).leading) \(unit)"
        }
        return "less than 1 MB"
    }

    /// Rounded to its first digit.
    private var leading: Int {
        var scale = 1
        while self / scale >= 10 { scale *= 10 }
        return (self + scale / 2) / scale * scale
    }
}
