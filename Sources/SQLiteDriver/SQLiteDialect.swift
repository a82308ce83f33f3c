public import Databases

/// SQLite's SQL for what all engines can do.
public struct SQLiteDialect: Dialect {
    /// DDL in transactions, one writer, neither roles nor settings.
    public let capabilities = Capabilities(
        transactionalDDL: true,
        roles: false,
        settings: false,
        concurrentIndexes: false,
        concurrentWriters: false
    )

    /// The write lock is taken at once: taken later, it can fail at once however long one would wait.
    public let beginWrite: SQLStatement = "BEGIN IMMEDIATE"
    /// The session knows this text, and refuses writes until the transaction ends.
    public let beginReadOnly: SQLStatement = "BEGIN DEFERRED /* read only */"

    /// The dialect; it holds nothing.
    public init() {}

    /// Nil: SQLite has none.
    public func applySettings(_ settings: [(name: String, value: String)]) -> SQLStatement? { nil }
    /// Nil: SQLite has none.
    public func applySessionSettings(_ settings: [(name: String, value: String)]) -> SQLStatement? { nil }
    /// Nil: SQLite has none.
    public func assumeRole(_ role: String) -> SQLStatement? { nil }
    /// Nil: SQLite has none; the session's transaction state shows a COMMIT.
    public var transactionIdentifier: SQLStatement? { nil }

    /// A word, as there are no schemas.
    public let ledgerPrefix = "gonogo_"
    /// Nothing.
    public var ledgerPreparation: [SQLStatement] { [] }
    /// Nil: the write lock is the fence.
    public var tryLock: SQLStatement? { nil }
    /// Nil: the write lock is the fence.
    public var unlock: SQLStatement? { nil }
    /// Nil: the write lock is the fence.
    public func work(for run: String) -> SQLStatement? { nil }
    /// Nil: the write lock is the fence.
    public var isFree: SQLStatement? { nil }
    /// Nil: nobody can tell.
    public var holder: SQLStatement? { nil }
    /// Nil: a session ends with its process.
    public func sessions(workingFor run: String?) -> SQLStatement? { nil }
    /// Nil: a session ends with its process.
    public func end(session process: String, since start: String) -> SQLStatement? { nil }

    /// Temporary tables and views.
    public var leftovers: SQLStatement? { "SELECT 'temporary ' || type, name FROM sqlite_temp_master" }

    /// Nil: a file does not know who locked it.
    public func blockers(of process: Int) -> SQLStatement? { nil }

    /// In double quotes.
    public func identifier(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }

    /// In single quotes; a backslash is a character like any other.
    public func literal(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    /// The plan by its steps.
    public func explain(_ query: String) -> String { "EXPLAIN QUERY PLAN \(query)" }

    /// Every index that a step says it uses, once, in order.
    public func indexes(inExplained result: StatementResult) -> [String] {
        var names: [String] = []
        for detail in result.rows.compactMap({ $0.last?.text }) {
            for marker in [" USING INDEX ", " USING COVERING INDEX "] {
                guard let start = detail.firstRange(of: marker)?.upperBound else { continue }
                var name = detail[start...]
                if let terms = name.ranges(of: " (").last, name.hasSuffix(")") {
                    name = name[..<terms.lowerBound]
                }
                if name.hasSuffix(" FOR IN-OPERATOR") { name = name.dropLast(" FOR IN-OPERATOR".count) }
                if !names.contains(String(name)) { names.append(String(name)) }
            }
        }
        return names
    }

    /// An index of SQLite is valid as soon as it is there.
    public func indexState(schema: String?, name: String, table: String?) -> SQLStatement? {
        SQLStatement(
            """
            SELECT CASE count(*) WHEN 0 THEN 'absent' ELSE 'valid' END AS state, '', ''
            FROM \(identifier(schema ?? "main")).sqlite_master WHERE type = 'index' AND name = $1 COLLATE NOCASE
            """,
            [name]
        )
    }
}
