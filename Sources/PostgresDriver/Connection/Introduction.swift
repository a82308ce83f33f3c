import CPostgres
import Databases

extension Conversation {
    /// Sets what every session relies on, reads it back, and learns who answered.
    func introduce(_ deadline: ContinuousClock.Instant) async -> Result<(DatabaseIdentity, SessionFacts), DatabaseError>
    {
        let result = await during { () async -> Result<(DatabaseIdentity, SessionFacts), DatabaseError> in
            do throws(DatabaseError) {
                try await checkServer(deadline)
                try await applyDefaults(deadline)
                return .success(try await identity(deadline))
            } catch {
                return .failure(error)
            }
        }
        return result.mapError { $0.with(kind: $0.kind == .cancelled ? .cancelled : .connection) }
    }

    private func row(
        _ statement: SQLStatement,
        _ deadline: ContinuousClock.Instant
    ) async throws(DatabaseError) -> [DatabaseValue] {
        try await run(statement, .standard, deadline).get().rows.first ?? []
    }

    /// Others speak the protocol too, and poolers put themselves between; both must not pass for what they are not.
    private func checkServer(_ deadline: ContinuousClock.Instant) async throws(DatabaseError) {
        let answer = try await row("SELECT pg_catalog.version(), pg_catalog.pg_backend_pid()", deadline)
        guard answer.count == 2, let version = answer[0].text else {
            throw DatabaseError(kind: .connection, message: "the server does not say what it is")
        }
        guard version.hasPrefix("PostgreSQL ") else {
            throw DatabaseError(
                kind: .connection,
                message: "the server is not PostgreSQL: it says `\(version)`"
            )
        }
        guard let pointer, answer[1] == .integer(Int64(PQbackendPID(pointer))) else {
            throw DatabaseError(
                kind: .connection,
                message: "a connection pooler answers instead of the server",
                hint: "locks and settings of a session do not hold behind a pooler: use the server's own port"
            )
        }
        guard PQserverVersion(pointer) >= 130_000 else {
            throw DatabaseError(
                kind: .connection,
                message: "the server is too old: PostgreSQL 13 or newer is needed",
                detail: version
            )
        }
    }

    /// A pooler may drop startup options without a word, so each setting is made by SQL and read back.
    private func applyDefaults(_ deadline: ContinuousClock.Instant) async throws(DatabaseError) {
        let wanted = [
            ("client_encoding", "UTF8"), ("DateStyle", "ISO"), ("IntervalStyle", "postgres"),
            ("extra_float_digits", "1"), ("bytea_output", "hex"), ("client_min_messages", "notice"),
            ("standard_conforming_strings", "on"),
        ]
        guard let statement = PostgresDialect().applySessionSettings(wanted.map { (name: $0, value: $1) })
        else {
            return
        }
        let answer = try await row(statement, deadline)
        for ((name, value), effective) in zip(wanted, answer) where effective.text?.hasPrefix(value) != true {
            throw DatabaseError(
                kind: .connection,
                message: "the server does not accept the setting `\(name)` = `\(value)`"
            )
        }
    }

    private func identity(
        _ deadline: ContinuousClock.Instant
    ) async throws(DatabaseError) -> (DatabaseIdentity, SessionFacts) {
        let answer = try await row(
            """
            SELECT pg_catalog.current_setting('server_version'),
              pg_catalog.current_setting('server_version_num')::pg_catalog.int4,
              d.datname, d.oid, current_user,
              pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'execute'),
              COALESCE(pg_catalog.host(pg_catalog.inet_server_addr()), 'local') || '-'
                || pg_catalog.current_setting('port'),
              pg_catalog.pg_backend_pid(),
              (extract(epoch FROM pg_catalog.current_setting('deadlock_timeout')::interval) * 1000)::pg_catalog.int4,
              pg_catalog.concat_ws(
                ' ', CASE pg_catalog.current_setting('fsync') WHEN 'off' THEN 'fsync' END,
                CASE pg_catalog.current_setting('full_page_writes') WHEN 'off' THEN 'full_page_writes' END)
            FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
            """,
            deadline
        )
        guard answer.count == 10, case .integer(let number) = answer[1] else {
            throw DatabaseError(kind: .connection, message: "the server does not say which database answers")
        }
        let text = answer.map { $0.text ?? "" }
        // Where asking for the system identifier is not allowed, the server's address stands in for it.
        var cluster = "at-" + text[6]
        if answer[5] == .boolean(true) {
            let identifier = try await row(
                "SELECT system_identifier FROM pg_catalog.pg_control_system()",
                deadline
            )
            cluster = identifier.first?.text ?? cluster
        }
        let identity = DatabaseIdentity(
            engine: .postgres,
            version: text[0].prefixOfVersion,
            versionNumber: Int(number),
            database: text[2],
            fingerprint: "\(cluster):\(text[3])",
            role: text[4]
        )
        let facts = SessionFacts(
            process: Int(text[7]), deadlockTimeout: Int(text[8]),
            unsafeSettings: text[9].split(separator: " ").map(String.init))
        return (identity, facts)
    }
}

extension String {
    /// `15.20` of `15.20 (Debian 15.20-0+deb12u1)`.
    fileprivate var prefixOfVersion: String { String(prefix { $0 != " " }) }
}
