import Databases
import TestSupport
import Testing

struct `A dialect` {
    @Test(arguments: engines)
    func `quotes every text so that it comes back`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        for text in hostileTexts {
            #expect(try await session.value("SELECT \(session.dialect.literal(text))") == text)
        }
    }

    @Test(arguments: engines)
    func `quotes every name so that it comes back`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        for name in hostileTexts where !name.isEmpty && name.utf8.count < 63 {
            let result = try await session.execute(
                SQLStatement("SELECT 1 AS \(session.dialect.identifier(name))")
            )
            #expect(result.columns.first?.name == name)
        }
    }

    @Test func `quotes for PostgreSQL whatever the session takes a backslash for`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run("SET standard_conforming_strings = off", "SET escape_string_warning = off")
        for text in hostileTexts {
            #expect(try await session.value("SELECT \(session.dialect.literal(text))") == text)
        }
    }

    @Test(arguments: engines)
    func `names the indexes a query uses`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        try await session.run(
            "CREATE TABLE t (a int, b text)",
            "CREATE INDEX by_a ON t (a)",
            "CREATE INDEX \"by \"\"b\"\"\" ON t (b)",
            "INSERT INTO t \(numbers) SELECT n, 'text ' || n FROM numbers",
            "ANALYZE"
        )
        let dialect = session.dialect
        func indexes(_ query: String) async throws -> [String] {
            dialect.indexes(inExplained: try await session.execute(SQLStatement(dialect.explain(query))))
        }
        #expect(try await indexes("SELECT * FROM t WHERE a = 5") == ["by_a"])
        #expect(try await indexes("SELECT * FROM t WHERE b = 'text 5'") == ["by \"b\""])
        #expect(
            try await indexes("SELECT * FROM t x JOIN t y ON y.b = x.b WHERE x.a = 5").sorted() == [
                "by \"b\"", "by_a",
            ]
        )
        #expect(
            try await indexes("SELECT count(*) FROM t WHERE b LIKE '%\"Index Name\": \"x\"%'").isEmpty
                == (engine == .postgres)
        )
    }

    @Test(arguments: engines)
    func `tells an index that is there from one that is not`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        try await session.run("CREATE TABLE t (a int)", "CREATE INDEX i ON t (a)")
        func state(_ schema: String?, _ name: String) async throws -> String? {
            let statement = try #require(session.dialect.indexState(schema: schema, name: name, table: nil))
            return try await session.execute(statement).rows.first?.first?.text
        }
        #expect(try await state(nil, "i") == "valid")
        #expect(try await state(engine == .postgres ? "public" : "main", "i") == "valid")
        #expect(try await state(nil, "nosuch") == "absent")
        #expect(try await state(nil, "t") == "absent")
    }

    @Test func `tells an index whose build failed from a valid one`() async throws {
        let session = try await TestDatabase(.postgres).session()
        try await session.run("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1), (1)")
        let error = await session.failure("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)")
        #expect(error?.code == "23505")
        let statement = try #require(session.dialect.indexState(schema: nil, name: "i", table: nil))
        #expect(try await session.execute(statement).rows.first?.first == .text("invalid"))
        let catalog = try await session.catalog(deadline: nil)
        #expect(
            catalog.entries.first { $0.kind == "index" }?.definition
                == "CREATE UNIQUE INDEX i ON public.t USING btree (a); not valid; not ready"
        )
    }

    @Test func `applies settings and answers what is now in effect`() async throws {
        let session = try await TestDatabase(.postgres).session()
        let settings = [(name: "lock_timeout", value: "3000"), (name: "app.tenant", value: "it's \\ \"x\"")]
        try await session.run("BEGIN")
        let local = try #require(session.dialect.applySettings(settings))
        #expect(try await session.execute(local).rows == [[.text("3s"), .text("it's \\ \"x\"")]])
        try await session.run("ROLLBACK")
        #expect(try await session.value("SHOW lock_timeout") == "0")
        let lasting = try #require(session.dialect.applySessionSettings(settings))
        #expect(try await session.execute(lasting).rows.first?.first == .text("3s"))
        #expect(try await session.value("SHOW lock_timeout") == "3s")
        #expect(session.dialect.applySettings([]) == nil)
    }

    @Test func `takes a role for one transaction`() async throws {
        let session = try await TestDatabase(.postgres).session()
        let role = "odd \"role\" \(session.identity.database)"
        try await session.run("CREATE ROLE \(session.dialect.identifier(role))", "BEGIN")
        _ = try await session.execute(try #require(session.dialect.assumeRole(role)))
        #expect(try await session.value("SELECT current_user") == role)
        try await session.run("COMMIT")
        #expect(try await session.value("SELECT current_user") == "dba")
    }

    @Test func `notices a hidden COMMIT by the transaction's identifier`() async throws {
        let session = try await TestDatabase(.postgres).session()
        let question = try #require(session.dialect.transactionIdentifier)
        try await session.run("BEGIN")
        let first = try await session.execute(question).rows
        #expect(try await session.execute(question).rows == first)
        try await session.run("COMMIT AND CHAIN")
        #expect(try await session.execute(question).rows != first)
        try await session.run("COMMIT")
    }

    @Test func `takes the ledger's lock once per database, without waiting`() async throws {
        let server = try PostgresServer.shared
        let (one, two) = (try await server.database(), try await server.database())
        let (first, second, elsewhere) = (
            try await server.session(one), try await server.session(one), try await server.session(two)
        )
        let lock = try #require(first.dialect.tryLock)
        #expect(try await first.execute(lock).rows == [[.boolean(true)]])
        #expect(try await second.execute(lock).rows == [[.boolean(false)]])
        #expect(try await elsewhere.execute(lock).rows == [[.boolean(true)]])
        _ = try await first.execute(try #require(first.dialect.unlock))
        #expect(try await second.execute(lock).rows == [[.boolean(true)]])
    }

    @Test(arguments: engines)
    func `prepares the place of its ledger as often as asked`(_ engine: Engine) async throws {
        let session = try await TestDatabase(engine).session()
        let before = try await session.catalog(deadline: nil)
        for _ in 0..<2 {
            for statement in session.dialect.ledgerPreparation { _ = try await session.execute(statement) }
        }
        let table = "\(session.dialect.ledgerPrefix)ledger"
        try await session.run(
            "CREATE TABLE \(table) (a int PRIMARY KEY, b text UNIQUE)",
            "CREATE INDEX gonogo_i ON \(table) (b)"
        )
        #expect(try await session.catalog(deadline: nil).differences(since: before).isEmpty)
    }

    @Test func `has nothing to offer where SQLite has nothing`() async throws {
        let dialect = try await TestDatabase(.sqlite).session().dialect
        #expect(dialect.applySettings([(name: "a", value: "b")]) == nil)
        #expect(dialect.applySessionSettings([(name: "a", value: "b")]) == nil)
        #expect(dialect.assumeRole("x") == nil)
        #expect(dialect.transactionIdentifier == nil)
        #expect(dialect.tryLock == nil && dialect.unlock == nil)
    }
}
