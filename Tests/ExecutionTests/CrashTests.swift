import Databases
@testable import Execution
import Planning
import TestSupport
import Testing

struct `A run whose process is killed` {
    /// Four phases of ten steps, each a table and a row.
    private let runbook =
        "phases:\n"
        + (1...4).map { phase in
            let steps = (1...10).map { step in
                "      - statement: \"CREATE TABLE t\(phase)_\(step) (id integer); INSERT INTO t\(phase)_\(step) VALUES (1)\"\n"
            }
            let undo = (1...10).reversed().map { "        - statement: DROP TABLE IF EXISTS t\(phase)_\($0)\n" }
            return "  - id: p\(phase)\n    steps:\n\(steps.joined())    rollback:\n      steps:\n\(undo.joined())"
        }.joined()

    /// The steps whose table is there, and those the ledger says are applied.
    private func compare(_ database: TestDatabase) async throws -> (
        tables: Set<String>, markers: Set<String>, open: Int
    ) {
        let session = try await database.session()
        defer { Task { await session.close() } }
        let query =
            database.request.engine == .postgres
            ? "SELECT tablename FROM pg_tables WHERE tablename LIKE 't%\\_%' AND schemaname = 'public'"
            : "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 't[0-9]_*'"
        let tables = try await session.execute(SQLStatement(query)).rows.compactMap { $0.first?.text }
        let prefix = session.dialect.ledgerPrefix
        guard let runs = try? await session.execute(SQLStatement("SELECT status FROM \(prefix)run")).rows else {
            return (Set(tables), [], 0)
        }
        let rows = try await session.execute(
            SQLStatement("SELECT step_id FROM \(prefix)ledger WHERE direction = 'do' AND state = 'applied'")
        ).rows
        let markers = rows.compactMap { $0.first?.text }.map { "t\($0.dropFirst().replacing("/", with: "_"))" }
        return (Set(tables), Set(markers), runs.count { $0.first?.text != "undone" })
    }

    @Test(.serialized, arguments: engines, 0..<30)
    func `is known by its markers and taken back`(engine: Engine, attempt: Int) async throws {
        let database = try await TestDatabase(engine)
        try await database.session().close()
        let program = try Program(database, runbook: runbook)
        // From before the first connection to about the end.
        let delay = Duration.milliseconds(60 + attempt * (engine == .postgres ? 24 : 12))
        let ending = try await program.gonogo("gonogo run r.yaml --yes", killAfter: delay)
        #expect(ending.killing != nil || ending.status == 0, "\(ending.complaint)")

        let after = try await compare(database)
        #expect(after.tables == after.markers)
        guard let run = program.runs.first else {
            #expect(after.tables.isEmpty)
            return
        }
        let back = try await program.gonogo("gonogo rollback \(run.run) --yes")
        #expect(back.status == 0, "\(back.complaint) \(back.output)")
        let end = try await compare(database)
        #expect(end.tables.isEmpty)
        #expect(end.open == 0)
    }

    @Test(.serialized, arguments: engines, 0..<20)
    func `goes on to its end when it is resumed, however often that is killed`(
        engine: Engine, attempt: Int
    ) async throws {
        let database = try await TestDatabase(engine)
        try await database.session().close()
        let program = try Program(database, runbook: runbook)
        let step = engine == .postgres ? 24 : 12
        _ = try await program.gonogo("gonogo run r.yaml --yes", killAfter: .milliseconds(60 + attempt * step))
        guard let run = program.runs.first else { return }
        for delay in [90, 160, 230] {
            _ = try await program.gonogo(
                "gonogo resume \(run.run) --yes", killAfter: .milliseconds(delay + attempt * 5))
        }
        let end = try await program.gonogo("gonogo resume \(run.run) --yes")
        #expect(end.status == 0, "\(end.complaint) \(end.output)")
        let after = try await compare(database)
        #expect(after.tables.count == 40)
        #expect(after.tables == after.markers)
        let session = try await database.session()
        for table in after.tables { #expect(try await session.value("SELECT count(*) FROM \(table)") == "1") }
        #expect(try await session.value("SELECT status FROM \(session.dialect.ledgerPrefix)run") == "done")
        await session.close()
    }

    @Test func `is taken back when its rollback was killed as well`() async throws {
        for engine in engines {
            let database = try await TestDatabase(engine)
            try await database.session().close()
            let program = try Program(database, runbook: runbook)
            let done = try await program.gonogo("gonogo run r.yaml --yes")
            #expect(done.status == 0, "\(done.complaint)")
            let run = try #require(program.runs.first)
            for delay in [120, 200, 300] {
                _ = try await program.gonogo(
                    "gonogo rollback \(run.run) --yes",
                    killAfter: .milliseconds(delay)
                )
            }
            let back = try await program.gonogo("gonogo rollback \(run.run) --yes")
            #expect(back.status == 0, "\(back.complaint)")
            let end = try await compare(database)
            #expect(end.tables.isEmpty)
            #expect(end.open == 0)
        }
    }
}
