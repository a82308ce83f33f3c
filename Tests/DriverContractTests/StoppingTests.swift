import Databases
import TestSupport
import Testing

/// A statement that runs for minutes.
private func endless(_ engine: Engine) -> SQLStatement {
    switch engine {
    case .postgres: "SELECT pg_sleep(120)"
    case .sqlite: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    }
}

struct `A statement that is to stop` {
    @Test(arguments: engines)
    func `stops at its deadline, and the session goes on`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let start = ContinuousClock.now
        let error = await #expect(throws: DatabaseError.self) {
            try await session.execute(endless(engine), limits: .standard, deadline: .now + .milliseconds(150))
        }
        #expect(error?.kind == .timeout)
        #expect(error?.code == (engine == .postgres ? "57014" : "SQLITE_INTERRUPT"))
        #expect(start.duration(to: .now) < .seconds(3))
        #expect(await session.transactionState == .idle)
        #expect(try await session.value("SELECT 1") == "1")
    }

    @Test(arguments: engines)
    func `stops when its task is cancelled`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let task = Task { await session.failure(endless(engine)) }
        try await Task.sleep(for: .milliseconds(150))
        task.cancel()
        let error = await task.value
        #expect(error?.kind == .cancelled)
        #expect(error?.code == (engine == .postgres ? "57014" : "SQLITE_INTERRUPT"))
        #expect(try await session.value("SELECT 1") == "1")
    }

    @Test(arguments: engines)
    func `stops when anybody asks`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let task = Task { await session.failure(endless(engine)) }
        try await Task.sleep(for: .milliseconds(150))
        session.cancel()
        #expect(await task.value?.kind == .cancelled)
        #expect(try await session.value("SELECT 1") == "1")
    }

    @Test(arguments: engines)
    func `is not sent when its task is cancelled before`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        try await session.run("CREATE TABLE t (a int)")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await session.failure("INSERT INTO t VALUES (1)")
        }
        #expect(
            await task.value
                == DatabaseError(kind: .cancelled, message: "cancelled before the statement was sent")
        )
        #expect(try await session.value("SELECT count(*) FROM t") == "0")
    }

    @Test(arguments: engines)
    func `is never the next one`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        session.cancel()
        for _ in 0..<200 {
            let task = Task { try await session.value("SELECT 1") }
            task.cancel()
            _ = try? await task.value
            session.cancel()
            #expect(try await session.value("SELECT 2") == "2")
        }
    }

    @Test(arguments: engines)
    func `stops as a part of a batch`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        _ = try await session.execute(session.dialect.beginWrite)
        let failure = await #expect(throws: BatchFailure.self) {
            try await session.executeBatch(
                ["SELECT 1", endless(engine), "SELECT 2"],
                limits: .standard,
                deadline: .now + .milliseconds(150)
            ) { _, _ in }
        }
        #expect(failure?.index == 1)
        #expect(failure?.error.kind == .timeout)
    }

    @Test func `is told apart from one that the server's own limit stopped`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run("SET statement_timeout = 50")
        let error = await session.failure("SELECT pg_sleep(10)")
        #expect(
            error
                == DatabaseError(
                    kind: .statement,
                    code: "57014",
                    message: "canceling statement due to statement timeout"
                )
        )
    }

    @Test func `waits for the lock of another only until its deadline`() async throws {
        let database = try await TestDatabase(.sqlite)
        let (holder, waiter) = (try await database.session(), try await database.session())
        try await holder.run("CREATE TABLE t (a int)", "BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)")
        let error = await #expect(throws: DatabaseError.self) {
            try await waiter.execute(
                "BEGIN IMMEDIATE",
                limits: .standard,
                deadline: .now + .milliseconds(200)
            )
        }
        #expect(error?.code == "SQLITE_BUSY" && error?.kind == .timeout)
        try await holder.run("COMMIT")
        try await waiter.run("BEGIN IMMEDIATE")
    }

    @Test func `occupies no thread while it waits: a hundred at once`() async throws {
        let server = try PostgresServer.shared
        var sessions: [any DatabaseSession] = []
        for _ in 0..<100 { sessions.append(try await server.session()) }
        let holder = try await server.session()
        try await holder.run("BEGIN", "SELECT pg_advisory_xact_lock(7711)")
        let waiting = sessions.map { session in
            Task { try await session.run("SELECT pg_advisory_xact_lock_shared(7711)") }
        }
        // None of them is answered before all of them wait.
        let question: SQLStatement =
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7711 AND NOT granted"
        var count: String?
        for _ in 0..<500 where count != "100" {
            count = try await holder.execute(question).rows.first?.first?.text
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(count == "100")
        try await holder.run("COMMIT")
        for task in waiting { try await task.value }
        for session in sessions + [holder] { await session.close() }
    }
}
