import SQLiteDriver
import Testing

struct `A shadow of a schema` {
    @Test func `follows definitions, and only looks at everything else`() {
        let shadow = SchemaShadow()
        #expect(shadow.take("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE)") == nil)
        #expect(shadow.take("INSERT INTO t VALUES (1, 'x')") == nil)
        #expect(shadow.take("INSERT INTO t VALUES (1, 'x')") == nil)
        #expect(shadow.take("SELECT b FROM t") == "no such column: b")
        #expect(shadow.take("ALTER TABLE t ADD COLUMN b TEXT") == nil)
        #expect(shadow.take("SELECT b FROM t") == nil)
        #expect(shadow.take("SELECT * FROM elsewhere") == "no such table: elsewhere")
    }

    @Test func `forgets what it tried`() {
        let shadow = SchemaShadow()
        shadow.begin()
        #expect(shadow.take("CREATE TABLE t (id INTEGER PRIMARY KEY)") == nil)
        shadow.forget()
        #expect(shadow.take("SELECT * FROM t") == "no such table: t")
    }

    @Test func `reaches nothing outside, and does not go on for ever`() {
        let shadow = SchemaShadow()
        #expect(shadow.take("ATTACH '/nowhere/else.db' AS other") == nil)
        #expect(shadow.take("SELECT * FROM other.t")?.contains("no such table") == true)
        let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        #expect(shadow.take("CREATE TABLE t AS \(endless)") == "interrupted")
        #expect(shadow.take(endless) == nil)
    }
}
