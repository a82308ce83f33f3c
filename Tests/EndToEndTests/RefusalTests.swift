import Databases
import TestSupport
import Testing

/// Runs that do not begin.
struct `A run does not begin` {
    private static let run = ["run", "shop.runbook.yaml", "--yes"]

    @Test func `when no database answers, and no secret is shown`() async throws {
        let shop = try await Shop(.sqlite)
        let folder = shop.program.folder
        let server = shop.program.setting("DATABASE_URL", "postgres://ana:hunter2secret@/shop?host=\(folder)/none")
        let hostless = shop.program.setting("DATABASE_URL", "host=\(folder)/none dbname=shop user=ana")
        let answers =
            try await server.talk("refused-password", Self.run)
            + hostless.talk("refused-server", Self.run)
            + shop.program.setting("DATABASE_URL", "sqlite:other.db").talk("refused-file", Self.run)
        #expect(answers.map(\.status) == [4, 4, 4])
        #expect(answers.allSatisfy { !($0.output + $0.errors).contains("hunter2") })
    }

    @Test func `outside its window, before anything is connected to or written`() async throws {
        let window = "window: { length: 6h, start: \"2020-01-01T22:00:00-04:00\" }\nphases:\n"
        let shop = try await Shop(.sqlite, Shop.runbook.replacing("phases:\n", with: window))
        let nowhere = shop.program.setting("DATABASE_URL", "postgres://ana@/shop?host=\(shop.program.folder)/none")
        let answer = try await nowhere.run(Self.run)
        #expect(answer.status == 6)
        #expect(answer.errors.contains("from 2020-01-01 22:00:00 -04:00 to 2020-01-02 04:00:00 -04:00"))
        #expect(!Files.exists("\(shop.program.folder)/.gonogo"))
    }

    @Test func `when an address cannot be read, of which nothing is shown`() async throws {
        let shop = try await Shop(.sqlite)
        let answers =
            try await shop.program.setting("DATABASE_URL", "postgres://ana:p@ss@localhost/shop").talk(
                "address-at", Self.run)
            + shop.program.setting("DATABASE_URL", "mysql://ana@localhost/shop").talk("address-engine", Self.run)
            + shop.program.setting("DATABASE_URL", nil).talk("address-unset", Self.run)
        #expect(answers.map(\.status) == [3, 3, 3])
        #expect(!answers[0].errors.contains("ss@"))
    }

    @Test(arguments: engines)
    func `while another one holds the database`(engine: Engine) async throws {
        let shop = try await Shop(engine, Shop.waiting)
        let first = try shop.program.start("run", "shop.runbook.yaml", "--yes")
        try await shop.program.awaitFile("waiting")
        let answers = try await shop.program.talk("locked-\(engine)", Self.run)
        #expect(answers.map(\.status) == [5])
        _ = try shop.program.file("go", "")
        #expect(first.finish().status == 0)
    }

    @Test func `while another one holds the file by another link`() async throws {
        let shop = try await Shop(.sqlite, Shop.waiting)
        #expect(try await shop.program.tool(["ln", "-s", "shop.db", "same.db"]).status == 0)
        let first = try shop.program.start("run", "shop.runbook.yaml", "--yes")
        try await shop.program.awaitFile("waiting")
        let answer = try await shop.program.setting("DATABASE_URL", "sqlite:same.db").run(Self.run)
        #expect(answer.status == 5, "\(answer.errors)")
        _ = try shop.program.file("go", "")
        #expect(first.finish().status == 0)
    }

    @Test func `on a file of two names, whose log is under one of them`() async throws {
        let shop = try await Shop(.sqlite)
        #expect(try await shop.program.tool(["ln", "shop.db", "same.db"]).status == 0)
        let answers = try await shop.program.talk("refused-names", Self.run)
        #expect(answers.map(\.status) == [4])
        #expect(try await shop.program.tool(["rm", "same.db"]).status == 0)
        #expect(try await shop.program.run(Self.run).status == 0)
    }

    @Test func `on a file that is gone, also where a new one may be made`() async throws {
        let shop = try await Shop(.sqlite)
        let program = shop.program.setting("DATABASE_URL", "sqlite:shop.db?mode=rwc")
        #expect(try await program.run(Self.run).status == 0)
        #expect(try await program.tool(["mv", "shop.db", "away.db"]).status == 0)
        let answer = try await program.run("rollback", try program.latestRun(), "--yes")
        #expect(answer.status == 4, "\(answer.errors)")
        #expect(try await program.tool(["test", "-e", "shop.db"]).status == 1)
    }

    @Test(arguments: engines)
    func `when two names lead to one database`(engine: Engine) async throws {
        let shop = try await Shop(
            engine,
            """
            runbook: 1
            name: two-names
            databases: { one: "${DATABASE_URL}", two: "${SAME_URL}" }
            target: one
            phases:
              - { id: a, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - id: b
                statement: CREATE TABLE b (id integer)
                target: two
                rollback: { steps: [{ statement: DROP TABLE b, target: two }] }
            """)
        #expect(try await shop.program.tool(["ln", "-s", "shop.db", "same.db"]).status == 0)
        let address = shop.program.environment["DATABASE_URL"] ?? ""
        let same = engine == .sqlite ? "sqlite:same.db" : address + "&connect_timeout=9"
        let answer = try await shop.program.setting("SAME_URL", same).run(Self.run)
        #expect(answer.status == 3)
        #expect(answer.errors.contains("error[E517]: one and two are the same database"), "\(answer.errors)")
    }

