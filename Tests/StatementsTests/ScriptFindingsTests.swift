import Diagnostics
import Statements
import Testing

struct `A finding in a script` {
    @Test func `prints`() {
        for (text, dialect, expected) in FindingCases.all {
            #expect(rendered(text, dialect) == expected + "\n", "\(text)")
        }
    }

    @Test func `has a golden text for every code that text can have`() {
        let shown = Set(FindingCases.all.flatMap { codes($0.0, $0.1) })
        let unprintable: Set = ["E201", "E202", "E203"]
        #expect(shown.union(unprintable) == Set(StatementCodes.all.map(\.id)))
    }

    @Test func `comes from bytes that are no text`() {
        #expect(read([0x53, 0x00, 0x3B]).findings.map(\.message) == ["a zero byte in the text, at byte 1"])
        #expect(read([0x27, 0xC3, 0x28, 0x27]).findings.map(\.message) == ["not UTF-8 at byte 1"])
        #expect(read([0xFF, 0xFE, 0x53, 0x00]).findings.map(\.message) == ["not UTF-8 at byte 0"])
        #expect(read([0xFF, 0xFE, 0x53, 0x00]).statements.isEmpty)
    }

    @Test func `does not hide the others`() {
        let text = "BEGIN;\nSELEC 1;\n\\i x.sql\nSET ROLE a;\nSELECT );\nCOMMIT AND CHAIN;\nSELECT 'x"
        #expect(codes(text) == ["E207", "E210", "E205", "W231", "E210", "E207", "E204"])
    }

    @Test func `is counted in characters and placed in bytes`() {
        let script = read("SELECT 'ü日🙂' /* ü */ FRM;\nSELECT 'é' x y;")
        #expect(script.findings.map { $0.span?.text } == ["y"])
        #expect(script.findings.map { $0.span?.description } == ["a.sql:2:14"])
    }

    @Test func `is told a hundred times at most`() {
        #expect(codes(String(repeating: "BEGIN;\n", count: 1000)).count == 100)
    }

    @Test func `does not come from what only looks like one`() {
        for text in [
            "SELECT '\\i x', \"\\copy\", $$\\q$$ -- \\i x\n", "SELECT 'COMMIT;'; SELECT $$BEGIN; COMMIT;$$",
            "PREPARE p AS SELECT $1", "SET LOCAL search_path = a", "SET CONSTRAINTS ALL DEFERRED",
            "COPY t FROM '/srv/rows'", "COPY t TO PROGRAM 'gzip'", "SELECT stdin FROM t",
            "SELECT a FROM \"stdin\"",
            "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql RETURN $1", "SELECT 1 AS \"commit\"",
            "SELECT a[1:2]",
            "SELECT 'a' || :'b', :\"c\".:\"d\", :\"e\" \"f\"", "SELECT '$ {x}', '${}', '$1'",
        ] { #expect(codes(text) == [], "\(text)") }
    }

    @Test func `skips the rows of a COPY`() {
        #expect(codes("COPY t FROM stdin;\n1\tit's\n\\N\t\\.\n\\.\nSELECT 1;") == ["E206"])
        #expect(codes("COPY t (a) FROM STDIN WITH CSV;\r\n1,2\r\n\\.\r\nBEGIN;") == ["E206", "E207"])
        #expect(codes("COPY (SELECT 1) TO STDOUT;") == ["E206"])
    }

    @Test func `says what to write for a shell's command`() {
        let remedies = [
            "\\ir a.sql": "make the other file a step of its own: `sql: PATH`",
            "\\c app": "give the step its `target:`",
            "\\set x 1": "declare the variable under `vars:` of the runbook",
            "\\restrict abc": "remove the line: pg_dump writes it for psql",
            "\\! ls": "put it into a `run:` step",
            "\\if :x": "put the condition on the phase: `when:`",
            "\\dt+": "ask the catalog with a check: `query:` and what to expect",
            "\\.": "this ends the rows of a `COPY`; load them from a `run:` step",
            "\\nonsense": "remove it, or put it into a `run:` step",
        ]
        for (text, remedy) in remedies { #expect(read(text).findings.first?.help == remedy, "\(text)") }
        #expect(split("SELECT 1 \\gset\nSELECT 2 \\; SELECT 3") == ["SELECT 1", "SELECT 2", "SELECT 3"])
    }

    @Test func `has an explanation`() {
        for code in StatementCodes.all {
            #expect(code.explanation.utf8.count > 200)
            for line in code.explanation.split(separator: "\n") {
                #expect(line.count <= 82, "\(code.id): \(line)")
            }
        }
        #expect(Set(StatementCodes.all.map(\.id)).count == StatementCodes.all.count)
    }
}
