public import Databases

/// Who may work in a database, by advisory locks: one for the run that holds it, and one shared by all sessions that
/// work for a run, with another that says for which.
///
/// The second keeps others out when the session that holds the first was lost, and for as long as a server carries on
/// with what a program sent before it died. Locks belong to one database (manual, section 13.3.5).
extension PostgresDialect {
    private static let ledger = "1735290727, 1818583399"
    private static let work = "1735290727, 2003792491"
    private static let worker = "2003792491"

    /// Never the form that waits: a waiter's snapshot can deadlock with an index built concurrently.
    public var tryLock: SQLStatement? { SQLStatement("SELECT pg_catalog.pg_try_advisory_lock(\(Self.ledger))") }

    /// The lock belongs to the session.
    public var unlock: SQLStatement? { SQLStatement("SELECT pg_catalog.pg_advisory_unlock(\(Self.ledger))") }

    /// Two locks that many sessions may share.
    public func work(for run: String) -> SQLStatement? {
        SQLStatement(
            """
            SELECT pg_catalog.pg_try_advisory_lock_shared(\(Self.work))
              AND pg_catalog.pg_try_advisory_lock_shared(\(Self.worker), pg_catalog.hashtext($1))
            """,
            [run])
    }

    /// Takes for a moment, alone, what those who work share.
    public var isFree: SQLStatement? {
        SQLStatement(
            """
            SELECT CASE WHEN pg_catalog.pg_try_advisory_lock(\(Self.work))
              THEN pg_catalog.pg_advisory_unlock(\(Self.work)) ELSE false END
            """)
    }

    /// As the server's statistics show it.
    public var holder: SQLStatement? {
        let keys = Self.ledger.split(separator: ", ")
        return SQLStatement(
            """
            SELECT a.pid::text, a.backend_start::text, coalesce(a.application_name, ''),
                   coalesce(a.usename::text, '') || coalesce(' from ' || pg_catalog.host(a.client_addr), '')
            FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.mode = 'ExclusiveLock'
              AND l.classid = \(keys[0]) AND l.objid = \(keys[1]) AND l.database = \(Self.thisDatabase)
            """)
    }

    /// By their locks, and by their name for those that gave the locks back.
    public func sessions(workingFor run: String?) -> SQLStatement? {
        let keys = Self.work.split(separator: ", ")
        let lock =
            run == nil
            ? "l.classid = \(keys[0]) AND l.objid = \(keys[1])"
            : """
            l.classid = \(Self.worker)
                AND l.objid = (pg_catalog.hashtext($1)::pg_catalog.int8 & 4294967295)::pg_catalog.oid
            """
        return SQLStatement(
            """
            SELECT a.pid::text, a.backend_start::text, coalesce(a.state, ''),
                   coalesce(extract(epoch FROM clock_timestamp() - coalesce(a.query_start, a.backend_start))::bigint,
                            0)::text,
                   coalesce(a.query, ''), coalesce(a.application_name, '')
            FROM pg_catalog.pg_stat_activity a
            WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
              AND (a.application_name = 'gonogo/' || $1 OR EXISTS (
                SELECT FROM pg_catalog.pg_locks l
                WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
                  AND l.database = \(Self.thisDatabase) AND \(lock)))
            ORDER BY a.backend_start
            """,
            [run])
    }

    /// By both: a process id is given out again.
    public func end(session process: String, since start: String) -> SQLStatement? {
        SQLStatement(
            """
            SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
            WHERE pid = CAST($1 AS integer) AND backend_start = CAST($2 AS timestamptz)
            """,
            [process, start])
    }

