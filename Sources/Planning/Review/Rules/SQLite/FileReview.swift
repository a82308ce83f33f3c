import Databases
import Statements

/// What SQLite refuses, takes along, or keeps otherwise than it seems.
///
/// The rules were tried out on the library itself; a test does so again.
struct FileReview {
    private let engines: [String: Engine]
    private var schemas: [String: FileSchema] = [:]

    init(_ plan: Plan) { engines = Dictionary(plan.targets.map { ($0.name, $0.engine) }) { $1 } }

    /// What is found in the next phase.
    mutating func findings(in reviewed: ReviewedPhase) -> [PlannedFinding] {
        let phase = reviewed.phase
        guard phase.allTargets.contains(where: { engines[$0] == .sqlite }) else { return [] }
        var found: [PlannedFinding] = []
        for statement in reviewed.statements where statement.engine == .sqlite {
            var schema = schemas[statement.step.target] ?? FileSchema()
            found += Self.findings(in: statement, knowing: schema).map { $0.placed(at: statement) }
            schema.take(statement)
            schemas[statement.step.target] = schema
        }
        for statement in reviewed.rollback where statement.engine == .sqlite {
            found += Self.findings(in: statement, knowing: nil).map { $0.placed(at: statement) }
        }
        for target in Set(phase.allTargets).sorted() {
            found += schemas[target]?.endPhase(isLookedAt: phase.asksForSchema) ?? []
        }
        return found + Self.withoutTypes(reviewed.statements) + Self.withoutTypes(reviewed.rollback)
    }

    /// What is found in one statement; without a schema only what holds in any.
    private static func findings(in statement: ReviewedStatement, knowing schema: FileSchema?) -> [RuleFinding] {
        let changes = statement.effects.changes
        if changes.contains(where: { $0.action == .creates && $0.object.kind == .table }) {
            return nullableKeys(statement)
        }
        return changes.compactMap { change in
            switch (change.action, change.detail) {
            case (.creates, .column(let definition)):
                return addedColumn(change.object, definition, isEmpty: schema?.isEmpty(change.object) ?? false)
            case (.renames, .name(let name)) where change.object.kind == .table:
                return schema?.viewInTheWay.map { view in
                    RuleFinding(
                        ReviewCodes.viewInTheWay,
                        "SQLite refuses to rename \(change.object.name) to \(name) while view \(view.view) reads \(view.table), which is dropped",
                        help: "drop the view before, and make it again afterwards")
                }
            default: return nil
            }
        }
    }

    // MARK: Columns that are added

    private static func addedColumn(
        _ column: SchemaObject, _ definition: ColumnDefinition, isEmpty: Bool
    ) -> RuleFinding? {
        let words = definition.text.keywords
        let help = "make the table anew: create, copy by named columns, drop, rename"
        if words.contains("UNIQUE") || words.contains("PRIMARY") {
            let what = words.contains("UNIQUE") ? "UNIQUE" : "PRIMARY KEY"
            return RuleFinding(
                ReviewCodes.columnRefused, "SQLite refuses to add \(column) with \(what)",
                help: what == "UNIQUE" ? "add the column, and make a unique index on it" : help)
        }
        let reason: String
        if words.contains("STORED") {
            reason = "a STORED column"
        } else if let place = words.firstIndex(of: "DEFAULT"), let value = words[place...].dropFirst().first,
            value.hasPrefix("CURRENT_") || value == "("
        {
            reason = "a default that is computed"
        } else if definition.isNotNull, definition.defaultValue == nil {
            reason = "NOT NULL and no default"
        } else {
            return nil
        }
        guard !isEmpty else { return nil }
        return RuleFinding(
            ReviewCodes.columnRefused, "SQLite refuses to add \(column) with \(reason) as soon as there is a row",
            help: help)
    }

    // MARK: Keys that may be NULL

