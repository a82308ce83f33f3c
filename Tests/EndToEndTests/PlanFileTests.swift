import Databases
import TestSupport
import Testing

/// A plan in a file: made once, carried out once, as it was made.
struct `A plan in a file` {
    static let make = ["plan", "shop.runbook.yaml", "--target", "-o", "shop.plan"]
    static let run = ["run", "shop.plan", "--yes"]

    @Test(arguments: engines)
    func `is made, shown and carried out, and then it is used up`(engine: Engine) async throws {
        let shop = try await Shop(engine)
        let answers = try await shop.program.talk(
            "plan-file-\(engine)", Self.make, Self.make, ["plan", "show", "shop.plan"], Self.run, Self.run,
            ["run", "shop.runbook.yaml", "--yes"], ["rollback", "LATEST", "--yes"], Self.run,
            Self.make + ["--exit-code"], Self.make + ["--exit-code", "--force"], Self.run)
        #expect(answers.map(\.status) == [0, 0, 0, 0, 6, 0, 0, 6, 2, 20, 0])
    }

    @Test func `is one line that only its owner may read, whoever makes it`() async throws {
        let shop = try await Shop(.postgres)
        for options in [["--target"], []] {
            let here = shop.program.setting("LC_ALL", "C").setting("TZ", "Pacific/Kiritimati").setting("USER", "ana")
            let there = shop.program.setting("LC_ALL", "tr_TR.UTF-8").setting("TZ", "America/St_Johns")
                .setting("USER", "raj").setting("HOME", "/nonexistent").setting("PGUSER", nil)
            #expect(try await here.run(["plan", "shop.runbook.yaml", "-o", "a.plan", "--force"] + options).status == 0)
            #expect(
                try await there.run(["plan", "shop.runbook.yaml", "-o", "b.plan", "--force"] + options).status == 0)
            let one = try Files.read("\(shop.program.folder)/a.plan")
            #expect(try Files.read("\(shop.program.folder)/b.plan") == one)
            #expect(one.split(separator: "\n", omittingEmptySubsequences: false).count == 2 && one.hasSuffix("}\n"))
        }
        #expect(try await shop.program.tool(["stat", "-c", "%a", "a.plan"]).output == "600\n")
        #expect(try Files.names(in: shop.program.folder).filter { $0.hasSuffix(".new") }.isEmpty)
    }

    @Test func `is another one when a byte of SQL, a value or a target is another`() async throws {
        let shop = try await Shop(.sqlite)
        let program = shop.program
        var digests: Set<Substring> = []
        func plan(_ options: [String] = [], _ program: Program = program) async throws {
            let answer = try await program.run(["plan", "shop.runbook.yaml"] + options)
            #expect(answer.status == 0, "\(answer.errors)")
            digests.insert(answer.output.split(separator: "\n").first { $0.hasPrefix("Digest") } ?? "")
        }
        try await plan()
        try await plan(["--var", "tenant=legacy"])
        try await plan([], program.setting("DATABASE_URL", "sqlite:./shop.db"))
        try await plan(["--target"])
        _ = try program.file("migrations/001_add_tenant_id.sql", Shop.migration + " ")
        try await plan()
        #expect(digests.count == 5)
    }

    @Test func `is carried out as it is, whatever became of the files`() async throws {
        let shop = try await Shop(.sqlite)
        #expect(try await shop.program.run(Self.make).status == 0)
        _ = try shop.program.file("migrations/001_add_tenant_id.sql", "DROP TABLE orders;\n")
            .file("shop.runbook.yaml", Shop.runbook.replacing("estimate: 5m", with: "estimate: 6m"))
        let answers = try await shop.program.talk("plan-file-edited", Self.run)
        #expect(answers.map(\.status) == [0])
        #expect(try await shop.value("SELECT count(*) FROM orders WHERE tenant_id = 'default'") == "2")
    }

    @Test(arguments: engines)
    func `is refused in another database, and by another address`(engine: Engine) async throws {
        let (shop, other) = (try await Shop(engine), try await Shop(engine))
        #expect(try await shop.program.run(Self.make).status == 0)
        let address = shop.program.environment["DATABASE_URL"] ?? ""
        switch engine {
        case .sqlite:
            // Another file in the same place.
            #expect(try await shop.program.tool(["mv", "shop.db", "old.db"]).status == 0)
            #expect(try await shop.program.tool(["cp", "old.db", "shop.db"]).status == 0)
        case .postgres:
            let name = try await shop.value("SELECT current_database()") ?? ""
            let theirs = try await other.session()
            try await theirs.run("ALTER DATABASE \(name) RENAME TO \(name)_old", "CREATE DATABASE \(name)")
            await theirs.close()
        }
        let answer = try await shop.program.run(Self.run)
        #expect(answer.status == 6)
        #expect(answer.errors.contains("error[E521]: main is another database"), "\(answer.errors)")
        let elsewhere = other.program.environment["DATABASE_URL"] ?? ""
        let path = engine == .sqlite ? "sqlite:./shop.db" : elsewhere
        let moved = try await shop.program.setting("DATABASE_URL", path).run(Self.run)
        #expect(moved.status == 6 && path != address)
        #expect(moved.errors.contains("error[E522]: the address of main is "), "\(moved.errors)")
        #expect(try await other.isUntouched())
    }

    @Test(arguments: engines)
    func `is refused when what it may touch has changed, and only notes other changes`(engine: Engine) async throws {
        let shop = try await Shop(engine)
        #expect(try await shop.program.run(Self.make).status == 0)
        let session = try await shop.session()
        try await session.run("CREATE TABLE elsewhere (x integer)", "ALTER TABLE orders ADD COLUMN note text")
        let answers = try await shop.program.talk("plan-file-stale-\(engine)", Self.run)
        #expect(answers.map(\.status) == [6])
        try await session.run("ALTER TABLE orders DROP COLUMN note")
        let noted = try await shop.program.run(Self.run)
        #expect(noted.status == 0, "\(noted.errors)")
        #expect(noted.errors.contains("main: other objects than the plan names have changed"))
        await session.close()
    }

    @Test func `is refused when it was altered, and nothing is reached`() async throws {
        let shop = try await Shop(.sqlite)
        #expect(try await shop.program.run(Self.make).status == 0)
        let whole = try Files.read("\(shop.program.folder)/shop.plan")
        let damages = [
            whole.replacing("UPDATE orders", with: "DELETE orders"), whole.replacing(",", with: ", "), whole + "\n",
            String(whole.dropLast(20)),
            whole.replacing("\"name\":\"add-tenant-id\"", with: "\"nam\":\"add-tenant-id\""),
        ]
        for damage in damages {
            let answer = try await shop.program.file("shop.plan", damage).setting("DATABASE_URL", "sqlite:none.db")
                .run(Self.run)
            #expect(answer.status == 6)
            #expect(
                answer.errors.hasPrefix("error[E519]: shop.plan is not a plan as it was made: "), "\(answer.errors)")
            #expect(answer.errors.contains(/the bytes have the digest [0-9a-f]{64}/))
        }
    }

    @Test func `of a run that stopped names it`() async throws {
        let shop = try await Shop(.sqlite, Shop.runbook.replacing("vars:", with: "on_failure: stop\nvars:"))
        let broken = shop.program
        let session = try await shop.session()
        try await session.run("CREATE TABLE orders_tenant (id integer)")
        await session.close()
        #expect(try await broken.run(Self.make).status == 0)
        #expect(try await broken.run(Self.run).status == 7)
        let answer = try await broken.run(Self.run)
        #expect(answer.status == 6)
        #expect(answer.errors.contains("error[E504]") && answer.errors.contains("gonogo resume r-"), "\(answer.errors)")
    }

    @Test func `binds every database it works in, and makes a lost run anew`() async throws {
        let shop = try await Shop(
            .sqlite,
            """
            runbook: 1
            name: both
            databases: { shop: "sqlite:shop.db", more: "sqlite:more.db", unused: "sqlite:none.db" }
            target: shop
            phases:
              - { id: a, statement: ALTER TABLE orders ADD COLUMN tenant_id text, rollback: { none: stays } }
              - id: b
                target: more
                statement: ALTER TABLE more ADD COLUMN tenant_id text
                rollback: { steps: [{ statement: ALTER TABLE more DROP COLUMN tenant_id, target: more }] }
            """)
        let program = shop.program
        func more(_ statement: String) async throws {
            #expect(try await program.tool(["sqlite3", "more.db", statement]).status == 0)
        }
        try await more("CREATE TABLE more (id integer)")
        #expect(try await program.run(Self.make).status == 0)
        try await more("ALTER TABLE more ADD COLUMN note text")
        let refused = try await program.run(Self.run)
        #expect(refused.status == 6 && refused.errors.contains("added column more.note in more"), "\(refused.errors)")
        #expect(try await shop.isUntouched())
        try await more("ALTER TABLE more DROP COLUMN note")
        #expect(try await program.run(Self.run).status == 0)
        let run = try program.latestRun()
        for source in ["shop.plan", "shop.runbook.yaml"] {
            #expect(try await program.tool(["rm", "-r", ".gonogo"]).status == 0)
            let recovered = try await program.run("recover", run, "--from-target", "--runbook", source, "--yes")
            #expect(recovered.status == 0, "\(recovered.errors)")
        }
        #expect(try await program.run("rollback", run, "--yes").status == 0)
        try await more("UPDATE more SET id = 1 WHERE (SELECT count(*) FROM pragma_table_info('more')) = 1")
    }

    @Test func `is told from a runbook that is written as JSON`() async throws {
        let text = """
            {"runbook": 1, "name": "shop", "databases": "sqlite:shop.db", "phases": [
              {"id": "a", "statement": "CREATE TABLE a (id integer)", "rollback": {"statement": "DROP TABLE a"}}]}
            """
        let shop = try await Shop(.sqlite)
        let program = try shop.program.file("shop.json", text)
        #expect(try await program.run("plan", "shop.json", "-o", "shop.plan").status == 0)
        #expect(try await program.run("run", "shop.json", "--yes").status == 0)
        let answers = try await program.talk(
            "plan-file-mistaken", ["plan", "shop.plan"], ["validate", "shop.plan"], ["plan", "show", "shop.json"])
        #expect(answers.map(\.status) == [2, 2, 6])
    }

    @Test func `is not written over another file`() async throws {
        let shop = try await Shop(.sqlite)
        let answers = try await shop.program.talk(
            "plan-file-there", ["plan", "shop.runbook.yaml", "-o", "shop.runbook.yaml", "--force"],
            ["plan", "shop.runbook.yaml", "-o", "none/shop.plan"], ["plan", "show", "shop.runbook.yaml"],
            ["plan", "shop.runbook.yaml", "--exit-code"], ["plan", "shop.runbook.yaml", "--sql", "--details"],
            ["plan", "shop.runbook.yaml", "-o", "shop.plan"], ["run", "shop.plan", "--var", "tenant=legacy"])
        #expect(answers.map(\.status) == [2, 1, 6, 2, 2, 0, 2])
    }

    @Test func `is compared by phase and statement, and printed as a script`() async throws {
        let shop = try await Shop(.sqlite)
        let program = shop.program
        #expect(try await program.run("plan", "shop.runbook.yaml", "-o", "a.plan").status == 0)
        let edited = Shop.runbook.replacing("expect: 2", with: "expect: 3")
            .replacing("- id: before", with: "- id: first")
        _ = try program.file("shop.runbook.yaml", edited)
            .file(
                "migrations/001_add_tenant_id.sql",
                "-- again\nALTER TABLE orders ADD COLUMN tenant_id TEXT;\n"
                    + "UPDATE orders SET tenant_id = :'tenant' WHERE id > 0;\nUPDATE orders SET total = 0 WHERE false;\n"
            )
        #expect(
            try await program.run("plan", "shop.runbook.yaml", "-o", "b.plan", "--var", "tenant=legacy").status == 0)
        let answers = try await program.talk(
            "plan-diff", ["plan", "diff", "a.plan", "b.plan", "--exit-code"],
            ["plan", "diff", "a.plan", "b.plan", "--format", "json"],
            ["plan", "diff", "a.plan", "a.plan", "--exit-code"], ["plan", "show", "a.plan", "--sql"])
        #expect(answers.map(\.status) == [20, 0, 0, 0])
    }
}
