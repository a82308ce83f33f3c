import Databases
import TestSupport
import Testing

let table = "CREATE TABLE t (id int PRIMARY KEY, name text, n numeric(10,2))"
private let function = "CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN a; END'"

struct `A catalog of PostgreSQL` {
    private static let code = [
        Change(doing: function, differs: "added function public.f(integer)"),
        Change(
            after: function,
            doing: function.replacing("CREATE", with: "CREATE OR REPLACE").replacing(
                "RETURN a",
                with: "RETURN 1"
            ),
            differs: "changed function public.f(integer)"
        ),
        Change(
            after: function,
            doing: function.replacing("CREATE", with: "CREATE OR REPLACE").replacing(
                "RETURN a",
                with: "  RETURN\n a"
            ),
            differs: "rearranged function public.f(integer)"
        ),
        Change(
            after: function,
            doing: "ALTER FUNCTION f SECURITY DEFINER",
            differs: "changed function public.f(integer)"
        ),
        Change(
            after: function,
            doing: "ALTER FUNCTION f SET search_path = ''",
            differs: "changed function public.f(integer)"
        ),
        Change(
            after: function,
            doing: "ALTER FUNCTION f IMMUTABLE",
            differs: "changed function public.f(integer)"
        ),
        Change(
            after: function,
            doing: function.replacing("a int", with: "a text").replacing("RETURN a", with: "RETURN 1"),
            differs: "added function public.f(text)"
        ),
        Change(
            doing: "CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; END",
            differs: "added function public.g()"
        ),
        Change(doing: "CREATE PROCEDURE p() LANGUAGE sql AS ''", differs: "added procedure public.p()"),
        Change(
            doing: "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0')",
            differs: "added aggregate public.total(integer)"
        ),
        Change(
            after: table,
            "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            doing: "CREATE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION g()",
            differs: "added trigger public.t.r"
        ),
        Change(
            after: table,
            "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION g()",
            doing: "ALTER TABLE t DISABLE TRIGGER r",
            differs: "changed trigger public.t.r"
        ),
        Change(
            after: table,
            doing: "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
            differs: "added rule public.t.r"
        ),
        Change(
            after: table,
            doing: "CREATE POLICY p ON t FOR SELECT USING (n > 0)",
            differs: "added policy public.t.p"
        ),
        Change(
            after: table,
            "CREATE POLICY p ON t FOR SELECT USING (n > 0)",
            doing: "ALTER POLICY p ON t TO pg_monitor",
            differs: "changed policy public.t.p"
        ),
        Change(
            after: "CREATE FUNCTION g() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
            doing: "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION g()",
            differs: "added event trigger e"
        ),
    ]

    private static let types = [
        Change(doing: "CREATE TYPE e AS ENUM ('a', 'b')", differs: "added enum public.e"),
        Change(
            after: "CREATE TYPE e AS ENUM ('a', 'b')",
            doing: "ALTER TYPE e ADD VALUE 'c' BEFORE 'b'",
            differs: "changed enum public.e"
        ),
        Change(doing: "CREATE TYPE c AS (a int, b text)", differs: "added composite type public.c"),
        Change(
            after: "CREATE TYPE c AS (a int)",
            doing: "ALTER TYPE c ADD ATTRIBUTE b text",
            differs: "changed composite type public.c"
        ),
        Change(
            doing: "CREATE DOMAIN d AS int CONSTRAINT k CHECK (VALUE > 0)",
            differs: "added domain public.d",
            "added domain constraint public.d.k"
        ),
        Change(
            after: "CREATE DOMAIN d AS int",
            doing: "ALTER DOMAIN d SET NOT NULL",
            differs: "changed domain public.d"
        ),
        Change(doing: "CREATE TYPE r AS RANGE (subtype = int)", differs: "added range type public.r"),
        Change(
            after: "CREATE TYPE e AS ENUM ('a')",
            doing: "CREATE CAST (text AS e) WITH INOUT AS ASSIGNMENT",
            differs: "added cast text as public.e"
        ),
        Change(
            doing: "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
            differs: "added operator public.===(integer, integer)"
        ),
        Change(
            doing: "CREATE COLLATION c (provider = icu, locale = 'de')",
            differs: "added collation public.c"
        ),
        Change(
            doing: "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)",
            differs: "added text search configuration public.c"
        ),
        Change(
            after: "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)",
            doing: "ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR email",
            differs: "changed text search configuration public.c"
        ),
        Change(
            doing: "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple)",
            differs: "added text search dictionary public.d"
        ),
        Change(doing: "CREATE EXTENSION pg_trgm", differs: "added extension pg_trgm"),
    ]

