import Diagnostics
import Statements
import Testing

struct `A SQLite script` {
    /// Scripts that prepare in an empty database; the shell's trace tells where each statement ends.
    private static let scripts = [
        "SELECT 'a;b'; SELECT 'it''s;'; SELECT ''; SELECT '''';",
        "SELECT \"a;b\" FROM (SELECT 1 AS \"a;b\"); SELECT 1 AS `c;``d`; SELECT 1 AS [e;f]; SELECT 1 AS \"g\"\"h;\";",
        "SELECT x'00ff'; SELECT X'3B'; SELECT 1 AS x; SELECT 0x3b; SELECT 1e5; SELECT 1.5e-3; SELECT .5;",
        "SELECT 1 -- a;\n+ 1; SELECT 2 /* b; */ + 1; SELECT /* /* c; */ 3;",
        "SELECT '--;'; SELECT '/*;'; SELECT \"*/;\" FROM (SELECT 1 AS \"*/;\");",
        "SELECT 4/2; SELECT 4 - -2; SELECT 4--;\n-2; SELECT 2*/* ; */3;",
        "SELECT 'back\\'; SELECT 'slash\\\\'; SELECT 3;",
        "SELECT '日本;'; SELECT 1 AS übung; SELECT '🙂;';",
        "SELECT 1;\r\nSELECT 2;\r\n\r\nSELECT 3;\r\n",
        "SELECT CASE WHEN 1 THEN ';' ELSE 'x' END; SELECT 1 AS begin; SELECT 2 AS [end];",
        "SELECT '{\"a\":1}' -> 'a'; SELECT 'a' || 'b;'; SELECT 1 <> 2; SELECT 1 << 2; SELECT ~1; SELECT 5 % 3;",
        "PRAGMA user_version = 3; PRAGMA table_info('x;'); VALUES (1, ';'), (2, '''');",
        "CREATE TABLE t (a, b DEFAULT ';'); CREATE TABLE [trigger] (a); CREATE TABLE u (\"begin\" int); SELECT 4;",
        """
        CREATE TABLE t (a, b);
        CREATE TRIGGER g1 AFTER INSERT ON t BEGIN SELECT 1; UPDATE t SET a = 'x;'; END; SELECT 2;
        CREATE TEMP TRIGGER g2 AFTER INSERT ON t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 3; END;
        CREATE TEMPORARY TRIGGER IF NOT EXISTS g3 AFTER UPDATE OF a ON t FOR EACH ROW WHEN new.a = ';'
        BEGIN
          -- END;
          INSERT INTO t VALUES (CASE WHEN 1 THEN 'END;' END, 'a') /* ; END ; */;
          DELETE FROM t WHERE a = 'x'; -- c
        END
        ;
        SELECT 5;
        """,
        ";;SELECT 1;;  ;SELECT 2;\n;",
    ]

    @Test func `is split as the sqlite3 shell splits it`() throws {
        let directory = try Shell.temporaryDirectory()
        defer { _ = try? Shell.run(["rm", "-rf", directory]) }
        for script in Self.scripts {
            try Shell.write(Array(script.utf8), to: "\(directory)/a.sql")
            let trace = "-cmd '.trace a.log --plain --stmt' -cmd '.output /dev/null'"
            let shell = "cd \(directory) && rm -f a.log && sqlite3 -bail \(trace) :memory: < a.sql"
            try #require(try Shell.run(["sh", "-c", shell]) == 0, "\(script)")
            let result = read(script, .sqlite)
            #expect(result.findings.isEmpty, "\(script): \(result.findings.map(\.message))")
            let traced = try Shell.read("\(directory)/a.log")
            #expect(
                compact(traced) == compact(result.statements.map { $0.text + ";\n" }.joined()),
                "\(script)"
            )
        }
    }

    /// The lines without blanks; a semicolon may stand on a line of its own.
    private func compact(_ text: String) -> [Substring] {
        String(text.filter { $0 != " " && $0 != "\r" && $0 != "\r\n" }).withoutLoneSemicolons.split(
            separator: "\n"
        )
    }

    @Test func `explains whole triggers`() {
        let trigger = "EXPLAIN QUERY PLAN CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END"
        #expect(split(trigger + "; SELECT 3", .sqlite) == [trigger, "SELECT 3"])
    }

    @Test func `may end in a comment that is never closed`() {
        #expect(split("SELECT 1; /* the end", .sqlite) == ["SELECT 1"])
        #expect(split("SELECT 1; /*", .sqlite) == ["SELECT 1", "/*"])
        #expect(codes("SELECT 1 /* the end", .sqlite) == [])
    }

    @Test func `takes variables as PostgreSQL scripts do`() throws {
        let script = read("INSERT INTO :\"table\" VALUES (:'a', 'b'||:'c')", .sqlite)
        let statement = try #require(script.statements.first)
        #expect(statement.variables.map(\.name) == ["table", "a", "c"])
        let bound = statement.bound { $0.form == .literal ? "'<\($0.name)>'" : "\"<\($0.name)>\"" }
        #expect(bound == "INSERT INTO  \"<table>\" VALUES ( '<a>', 'b'|| '<c>')")
    }

    @Test func `knows the shell's commands only where a statement begins`() {
        #expect(codes("SELECT 1;\n.mode csv\n.import a.csv t\nSELECT 2;", .sqlite) == ["E205", "E205"])
        #expect(split("SELECT 1\n.5 AS a", .sqlite) == ["SELECT 1\n.5 AS a"])
    }
}

extension String {
    fileprivate var withoutLoneSemicolons: String {
        split(separator: "\n", omittingEmptySubsequences: false).reduce(into: "") { text, line in
            if line == ";" {
                text.removeLast()
                text += ";\n"
            } else {
                text += line.drop { $0 == ";" } + "\n"
            }
        }
    }
}