    private static let more = """
        runbook: 1
        name: more
        databases: ${DATABASE_URL}
        phases: [{ id: more, statement: UPDATE orders SET total = total + 1, rollback: { none: it is meant so } }]
        """

    @Test func `when a role may not use the ledger, and the message says what makes it`() async throws {
        let shop = try await Shop(.postgres)
        let dba = try await shop.session()
        let role = "other_\(UInt32.random(in: 0...UInt32.max))"
        try await dba.run("CREATE ROLE \(role) LOGIN SUPERUSER")
        #expect(try await shop.program.run(Self.run).status == 0)
        try await dba.run("ALTER ROLE \(role) NOSUPERUSER", "GRANT ALL ON orders TO \(role)")
        let address = try #require(shop.program.environment["DATABASE_URL"]).replacing("dba@", with: "\(role)@")
        let other = try shop.program.setting("DATABASE_URL", address).file("more.runbook.yaml", Self.more)
        let call = ["run", "more.runbook.yaml", "--yes"]
        let refused = try await other.run(call)
        #expect(refused.status == 4)
        #expect(refused.errors.contains("E502"))
        let grants = refused.errors.matches(of: /GRANT (USAGE|SELECT)[^\n]*? gonogo TO/).map(\.output.0)
        #expect(grants.count == 2, "\(refused.errors)")
        for grant in grants { try await dba.run("\(grant) \(role)") }
        let answer = try await other.run(call)
        #expect(answer.status == 0, "\(answer.errors)")
        try await dba.run("DROP OWNED BY \(role)", "DROP ROLE \(role)")
        await dba.close()
    }

    @Test func `when a ledger cannot be made where nothing may be written`() async throws {
        let shop = try await Shop(.postgres)
        let answer = try await shop.program.setting("PGOPTIONS", "-c default_transaction_read_only=on").run(Self.run)
        #expect(answer.status == 4)
        #expect(answer.errors.contains("help: the ledger is written: connect to a primary"), "\(answer.errors)")
    }

    @Test func `when nobody can be asked`() async throws {
        let shop = try await Shop(.sqlite)
        let answers = try await shop.program.talk("no-terminal", ["run", "shop.runbook.yaml"])
        #expect(answers.map(\.status) == [10])
        #expect(try await shop.value("SELECT count(*) FROM sqlite_master WHERE name LIKE 'gonogo%'") == "0")
    }

    @Test func `when the command line is not right`() async throws {
        let shop = try await Shop(.sqlite, Shop.gated("index"))
        let answers = try await shop.program.talk(
            "usage",
            ["rum"], ["run"], ["run", "shop.runbook.yaml", "more"], ["run", "shop.runbook.yaml", "--yess"],
            ["run", "shop.runbook.yaml", "--yes", "--yes"], ["run", "shop.runbook.yaml", "--yes=1"],
            ["run", "shop.runbook.yaml", "--var"], ["run", "shop.runbook.yaml", "--var", "--yes"],
            ["plan", "shop.runbook.yaml", "--format", "xml"], ["run", "none.runbook.yaml"], ["run", "migrations"],
            ["run", "shop.runbook.yaml", "--root", "none"], ["run", "shop.runbook.yaml", "--parallel", "0"],
            ["run", "shop.runbook.yaml", "--yes", "--gate", "index=yes"],
            ["run", "shop.runbook.yaml", "--yes", "--gate", "indx=go"],
            ["run", "shop.runbook.yaml", "--yes", "--gate", "index=go", "--gate", "index=no-go"],
            ["run", "shop.runbook.yaml", "--yes", "--var", "tenant"],
            ["run", "shop.runbook.yaml", "--yes", "--var", "tenant=a", "--var", "tenant=b"],
            ["show", "r-0000-none"], ["rollback", "", "--yes"]
        )
        #expect(answers.allSatisfy { $0.status == 2 && $0.output.isEmpty })
    }

    @Test func `with values its variables do not take`() async throws {
        let shop = try await Shop(.sqlite)
        let answers = try await shop.program.talk(
            "variables",
            Self.run + ["--var", "tenant=other"], Self.run + ["--var", "tenent=default"]
        )
        #expect(answers.map(\.status) == [3, 3])
    }

    @Test(arguments: [
        "postgres://ana:hunter2secret@db/shop", "postgresql://ana:hunter2/secret@db/shop",
        "postgres://ana:hunter2@secret@db/shop", "host=db password=hunter2secret", "password=hunter2secret",
        "postgres://ana@db/shop?password=hunter2secret", "DATABASE_URL=postgres://ana:hunter2secret@db/shop",
    ])
    func `with a password on the command line, which is not repeated`(argument: String) async throws {
        let shop = try await Shop(.sqlite)
        let calls = [["run", argument], ["run", "shop.runbook.yaml", "--var", argument], [argument]]
        for call in calls {
            let answer = try await shop.program.run(call)
            #expect(answer.status == 2)
            #expect(answer.errors.hasPrefix("error[E404]: "))
            #expect(!answer.errors.contains("hunter2") && !answer.errors.contains("secret"))
        }
    }
}
