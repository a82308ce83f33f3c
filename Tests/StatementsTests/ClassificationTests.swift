import Diagnostics
import Statements
import Testing

/// A statement, and what it should be.
struct ClassCase: Sendable, CustomTestStringConvertible {
    let text: String
    let verb: String
    let kind: StatementClass
    var testDescription: String { text }

    init(_ text: String, _ verb: String, _ kind: StatementClass) {
        self.text = text
        self.verb = verb
        self.kind = kind
    }
}

struct `The class of a statement` {
    @Test(arguments: [
        ClassCase("CREATE INDEX CONCURRENTLY i ON t (a)", "CREATE INDEX CONCURRENTLY", .nonTransactional),
        ClassCase(
            "create unique index concurrently i on t (a)",
            "CREATE UNIQUE INDEX CONCURRENTLY",
            .nonTransactional
        ),
        ClassCase("CREATE INDEX i ON t (a)", "CREATE INDEX", .transactional),
        ClassCase(
            "CREATE INDEX /* c */ CONCURRENTLY -- d\n i ON t (a)",
            "CREATE INDEX CONCURRENTLY",
            .nonTransactional
        ),
        ClassCase("DROP INDEX CONCURRENTLY i", "DROP INDEX CONCURRENTLY", .nonTransactional),
        ClassCase("DROP INDEX i", "DROP INDEX", .transactional),
        ClassCase("REINDEX INDEX CONCURRENTLY i", "REINDEX INDEX CONCURRENTLY", .nonTransactional),
        ClassCase("REINDEX (VERBOSE, CONCURRENTLY) INDEX i", "REINDEX INDEX CONCURRENTLY", .nonTransactional),
        ClassCase("REINDEX (VERBOSE) TABLE t", "REINDEX TABLE", .transactional),
        ClassCase("REINDEX TABLE CONCURRENTLY t", "REINDEX TABLE CONCURRENTLY", .nonTransactional),
        ClassCase("REINDEX SCHEMA s", "REINDEX SCHEMA", .nonTransactional),
        ClassCase("REINDEX DATABASE d", "REINDEX DATABASE", .nonTransactional),
        ClassCase("REINDEX SYSTEM d", "REINDEX SYSTEM", .nonTransactional),
        ClassCase("VACUUM", "VACUUM", .nonTransactional),
        ClassCase("VACUUM (FULL, ANALYZE) t", "VACUUM", .nonTransactional),
        ClassCase("ANALYZE t", "ANALYZE", .transactional),
        ClassCase("CREATE DATABASE d", "CREATE DATABASE", .nonTransactional),
        ClassCase("DROP DATABASE d", "DROP DATABASE", .nonTransactional),
        ClassCase("ALTER DATABASE d SET TABLESPACE s", "ALTER DATABASE", .nonTransactional),
        ClassCase("ALTER DATABASE d SET work_mem = '1MB'", "ALTER DATABASE", .transactional),
        ClassCase("CREATE TABLESPACE s LOCATION '/x'", "CREATE TABLESPACE", .nonTransactional),
        ClassCase("DROP TABLESPACE s", "DROP TABLESPACE", .nonTransactional),
        ClassCase("ALTER SYSTEM SET work_mem = '1MB'", "ALTER SYSTEM", .nonTransactional),
        ClassCase("CLUSTER", "CLUSTER", .nonTransactional),
        ClassCase("CLUSTER VERBOSE", "CLUSTER", .nonTransactional),
        ClassCase("CLUSTER t USING i", "CLUSTER", .transactional),
        ClassCase(
            "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
            "CREATE SUBSCRIPTION",
            .nonTransactional
        ),
        ClassCase("DROP SUBSCRIPTION s", "DROP SUBSCRIPTION", .nonTransactional),
        ClassCase("ALTER SUBSCRIPTION s REFRESH PUBLICATION", "ALTER SUBSCRIPTION", .nonTransactional),
        ClassCase("ALTER SUBSCRIPTION s DISABLE", "ALTER SUBSCRIPTION", .transactional),
        ClassCase(
            "ALTER TABLE a DETACH PARTITION b CONCURRENTLY",
            "ALTER TABLE DETACH PARTITION CONCURRENTLY",
            .nonTransactional
        ),
        ClassCase("ALTER TABLE a DETACH PARTITION b", "ALTER TABLE", .transactional),
        ClassCase("ALTER TABLE a DETACH PARTITION b FINALIZE", "ALTER TABLE", .transactional),
        ClassCase("ALTER TABLE a ADD COLUMN b int", "ALTER TABLE", .transactional),
        ClassCase("DISCARD ALL", "DISCARD", .nonTransactional),
        ClassCase("DISCARD PLANS", "DISCARD", .transactional),
        ClassCase("ALTER TYPE e ADD VALUE 'x'", "ALTER TYPE", .transactional),
        ClassCase(
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY",
            .transactional
        ),
        ClassCase("REFRESH MATERIALIZED VIEW v", "REFRESH MATERIALIZED VIEW", .transactional),
        ClassCase(
            "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE OR REPLACE FUNCTION",
            .transactional
        ),
        ClassCase("CREATE MATERIALIZED VIEW v AS SELECT 1", "CREATE MATERIALIZED VIEW", .transactional),
        ClassCase("CREATE FOREIGN DATA WRAPPER w", "CREATE FOREIGN DATA WRAPPER", .transactional),
        ClassCase("CREATE TEMP TABLE index (a int)", "CREATE TEMP TABLE", .transactional),
        ClassCase("DO $$ BEGIN COMMIT; END $$", "DO", .transactional),
        ClassCase("CALL p()", "CALL", .transactional),
        ClassCase("INSERT INTO t VALUES (1)", "INSERT", .transactional),
        ClassCase("SELECT 1", "SELECT", .readOnly),
        ClassCase("(SELECT 1) UNION (SELECT 2)", "SELECT", .readOnly),
        ClassCase("SELECT a INTO b FROM c", "SELECT", .transactional),
        ClassCase("SELECT a FROM c FOR UPDATE", "SELECT", .transactional),
        ClassCase("SELECT a FROM c FOR NO KEY UPDATE SKIP LOCKED", "SELECT", .transactional),
        ClassCase("SELECT a FROM c FOR KEY SHARE", "SELECT", .transactional),
        ClassCase("SELECT substring('abc' FOR 2)", "SELECT", .readOnly),
        ClassCase("SELECT \"update\", 'delete' FROM \"into\"", "SELECT", .readOnly),
        ClassCase("WITH a AS (SELECT 1) SELECT * FROM a", "SELECT", .readOnly),
        ClassCase("WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a", "SELECT", .transactional),
        ClassCase("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", "INSERT", .transactional),
        ClassCase("VALUES (1)", "VALUES", .readOnly),
        ClassCase("TABLE t", "TABLE", .readOnly),
        ClassCase("SHOW work_mem", "SHOW", .readOnly),
        ClassCase("EXPLAIN DELETE FROM t", "EXPLAIN", .readOnly),
        ClassCase("EXPLAIN ANALYZE DELETE FROM t", "EXPLAIN ANALYZE", .transactional),
        ClassCase("EXPLAIN VERBOSE SELECT 1", "EXPLAIN", .readOnly),
        ClassCase("EXPLAIN (ANALYZE, BUFFERS) SELECT 1", "EXPLAIN ANALYZE", .transactional),
        ClassCase("EXPLAIN (FORMAT json) SELECT 1", "EXPLAIN", .readOnly),
        ClassCase("SET LOCAL lock_timeout = '1s'", "SET LOCAL", .transactional),
        ClassCase("LOCK TABLE t", "LOCK", .transactional),
        ClassCase("PREPARE p AS SELECT $1", "PREPARE", .transactional),
    ])
    func `of PostgreSQL follows its words`(_ example: ClassCase) throws {
        let script = read(example.text)
        let statement = try #require(script.statements.first)
        #expect(statement.verb == example.verb)
        #expect(statement.kind == example.kind)
        #expect(!script.findings.contains { $0.severity == .error })
    }

