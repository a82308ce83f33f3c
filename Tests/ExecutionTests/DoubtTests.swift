import Databases
@testable import Execution
import Planning
import TestSupport
import Testing

struct `A step in doubt` {
    private let marker = Marker(
        plan: "plan",
        target: "main",
        step: "one/1",
        direction: .forward,
        cycle: 1,
        run: "r-1",
        sha256: "ab",
        epoch: 1,
        journalHead: "cd",
        state: .applied
    )

    /// A ledger with the run in it.
    private func ledger(_ engine: Engine) async throws -> (TestDatabase, any DatabaseSession) {
        let database = try await TestDatabase(engine)
        let session = try await database.session()
        let ledger = Ledger(session.dialect)
        for statement in ledger.setup { _ = try await session.execute(statement) }
        let row = RunRow(
            run: "r-1",
            plan: "plan",
            name: "n",
            cycle: 1,
            epoch: 1,
            status: .running,
            owner: RunOwner("tester@here"),
            database: "d",
            variables: "v"
        )
        _ = try await session.execute(ledger.begin(row))
        return (database, session)
    }

    @Test(arguments: engines)
    func `is decided by its marker`(engine: Engine) async throws {
        let (_, session) = try await ledger(engine)
        let doubt = Doubt(marker: marker, session: session)
        #expect(try await doubt.resolve(patience: 200) == .absent)
        #expect(try await doubt.resolve(patience: 200) == .absent)
        _ = try await session.execute(Ledger(session.dialect).marker(marker))
        #expect(try await doubt.resolve(patience: 200) == .applied)
        #expect(await session.transactionState == .idle)
        await session.close()
    }

    @Test func `stays in doubt while its old session is at work, and not longer`() async throws {
        let (database, session) = try await ledger(.postgres)
        let old = try await database.session()
        try await old.run("BEGIN")
        _ = try await old.execute(Ledger(old.dialect).marker(marker))
        let doubt = Doubt(marker: marker, session: session)
        #expect(try await doubt.resolve(patience: 200) == .undecided)
        let waiting = Task { try await doubt.resolve(patience: 20_000) }
        try await Task.sleep(for: .milliseconds(200))
        try await old.run("COMMIT")
        #expect(try await waiting.value == .applied)
        await old.close()
        await session.close()
    }

    @Test(arguments: engines)
    func `outside of a transaction is decided by what its marker says`(engine: Engine) async throws {
        let (_, session) = try await ledger(engine)
        let ledger = Ledger(session.dialect)
        let started = Marker(
            plan: "plan",
            target: "main",
            step: "one/1",
            direction: .forward,
            cycle: 1,
            run: "r-1",
            sha256: "ab",
            epoch: 1,
            journalHead: "cd",
            state: .started
        )
        let doubt = Doubt(marker: started, session: session)
        #expect(try await doubt.look() == .absent)
        _ = try await session.execute(ledger.marker(started))
        #expect(try await doubt.look() == .part)
        _ = try await session.execute(ledger.settle(started, state: .applied))
        #expect(try await doubt.look() == .applied)
        _ = try await session.execute(ledger.withdraw(started))
        #expect(try await doubt.look() == .applied)
        await session.close()
    }

    @Test(arguments: engines)
    func `of a run that another took over writes no marker`(engine: Engine) async throws {
        let (_, session) = try await ledger(engine)
        let ledger = Ledger(session.dialect)
        _ = try await session.execute(SQLStatement("UPDATE \(ledger.prefix)run SET epoch = 2"))
        #expect(try await session.execute(ledger.marker(marker)).affectedRows == 0)
        await session.close()
    }

    @Test func `lets nobody take its run over before its transaction has ended`() async throws {
        let (database, session) = try await ledger(.postgres)
        let ledger = Ledger(session.dialect)
        let old = try await database.session()
        try await old.run("BEGIN")
        _ = try await old.execute(ledger.marker(marker))
        try await session.run("SET lock_timeout = '200ms'")
        let takeover = ledger.takeOver("r-1", by: RunOwner("other@there"))
        #expect(await session.failure(takeover)?.code == "55P03")
        try await old.run("COMMIT")
        #expect(await session.failure(takeover) == nil)
        await old.close()
        await session.close()
    }

    @Test func `whose connection is lost at COMMIT is looked up over another`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare(
            "CREATE TABLE k (id integer)",
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER g AFTER INSERT ON k DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()"
        )
        let text = """
            phases:
              - id: one
                statement: "CREATE TABLE t (id integer); INSERT INTO k VALUES (1)"
                rollback: { statement: DROP TABLE IF EXISTS t }
            """
        let plan = try scene.plan(text)
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        try await scene.terminate(running: "COMMIT")
        let result = try await run.value
        #expect(result.outcome == .stopped)
        #expect(scene.failure?.code == "57P01")
        #expect(try await !scene.has("t"))
    }

    @Test func `outside of a transaction whose connection is lost is settled when the run is taken back`() async throws
    {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE TABLE t (id integer)")
        let holder = try await scene.database.session()
        try await holder.run("BEGIN", "INSERT INTO t VALUES (1)")
        let text = """
            phases:
              - id: one
                statement: CREATE INDEX CONCURRENTLY i ON t (id)
                transaction: none
                rollback: { statement: DROP INDEX CONCURRENTLY i, transaction: none }
            """
        let plan = try scene.plan(text)
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        try await scene.terminate(running: "CREATE INDEX CONCURRENTLY i ON t (id)")
        let result = try await run.value
        await holder.close()
        #expect(result.outcome == .unknown)
        #expect(try await scene.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "false")
        #expect(try await scene.rollback(result.run).outcome == .rolledBack)
        #expect(try await scene.value("SELECT to_regclass('i')") == nil)
    }

    @Test func `that commits in parts stays in doubt when its connection is lost`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare(
            "CREATE TABLE t (id integer)",
            """
            CREATE PROCEDURE p() LANGUAGE plpgsql AS $$
            BEGIN INSERT INTO t VALUES (1); COMMIT; PERFORM pg_sleep(30); END $$
            """)
        let text = """
            phases:
              - id: one
                steps:
                  - statement: CALL p()
                    transaction: none
                    done_when: { query: SELECT count(*) FROM t, expect: 2 }
                rollback: { statement: DELETE FROM t }
            """
        let plan = try scene.plan(text)
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        try await scene.terminate(running: "CALL p()")
        #expect(try await run.value.outcome == .unknown)
        #expect(try await scene.value("SELECT count(*) FROM t") == "1")
    }
}
