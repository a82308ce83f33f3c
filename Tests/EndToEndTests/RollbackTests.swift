import Databases
import TestSupport
import Testing

/// Taking a run back later.
struct `A rollback` {
    private static let run = ["run", "shop.runbook.yaml", "--yes"]

    @Test(arguments: engines)
    func `takes a finished run back, once`(engine: Engine) async throws {
        let shop = try await Shop(engine)
        let back = ["rollback", "LATEST", "--yes"]
        let answers = try await shop.program.talk("rollback-\(engine)", Self.run, back, back, ["show", "LATEST"])
        #expect(answers.map(\.status) == [0, 0, 0, 0])
        #expect(try await shop.isUntouched())
        #expect(try await shop.program.run(Self.run).status == 0)
    }

    @Test(arguments: engines)
    func `goes back as far as it is told`(engine: Engine) async throws {
        let shop = try await Shop(engine)
        let answers = try await shop.program.talk(
            "rollback-to-\(engine)",
            Self.run, ["rollback", "LATEST", "--to", "add-column", "--yes"],
            ["rollback", "LATEST", "--to", "add-colunm", "--yes"], ["status"], ["rollback", "LATEST", "--yes"]
        )
        #expect(answers.map(\.status) == [0, 0, 2, 0, 0])
        #expect(try await shop.isUntouched())
    }

    @Test(arguments: engines)
    func `that forgets something ends with 9 and names it`(engine: Engine) async throws {
        let forgetful = Shop.runbook.replacing("DROP INDEX orders_tenant", with: "SELECT 1")
            .replacing("rollback: rollback/001_add_tenant_id.sql", with: "rollback: { none: forgotten }")
        let shop = try await Shop(engine, forgetful)
        let answers = try await shop.program.talk("residue-\(engine)", Self.run, ["rollback", "LATEST", "--yes"])
        #expect(answers.map(\.status) == [0, 9])
        #expect(answers[1].errors.contains("orders_tenant"))
        #expect(answers[1].errors.contains("tenant_id"))
    }

    @Test(arguments: engines)
    func `that fails ends with 9`(engine: Engine) async throws {
        let shop = try await Shop(engine)
        let program = try shop.program.file(
            "rollback/001_add_tenant_id.sql", "ALTER TABLE orders DROP COLUMN tenant;\n")
        let answers = try await program.talk("rollback-fails-\(engine)", Self.run, ["rollback", "LATEST", "--yes"])
        #expect(answers.map(\.status) == [0, 9])
        #expect(answers[1].errors.contains("rollback/001_add_tenant_id.sql:1"))
    }

    @Test func `works on the database of the run and on no other`() async throws {
        let (shop, other) = (try await Shop(.postgres), try await Shop(.postgres))
        #expect(try await shop.program.run(Self.run).status == 0)
        let elsewhere = shop.program.setting("DATABASE_URL", other.program.environment["DATABASE_URL"])
        let answers = try await elsewhere.talk("rollback-elsewhere", ["rollback", "LATEST", "--yes"])
        #expect(answers.map(\.status) == [6])
        #expect(try await other.isUntouched())
    }
}
