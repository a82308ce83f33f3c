import Databases
import Planning
import Statements
import TestSupport
import Testing

@testable import Execution

/// Statements outside of transactions of which the catalog tells what became.
struct `Work outside of transactions` {
    @Test(arguments: [true, false])
    func `that detaches a partition is finished after it was interrupted, also to be taken back`(
        goesOn: Bool
    ) async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare(
            "CREATE TABLE m (id integer) PARTITION BY RANGE (id)",
            "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)")
        let text = """
            phases:
              - id: one
                statement: ALTER TABLE m DETACH PARTITION m1 CONCURRENTLY
                transaction: none
                on_failure: stop
                rollback: back.sql
            """
        // The server keeps the bounds of a partition that it detaches so.
        let back =
            "ALTER TABLE m ATTACH PARTITION m1 FOR VALUES FROM (0) TO (10); ALTER TABLE m1 DROP CONSTRAINT m1_id_check;"
        let reader = try await scene.database.session()
        try await reader.run("BEGIN", "SELECT * FROM m")
        let plan = try scene.plan(text, ["back.sql": back])
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        try await scene.terminate(running: "ALTER TABLE m DETACH PARTITION m1 CONCURRENTLY")
        let result = try await run.value
        await reader.close()
        #expect(result.outcome == .unknown || result.outcome == .stopped)
        let pending = "SELECT count(*) FROM pg_inherits WHERE inhdetachpending"
        #expect(try await scene.value(pending) == "1")
        if goesOn {
            #expect(try await scene.resume(result.run).outcome == .done)
            #expect(try await scene.value("SELECT count(*) FROM pg_inherits") == "0")
        }
        #expect(try await scene.rollback(result.run).outcome == .rolledBack, "\(scene.residue)")
        #expect(try await scene.value("SELECT count(*) FROM pg_inherits") == "1")
    }

    @Test func `that makes a database is known by it, and drops only its own`() async throws {
        let scene = try await Scene(.postgres)
        let name = try await scene.value("SELECT current_database()") ?? ""
        func text(_ other: String) -> String {
            """
            phases:
              - id: one
                steps:
                  - { statement: CREATE DATABASE \(other) TEMPLATE template0, transaction: none }
                  - { statement: VACUUM, transaction: none }
                  - { statement: DROP DATABASE IF EXISTS \(other)_gone, transaction: none }
                rollback: { steps: [{ statement: DROP DATABASE \(other), transaction: none }] }
            """
        }
        let mine = try await scene.run(text("\(name)_x"))
        #expect(mine.outcome == .done)
        #expect(try await scene.rollback(mine.run).outcome == .rolledBack)
        #expect(try await scene.value("SELECT count(*) FROM pg_database WHERE datname = '\(name)_x'") == "0")
        // One that is there is not ours to drop.
        let other = try await Scene(.postgres)
        #expect(try await other.run(text(name)).outcome == .unwound)
        #expect(other.failure?.message == "database \(name) is there already")
        #expect(try await scene.value("SELECT 1") == "1")
    }

    @Test(arguments: [
        ("VACUUM (FULL) t", OutsideJob.repeatable(inParts: false)),
        ("REINDEX (VERBOSE) SCHEMA s", .repeatable(inParts: true)),
        ("ALTER SYSTEM SET work_mem = '1MB'", .repeatable(inParts: false)),
        ("CREATE DATABASE \"X\"", .createDatabase("X")),
        ("DROP DATABASE IF EXISTS X", .dropDatabase("x", tolerant: true)),
    ])
    func `is known by its words`(text: String, job: OutsideJob) {
        #expect(OutsideJob(askedBy: text) == job)
    }

    @Test(arguments: [
        "CALL p()", "ALTER TABLE m DETACH PARTITION m1", "CREATE TABLESPACE t LOCATION '/x'", "REINDEX TABLE t",
    ])
    func `of other kinds is not guessed at`(text: String) { #expect(OutsideJob(askedBy: text) == nil) }
}
