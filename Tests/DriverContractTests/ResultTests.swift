import Databases
import TestSupport
import Testing

struct `A result` {
    @Test(arguments: engines)
    func `has columns, rows and a tag`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let result = try await session.execute("SELECT 1 AS one, 'two' AS two, NULL AS third")
        #expect(result.columns.map(\.name) == ["one", "two", "third"])
        #expect(result.rows == [[.integer(1), .text("two"), .null]])
        #expect(result.tag == "SELECT 1")
        #expect(result.rowCount == 1 && !result.isTruncated)
    }

    @Test(arguments: engines)
    func `has columns even without rows`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let result = try await session.execute("SELECT 1 AS one WHERE 1 = 0")
        #expect(result.columns.map(\.name) == ["one"])
        #expect(result.rows.isEmpty && result.rowCount == 0)
        #expect(result.tag == "SELECT 0")
    }

    @Test(arguments: engines)
    func `keeps rows up to its limit and counts the rest`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let result = try await session.execute(
            SQLStatement("\(numbers) SELECT n FROM numbers"),
            limits: ResultLimits(rows: 3, bytes: 1 << 20),
            deadline: nil
        )
        #expect(result.rows == [[.integer(1)], [.integer(2)], [.integer(3)]])
        #expect(result.rowCount == 1_000 && result.isTruncated)
    }

    @Test(arguments: engines)
    func `keeps bytes up to its limit and counts the rest`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let result = try await session.execute(
            SQLStatement("\(numbers) SELECT 'ten bytes.' FROM numbers"),
            limits: ResultLimits(rows: 500, bytes: 45),
            deadline: nil
        )
        #expect(result.rows.count == 4)
        #expect(result.rowCount == 1_000 && result.isTruncated)
    }

    @Test(arguments: engines)
    func `of nothing kept still has its tag and count`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let result = try await session.execute("SELECT 1 AS one", limits: .none, deadline: nil)
        #expect(result.rows.isEmpty && result.rowCount == 1 && result.tag == "SELECT 1")
    }

    @Test(arguments: engines)
    func `says by its tag what was done`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let tags = [
            ("CREATE TABLE t (a int)", "CREATE TABLE"), ("CREATE UNIQUE INDEX i ON t (a)", "CREATE INDEX"),
            ("INSERT INTO t VALUES (1), (2), (3)", "INSERT 0 3"),
            ("WITH w AS (SELECT 9 AS a) INSERT INTO t SELECT a FROM w", "INSERT 0 1"),
            ("UPDATE t SET a = a + 10", "UPDATE 4"), ("/* all */ DELETE FROM t WHERE a > 12", "DELETE 2"),
            ("BEGIN", "BEGIN"), ("SAVEPOINT s", "SAVEPOINT"), ("RELEASE s", "RELEASE"), ("COMMIT", "COMMIT"),
            ("BEGIN", "BEGIN"), ("ROLLBACK", "ROLLBACK"), ("ALTER TABLE t ADD COLUMN b int", "ALTER TABLE"),
            ("CREATE VIEW v AS SELECT a FROM t", "CREATE VIEW"), ("DROP VIEW v", "DROP VIEW"),
            ("DROP TABLE t", "DROP TABLE"),
        ]
        for (statement, tag) in tags {
            #expect(try await session.execute(SQLStatement(statement)).tag == tag, "\(statement)")
        }
    }

    @Test(arguments: engines)
    func `of an INSERT with RETURNING has rows and the tag of the INSERT`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        try await session.run("CREATE TABLE t (a int)")
        let result = try await session.execute("INSERT INTO t VALUES (1), (2) RETURNING a")
        #expect(result.rows == [[.integer(1)], [.integer(2)]])
        #expect(result.tag == "INSERT 0 2")
    }

    @Test(arguments: engines)
    func `carries bound values whatever is in them`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        try await session.run("CREATE TABLE t (a text, b int)")
        for text in hostileTexts {
            _ = try await session.execute(SQLStatement("INSERT INTO t VALUES ($1, $2)", [text, nil]))
        }
        let rows = try await session.execute("SELECT a, b FROM t").rows
        #expect(rows == hostileTexts.map { [.text($0), .null] })
    }

    @Test func `of PostgreSQL has values in the kinds of their types`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run("CREATE TYPE mood AS ENUM ('sad', 'ok')")
        let result = try await session.execute(
            """
            SELECT true, 1::int2, 2, 9223372036854775807, 3::oid, 1.10, 0.1::float4, 'NaN'::float8, '\\x00ff'::bytea,
              'x'::text, 'ok'::mood, '{1,2}'::int[], '2024-02-29'::date, '1 day'::interval, '{"a": 1}'::jsonb
            """
        )
        #expect(
            result.rows == [
                [
                    .boolean(true), .integer(1), .integer(2), .integer(.max), .integer(3), .number("1.10"),
                    .number("0.1"), .number("NaN"), .bytes([0, 255]), .text("x"), .text("ok"), .text("{1,2}"),
                    .text("2024-02-29"), .text("1 day"), .text("{\"a\": 1}"),
                ]
            ]
        )
        #expect(
            result.columns.map(\.type) == [
                "bool", "int2", "int4", "int8", "oid", "numeric", "float4", "float8", "bytea", "text", "mood",
                "_int4",
                "date", "interval", "jsonb",
            ]
        )
    }

    @Test func `of SQLite has values in their storage classes`() async throws {
        let session = try await TestDatabase(.sqlite).session()
        try await session.run("CREATE TABLE t (a INTEGER, b NUMERIC(4,2), c)")
        try await session.run("INSERT INTO t VALUES (9223372036854775807, 1.5, x'00ff')")
        let result = try await session.execute("SELECT a, b, c, 'x' FROM t")
        #expect(result.rows == [[.integer(.max), .number("1.5"), .bytes([0, 255]), .text("x")]])
        #expect(result.columns.map(\.type) == ["INTEGER", "NUMERIC(4,2)", "", ""])
    }

    @Test func `of PostgreSQL carries the remarks made meanwhile and no others`() async throws {
        let session = try await TestDatabase(.postgres).session()
        let dropped = try await session.execute("DROP TABLE IF EXISTS nothing")
        #expect(
            dropped.notices == [
                Notice(
                    severity: "NOTICE",
                    code: "00000",
                    message: "table \"nothing\" does not exist, skipping"
                )
            ]
        )
        #expect(try await session.execute("SELECT 1").notices.isEmpty)
        let long = String(repeating: "x", count: 70)
        let cut = try await session.execute(SQLStatement("CREATE TABLE \(long) (a int)"))
        #expect(cut.notices.map(\.code) == ["42622"])
    }

    @Test func `does not grow with the remarks of a loop`() async throws {
        let session = try await TestDatabase(.postgres).session()
        let result = try await session.execute(
            "DO $$ BEGIN FOR i IN 1..1500 LOOP RAISE NOTICE '%', i; END LOOP; END $$"
        )
        #expect(result.notices.count == 1_001)
        #expect(result.notices.last?.message == "500 more notices were dropped")
    }
}

/// The numbers from 1 to 1000, in SQL that every engine reads.
let numbers =
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000)"

/// What has to survive quoting.
let hostileTexts = [
    "", "it's", "\"quoted\"", "back\\slash", "\\'; DROP TABLE t; --", "$1", "$$", "line\nbreak\ttab\r",
    "\u{1B}[2J",
    "\u{202E}txt", "😀 ünïcödé", "%s %d", ":'name'", "E'\\n'", "/* */",
]