    /// Sessions, and prepared transactions, which have no session: of these `pg_blocking_pids` says 0 (manual, section
    /// 9.26), and so those are named that hold a lock on the same thing.
    public func blockers(of process: Int) -> SQLStatement? {
        SQLStatement(
            """
            WITH waiting AS (
              SELECT DISTINCT unnest(pg_catalog.pg_blocking_pids(a.pid)) AS pid FROM pg_catalog.pg_stat_activity a
              WHERE a.pid = $1::pg_catalog.int4 AND a.wait_event_type = 'Lock')
            SELECT \(Self.session), coalesce(a.state, ''), \(Self.age), coalesce(a.query, '')
            FROM waiting w JOIN pg_catalog.pg_stat_activity a ON a.pid = w.pid
            UNION ALL
            SELECT 'prepared transaction of ' || p.owner, 'without a session',
                   extract(epoch FROM clock_timestamp() - p.prepared)::bigint::text,
                   'ROLLBACK PREPARED ' || quote_literal(p.gid)
            FROM pg_catalog.pg_prepared_xacts p JOIN pg_catalog.pg_locks own
              ON own.pid IS NULL AND own.locktype = 'transactionid' AND own.transactionid = p.transaction
            WHERE EXISTS (SELECT FROM waiting WHERE pid = 0) AND EXISTS (
              SELECT FROM pg_catalog.pg_locks theirs JOIN pg_catalog.pg_locks ours
                ON ours.pid = $1::pg_catalog.int4 AND NOT ours.granted AND ours.locktype = theirs.locktype
                AND ours.relation IS NOT DISTINCT FROM theirs.relation
                AND ours.transactionid IS NOT DISTINCT FROM theirs.transactionid
              WHERE theirs.pid IS NULL AND theirs.virtualtransaction = own.virtualtransaction)
            """,
            [String(process)])
    }

    /// A transaction that is open for a minute is one that somebody forgot, or a long statement.
    public func lockHolders(of names: [String]) -> SQLStatement? {
        SQLStatement(
            """
            SELECT n.nspname::text, c.relname::text, pg_catalog.pg_table_is_visible(c.oid)::text, l.mode,
                   \(Self.session), coalesce(a.state, ''), \(Self.age)
            FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'relation' AND l.granted AND l.database = \(Self.thisDatabase)
              AND l.pid <> pg_catalog.pg_backend_pid() AND c.relname = ANY (pg_catalog.string_to_array($1, chr(31)))
            UNION ALL
            SELECT NULL, NULL, NULL, NULL, \(Self.session), coalesce(a.state, ''), \(Self.age)
            FROM pg_catalog.pg_stat_activity a
            WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
              AND a.xact_start < clock_timestamp() - interval '1 min' AND a.backend_type = 'client backend'
            ORDER BY 1, 2, 5, 4
            """,
            [names.joined(separator: "\u{1f}")])
    }

    /// Who a session is, as `pg_stat_activity` tells.
    private static let session = """
        CASE WHEN a.backend_type = 'client backend' THEN 'session ' ELSE a.backend_type || ' ' END || a.pid
          || coalesce(' (' || a.usename || coalesce(', ' || nullif(a.application_name, ''), '') || ')', '')
        """

    /// For how many seconds its transaction is open.
    private static let age =
        "coalesce(extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.backend_start))::bigint, 0)::text"

    /// Settings, temporary objects, prepared statements, cursors, channels and advisory locks; not what every session of
    /// ours has.
    public var leftovers: SQLStatement? {
        SQLStatement(
            """
            SELECT 'setting', name || ' = ' || setting FROM pg_catalog.pg_settings
            WHERE source = 'session' AND name NOT IN (
              'client_encoding', 'DateStyle', 'IntervalStyle', 'extra_float_digits', 'bytea_output', 'client_min_messages',
              'standard_conforming_strings', 'idle_session_timeout', 'application_name')
            UNION ALL
            SELECT 'temporary object', relname FROM pg_catalog.pg_class
            WHERE relnamespace = pg_catalog.pg_my_temp_schema() AND relkind IN ('r', 'v', 'm', 'S', 'p')
            UNION ALL SELECT 'cursor', name FROM pg_catalog.pg_cursors WHERE is_holdable
            UNION ALL SELECT 'channel', channel FROM pg_catalog.pg_listening_channels() AS channel
            UNION ALL \(Self.held)
            """)
    }

    /// The server's own have numbers below 16384 (transam.h, FirstNormalObjectId).
    public var hasFunctions: SQLStatement? {
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_proc WHERE oid OPERATOR(pg_catalog.>=) 16384)"
    }

    /// Advisory locks that a session takes, and prepared statements, know of no transaction (manual, 13.3.5 and PREPARE).
    public var heldPastRollback: SQLStatement? { SQLStatement(Self.held) }

    private static let held = """
        SELECT 'prepared statement', name FROM pg_catalog.pg_prepared_statements
        UNION ALL
        SELECT 'advisory lock', classid || ', ' || objid FROM pg_catalog.pg_locks
        WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid()
          AND NOT (objsubid = 2 AND classid IN (1735290727, \(worker)))
        """

    private static let thisDatabase =
        "(SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())"
}
