public import Databases

/// Indexes that are built while others write, and what such building leaves when it is broken off.
extension PostgresDialect {
    /// Valid and ready, or not; both can be false after an interrupted build.
    public func indexState(schema: String?, name: String, table: String?) -> SQLStatement? {
        let wanted =
            table == nil
            ? "SELECT pg_catalog.to_regclass($1) AS index, NULL::oid AS owner"
            : """
            SELECT (SELECT x.oid FROM pg_catalog.pg_class x WHERE x.relnamespace = t.relnamespace AND x.relname = $1)
              AS index, t.oid AS owner
            FROM (SELECT pg_catalog.to_regclass($2) AS oid) AS named LEFT JOIN pg_catalog.pg_class t USING (oid)
            """
        return SQLStatement(
            """
            SELECT CASE WHEN i.indexrelid IS NULL THEN 'absent' WHEN i.indrelid <> wanted.owner THEN 'elsewhere'
                WHEN i.indisvalid AND i.indisready THEN 'valid' ELSE 'invalid' END AS state,
              \(Self.paths)
            FROM (\(wanted)) AS wanted LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = wanted.index
            \(Self.relations)
            """,
            table.map { [name, path(schema, $0)] } ?? [path(schema, name)])
    }

    /// A rebuilding makes an index under another name and then exchanges the two: `_ccnew` is what it was building,
    /// `_ccold` what it had replaced, with a number where the name is taken, and cut to fit (manual, REINDEX).
    public func brokenRebuilds(schema: String?, name: String, isTable: Bool) -> SQLStatement? {
        let label = "_cc(new|old)[0-9]*$"
        let owner = isTable ? "wanted.oid" : "(SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid = wanted.oid)"
        let belongs = """
            EXISTS (SELECT FROM pg_catalog.pg_index o JOIN pg_catalog.pg_class w ON w.oid = o.indexrelid
              WHERE o.indrelid = i.indrelid AND (\(isTable) OR o.indexrelid = wanted.oid)
                AND pg_catalog.starts_with(w.relname::text, pg_catalog.regexp_replace(c.relname, '\(label)', '')))
            """
        return SQLStatement(
            """
            SELECT \(Self.paths)
            FROM (SELECT pg_catalog.to_regclass($1) AS oid) AS wanted
            JOIN pg_catalog.pg_index i ON i.indrelid = \(owner) AND NOT i.indisvalid
            \(Self.relations)
            WHERE c.relname ~ '\(label)' AND \(belongs) ORDER BY c.relname
            """,
            [path(schema, name)])
    }

    /// Whoever builds an index while others write holds this lock on its table, and gives it back just before the
    /// transaction commits that makes the index valid (measured): that one is seen by its lock on itself.
    public func awaitBuilds(of index: String, on table: String) -> (wait: SQLStatement, invalid: SQLStatement)? {
        let question = """
            SELECT i.xmax::text, EXISTS (SELECT FROM pg_catalog.pg_locks l
                WHERE l.locktype = 'transactionid' AND l.transactionid = i.xmax AND l.granted)
            FROM pg_catalog.pg_index i
            WHERE i.indexrelid = pg_catalog.to_regclass($1) AND NOT (i.indisvalid AND i.indisready)
            """
        return (SQLStatement("LOCK TABLE \(table) IN SHARE UPDATE EXCLUSIVE MODE"), SQLStatement(question, [index]))
    }

    private static let paths = """
        coalesce(pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), ''),
        coalesce(pg_catalog.quote_ident(m.nspname) || '.' || pg_catalog.quote_ident(d.relname), '')
        """
    private static let relations = """
        LEFT JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_class d ON d.oid = i.indrelid LEFT JOIN pg_catalog.pg_namespace m ON m.oid = d.relnamespace
        """

    func path(_ schema: String?, _ name: String) -> String {
        [schema, name].compactMap { $0 }.map { identifier($0) }.joined(separator: ".")
    }
}
