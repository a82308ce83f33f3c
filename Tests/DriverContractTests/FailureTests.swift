import Databases
import TestSupport
import Testing

struct `A failing statement` {
    @Test func `of PostgreSQL says what the server said`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run("CREATE TABLE t (a int PRIMARY KEY)", "INSERT INTO t VALUES (1)")
        #expect(
            await session.failure("INSERT INTO t VALUES (1)")
                == DatabaseError(
                    kind: .statement,
                    code: "23505",
                    message: "duplicate key value violates unique constraint \"t_pkey\"",
                    detail: "Key (a)=(1) already exists."
                )
        )
        #expect(
            await session.failure("SELECT 'ü', nosuch FROM t")
                == DatabaseError(
                    kind: .statement,
                    code: "42703",
                    message: "column \"nosuch\" does not exist",
                    position: 13
                )
        )
        let nested = await session.failure("DO $$ BEGIN PERFORM 1/0; END $$")
        #expect(nested?.code == "22012")
        #expect(
            nested?.context?.hasPrefix("SQL statement \"SELECT 1/0\"\nPL/pgSQL function inline_code_block")
                == true
        )
    }

    @Test func `of SQLite says the extended code by its name`() async throws {
        let session = try await TestDatabase(.sqlite).session()
        try await session.run("CREATE TABLE t (a int PRIMARY KEY)", "INSERT INTO t VALUES (1)")
        #expect(
            await session.failure("INSERT INTO t VALUES (1)")
                == DatabaseError(
                    kind: .statement,
                    code: "SQLITE_CONSTRAINT_PRIMARYKEY",
                    message: "UNIQUE constraint failed: t.a"
                )
        )
        #expect(
            await session.failure("SELECT 'ü', nosuch FROM t")
                == DatabaseError(
                    kind: .statement,
                    code: "SQLITE_ERROR",
                    message: "no such column: nosuch",
                    position: 13
                )
        )
    }

    @Test func `is bounded, however much a server has to say`() async throws {
        let session = try await TestDatabase(.postgres).session()
        let raise = "RAISE EXCEPTION USING MESSAGE = repeat('é', 100001), DETAIL = repeat('d', 9000), HINT = 'h'"
        let failure = try #require(await session.failure(SQLStatement("DO $$ BEGIN \(raise); END $$")))
        #expect(failure.message == String(repeating: "é", count: 4096) + "... (191810 bytes left out)")
        #expect(failure.detail?.hasSuffix("d... (808 bytes left out)") == true)
        #expect(failure.hint == "h")
        let odd = DatabaseError(kind: .statement, message: "a" + String(repeating: "é", count: 5000))
        #expect(odd.message == "a" + String(repeating: "é", count: 4095) + "... (1810 bytes left out)")
        await session.close()
    }

    @Test(arguments: engines)
    func `is the only one of two in one text, and neither runs`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let error = await session.failure("CREATE TABLE a (x int); CREATE TABLE b (x int)")
        #expect(
            error?.message
                == (engine == .postgres
                    ? "cannot insert multiple commands into a prepared statement"
                    : "the text holds more than one statement")
        )
        try await session.run("CREATE TABLE a (x int); -- one is fine, with or without what follows\n")
    }

    @Test(arguments: engines)
    func `with a NUL character is never sent`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        #expect(await session.failure("SELECT 1\0")?.message == "the statement holds a NUL character")
        #expect(
            await session.failure(SQLStatement("SELECT $1", ["a\0b"]))?.message
                == "a value holds a NUL character"
        )
        #expect(try await session.value("SELECT 1") == "1")
    }

    @Test func `leaves a transaction of PostgreSQL failed, and its COMMIT answers ROLLBACK`() async throws {
        let session = try await TestDatabase(.postgres).session()
        #expect(await session.transactionState == .idle)
        try await session.run("BEGIN", "CREATE TABLE t (a int)")
        #expect(await session.transactionState == .open)
        _ = await session.failure("SELECT nosuch")
        #expect(await session.transactionState == .failed)
        #expect(await session.failure("SELECT 1")?.code == "25P02")
        #expect(try await session.execute("COMMIT").tag == "ROLLBACK")
        #expect(await session.transactionState == .idle)
        #expect(try await session.value("SELECT to_regclass('t')") == nil)
    }

    @Test func `leaves a transaction of SQLite open, for its user to roll back`() async throws {
        let session = try await TestDatabase(.sqlite).session()
        try await session.run("BEGIN IMMEDIATE", "CREATE TABLE t (a int CHECK (a > 0))")
        _ = await session.failure("INSERT INTO t VALUES (0)")
        #expect(await session.transactionState == .open)
        #expect(try await session.execute("ROLLBACK").tag == "ROLLBACK")
        #expect(await session.transactionState == .idle)
    }

    @Test func `that ends the transaction of SQLite is seen to have done so`() async throws {
        let session = try await TestDatabase(.sqlite).session()
        try await session.run("CREATE TABLE t (a int UNIQUE)", "INSERT INTO t VALUES (1)", "BEGIN IMMEDIATE")
        _ = await session.failure("INSERT OR ROLLBACK INTO t VALUES (1)")
        #expect(await session.transactionState == .idle)
    }

    @Test(arguments: engines)
    func `is one that writes where only reading is allowed`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        try await session.run("CREATE TABLE t (a int)")
        let writes = ["INSERT INTO t VALUES (1)", "DROP TABLE t", "CREATE TABLE u (a int)", "DELETE FROM t"]
        for write in writes {
            _ = try await session.execute(session.dialect.beginReadOnly)
            _ = try await session.execute("SELECT count(*) FROM t")
            let code = await session.failure(SQLStatement(write))?.code
            #expect(code == (engine == .postgres ? "25006" : "SQLITE_READONLY"))
            try await session.run("ROLLBACK")
        }
        try await session.run("INSERT INTO t VALUES (1)")
        #expect(try await session.value("SELECT count(*) FROM t") == "1")
    }

    @Test func `is one that attaches another file where only reading is allowed`() async throws {
        let session = try await TestDatabase(.sqlite).session()
        _ = try await session.execute(session.dialect.beginReadOnly)
        #expect(await session.failure("ATTACH 'other.db' AS other")?.code == "SQLITE_READONLY")
        #expect(await session.failure("PRAGMA user_version = 7")?.code == "SQLITE_READONLY")
    }

    @Test(arguments: ["COPY t FROM stdin", "COPY t TO stdout"])
    func `is a COPY that would wait for data`(_ copy: String) async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run("CREATE TABLE t (a int)", "INSERT INTO t SELECT generate_series(1, 50000)")
        let error = await session.failure(SQLStatement(copy))
        #expect(error?.kind == .statement)
        #expect(
            error?.message
                == (copy.hasSuffix("stdin")
                    ? "COPY from stdin failed: gonogo sends no data with a statement"
                    : "COPY TO STDOUT has nowhere to write to")
        )
        #expect(try await session.value("SELECT count(*) FROM t") == "50000")
    }

    @Test func `names the parameters it was not given`() async throws {
        let session = try await TestDatabase(.sqlite).session()
        #expect(
            await session.failure(SQLStatement("SELECT $1, $2", ["a"]))?.message
                == "the statement has parameters without a value"
        )
        #expect(
            await session.failure(SQLStatement("SELECT $1", ["a", "b"]))?.message
                == "the statement has no parameter $2"
        )
    }
}
