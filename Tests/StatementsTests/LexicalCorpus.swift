/// Scripts that a careless splitter takes apart wrongly, one lexical rule each.
enum LexicalCorpus {
    /// Scripts that PostgreSQL parses.
    static let valid: [String] = quotes + dollars + comments + operators + words + bodies + ends

    /// Scripts that psql, which reads line by line, splits otherwise than the server; with their statements.
    static let beyondPsql: [(script: String, statements: [String])] = [
        ("SELECT E'one'\n'two\\';'; SELECT 2", ["SELECT E'one'\n'two\\';'", "SELECT 2"]),
        (
            "SELECT E'one' -- c\n -- d\n 'tw\\'o;'; SELECT 2",
            ["SELECT E'one' -- c\n -- d\n 'tw\\'o;'", "SELECT 2"]
        ),
        ("SELECT E'one'\r\n'two\\';'; SELECT 2", ["SELECT E'one'\r\n'two\\';'", "SELECT 2"]),
    ]

    private static let quotes: [String] = [
        "SELECT 'a;b'; SELECT 2",
        "SELECT 'it''s;'; SELECT ''''; SELECT ''; SELECT ''''''",
        "SELECT 'back\\'; SELECT 'slash\\\\'; SELECT 3",
        "SELECT E'it\\'s; one'; SELECT e'\\\\'; SELECT E'\\\\\\';'; SELECT 4",
        "SELECT E'a''b;\\'c'; SELECT E''; SELECT E'\\n\\t\\x41\\101\\u0041;'",
        "SELECT U&'d\\0061t;a'; SELECT u&'\\+000061;' ; SELECT U&'d!0061;' UESCAPE '!'; SELECT 2",
        "SELECT U&\"d\\0061t;a\" FROM (SELECT 1 AS \"data\") x; SELECT 2",
        "SELECT B'0101'; SELECT X'1FF;' ; SELECT x'1F'; SELECT b''",
        "SELECT N'na;tional'; SELECT n'x''y;'",
        "SELECT 'one'\n'two;'; SELECT 2",
        "SELECT 'one' -- why; not\n  'two;'; SELECT 2",
        "SELECT U&'a'\n'b;\\0061'; SELECT 2",
        "SELECT \"a;b\" FROM (SELECT 1 AS \"a;b\") x; SELECT 2",
        "SELECT 1 AS \"a\"\"b;c\"; SELECT 2 AS \"\"\"\"; SELECT 3 AS \"'\"; SELECT 4 AS \"--\"; SELECT 5",
        "SELECT '\"'; SELECT '--;'; SELECT '/*'; SELECT '*/'; SELECT '$$'; SELECT '$a$;'",
        "SELECT 'a\n;\nb'; SELECT 2",
        "SELECT date'2020-01-01'; SELECT interval '1 day'; SELECT float8'1.5'",
        "SELECT 'ü;ß'; SELECT '日本;語'; SELECT '🙂;'; SELECT 'e\u{301};'",
        "SELECT time '10:20:30'; SELECT '1:2'::text; SELECT 'a'::varchar",
        "SELECT 'E\\'; SELECT 1 AS e; SELECT 2",
        "SELECT 'x' AS n; SELECT 'x' AS b; SELECT 'x' AS u; SELECT 1 & 2",
    ]

    private static let dollars: [String] = [
        "SELECT $$a;b$$; SELECT 2",
        "SELECT $$$$; SELECT $a$$a$; SELECT $a$;$a$",
        "SELECT $a$x $b$ ; $b$ y$a$; SELECT 2",
        "SELECT $a$ $$ ; $$ $a$; SELECT $b$ $a$ ; $b$",
        "SELECT $A$ $a$ ; $A$; SELECT 2",
        "SELECT $tag_1$ ; $tag_1$; SELECT $_$;$_$; SELECT 3",
        "SELECT $ä$ ; $ä$; SELECT 2",
        "SELECT $$it's; -- not a comment$$; SELECT $$/* ; $$; SELECT $$\\$$; SELECT 4",
        "SELECT $a$ $a ; $a$; SELECT 2",
        "SELECT $a$ a$a$; SELECT $a$$ ; $$a$; SELECT 3",
        "SELECT $a$ $b$a$; SELECT 2",
        "SELECT 1 AS a$b$c; SELECT 2 AS x$$y; SELECT 3",
        "SELECT a$1 FROM (SELECT 1 AS a$1) x; SELECT 2",
        "DO $do$ BEGIN PERFORM 1; PERFORM 'x;'; END $do$; SELECT 2",
        "DO $$ BEGIN EXECUTE $q$SELECT ';'$q$; END $$; SELECT 2",
        "DO LANGUAGE plpgsql $x$ DECLARE a int; BEGIN a := 1; END; $x$; SELECT 2",
        "PREPARE p1 AS SELECT $1::int; EXECUTE p1(1); DEALLOCATE p1",
        "PREPARE p2(int, int) AS SELECT $1+$2; SELECT 2",
        "SELECT 1 /* $$ */; SELECT 2 -- $$\n; SELECT 3",
    ]

