/// What SQLite statements make, change and drop.
extension SQLiteEffects {
    mutating func create() {
        let isTemporary = words.accept("TEMP") || words.accept("TEMPORARY")
        let isUnique = words.accept("UNIQUE")
        let kind = words.keyword
        words.advance()
        let isTolerant = words.accept("IF", "NOT", "EXISTS")
        if kind == "VIRTUAL" { _ = words.accept("TABLE") }
        guard var object = name() else { return }
        if isTemporary { object = RelationName(schema: "temp", name: object.name) }
        switch kind {
        case "TABLE", "VIRTUAL": createTable(object, isTemporary: isTemporary, isTolerant: isTolerant)
        case "INDEX": createIndex(object, isUnique: isUnique, isTolerant: isTolerant)
        case "VIEW":
            add(.creates, SchemaObject(.view, object), isTolerant: isTolerant)
            readsOfRest()
        case "TRIGGER":
            while !words.isAtEnd, !words.at("ON") { words.advance() }
            _ = words.accept("ON")
            guard let table = name() else { return }
            add(
                .creates, SchemaObject(.trigger, schema: object.schema, relation: table.name, name: object.name),
                .trigger(function: ""), isTolerant: isTolerant)
        default: break
        }
    }

    private mutating func createTable(_ table: RelationName, isTemporary: Bool, isTolerant: Bool) {
        let isFilled = words.at("AS")
        let definition = TableDefinition(
            partitionOf: nil, inherits: [], like: [], isTemporary: isTemporary, isPartitioned: false,
            isFilled: isFilled)
        add(.creates, SchemaObject(.table, table), .table(definition), isTolerant: isTolerant)
        if isFilled { return readsOfRest() }
        guard words.accept(symbol: ASCII.open) else { return }
        while !words.isAtEnd { guard element(of: table) else { return } }
    }

    /// A column or a constraint of a table, up to the comma; false at the end of the list.
    private mutating func element(of table: RelationName) -> Bool {
        let isConstraint =
            words.current.kind == .word
            && ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].contains(words.keyword)
        if isConstraint {
            constraint(of: table)
        } else if let column = word() {
            addColumn(column, to: table)
        }
        return skipToComma()
    }

    /// Past the next comma at this level; false at the parenthesis that closes the list.
    private mutating func skipToComma() -> Bool {
        var depth = 0
        while !words.isAtEnd {
            switch words.current.kind {
            case .symbol(ASCII.open): depth += 1
            case .symbol(ASCII.close):
                if depth == 0 { return false }
                depth -= 1
            case .symbol(ASCII.comma) where depth == 0:
                words.advance()
                return true
            default: break
            }
            words.advance()
        }
        return false
    }

    private mutating func constraint(of table: RelationName) {
        let name = words.accept("CONSTRAINT") ? word() : nil
        let kind = words.keyword
        words.advance()
        _ = words.accept("KEY")
        let columns = kind == "CHECK" ? [] : names()
        var references: RelationName?
        if kind == "FOREIGN", words.accept("REFERENCES") { references = self.name() }
        let constraint = ConstraintDefinition(
            kind: kind.constraintKind, columns: columns, references: references, referencedColumns: [],
            isNotValid: false, index: nil, isDeferrable: false, notNullColumn: nil, isOfNewColumn: false, text: "")
        let usual = "\(kind.constraintKind.rawValue) of \(columns.joined(separator: ", "))"
        add(.creates, SchemaObject(.constraint, of: table, name: name ?? usual), .constraint(constraint))
    }

    /// A column with what stands in it, up to the comma.
    private mutating func addColumn(_ column: String, to table: RelationName) {
        var ahead = words
        var depth = 0
        var isNotNull = false
        var hasDefault = false
        var end = words.current.range.lowerBound
        let start = end
        scan: while !ahead.isAtEnd {
            switch ahead.current.kind {
            case .symbol(ASCII.open): depth += 1
            case .symbol(ASCII.close): depth -= 1
            case .symbol(ASCII.comma) where depth == 0: break scan
            case .word where depth == 0:
                if ahead.at("NULL") { isNotNull = isNotNull || endsWithNot(start..<end) }
                if ahead.at("DEFAULT") { hasDefault = true }
            default: break
            }
            if depth < 0 { break }
            end = ahead.current.range.upperBound
            ahead.advance()
        }
        let text = String(decoding: words.bytes[start..<end], as: UTF8.self)
        let definition = ColumnDefinition(
            type: nil, defaultValue: hasDefault ? .settled : nil, isNotNull: isNotNull, isNumbered: false,
            isGenerated: false,
            text: "\(column) \(text)".split(whereSeparator: \.isWhitespace).joined(separator: " "))
        add(.creates, SchemaObject(.column, of: table, name: column), .column(definition))
    }

    private func endsWithNot(_ range: Range<Int>) -> Bool {
        String(decoding: words.bytes[range], as: UTF8.self).uppercased().hasSuffix("NOT")
    }

    private mutating func createIndex(_ index: RelationName, isUnique: Bool, isTolerant: Bool) {
        guard words.accept("ON"), let table = name() else { return }
        let columns = names()
        let definition = IndexDefinition(
            columns: columns, isUnique: isUnique, isConcurrent: false, isOnly: false, isPartial: words.at("WHERE"),
            method: "btree")
        add(
            .creates, SchemaObject(.index, schema: index.schema, relation: table.name, name: index.name),
            .index(definition), isTolerant: isTolerant)
    }

    mutating func drop() {
        let kind = words.keyword
        words.advance()
        let isTolerant = words.accept("IF", "EXISTS")
        guard let object = name() else { return }
        let kinds: [String: SchemaObject.Kind] = ["TABLE": .table, "VIEW": .view, "INDEX": .index, "TRIGGER": .trigger]
        add(.drops, SchemaObject(kinds[kind] ?? .table, object), isTolerant: isTolerant)
    }

    mutating func alter() {
        guard words.accept("TABLE"), let table = name() else { return }
        let verb = words.keyword
        words.advance()
        switch verb {
        case "RENAME":
            if words.accept("TO") { return add(.renames, SchemaObject(.table, table), .name(word() ?? "")) }
            _ = words.accept("COLUMN")
            let column = word() ?? ""
            _ = words.accept("TO")
            add(.renames, SchemaObject(.column, of: table, name: column), .name(word() ?? ""))
        case "ADD":
            _ = words.accept("COLUMN")
            if let column = word() { addColumn(column, to: table) }
        case "DROP":
            _ = words.accept("COLUMN")
            add(.drops, SchemaObject(.column, of: table, name: word() ?? ""))
        default: break
        }
    }
}

extension String {
    /// What a constraint demands, by its first word.
    fileprivate var constraintKind: ConstraintDefinition.Kind {
        switch self {
        case "PRIMARY": .primaryKey
        case "UNIQUE": .unique
        case "FOREIGN": .foreignKey
        default: .check
        }
    }
}