    private static let access = [
        Change(
            after: table,
            doing: "GRANT SELECT ON t TO PUBLIC",
            differs: "added grant table public.t to PUBLIC"
        ),
        Change(
            after: table,
            "GRANT SELECT ON t TO pg_monitor",
            doing: "GRANT UPDATE ON t TO pg_monitor",
            differs: "changed grant table public.t to pg_monitor"
        ),
        Change(
            after: table,
            "GRANT SELECT ON t TO pg_monitor",
            doing: "REVOKE ALL ON t FROM pg_monitor",
            differs: "missing grant table public.t to pg_monitor"
        ),
        Change(
            after: table,
            doing: "GRANT SELECT (name) ON t TO PUBLIC",
            differs: "added grant column public.t.name to PUBLIC"
        ),
        Change(
            after: table,
            doing: "REVOKE UPDATE ON t FROM dba",
            differs: "added grant table public.t to dba"
        ),
        Change(
            after: function,
            doing: "REVOKE EXECUTE ON FUNCTION f FROM PUBLIC",
            differs: "added grant function public.f(integer) to PUBLIC"
        ),
        Change(
            doing: "GRANT CREATE ON SCHEMA public TO PUBLIC",
            differs: "changed grant schema public to PUBLIC"
        ),
        Change(
            after: "CREATE SEQUENCE q",
            doing: "GRANT USAGE ON SEQUENCE q TO pg_monitor",
            differs: "added grant sequence public.q to pg_monitor"
        ),
        Change(
            doing: "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor",
            differs: "added default grant tables made by dba in public to pg_monitor"
        ),
        Change(
            doing: "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
            differs: "added default grant functions made by dba to PUBLIC"
        ),
        Change(after: table, doing: "COMMENT ON TABLE t IS 'x'", differs: "added comment table public.t"),
        Change(
            after: table,
            doing: "COMMENT ON COLUMN t.n IS 'x'",
            differs: "added comment column public.t.n"
        ),
        Change(
            after: function,
            doing: "COMMENT ON FUNCTION f IS 'x'",
            differs: "added comment function public.f(integer)"
        ),
        Change(
            after: table,
            doing: "ALTER TABLE t OWNER TO pg_monitor",
            differs: "changed table public.t"
        ),
        Change(doing: "CREATE PUBLICATION p", differs: "added publication p"),
        Change(
            after: table,
            "CREATE PUBLICATION p",
            doing: "ALTER PUBLICATION p ADD TABLE t WHERE (id > 0)",
            differs: "changed publication p"
        ),
        Change(
            doing:
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database()); END $$",
            differs: "added setting work_mem"
        ),
        Change(
            doing:
                "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''x''', current_database()); END $$",
            differs: "added comment this database"
        ),
    ]

    @Test(arguments: Change.relations + code + types + access)
    func `shows what a change changed, and nothing when it is taken back`(_ change: Change) async throws {
        try await change.check(.postgres)
    }

    @Test func `never shows a setting that may be a secret`() async throws {
        let session = try await TestDatabase(.postgres).session()
        let database = session.identity.database
        try await session.run("ALTER DATABASE \(database) SET app.key = 'c4n4ry'")
        let before = try await session.catalog(deadline: nil)
        #expect(!"\(before)".contains("c4n4ry"))
        try await session.run("ALTER DATABASE \(database) SET app.key = 'other'")
        let differences = try await session.catalog(deadline: nil).differences(since: before)
        #expect(differences.map(\.name) == ["app.key"])
    }

    @Test func `has each entry once`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run(table, function, "CREATE EXTENSION pg_trgm", "CREATE TYPE e AS ENUM ('a')")
        let entries = try await session.catalog(deadline: nil).entries
        #expect(Set(entries.map { "\($0.kind) \($0.name)" }).count == entries.count)
        #expect(!entries.contains { $0.name.contains("similarity") })
    }

    @Test func `is not taken in by tables of the session's own`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run(table)
        let before = try await session.catalog(deadline: nil)
        try await session.run("CREATE TEMP TABLE pg_class (a int)", "SET search_path = pg_temp, public")
        #expect(try await session.catalog(deadline: nil) == before)
        #expect(try await session.value("SHOW search_path") == "pg_temp, public")
    }

    @Test func `cannot be read in a failed transaction`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run("BEGIN")
        _ = await session.failure("SELECT nosuch")
        await #expect(throws: DatabaseError.self) { try await session.catalog(deadline: nil) }
        #expect(await session.transactionState == .failed)
        try await session.run("ROLLBACK")
    }

    @Test func `can be read by a role without any right`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run(table, "BEGIN", "CREATE ROLE powerless")
        let all = try await session.catalog(deadline: nil)
        try await session.run("SET LOCAL ROLE powerless")
        #expect(try await session.catalog(deadline: nil) == all)
        try await session.run("ROLLBACK")
    }

    @Test func `of five hundred tables is read in no time`() async throws {
        let session = try await TestDatabase(.postgres).session()
        let make = """
            CREATE TABLE %1$I (id bigint PRIMARY KEY, name text NOT NULL, at timestamptz DEFAULT now());
            CREATE INDEX ON %1$I (name)
            """
        try await session.run(
            "DO $$ BEGIN FOR i IN 1..500 LOOP EXECUTE format('\(make)', 't' || i); END LOOP; END $$"
        )
        let start = ContinuousClock.now
        let catalog = try await session.catalog(deadline: nil)
        // A release build takes 0.1 s; with a sanitizer it takes thirty times that.
        #expect(start.duration(to: .now) < .seconds(10))
        #expect(catalog.entries.count { $0.kind == "table" } == 500)
        #expect(catalog.entries.count { $0.kind == "column" } == 1_500)
    }
}
