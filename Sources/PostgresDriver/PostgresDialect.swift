public import Databases

/// PostgreSQL's SQL for what all engines can do.
public struct PostgresDialect: Dialect {
    /// Everything, and DDL in transactions.
    public let capabilities = Capabilities(
        transactionalDDL: true,
        roles: true,
        settings: true,
        concurrentIndexes: true,
        concurrentWriters: true
    )

    /// A transaction at the session's isolation level.
    public let beginWrite: SQLStatement = "BEGIN READ WRITE"
    /// The server itself refuses writes, and a snapshot already taken cannot be made writable again.
    public let beginReadOnly: SQLStatement = "BEGIN READ ONLY"

    /// The dialect; it holds nothing.
    public init() {}

    /// A transaction at one of the four levels of the manual (section 13.2).
    public func beginWrite(isolation: String) -> SQLStatement {
        let level = isolation.uppercased()
        let levels = ["SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED", "READ UNCOMMITTED"]
        return levels.contains(level) ? SQLStatement("BEGIN READ WRITE ISOLATION LEVEL \(level)") : beginWrite
    }

    /// Each answers with the value in effect once it is set (manual, section 9.27.1).
    public func applySettings(_ settings: [(name: String, value: String)]) -> SQLStatement? {
        setting(settings, isLocal: true)
    }

    /// The same for the session.
    public func applySessionSettings(_ settings: [(name: String, value: String)]) -> SQLStatement? {
        setting(settings, isLocal: false)
    }

    private func setting(_ settings: [(name: String, value: String)], isLocal: Bool) -> SQLStatement? {
        guard !settings.isEmpty else { return nil }
        let calls = settings.indices.map { "pg_catalog.set_config($\(2 * $0 + 1), $\(2 * $0 + 2), \(isLocal))" }
        return SQLStatement("SELECT \(calls.joined(separator: ", "))", settings.flatMap { [$0.name, $0.value] })
    }

    /// For the rest of the transaction.
    public func assumeRole(_ role: String) -> SQLStatement? {
        SQLStatement("SET LOCAL ROLE \(identifier(role))")
    }

    /// Gives the transaction a number, which a hidden COMMIT changes.
    public let transactionIdentifier: SQLStatement? =
        "SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text"

    /// A schema of its own.
    public let ledgerPrefix = "gonogo."
    /// The schema.
    public let ledgerPreparation: [SQLStatement] = ["CREATE SCHEMA IF NOT EXISTS gonogo"]
    /// In double quotes.
    public func identifier(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }

    /// As libpq quotes it: right whatever `standard_conforming_strings` says.
    public func literal(_ text: String) -> String {
        let quoted = text.replacing("'", with: "''")
        return quoted.contains("\\") ? " E'\(quoted.replacing("\\", with: "\\\\"))'" : "'\(quoted)'"
    }

    /// As JSON, whose keys are the same in every language.
    public func explain(_ query: String) -> String { "EXPLAIN (FORMAT JSON) \(query)" }

    /// Every `Index Name` of the plan, once, in order.
    public func indexes(inExplained result: StatementResult) -> [String] {
        let plan = result.rows.compactMap { $0.first?.text }.joined(separator: "\n")
        var names: [String] = []
        // Within a JSON text a quotation mark is escaped, so this can only be a key.
        for part in plan.split(separator: "\"Index Name\": \"", omittingEmptySubsequences: false).dropFirst() {
            let name = part.unescapedJSON
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// A detach that was interrupted is pending until it is finalized (manual, ALTER TABLE); servers before 14 have none.
    public func partitionState(
        schema: String?, name: String, of parent: (schema: String?, name: String)
    ) -> SQLStatement? {
        SQLStatement(
            """
            SELECT CASE WHEN w.part IS NULL OR w.parent IS NULL THEN 'absent' ELSE
              coalesce((SELECT CASE WHEN (pg_catalog.to_jsonb(i) ->> 'inhdetachpending') = 'true' THEN 'pending'
                  ELSE 'attached' END
                FROM pg_catalog.pg_inherits i WHERE i.inhrelid = w.part AND i.inhparent = w.parent), 'detached') END
            FROM (SELECT pg_catalog.to_regclass($1) AS part, pg_catalog.to_regclass($2) AS parent) AS w
            """,
            [path(schema, name), path(parent.schema, parent.name)])
    }

    /// A database whose drop was interrupted has the connection limit -2 (manual, DROP DATABASE).
    public func databaseState(_ name: String) -> SQLStatement? {
        SQLStatement(
            """
            SELECT coalesce((SELECT CASE WHEN datconnlimit = -2 THEN 'invalid' ELSE 'valid' END
              FROM pg_catalog.pg_database WHERE datname = $1), 'absent')
            """,
            [name])
    }
}

extension Substring {
    /// The text up to the closing quotation mark, with JSON's escapes resolved.
    fileprivate var unescapedJSON: String {
        var result = ""
        var characters = unicodeScalars.makeIterator()
        while let next = characters.next(), next != "\"" {
            guard next == "\\", let escaped = characters.next() else {
                result.unicodeScalars.append(next)
                continue
            }
            switch escaped {
            case "n": result += "\n"
            case "t": result += "\t"
            case "r": result += "\r"
            case "b": result += "\u{8}"
            case "f": result += "\u{C}"
            case "u":
                let digits = (0..<4).compactMap { _ in characters.next() }.map(Character.init)
                if let value = UInt32(String(digits), radix: 16), let scalar = Unicode.Scalar(value) {
                    result.unicodeScalars.append(scalar)
                }
            default: result.unicodeScalars.append(escaped)
            }
        }
        return result
    }
}
