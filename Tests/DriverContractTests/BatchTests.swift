import Databases
import TestSupport
import Testing

struct `A batch` {
    @Test(arguments: engines)
    func `runs in order and tells each result`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        try await session.run("CREATE TABLE t (a int)")
        _ = try await session.execute(session.dialect.beginWrite)
        let heard = try await session.batch((0..<2_000).map { "INSERT INTO t VALUES (\($0))" })
        #expect(heard.map(\.index) == Array(0..<2_000))
        #expect(Set(heard.map(\.result.tag)) == ["INSERT 0 1"])
        #expect(await session.transactionState == .open)
        try await session.run("COMMIT")
        #expect(try await session.value("SELECT sum(a) FROM t") == "1999000")
    }

    @Test(arguments: engines, [0, 1, 7, 511, 512, 1_234, 1_999])
    func `names the statement that failed and runs none after it`(_ engine: Engine, _ index: Int) async throws {
        let session = try await TestDatabase(engine).session()
        try await session.run("CREATE TABLE t (a int PRIMARY KEY)", "INSERT INTO t VALUES (-1)")
        _ = try await session.execute(session.dialect.beginWrite)
        let heard = Guarded(0)
        let failure = await #expect(throws: BatchFailure.self) {
            let inserts = (0..<2_000).map { SQLStatement("INSERT INTO t VALUES (\($0 == index ? -1 : $0))") }
            try await session.executeBatch(inserts, limits: .standard, deadline: nil) { index, _ in
                heard.withLock { count in
                    #expect(index == count)
                    count += 1
                }
            }
        }
        #expect(failure?.index == index)
        #expect(failure?.error.message.contains("constraint") == true)
        #expect(heard.withLock { $0 } == index)
        #expect(await session.transactionState == (engine == .postgres ? .failed : .open))
        try await session.run("ROLLBACK")
        #expect(try await session.value("SELECT count(*) FROM t") == "1")
    }

    @Test(arguments: engines)
    func `outside of a transaction keeps what came before the failure`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        try await session.run("CREATE TABLE t (a int)")
        let failure = await #expect(throws: BatchFailure.self) {
            try await session.batch([
                "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)", "nonsense",
                "INSERT INTO t VALUES (3)",
            ])
        }
        #expect(failure?.index == 2)
        #expect(try await session.value("SELECT count(*) FROM t") == "2")
    }

    @Test(arguments: engines)
    func `with a statement that cannot be sent runs those before it`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        try await session.run("CREATE TABLE t (a int)")
        _ = try await session.execute(session.dialect.beginWrite)
        let failure = await #expect(throws: BatchFailure.self) {
            try await session.batch(["INSERT INTO t VALUES (1)", "SELECT '\0'", "INSERT INTO t VALUES (3)"])
        }
        #expect(failure?.index == 1)
        #expect(failure?.error.message == "the statement holds a NUL character")
        #expect(try await session.value("SELECT count(*) FROM t") == "1")
    }

    @Test(arguments: engines)
    func `carries rows both ways without either side waiting for the other`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        _ = try await session.execute(session.dialect.beginWrite)
        let text = String(repeating: "x", count: 100_000)
        let statements = (0..<100).map { SQLStatement("SELECT $1, '\($0) \(text)'", [text]) }
        let heard = Guarded(0)
        try await session.executeBatch(statements, limits: .standard, deadline: .now + .seconds(300)) {
            index,
            result in
            #expect(result.rows == [[.text(text), .text("\(index) \(text)")]])
            heard.withLock { $0 += 1 }
        }
        #expect(heard.withLock { $0 } == 100)
    }

    @Test(arguments: engines)
    func `of nothing does nothing`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        #expect(try await session.batch([]).isEmpty)
    }

    @Test func `keeps the limits of each result`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run("BEGIN")
        let heard = Guarded<[StatementResult]>([])
        let statements: [SQLStatement] = [
            "SELECT generate_series(1, 100000)", "SELECT 1", "SELECT generate_series(1, 5)",
        ]
        try await session.executeBatch(statements, limits: ResultLimits(rows: 2, bytes: 100), deadline: nil) {
            _,
            result in
            heard.withLock { $0.append(result) }
        }
        #expect(heard.withLock { $0.map(\.rowCount) } == [100_000, 1, 5])
        #expect(heard.withLock { $0.map(\.rows.count) } == [2, 1, 2])
    }

    @Test func `tells the remarks of each statement apart`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run("BEGIN")
        let long = String(repeating: "n", count: 70)
        let heard = try await session.batch([
            "SELECT 1", "CREATE TABLE \(long) (a int)", "DROP TABLE IF EXISTS nothing", "SELECT 2",
            "DO $$ BEGIN RAISE WARNING 'one'; RAISE NOTICE 'two'; END $$", "INSERT INTO \(long) VALUES (1)",
            "DELETE FROM \(long)", "SELECT 3",
        ])
        #expect(
            heard.map { $0.result.notices.map(\.code) }
                == [[], ["42622"], ["00000"], [], ["01000", "00000"], ["42622"], ["42622"], []]
        )
    }

    @Test func `with a COPY fails at it and does not hang`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run("CREATE TABLE t (a int)")
        for batch in [["SELECT 1", "COPY t FROM stdin"], ["COPY t FROM stdin", "SELECT 1", "SELECT 2"]] {
            try await session.run("BEGIN")
            let failure = await #expect(throws: BatchFailure.self) {
                try await session.executeBatch(
                    batch.map { SQLStatement($0) },
                    limits: .standard,
                    deadline: .now + .seconds(10)
                ) { _, _ in }
            }
            #expect(failure?.index == batch.firstIndex(of: "COPY t FROM stdin"))
            #expect(failure?.error.kind == .statement)
            try await session.run("ROLLBACK")
        }
        #expect(try await session.value("SELECT 1") == "1")
    }
}

extension DatabaseSession {
    /// Runs a batch with the usual limits and keeps what it tells.
    @discardableResult
    func batch(_ statements: [String]) async throws(BatchFailure) -> [(index: Int, result: StatementResult)] {
        let heard = Guarded<[(index: Int, result: StatementResult)]>([])
        try await executeBatch(statements.map { SQLStatement($0) }, limits: .standard, deadline: nil) {
            index,
            result in
            heard.withLock { $0.append((index, result)) }
        }
        return heard.withLock { $0 }
    }
}