    private static let comments: [String] = [
        "-- first;\nSELECT 1; -- second;\nSELECT 2 -- third;\n",
        "/* a; */ SELECT 1; /* b; */ /* c; */ SELECT 2 /* d; */",
        "/* a /* b; */ c; */ SELECT 1; SELECT 2",
        "/*/* ; */*/ SELECT 1; /***/ SELECT 2; /**/ SELECT 3",
        "SELECT /* ; */ 1; SELECT 1 -- ;\n + 1; SELECT 3",
        "SELECT 1 /* ' */; SELECT 2 /* \" */; SELECT 3 -- '\n; SELECT 4 -- \"\n",
        "SELECT 1--1;\n; SELECT 2",
        "SELECT 1 - -1; SELECT 2- -1; SELECT 3 -/**/-1",
        "SELECT 4/2; SELECT 4 / 2; SELECT 2*/* ; */3; SELECT 4",
        "SELECT 1+-- ;\n2; SELECT 2",
        "SELECT 1+/* ; */2; SELECT 2",
        "--\nSELECT 1;--\n--\n;SELECT 2--",
        "/* -- */ SELECT 1; -- /*\nSELECT 2; -- */\n",
        "SELECT 1\n/* line\nline; */\n;\nSELECT 2",
        "SELECT 1; -- no newline at the end;",
        "SELECT 1 -- a\r; SELECT 2",
        "/* ü; 日本 */ SELECT 1; -- ü;\nSELECT 2",
        "SELECT 1 WHERE 1 NOT /* ; */ IN (2); SELECT 1 WHERE 1 NOT -- ;\n BETWEEN 2 AND 3; SELECT 3",
        "SELECT 1 ORDER BY 1 NULLS /* ; */ FIRST; SELECT 1 ORDER BY 1 NULLS -- ;\n LAST; SELECT 3",
        "SELECT U&'a!0061' /* ; */ UESCAPE -- ;\n '!'; SELECT 2",
        "SELECT now()::timestamp WITH /* ; */ TIME ZONE; SELECT 2",
    ]

    private static let operators: [String] = [
        "SELECT 1 <> 2; SELECT 1 != 2; SELECT 1 >= 2; SELECT 2 <= 1",
        "SELECT 'a' || 'b;' || 'c'; SELECT 2",
        "SELECT 1 = -1; SELECT 1 =-1; SELECT 1=-- ;\n1; SELECT 4",
        "SELECT '{\"a\":1}'::jsonb ? 'a'; SELECT '{\"a\":1}'::jsonb ?| array['a;']; SELECT '{\"a\":1}'::jsonb @> '{}'",
        "SELECT '{\"a\":{\"b\":1}}'::json #>> '{a,b}'; SELECT '{\"a\":1}'::json -> 'a'; SELECT '{\"a\":1}'::json ->> 'a'",
        "SELECT (array[1,2,3])[1:2]; SELECT (array[1,2,3])[:2]; SELECT (array[1,2,3])[1:]; SELECT 4",
        "SELECT 1::int; SELECT '1'::int::text; SELECT CAST(1 AS text)",
        "SELECT ~1; SELECT @ -5; SELECT |/ 25.0; SELECT ||/ 27.0; SELECT 2 ^ 3; SELECT 5 # 3; SELECT 1 & 3",
        "SELECT 'abc' ~ 'b;'; SELECT 'abc' ~* 'B'; SELECT 'abc' !~ 'x'; SELECT 'a' LIKE 'a;'",
        "SELECT 1 OPERATOR(pg_catalog.+) 2; SELECT 2",
        "SELECT 5 % 3; SELECT -(-1); SELECT +1; SELECT - - 1",
        "SELECT round(x => 1.5) FROM (SELECT 1) t; SELECT make_interval(days => 1); SELECT make_interval(days := 1)",
    ]

