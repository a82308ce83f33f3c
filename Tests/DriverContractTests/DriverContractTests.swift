import Databases
import TestSupport
import Testing

struct `A session` {
    @Test(arguments: engines)
    func `answers a query with columns, rows and a tag`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let result = try await session.execute("SELECT 1 AS one, 'two' AS two, NULL AS third")
        #expect(result.columns.map(\.name) == ["one", "two", "third"])
        #expect(result.rows == [[.integer(1), .text("two"), .null]])
        #expect(result.tag == "SELECT 1")
        #expect(result.rowCount == 1 && !result.isTruncated)
    }

    @Test(arguments: engines)
    func `names the statement of a batch that failed`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        try await session.run("CREATE TABLE t (a int PRIMARY KEY)")
        _ = try await session.execute(session.dialect.beginWrite)
        let inserts = (0..<2_000).map { SQLStatement("INSERT INTO t VALUES (\($0 == 1_234 ? 7 : $0))") }
        let failure = await #expect(throws: BatchFailure.self) {
            try await session.executeBatch(inserts, limits: .standard, deadline: nil) { _, _ in }
        }
        #expect(failure?.index == 1_234)
    }
}

struct `A catalog` {
    @Test
    func `shows`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run("CREATE TABLE t (a int PRIMARY KEY, b text DEFAULT 'x', c int GENERATED ALWAYS AS IDENTITY)",
            "CREATE INDEX i ON t (b)", "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT  1'", "COMMENT ON FUNCTION f IS 'hm'", "GRANT SELECT ON t TO PUBLIC")
        for entry in try await session.catalog(deadline: nil).entries { print(entry) }
    }
}
