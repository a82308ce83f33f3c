import Databases
@testable import Execution
import Glibc
import Planning
import TestSupport
import Testing

/// What answers under an address may change while a run is at work or stands still.
struct `A database that is not the one a run began in` {
    private let table =
        "phases: [{ id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }]"

    @Test(arguments: engines)
    func `is not gone on with, even where nothing was done yet`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let run = try await scene.run(table).run
        // As if it had been killed before its first phase.
        try await scene.kill(run, .after, "run.started")
        let other = try await Scene(engine, state: scene.state)
        let plan = try other.plan(
            table.replacing("one", with: "two").replacing("TABLE a", with: "TABLE b"), name: "other")
        _ = try await Runner(other.environment).run(plan)
        guard case .runNotInLedger? = try await other.refusalToResume(run) else { return #expect(Bool(false)) }
        #expect(try await !other.has("a"))
    }

    /// A phase that puts another file in the place of the database's.
    private func swap(_ scene: Scene) -> String {
        let path = scene.database.request.string.replacing("sqlite:", with: "")
        return
            #"- { id: swap, run: "cp \#(path) \#(path).new && mv \#(path).new \#(path)", rollback: { none: a test } }"#
    }

    @Test func `is seen before the next phase writes to it`() async throws {
        let scene = try await Scene(.sqlite)
        let text = """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              \(swap(scene))
              - { id: two, statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }
            """
        let run = try await scene.run(text)
        #expect(run.outcome == .stopped)
        #expect(try await !scene.has("b"))
        #expect(try await scene.refusalToResume(run.run) != nil)
    }

    @Test func `is seen at the end, when the last phase put it there`() async throws {
        let scene = try await Scene(.sqlite)
        let text = """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              \(swap(scene))
            """
        #expect(try await scene.run(text).outcome == .stopped)
    }

    @Test func `is the same one set back to an earlier time`() async throws {
        let scene = try await Scene(.postgres)
        let sign = try temporaryDirectory() + "/sign"
        let text = """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - { id: away, run: "until test -e \(sign); do sleep 0.1; done", rollback: { none: a test } }
              - { id: two, statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }
            """
        let plan = try scene.plan(text)
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        try await scene.wait(for: "away/1")
        try await scene.prepare("DELETE FROM gonogo.ledger", "DROP TABLE a")
        try await endSessions(scene)
        try Files.write("", to: sign)
        let result = try await run.value
        #expect(result.outcome == .stopped)
        #expect(try await !scene.has("b"))
        #expect(result.state.cause?.message.contains("set back to an earlier time") == true)
        guard case .diverged? = try await scene.refusalToResume(result.run) else { return #expect(Bool(false)) }
    }

    @Test func `is the same one set back while it is taken back`() async throws {
        let scene = try await Scene(.postgres)
        let sign = try temporaryDirectory() + "/sign"
        let text = """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer)
                rollback: { steps: [{ run: "until test -e \(sign); do sleep 0.1; done" }, { statement: DROP TABLE a }] }
              - { id: two, needs: [one], statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }
            """
        let run = try await scene.run(text).run
        let directory = try scene.directory(run)
        let environment = scene.environment
        let back = Task { try await Runner(environment).rollback(directory, to: nil) }
        try await scene.wait(for: "one/rollback/1")
        try await scene.prepare("CREATE TABLE b (id integer)", "DELETE FROM gonogo.ledger WHERE direction = 'undo'")
        try await endSessions(scene)
        try Files.write("", to: sign)
        #expect(try await back.value.outcome == .stopped)
        #expect(try await scene.has("a"))
        guard case .diverged? = try await scene.refusalToResume(run) else { return #expect(Bool(false)) }
    }

    private func endSessions(_ scene: Scene) async throws {
        try await scene.prepare(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'gonogo%'
            """)
    }

    @Test func `is told without the values that its sessions work with`() throws {
        let row: [DatabaseValue] = [
            "7", "now", "active", "3", "INSERT INTO t SELECT 'hunter2' FROM pg_sleep(6)", "gonogo/r-1",
        ].map { .text($0) }
        let words = try #require(WorkingSession(row)).words
        #expect(words == "session 7 (gonogo/r-1), active for 3s: INSERT INTO t ...")
    }
}
