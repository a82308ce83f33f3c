import Diagnostics
import Databases
import Statements
import TestSupport

/// What a server did for a statement.
struct Measured: Sendable {
    /// The strongest lock on each relation that was there before, by its name; indexes are left out.
    var locks: [String: LockMode] = [:]
    /// Whether a table got another file with rows in it.
    var rewrites = false
    /// Whether it ran, or failed otherwise than for being, in a transaction.
    var runsInTransaction = true
    /// Why it failed.
    var failure: String?
    /// The catalog that the statement met.
    var facts = SchemaFacts()
}

/// A database in which shapes are measured.
struct Laboratory {
    private let template: String
    private let server: PostgresServer

    /// Makes the database that all shapes begin with.
    init() async throws {
        server = try PostgresServer.shared
        template = try await server.database()
        let session = try await server.session(template)
        // Roles are of the whole server, which other tests may share.
        try await session.run(
            """
            DO $$ BEGIN
              IF to_regrole('app_user') IS NULL THEN CREATE ROLE app_user; END IF;
              IF to_regrole('owner2') IS NULL THEN CREATE ROLE owner2; END IF;
            END $$
            """)
        try await session.run("SET allow_in_place_tablespaces = on")
        if try await session.value("SELECT count(*) FROM pg_tablespace WHERE spcname = 'ts2'") == "0" {
            try await session.run("CREATE TABLESPACE ts2 LOCATION ''")
        }
        let schema = try Files.read(GoldenCase.root + "/locks/schema.sql")
        for statement in schema.statements { try await session.run(statement) }
        await session.close()
    }

    /// What the server does for each shape: those that need nothing beforehand share a database, since nothing of them
    /// stays; each of the others has one of its own.
    func measure(_ shapes: [Shape]) async throws -> [Measured] {
        let plain = try await measureTogether(shapes.filter(\.before.isEmpty))
        let others = try await withThrowingTaskGroup(of: (String, Measured).self) { group in
            for shape in shapes where !shape.before.isEmpty {
                group.addTask { (shape.name, try await measureTogether([shape])[shape.name] ?? Measured()) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return shapes.map { plain[$0.name] ?? others[$0.name] ?? Measured() }
    }

    private func measureTogether(_ shapes: [Shape]) async throws -> [String: Measured] {
        let name = try await server.database(copying: template)
        let session = try await server.session(name)
        let observer = try await server.session(name)
        var measured: [String: Measured] = [:]
        let facts = try await session.schemaFacts(deadline: nil) ?? SchemaFacts()
        for shape in shapes { measured[shape.name] = try await measure(shape, in: name, facts, session, observer) }
        await session.close()
        await observer.close()
        return measured
    }

    private func measure(
        _ shape: Shape, in name: String, _ facts: SchemaFacts, _ session: any DatabaseSession,
        _ observer: any DatabaseSession
    ) async throws -> Measured {
        for statement in shape.before { try await session.run(statement.naming(name)) }
        let statement = shape.statement.naming(name)
        var measured = Measured()
        measured.facts =
            shape.before.isEmpty ? facts : try await session.schemaFacts(deadline: nil) ?? SchemaFacts()
        let files = try await self.files(session)
        try await session.run("BEGIN")
        if let error = await session.failure(SQLStatement(statement)) {
            measured.failure = error.code
            measured.runsInTransaction = !["25001", "2D000"].contains(error.code)
            try await session.run("ROLLBACK")
            if let target = shape.target { measured.locks = await asked(statement, target, session, observer) }
        } else {
            measured.locks = try await locks(of: session, observer)
            // An emptied table has a new file, and nothing was written into it.
            if !statement.hasPrefix("TRUNCATE"), !statement.contains("SET TABLESPACE") {
                let now = try await self.files(session)
                measured.rewrites = files.contains { now[$0.key].map { $0 != "" } ?? false && now[$0.key] != $0.value }
            }
            try? await session.run("ROLLBACK")
        }
        return measured
    }

    /// The file of each table.
    private func files(_ session: any DatabaseSession) async throws -> [String: String] {
        let rows = try await session.execute(
            "SELECT oid::text, pg_relation_filenode(oid)::text FROM pg_class WHERE relkind IN ('r', 'm') AND oid >= 16384"
        ).rows
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0].text ?? "", $0[1].text ?? "") })
    }

    /// The locks a session has on relations that others see.
    private func locks(
        of session: any DatabaseSession, _ observer: any DatabaseSession, granted: Bool = true
    ) async throws -> [String: LockMode] {
        let rows = try await observer.execute(
            SQLStatement(
                """
                SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
                WHERE l.pid = $1::int AND l.locktype = 'relation' AND c.oid >= 16384 AND c.relkind NOT IN ('i', 'I', 't')
                  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND l.granted = $2::boolean
                """,
                [session.facts.process.map { "\($0)" }, granted ? "true" : "false"])
        ).rows
        var found: [String: LockMode] = [:]
        for row in rows {
            guard let name = row[0].text, let mode = row[1].text.flatMap(LockMode.init(server:)) else { continue }
            found[name] = max(found[name] ?? mode, mode)
        }
        return found
    }

    /// The lock on a relation that a statement asks for while somebody else keeps it waiting.
    private func asked(
        _ statement: String, _ target: String, _ session: any DatabaseSession, _ observer: any DatabaseSession
    ) async -> [String: LockMode] {
        // Whoever only looks the table up first, as VACUUM does, is not kept waiting by that.
        let lock = "LOCK TABLE \(target) IN EXCLUSIVE MODE"
        guard await observer.failure("BEGIN") == nil, await observer.failure(SQLStatement(lock)) == nil else {
            _ = await observer.failure("ROLLBACK")
            return [:]
        }
        let asking = Task { await session.failure(SQLStatement("/* asks */ " + statement)) }
        var found: [String: LockMode] = [:]
        for _ in 0..<40 where found[target] == nil {
            try? await Task.sleep(for: .milliseconds(10))
            found = (try? await locks(of: session, observer, granted: false)) ?? [:]
        }
        session.cancel()
        _ = await asking.value
        _ = await observer.failure("ROLLBACK")
        return found
    }
}

extension String {
    /// The statements of a script.
    fileprivate var statements: [String] {
        Script.read(Array(utf8), dialect: .postgres) { range in
            SourceText(name: "schema.sql", text: self).span(range)
        }.statements.map(\.text)
    }

    /// With the name of the database that the statement is for.
    fileprivate func naming(_ database: String) -> String { replacing("DATABASE w", with: "DATABASE \(database)") }
}
