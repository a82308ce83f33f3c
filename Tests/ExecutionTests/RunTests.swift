import CanonicalJSON
import Databases
@testable import Execution
import Glibc
import Planning
import TestSupport
import Testing

struct `A run` {
    private let three = """
        phases:
          - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
          - { id: two, statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }
          - { id: three, statement: CREATE TABLE c (id integer), rollback: { statement: DROP TABLE c } }
        """
    private let failing = """
        phases:
          - id: one
            on_failure: stop
            statement: CREATE TABLE a (id integer)
            checks: [{ query: SELECT 1, expect: 2 }]
            rollback: { statement: DROP TABLE a }
        """

    @Test(arguments: engines)
    func `is taken back in parts, then the rest, then there is nothing`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let run = try await scene.run(three).run
        #expect(try await scene.rollback(run, to: "two").outcome == .rolledBack)
        #expect(try await scene.has("b"))
        #expect(try await !scene.has("c"))
        #expect(await refusal { try await scene.rollback(run, to: "two") } is Nothing)
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        #expect(try await !scene.has("a"))
        #expect(scene.residue.isEmpty)
        #expect(await refusal { try await scene.rollback(run) } is Nothing)
        #expect(await refusal { try await scene.rollback(run, to: "four") } is Other)
        // What was taken back may be done again, and again taken back.
        let second = try await scene.run(three)
        #expect(second.outcome == .done)
        #expect(second.state.cycle == 2)
        #expect(try await scene.rollback(second.run).outcome == .rolledBack)
    }

    @Test(arguments: engines)
    func `that is done is not done again`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let run = try await scene.run(three).run
        guard case .alreadyDone(run, let at)? = await scene.refusal(try scene.plan(three)) else {
            Issue.record("not refused")
            return
        }
        #expect(!at.isEmpty)
    }

    @Test(arguments: engines)
    func `that is unfinished stands in the way of the next, also of an edited one`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let plan = try scene.plan(failing)
        let run = try await Runner(scene.environment).run(plan).run
        guard case .unfinished(run, "stopped")? = await scene.refusal(plan) else {
            Issue.record("not refused")
            return
        }
        let edited = try scene.plan(failing.replacing("expect: 2", with: "expect: 3"))
        guard case .otherPlanStands(run, "stopped", let theirs, let ours)? = await scene.refusal(edited) else {
            Issue.record("not refused")
            return
        }
        #expect(theirs == String(plan.work.hex.prefix(12)))
        #expect(ours == String(edited.work.hex.prefix(12)))
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        #expect(await scene.refusal(edited) == nil)
        let unrelated = try scene.plan(three.replacing("TABLE a", with: "TABLE aa"), name: "unrelated")
        #expect(await scene.refusal(unrelated) == nil)
    }

    @Test(arguments: engines)
    func `that is done stands in the way of an edited one, and not of one with other values`(
        engine: Engine
    ) async throws {
        let scene = try await Scene(engine)
        let text = """
            vars: { name: { default: one } }
            phases:
              - id: a
                statement: CREATE TABLE IF NOT EXISTS a (id integer)
                rollback: { statement: DROP TABLE IF EXISTS a }
            """
        let run = try await scene.run(text).run
        let edited = text + "\n    title: edited"
        guard case .otherPlanStands(run, "done", _, _)? = await scene.refusal(try scene.plan(edited)) else {
            Issue.record("not refused")
            return
        }
        #expect(try await scene.run(text.replacing("default: one", with: "default: two")).outcome == .done)
        guard case .alreadyDone? = await scene.refusal(try scene.plan(text)) else {
            Issue.record("done again")
            return
        }
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        #expect(await scene.refusal(try scene.plan(edited)) == nil)
    }

    @Test(arguments: engines)
    func `keeps a second runner out, and says who holds the database`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let slow = """
            phases:
              - id: one
                steps: [{ statement: CREATE TABLE a (id integer) }, { run: sleep 3 }]
                rollback: { statement: DROP TABLE a }
            """
        let plan = try scene.plan(slow)
        let environment = scene.environment
        let first = Task { try await Runner(environment).run(plan) }
        try await scene.wait(for: "one/2")
        guard case .locked("main", let holder)? = await scene.refusal(try scene.plan(three, name: "other")) else {
            Issue.record("not refused")
            first.cancel()
            return
        }
        let result = try await first.value
        #expect(holder?.run == result.run)
        #expect(holder?.words.hasPrefix("run \(result.run) of tester@here, pid \(getpid()), since 20") == true)
        #expect(holder?.nonce?.count == 6)
        #expect(result.outcome == .done)
        #expect(try await !scene.has("b"))
    }

    @Test(arguments: engines)
    func `does not take the ledger of a copied database for its own`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let run = try await scene.run(three).run
        let plan = try scene.plan(three)
        switch engine {
        case .postgres:
            let name = try await scene.value("SELECT current_database()") ?? ""
            let session = try await PostgresServer.shared.session()
            try await session.run(
                "ALTER DATABASE \(name) RENAME TO \(name)_old", "CREATE DATABASE \(name) TEMPLATE \(name)_old")
            await session.close()
        case .sqlite:
            let path = String(scene.database.request.string.dropFirst("sqlite:".count))
            system("cp \(path) \(path).copy && mv \(path).copy \(path)")
        }
        guard case .copiedLedger("main")? = await scene.refusal(plan) else {
            Issue.record("not refused")
            return
        }
        #expect(await refusal { try await scene.rollback(run) } is Other)
        #expect(try await scene.has("a"))
    }

    @Test(arguments: engines)
    func `is not taken back from a database that was restored to a time before it`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let run = try await scene.run(three).run
        let session = try await scene.database.session()
        try await session.run("DELETE FROM \(session.dialect.ledgerPrefix)run")
        await session.close()
        #expect(await refusal { try await scene.rollback(run) } is Other)
        #expect(try await scene.has("a"))
    }

    @Test func `over two databases is known to both`() async throws {
        let scene = try await Scene(.postgres, others: ["side"])
        let text = """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - id: two
                target: side
                statement: CREATE TABLE b (id integer)
                checks: [{ query: SELECT 1, expect: 2, target: main }]
                rollback: { statement: DROP TABLE b }
            """
        #expect(try await scene.run(text).outcome == .unwound)
        #expect(try await !scene.has("a"))
        let side = try #require(scene.others["side"])
        let session = try await side.session()
        #expect(try await session.value("SELECT status FROM gonogo.run") == "undone")
        #expect(try await session.value("SELECT count(*) FROM pg_tables WHERE tablename = 'b'") == "0")
        await session.close()
    }

    @Test func `does not begin as a role whose objects would lie in the ledger's schema`() async throws {
        let scene = try await Scene(.postgres)
        let name = try await scene.value("SELECT current_database()") ?? ""
        try await scene.prepare("ALTER DATABASE \(name) SET search_path = gonogo, public")
        guard case .ledgerUnusable("main", let error)? = await scene.refusal(try scene.plan(three)) else {
            Issue.record("not refused")
            return
        }
        #expect(error.message == "new objects would go to the schema `gonogo`, which is the ledger's")
    }

    private struct Nothing: Error {}
    private struct Other: Error {}

    private func refusal(_ work: () async throws -> RunResult) async -> (any Error)? {
        do {
            _ = try await work()
            return nil
        } catch RunRefusal.nothingToRollBack {
            return Nothing()
        } catch {
            return Other()
        }
    }
}