    private static func nullableKeys(_ statement: ReviewedStatement) -> [RuleFinding] {
        let end = statement.text.split(separator: ")", omittingEmptySubsequences: false).last?.uppercased() ?? ""
        guard !end.contains("STRICT"), !end.contains("WITHOUT") else { return [] }
        var columns: [(object: SchemaObject, isNotNull: Bool, words: [String])] = []
        var key: [String] = []
        for change in statement.effects.changes where change.action == .creates {
            switch change.detail {
            case .column(let definition):
                columns.append((change.object, definition.isNotNull, definition.text.keywords))
                if definition.text.keywords.contains("PRIMARY") { key = [change.object.name] }
            case .constraint(let definition) where definition.kind == .primaryKey: key = definition.columns
            default: break
            }
        }
        // The key of one INTEGER column is the row's number.
        let isNumber =
            key.count == 1 && columns.contains { $0.object.name == key[0] && $0.words.dropFirst().first == "INTEGER" }
        guard !isNumber else { return [] }
        return columns.filter { key.contains($0.object.name) && !$0.isNotNull }.map { column in
            RuleFinding(
                ReviewCodes.nullableKey, "\(column.object) is a primary key and takes NULL, as often as one likes",
                help: "write NOT NULL at the column")
        }
    }

    // MARK: Tables without types

    private static func withoutTypes(_ statements: [ReviewedStatement]) -> [PlannedFinding] {
        var dropped: Set<RelationName> = []
        var found: [PlannedFinding] = []
        for statement in statements.reversed() where statement.engine == .sqlite {
            for change in statement.effects.changes {
                guard let table = change.object.relationName, change.object.kind == .table else { continue }
                if change.action == .drops { dropped.insert(table) }
                guard change.action == .creates, case .table(let definition) = change.detail, definition.isFilled,
                    !definition.isTemporary, !dropped.contains(table)
                else { continue }
                found.append(
                    RuleFinding(
                        ReviewCodes.withoutTypes,
                        "\(change.object) is made without the keys, defaults and types of what it is made from",
                        help: "write CREATE TABLE with all columns, and INSERT ... SELECT with their names"
                    ).placed(at: statement))
            }
        }
        return found.reversed()
    }
}

extension Substring {
    /// What comes after the parenthesis that it begins with.
    fileprivate var pastParenthesis: Substring {
        var depth = 0
        var rest = self
        while let sign = rest.first {
            if sign == "(" { depth += 1 }
            if sign == ")" { depth -= 1 }
            rest = rest.dropFirst()
            if depth == 0 { break }
        }
        return rest
    }
}

extension PlannedPhase {
    /// Whether a precondition or a check asks which indexes, triggers and views there are.
    fileprivate var asksForSchema: Bool {
        (preconditions + checks).contains { check in
            guard case .query(let query) = check.subject else { return false }
            let text = query.statement.text.lowercased()
            return ["sqlite_master", "sqlite_schema", "pragma_index_list"].contains(where: text.contains)
        }
    }
}

extension String {
    /// The words of a definition in capitals: a text in quotes is one quote, a parenthesis one parenthesis, or what
    /// stands in it where that is a number or a text.
    fileprivate var keywords: [String] {
        var words: [String] = []
        var rest = self[...]
        while let sign = rest.first {
            switch sign {
            case "'", "\"", "`":
                words.append(String(sign))
                rest = rest.dropFirst().drop { $0 != sign }.dropFirst()
            case "(":
                let inner = rest.dropFirst().prefix { $0 != ")" }.trimmingPrefix(while: \.isWhitespace)
                let isConstant =
                    inner.allSatisfy { $0.isNumber || $0 == "." } || inner.hasPrefix("'") && inner.hasSuffix("'")
                words.append(isConstant ? "0" : "(")
                rest = rest.pastParenthesis
            case _ where sign.isLetter || sign.isNumber || sign == "_":
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                words.append(word.uppercased())
                rest = rest.dropFirst(word.count)
            default: rest = rest.dropFirst()
            }
        }
        return words
    }
}
