import Databases
@testable import Execution
import Planning
import TestSupport
import Testing

/// What a run says of itself once people have looked after what it could not do.
struct `A run that was left` {
    private static let leaving = """
        phases:
          - id: one
            steps:
              - statement: CREATE TABLE a (id integer)
              - statement: CREATE TABLE left_over (id integer)
            rollback: { statement: DROP TABLE a }
          - id: two
            statement: CREATE TABLE b (id integer)
            checks: [{ query: SELECT 1, expect: 2 }]
            rollback: { statement: DROP TABLE b }
        """

    @Test(arguments: engines)
    func `with residue is stuck until the residue is gone`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let result = try await scene.run(Self.leaving)
        #expect(result.outcome == .stuck)
        #expect(try await scene.rollback(result.run).outcome == .stuck)
        #expect(try await scene.has("left_over"))

        try await scene.prepare("DROP TABLE left_over")
        let again = try await scene.rollback(result.run)
        #expect(again.outcome == .rolledBack)
        #expect(again.state.phases.flatMap(\.residue).isEmpty)
        #expect(try await scene.run(Self.leaving).outcome == .stuck)
    }

    @Test(arguments: engines)
    func `with residue of one phase does not tell it again for those before`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: zero
                statement: CREATE TABLE z (id integer)
                rollback: { statement: DROP TABLE z }
            """ + "\n" + Self.leaving.dropFirst("phases:\n".count)
        let result = try await scene.run(text)
        #expect(result.outcome == .stuck)
        #expect(result.state.phase("one")?.residue.isEmpty == false)
        #expect(result.state.phase("zero")?.residue == [])
        #expect(result.state.phase("zero")?.compared == ["main"])
    }

    @Test(arguments: engines)
    func `by a rollback whose check says no names what is there still`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                steps:
                  - statement: CREATE TABLE a (id integer)
                  - statement: CREATE TABLE left_over (id integer)
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback:
                  steps: [{ statement: DROP TABLE a }]
                  checks: [{ name: nothing left, query: SELECT 1, expect: 0 }]
            """
        let result = try await scene.run(text)
        #expect(result.outcome == .stuck)
        let cause = try #require(result.state.phase("one")?.rollbackCause)
        #expect(cause.message.contains("nothing left"))
        #expect(cause.detail?.contains("added table") == true && cause.detail?.contains("left_over") == true)
    }

    @Test(arguments: engines)
    func `by a failure before anything took effect may be run again`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: save
                run: "true"
                done_when: { query: SELECT 1, expect: 2 }
                rollback: { none: a copy does no harm }
              - id: look
                on_failure: stop
                capture: { name: one, query: SELECT 1 }
                checks: [{ query: SELECT 1, expect: "${vars.expected}" }]
                rollback: { none: it only reads }
            """
        let result = try await scene.run("vars: { expected: { default: 2 } }\n" + text)
        #expect(result.outcome == .noGo)
        #expect(!result.state.stands(in: try scene.plan("vars: { expected: { default: 2 } }\n" + text)))
        #expect(try await scene.run("vars: { expected: { default: 1 } }\n" + text).outcome == .done)
    }

    @Test(arguments: engines)
    func `as far as a phase says what there is to take back behind it`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer)
                rollback: { statement: DROP TABLE a }
              - id: two
                statement: CREATE TABLE b (id integer)
                rollback: { statement: DROP TABLE b }
            """
        let result = try await scene.run(text)
        #expect(try await scene.rollback(result.run, to: "one").outcome == .rolledBack)
        await #expect(throws: RunRefusal.self) { try await scene.rollback(result.run, to: "one") }
        #expect(try await scene.has("a"))
        #expect(try await scene.rollback(result.run).outcome == .rolledBack)
    }
}