    private static let words: [String] = [
        "SELECT 1 AS übung; SELECT 2 AS 日本; SELECT 3 AS \"Groß;\"; SELECT 4 AS _a1$",
        "select 1; SeLeCt 2; SELECT\t3;\tSELECT\u{0C}4;\u{0C}SELECT 5",
        "SELECT 1;\r\nSELECT 2;\r\n\r\nSELECT 3\r\n",
        "SELECT 1.5; SELECT .5; SELECT 1.; SELECT 1e10; SELECT 1.5e-3; SELECT 1E+2; SELECT 1.e3",
        "SELECT 1 begin; SELECT 1 AS begin; SELECT 2 AS \"end\"; SELECT 3 AS atomic",
        "SELECT 'é' AS e, 'x;' AS f; SELECT 2",
        "SELECT ((1)); SELECT (SELECT (1)); SELECT 1 WHERE (1) IN (1, (2)); SELECT 4",
        "VALUES (1, ';'), (2, ''';'); TABLE pg_class; SHOW work_mem",
        "SELECT CASE WHEN true THEN ';' ELSE 'x' END; SELECT CASE 1 WHEN 1 THEN 2 END",
        "CREATE TEMP TABLE t1 (a int DEFAULT 1, b text DEFAULT ';', CHECK (b <> ';')); SELECT 2",
        "COMMENT ON SCHEMA public IS 'a;b'; COMMENT ON SCHEMA public IS NULL",
        "SELECT 1 AS \"CREATE\"; SELECT 2 AS \"BEGIN\"; SELECT 3 AS \"ATOMIC\"",
        "SELECT name, ' ' || setting || ';' FROM pg_settings WHERE name = 'work_mem'; SELECT 2",
    ]

    private static let bodies: [String] = [
        """
        CREATE FUNCTION pg_temp.f1() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3
        """,
        """
        CREATE OR REPLACE FUNCTION pg_temp.f2(a int) RETURNS int LANGUAGE sql
        BEGIN ATOMIC
          SELECT CASE WHEN a > 1 THEN CASE a WHEN 2 THEN 1 END ELSE 2 END; -- ;
          SELECT 'x;' /* END; */;
          SELECT 4;
        END;
        SELECT 5
        """,
        "CREATE PROCEDURE pg_temp.p1() BEGIN ATOMIC END; SELECT 2",
        "CREATE FUNCTION pg_temp.f3() RETURNS int RETURN 1 + 2; SELECT 2",
        "CREATE FUNCTION pg_temp.f4(int) RETURNS int LANGUAGE sql RETURN $1 + 1; SELECT 2",
        "CREATE FUNCTION pg_temp.f5(int) RETURNS int LANGUAGE sql AS 'SELECT $1; SELECT 1'; SELECT 2",
        "CREATE FUNCTION pg_temp.f6() RETURNS void LANGUAGE plpgsql AS $$BEGIN NULL; END$$; SELECT 2",
        "CREATE FUNCTION pg_temp.f7() RETURNS int BEGIN ATOMIC SELECT (SELECT 1); SELECT 2; END; SELECT 2",
        """
        CREATE TEMP TABLE r1 (a int); CREATE TEMP TABLE r2 (a int);
        CREATE RULE r AS ON INSERT TO r1 DO ALSO (INSERT INTO r2 VALUES (new.a); DELETE FROM r2 WHERE a = 1;);
        SELECT 4
        """,
        "CREATE TEMP TABLE r3 (a int); CREATE RULE r AS ON DELETE TO r3 DO INSTEAD NOTHING; SELECT 3",
        "CREATE TEMP TABLE r4 (a int); CREATE RULE r AS ON UPDATE TO r4 DO INSTEAD (SELECT 1; SELECT ';'); SELECT 3",
        """
        CREATE TEMP TABLE g1 (a int);
        CREATE FUNCTION pg_temp.g() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN new; END; $f$;
        CREATE TRIGGER g BEFORE INSERT ON g1 FOR EACH ROW EXECUTE FUNCTION pg_temp.g(); SELECT 4
        """,
    ]

    private static let ends: [String] = [
        "SELECT 1", "SELECT 1;", "SELECT 1 ;", "SELECT 1;;", ";;;SELECT 1;;;SELECT 2;;",
        "; ; SELECT 1 ; ;\n;",
        "\n\n  SELECT 1\n\n;\n\n", "SELECT 1;SELECT 2;SELECT 3", "SELECT 1\n", ";SELECT 1",
        "SELECT 1; /* only a comment */", "SELECT 1; -- only a comment", ";/* a */;-- b\n;SELECT 1",
    ]
}
