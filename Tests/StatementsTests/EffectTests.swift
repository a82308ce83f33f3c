@testable import Statements
import Testing

/// What statements are seen to do, in the words of changes.
struct `The effects of a statement` {
    private func changes(_ sql: String, _ dialect: SQLDialect = .postgres) -> [String] {
        StatementEffects(of: sql, dialect: dialect).changes.map { change in
            let signs = (change.isTolerant ? "?" : "") + (change.cascades ? "!" : "") + (change.isConcurrent ? "~" : "")
            return "\(change.action.rawValue) \(change.object)\(signs)\(change.isConditional ? " maybe" : "")"
        }
    }

    @Test(arguments: [
        (
            "CREATE TABLE a (id int PRIMARY KEY, b text REFERENCES c (x))",
            [
                "creates table a", "creates column a.id", "creates constraint a_pkey on a", "creates column a.b",
                "creates constraint a_b_fkey on a",
            ]
        ),
        (
            "ALTER TABLE s.t DROP COLUMN IF EXISTS x CASCADE, FORCE ROW LEVEL SECURITY",
            ["drops column s.t.x?!", "alters table s.t"]
        ),
        ("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON s.t (a)", ["creates index s.i?~"]),
        ("DROP FUNCTION f(int, text[]), g", ["drops function f(integer, text[])", "drops function g"]),
        ("ALTER TYPE mood ADD VALUE 'lost'", ["creates enum value mood.lost"]),
        (
            "WITH d AS (DELETE FROM t RETURNING id) SELECT count(*) FROM d, u",
            ["deletes from table t", "reads table u"]
        ),
        ("INSERT INTO t SELECT * FROM u", ["inserts into table t", "reads table u"]),
        ("EXPLAIN ANALYZE UPDATE t SET a = 1", ["updates table t"]), ("EXPLAIN UPDATE t SET a = 1", []),
        ("GRANT SELECT ON ALL TABLES IN SCHEMA s TO r", ["grants schema every table in s"]),
        ("ALTER TABLE t RENAME COLUMN a TO b", ["renames column t.a"]),
        ("COMMENT ON CONSTRAINT c ON t IS 'x'", ["comments on constraint c on t"]),
        ("SELECT nextval('s')", ["writes sequence s"]), ("SELECT now(), lower(x) FROM t", ["reads table t"]),
    ])
    func `are read from the tree`(sql: String, expected: [String]) {
        let found = changes(sql)
        #expect(found == expected || found == expected + ["reads table t"], "\(found)")
    }

    @Test func `of a program are those that can be seen`() {
        let effects = StatementEffects(
            of: """
                DO $$ BEGIN
                  IF EXISTS (SELECT FROM t WHERE note <> '') THEN RAISE EXCEPTION 'no'; END IF;
                  ALTER TABLE t DROP COLUMN note;
                  EXECUTE 'DROP TABLE ' || 'u';
                  IF now() > '2020-01-01' THEN CREATE ROLE r; END IF;
                  EXECUTE format('CREATE EXTENSION %I', 'x');
                  PERFORM ours.f();
                END $$
                """, dialect: .postgres)
        let words = effects.changes.map { "\($0.action.rawValue) \($0.object)\($0.isConditional ? " maybe" : "")" }
        #expect(Set(words) == ["reads table t", "drops column t.note", "drops table u", "creates role r maybe"])
        #expect(effects.isGuard)
        #expect(Set(effects.unseen) == [.dynamic("CREATE EXTENSION %I"), .routine("ours.f")])
        #expect(effects.columns.contains("note"))
    }

    @Test(arguments: [
        (
            "CREATE TABLE IF NOT EXISTS A (Id INTEGER PRIMARY KEY, \"b c\" TEXT NOT NULL, FOREIGN KEY (id) REFERENCES b (id))",
            [
                "creates table a?", "creates column a.id", "creates column a.b c",
                "creates constraint foreign key of id on a",
            ]
        ),
        ("CREATE TEMP TABLE x AS SELECT * FROM y, z", ["creates table temp.x", "reads table y", "reads table z"]),
        ("ALTER TABLE a RENAME COLUMN b TO c", ["renames column a.b"]), ("DROP INDEX IF EXISTS i", ["drops index i?"]),
        (
            "INSERT OR REPLACE INTO a (x, y) SELECT x, y FROM b WHERE z IN (SELECT q FROM c)",
            ["inserts into table a", "reads table b", "reads table c"]
        ),
        ("CREATE TRIGGER t AFTER UPDATE OF x ON a BEGIN DELETE FROM b; END", ["creates trigger t on a"]),
        ("WITH w AS (SELECT 1) UPDATE a SET x = 1, y = 2 WHERE id = 3", ["updates table a"]),
    ])
    func `of SQLite are read from its words`(sql: String, expected: [String]) {
        #expect(changes(sql, .sqlite) == expected)
    }

    @Test func `are not asked for where the tree could be too deep`() {
        let chain = "SELECT 1" + String(repeating: " + 1", count: 30_000)
        #expect(StatementEffects(of: chain, dialect: .postgres).unseen == [.tooDeep])
        let nested = "SELECT " + String(repeating: "(", count: 9000) + "1" + String(repeating: ")", count: 9000)
        _ = StatementEffects(of: nested, dialect: .postgres)
        let rows = "INSERT INTO t VALUES " + Array(repeating: "(-1, 'x')", count: 50_000).joined(separator: ",")
        #expect(changes(rows) == ["inserts into table t"])
    }

    @Test(arguments: ["", "SELEC 1", "SELECT 1_000", "\u{0}", "DO $$ nonsense $$", "CREATE TABLE", "é'"])
    func `of what is no statement are none`(sql: String) {
        #expect(changes(sql).isEmpty)
        #expect(changes(sql, .sqlite).isEmpty)
    }
}

struct `A layered dictionary` {
    @Test func `forgets or keeps what was tried`() {
        var values = Layered<String, Int>()
        values["a"] = 1
        values.push()
        values["a"] = 2
        values["b"] = 3
        values["a"] = nil
        #expect(values["a"] == nil && values["b"] == 3 && values.settled("a") == 1)
        #expect(values.changed == ["a", "b"])
        values.push()
        values.edit("c", default: 5) { $0 += 1 }
        values.merge()
        #expect(values["c"] == 6 && values.settled("c") == nil)
        values.pop()
        #expect(values["a"] == 1 && values["b"] == nil && values["c"] == nil && values.keys == ["a"])
        values.push()
        values["a"] = nil
        values.merge()
        #expect(values.keys.isEmpty)
    }
}