struct `Phases side by side` {
    @Test(arguments: engines)
    func `are taken back though one beside them cannot be`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: root
                statement: CREATE TABLE root_ (id integer)
                rollback: { statement: DROP TABLE root_ }
              - id: irr
                needs: [root]
                statement: CREATE TABLE irr_ (id integer)
                rollback: { irreversible: the letters are sent }
              - id: other
                needs: [root]
                steps:
                  - statement: CREATE TABLE other_ (id integer)
                  - statement: CREATE TABLE root_ (again integer)
                rollback: { statement: DROP TABLE other_ }
            """
        let result = try await scene.run(text)
        #expect(result.outcome == .stopped)
        #expect(scene.events.contains(.barrier(phase: "irr", reason: "the letters are sent")))
        for table in ["root_", "irr_"] { #expect(try await scene.has(table)) }
        #expect(try await !scene.has("other_"))
    }

    /// Two chains that are joined at the end: their phases begin and end in every order.
    private static let diamond =
        "phases:\n"
        + [("root", []), ("l1", ["root"]), ("r1", ["root"]), ("l2", ["l1"]), ("r2", ["r1"]), ("top", ["l2", "r2"])]
        .map { (id: String, needs: [String]) in
            """
              - id: \(id)
                needs: [\(needs.joined(separator: ", "))]
                statement: CREATE TABLE \(id)_ (id integer)
                rollback: { statement: DROP TABLE \(id)_ }
            """
        }.joined(separator: "\n")

    @Test(arguments: engines, 1...6)
    func `leave no residue when all of them are taken back, nor when a part is`(
        engine: Engine, attempt: Int
    ) async throws {
        let scene = try await Scene(engine)
        let result = try await scene.run(Self.diamond)
        #expect(result.outcome == .done)
        let part = try await scene.rollback(result.run, to: attempt.isMultiple(of: 2) ? "l1" : "root")
        #expect(part.outcome == .rolledBack, "\(scene.residue)")
        #expect(try await scene.rollback(result.run).outcome == .rolledBack)
        #expect(scene.residue.isEmpty)
    }
}

struct `A catalog that was kept` {
    @Test(arguments: engines, ["", "[]", "[[\"table\",\"t\",\"\",\"\"]]"])
    func `and is not what it was is compared with nothing, and that is said`(engine: Engine, content: String)
        async throws
    {
        let scene = try await Scene(engine)
        let result = try await scene.run(
            "phases: [{ id: one, statement: CREATE TABLE t (id integer), rollback: { statement: DROP TABLE t } }]")
        let folder = try scene.directory(result.run).path + "/catalogs"
        for name in try Files.names(in: folder) { try Files.write(content, to: "\(folder)/\(name)") }
        let back = try await scene.rollback(result.run)
        #expect(back.outcome == .rolledBack)
        #expect(back.state.phase("one")?.compared.isEmpty == true)
        #expect(scene.transcript.contains("a schema that was kept is lost"))
    }
}

struct `A run whose lock is lost` {
    @Test func `writes how it ended over another session`() async throws {
        let scene = try await Scene(.postgres)
        let text = """
            phases:
              - id: one
                statement: >-
                  SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock'
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                rollback: { none: it ends a session }
            """
        #expect(try await scene.run(text).unfinishedLedgers == [])
        let refusal = try #require(await scene.refusal(try scene.plan(text)))
        if case .alreadyDone = refusal { return }
        Issue.record("\(refusal)")
    }

    @Test func `with the whole server stops, and can be taken back once the server is there again`() async throws {
        let server = try PostgresServer.another()
        let scene = try Scene(.postgres, TestDatabase(server.request(try await server.database())))
        let victim = try await server.session()
        let pid = try #require(try await victim.execute("SELECT pg_backend_pid()").rows.first?.first?.text)
        // A backend that dies takes all others with it, and the server recovers as after a crash.
        let text = """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer)
                rollback: { statement: DROP TABLE a }
              - id: two
                steps:
                  - { run: "kill -9 \(pid)", done_when: { query: SELECT 1, expect: 2 } }
                  - statement: SELECT pg_sleep(20)
                rollback: { none: the server restarts by itself }
            """
        let result = try await scene.run(text)
        #expect(result.outcome == .stopped, "\(result)")
        await victim.close()
        // It recovers.
        while (try? await server.session()) == nil { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try await scene.rollback(result.run).outcome == .rolledBack)
        #expect(try await !scene.has("a"))
    }
}
