import SQLiteDriver
import Testing

struct `SQLite's word on a text` {
    private let judge = SyntaxJudge()

    @Test(arguments: [
        "DROP TABEL x", "CREATE TABLE x (", "SELECT 1 FROM WHERE", "CREATE INDEX CONCURRENTLY i ON t (c)",
    ])
    func `is no when it is not SQL`(text: String) {
        #expect(judge.problem(in: text) != nil)
    }

    @Test(arguments: [
        "DROP TABLE not_there", "SELECT c FROM nowhere", "INSERT INTO t VALUES (1, 'x;y')",
        "PRAGMA foreign_keys = OFF",
        "VACUUM", "ATTACH 'x.db' AS x", "", "-- nothing", "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END",
        "SELECT not_a_function(1)", "ALTER TABLE t DROP COLUMN c",
    ])
    func `is nothing when only what it names is missing`(text: String) {
        #expect(judge.problem(in: text) == nil, "\(judge.problem(in: text) ?? "")")
    }
}
