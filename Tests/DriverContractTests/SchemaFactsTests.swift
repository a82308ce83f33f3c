import Databases
import TestSupport
import Testing

struct `What a catalog tells of a schema` {
    private func facts(_ engine: Engine, _ statements: String...) async throws -> SchemaFacts {
        let session = try await TestDatabase(engine).session()
        for statement in statements { _ = try await session.execute(SQLStatement(statement)) }
        let told = try await session.schemaFacts(deadline: nil)
        let facts = try #require(told)
        #expect(await session.transactionState == .idle)
        // In a transaction it is the same, and leaves that one as it was.
        _ = try await session.execute(session.dialect.beginWrite)
        #expect(try await session.schemaFacts(deadline: nil) == facts)
        #expect(await session.transactionState == .open)
        await session.close()
        return facts
    }

    @Test(arguments: engines)
    func `names tables with their columns, keys and indexes`(_ engine: Engine) async throws {
        let facts = try await facts(
            engine, "CREATE TABLE parents (id integer PRIMARY KEY, name varchar(20) NOT NULL)",
            "CREATE TABLE children (a integer, b integer REFERENCES parents ON DELETE CASCADE, UNIQUE (a, b))",
            "CREATE INDEX children_b ON children (b)", "CREATE VIEW names AS SELECT name FROM parents",
            "INSERT INTO parents VALUES (1, 'one'), (2, 'two')")
        #expect(facts.relations.map(\.name.name) == ["children", "names", "parents"])
        #expect(facts.relations.map(\.kind) == [.table, .view, .table])
        let columns = facts.columns.filter { $0.relation.name == "parents" }
        #expect(columns.map(\.name) == ["id", "name"])
        #expect(columns.last?.isNotNull == true)
        let keys = facts.constraints.filter { $0.kind == .foreignKey }
        #expect(keys.map(\.columns) == [["b"]])
        #expect(keys.first?.references?.name == "parents")
        #expect(keys.first?.definition.contains("ON DELETE CASCADE") == true)
        #expect(facts.constraints.first { $0.kind == .primaryKey }?.columns == ["id"])
        let indexes = facts.indexes.filter { $0.relation.name == "children" }
        #expect(indexes.filter { !$0.isOfConstraint }.map(\.name.name) == ["children_b"])
        #expect(indexes.first(where: \.isOfConstraint)?.columns == ["a", "b"])
        #expect(indexes.filter { !$0.isValid }.isEmpty)
    }

    @Test func `counts the rows of SQLite, and knows its triggers`() async throws {
        let facts = try await facts(
            .sqlite, "CREATE TABLE t (a integer, \"b c\" text)", "INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'z')",
            "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t WHERE a = 9; END")
        #expect(facts.relations.first?.rows == 3)
        #expect(facts.columns.map(\.name) == ["a", "b c"])
        #expect(facts.parts.map(\.name) == ["tr"])
        #expect(facts.searchPath.isEmpty && facts.timeZone == nil)
    }

    @Test func `knows the types of PostgreSQL, with what stands in parentheses`() async throws {
        let facts = try await facts(
            .postgres, "CREATE DOMAIN code AS varchar(8) CHECK (VALUE <> '')", "CREATE DOMAIN plain AS text",
            "CREATE TYPE mood AS ENUM ('sad', 'glad, perhaps')",
            "CREATE TABLE t (a numeric(10,2), b timestamp(3) with time zone, c int[], d code, e mood[], f bpchar(4))")
        let types = facts.columns.compactMap(\.type)
        #expect(types.map(\.name) == ["numeric", "timestamptz", "int4", "code", "mood", "bpchar"])
        #expect(types.map(\.modifiers) == [[10, 2], [3], [], [], [], [4]])
        #expect(types.map(\.isArray) == [false, false, true, false, true, false])
        #expect(types.map(\.schema) == ["pg_catalog", "pg_catalog", "pg_catalog", "public", "public", "pg_catalog"])
        let domains = facts.types.filter { $0.kind == .domain }
        #expect(domains.map(\.isChecked) == [true, false])
        #expect(domains.map(\.base?.name) == ["varchar", "text"])
        #expect(facts.types.first { $0.kind == .enumeration }?.values == ["sad", "glad, perhaps"])
    }

    @Test func `knows partitions, sequences, uses and routines of PostgreSQL`() async throws {
        let facts = try await facts(
            .postgres, "CREATE TABLE p (id serial, at date) PARTITION BY RANGE (at)",
            "CREATE TABLE p_rest PARTITION OF p DEFAULT", "CREATE VIEW v AS SELECT at FROM p",
            "CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n FROM v",
            "CREATE FUNCTION f(integer, text[]) RETURNS integer LANGUAGE sql STABLE AS 'SELECT $1'",
            "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER tr BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION g()",
            "CREATE POLICY own ON p USING (id > 0)", "CREATE STATISTICS st ON id, at FROM p", "SET TIME ZONE 'UTC'")
        let table = facts.relations.first { $0.name.name == "p" }
        #expect(table?.kind == .partitionedTable && table?.defaultPartition?.name == "p_rest")
        #expect(facts.inheritance.map(\.source.name) == ["p_rest"])
        #expect(facts.sequenceOwners.map(\.source.name) == ["p_id_seq"] && facts.sequenceOwners[0].target.name == "p")
        let uses = facts.uses.map { "\($0.kind): \($0.relation.name).\($0.column ?? "")" }
        #expect(uses.contains("view: p.at") && uses.contains("policy own on p: p.id"))
        #expect(facts.uses.contains { $0.kind == "materialized view" && $0.relation.name == "v" })
        #expect(facts.routines.map(\.arguments) == ["integer, text[]", ""])
        #expect(facts.routines.map(\.isVolatile) == [false, true])
        #expect(facts.triggerFunctions.map(\.source.name) == ["g", "g"])
        #expect(facts.statistics.map(\.target.name) == ["p"])
        #expect(facts.searchPath == ["public"] && facts.timeZone == "UTC")
        #expect(facts.binaryCasts.contains { $0.source.name == "varchar" && $0.target.name == "text" })
    }

    @Test func `tells an index that was not finished`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run("CREATE TABLE t (a integer)", "INSERT INTO t VALUES (1), (1)")
        _ = await session.failure("CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)")
        let facts = try await session.schemaFacts(deadline: nil)
        #expect(facts?.indexes.map(\.isValid) == [false])
        await session.close()
    }

    @Test func `leads to who holds locks on a table, and since when`() async throws {
        let database = try await TestDatabase(.postgres)
        let (one, other) = (try await database.session(named: "app"), try await database.session())
        try await one.run("CREATE TABLE t (a integer)", "BEGIN", "LOCK TABLE t IN SHARE MODE")
        let question = try #require(other.dialect.lockHolders(of: ["t", "u"]))
        let rows = try await other.execute(question).rows
        let row = try #require(rows.first)
        #expect(row.prefix(4).map(\.text) == ["public", "t", "true", "ShareLock"])
        #expect(row[4].text?.contains("app") == true && row[5].text == "idle in transaction")
        try await one.run("COMMIT")
        #expect(try await other.execute(question).rows.isEmpty)
        await one.close()
        await other.close()
    }
}