    @Test(arguments: [
        ClassCase("VACUUM", "VACUUM", .nonTransactional),
        ClassCase("VACUUM INTO 'x.db'", "VACUUM", .nonTransactional),
        ClassCase("ATTACH 'x.db' AS x", "ATTACH", .nonTransactional),
        ClassCase("DETACH x", "DETACH", .nonTransactional),
        ClassCase("PRAGMA journal_mode = WAL", "PRAGMA journal_mode", .nonTransactional),
        ClassCase("PRAGMA main.journal_mode(WAL)", "PRAGMA journal_mode", .nonTransactional),
        ClassCase("PRAGMA journal_mode", "PRAGMA journal_mode", .readOnly),
        ClassCase("PRAGMA synchronous = FULL", "PRAGMA synchronous", .nonTransactional),
        ClassCase("pragma foreign_keys = ON", "PRAGMA foreign_keys", .nonTransactional),
        ClassCase("PRAGMA foreign_key_check", "PRAGMA foreign_key_check", .readOnly),
        ClassCase("PRAGMA table_info(users)", "PRAGMA table_info", .readOnly),
        ClassCase("PRAGMA user_version = 3", "PRAGMA user_version", .transactional),
        ClassCase("PRAGMA optimize", "PRAGMA optimize", .transactional),
        ClassCase("PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA wal_checkpoint", .nonTransactional),
        ClassCase("SELECT 1", "SELECT", .readOnly),
        ClassCase("SELECT replace(a, 'b', 'c') FROM t", "SELECT", .readOnly),
        ClassCase("WITH a AS (SELECT 1) SELECT * FROM a", "SELECT", .readOnly),
        ClassCase("WITH a AS (SELECT 1) DELETE FROM t", "DELETE", .transactional),
        ClassCase("EXPLAIN QUERY PLAN DELETE FROM t", "EXPLAIN", .readOnly),
        ClassCase("VALUES (1)", "VALUES", .readOnly),
        ClassCase("REPLACE INTO t VALUES (1)", "REPLACE", .transactional),
        ClassCase("CREATE TABLE t (a) WITHOUT ROWID, STRICT", "CREATE TABLE", .transactional),
        ClassCase("CREATE VIRTUAL TABLE t USING fts5(a)", "CREATE VIRTUAL TABLE", .transactional),
        ClassCase(
            "CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
            "CREATE TEMP TRIGGER",
            .transactional
        ),
    ])
    func `of SQLite follows its words`(_ example: ClassCase) throws {
        let script = read(example.text, .sqlite)
        let statement = try #require(script.statements.first)
        #expect(script.statements.count == 1)
        #expect(statement.verb == example.verb)
        #expect(statement.kind == example.kind)
        #expect(script.findings.isEmpty)
    }
}

struct `A concurrent index` {
    private func index(_ text: String) -> ConcurrentIndex? { read(text).statements.first?.concurrentIndex }

    @Test func `is known by schema, name and tolerance`() {
        #expect(
            index("CREATE INDEX CONCURRENTLY IF NOT EXISTS MyIndex ON ONLY app.t (lower(a))")
                == ConcurrentIndex(action: .create, schema: "app", name: "myindex", table: "t", tolerant: true)
        )
        #expect(
            index("CREATE INDEX CONCURRENTLY \"My \"\"Index\" ON \"Tab\" (a)")
                == ConcurrentIndex(action: .create, schema: nil, name: "My \"Index", table: "Tab", tolerant: false)
        )
        #expect(
            index("DROP INDEX CONCURRENTLY IF EXISTS app.i CASCADE")
                == ConcurrentIndex(action: .drop, schema: "app", name: "i", tolerant: true)
        )
        #expect(
            index("REINDEX INDEX CONCURRENTLY db.app.i")
                == ConcurrentIndex(action: .rebuild, schema: "app", name: "i", tolerant: false)
        )
        #expect(index("CREATE INDEX CONCURRENTLY if ON t (a)")?.name == "if")
    }

    @Test func `is cut at 63 bytes between characters`() {
        let name = String(repeating: "ä", count: 40)
        #expect(
            index("CREATE INDEX CONCURRENTLY \(name) ON t (a)")?.name == String(repeating: "ä", count: 31)
        )
    }

    @Test func `is unknown when a variable or an escape names it`() {
        #expect(index("CREATE INDEX CONCURRENTLY :\"i\" ON t (a)") == nil)
        #expect(index("CREATE INDEX CONCURRENTLY i ON :\"s\".t (a)") == nil)
        #expect(index("CREATE INDEX CONCURRENTLY U&\"d\\0061\" ON t (a)") == nil)
        #expect(index("DROP INDEX CONCURRENTLY a, b") == nil)
        #expect(index("REINDEX TABLE CONCURRENTLY t") == nil)
    }
}
