import Databases
@testable import Execution
import Glibc
import TestSupport
import Testing

struct `A run that is resumed` {
    private static let three = """
        phases:
          - id: one
            steps:
              - capture: { name: before, query: SELECT count(*) FROM base }
              - statement: INSERT INTO base VALUES (1)
              - statement: INSERT INTO base VALUES (2)
            rollback: { statement: DELETE FROM base }
          - id: two
            statement: CREATE TABLE b (id integer)
            checks: [{ query: SELECT count(*) - 2 FROM base, expect: { same_as: before } }]
            rollback: { statement: DROP TABLE b }
        """

    private func rows(_ scene: Scene) async throws -> String? { try await scene.value("SELECT count(*) FROM base") }

    @Test(arguments: engines)
    func `ends what was taken back and had not said so, and counts all of it`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - { id: two, needs: [one], statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }
            """
        let run = try await scene.run(text).run
        #expect(try await scene.rollback(run).outcome == .rolledBack)
        try await scene.kill(run, .after, "rollback.done", "\"phase\":\"one\"")
        let end = try await scene.resume(run)
        #expect(end.outcome == .rolledBack)
        #expect(end.state.takenBack == ["two", "one"])
        #expect(try await scene.run(text).outcome == .done)
    }

    @Test func `counts what its steps took before it stopped, too`() async throws {
        let scene = try await Scene(.sqlite)
        scene.stopsAfter("one/1")
        let run = try await scene.run(
            """
            phases:
              - id: one
                steps: [{ run: sleep 0.4 }, { statement: CREATE TABLE a (id integer) }]
                rollback: { statement: DROP TABLE a }
            """
        ).run
        #expect(try await scene.resume(run).state.phase("one")?.milliseconds ?? 0 >= 400)
    }

    @Test(arguments: engines, ["one/1", "one/2", "one/3", "two/1"])
    func `after a signal does the rest, once, and keeps what it captured`(engine: Engine, step: String) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE base (id integer)")
        scene.stopsAfter(step)
        let stopped = try await scene.run(Self.three)
        #expect(stopped.outcome == (step == "two/1" ? .done : .interrupted))
        guard step != "two/1" else { return }
        let result = try await scene.resume(stopped.run)
        #expect(result.outcome == .done, "\(String(describing: result.state.cause))")
        #expect(try await rows(scene) == "2")
        guard case .nothingToResume(_, .done)? = try await scene.refusalToResume(stopped.run) else {
            Issue.record("a finished run went on")
            return
        }
    }

    @Test(arguments: engines)
    func `after a failure that only stopped it tries the failed phase again`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE base (id integer)")
        let text = """
            on_failure: stop
            phases:
              - id: one
                steps:
                  - statement: INSERT INTO base VALUES (1)
                  - statement: INSERT INTO late VALUES (1)
                checks: [{ query: SELECT count(*) FROM late, expect: 1 }]
                rollback: { statement: DELETE FROM base }
            """
        let stopped = try await scene.run(text)
        #expect(stopped.outcome == .stopped)
        #expect(try await scene.resume(stopped.run).outcome == .stopped)
        try await scene.prepare("CREATE TABLE late (id integer)")
        let result = try await scene.resume(stopped.run)
        #expect(result.outcome == .done)
        #expect(result.state.cause == nil)
        #expect(try await rows(scene) == "1")
    }

    @Test(arguments: engines)
    func `asks a gate again that stopped it, and not one that said go`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer)
                gate: { question: "One?", deciders: [lead] }
                rollback: { statement: DROP TABLE a }
              - id: two
                statement: CREATE TABLE b (id integer)
                gate: { question: "Two?", deciders: [lead], on_no_go: stop }
                rollback: { statement: DROP TABLE b }
            """
        scene.people.decisions.withLock { $0["two"] = GateDecision(go: false, by: "lead") }
        let stopped = try await scene.run(text)
        #expect(stopped.outcome == .stopped)
        scene.people.decisions.withLock { $0["two"] = GateDecision(go: true, by: "lead") }
        #expect(try await scene.resume(stopped.run).outcome == .done)
        #expect(scene.people.asked == ["one", "two", "two"])
    }

    @Test(arguments: engines)
    func `goes on taking back once that began`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                statement: CREATE TABLE a (id integer)
                rollback: { statement: DROP TABLE a }
              - id: two
                statement: CREATE TABLE b (id integer)
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback: { statement: DROP TABLE b2 }
            """
        let stuck = try await scene.run(text)
        #expect(stuck.outcome == .stuck)
        try await scene.prepare("ALTER TABLE b RENAME TO b2")
        let result = try await scene.resume(stuck.run)
        #expect(result.outcome == .unwound)
        #expect(result.state.failedPhase == "two")
        #expect(try await !scene.has("a"))
    }

    @Test(arguments: engines)
    func `of which a phase was taken back goes no further`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            on_failure: rollback
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - id: two
                statement: CREATE TABLE b (id integer)
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback: { statement: DROP TABLE b }
            """
        let stopped = try await scene.run(text)
        #expect(stopped.outcome == .stopped)
        guard case .takenBackAlready? = try await scene.refusalToResume(stopped.run) else {
            Issue.record("it went on")
            return
        }
    }

    @Test(arguments: engines)
    func `applies the statements that are missing where each has its own transaction`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE base (id integer)")
        let text = """
            on_failure: stop
            phases:
              - id: one
                steps: [{ sql: one.sql, transaction: statement }]
                rollback: { statement: DELETE FROM base }
            """
        let sql = "INSERT INTO base VALUES (1);\nINSERT INTO late VALUES (1);\nINSERT INTO base VALUES (3);\n"
        let stopped = try await scene.run(text, ["one.sql": sql])
        #expect(stopped.outcome == .stopped)
        try await scene.prepare("CREATE TABLE late (id integer)")
        #expect(try await scene.resume(stopped.run).outcome == .done)
        #expect(try await rows(scene) == "2")
    }

    @Test(arguments: engines)
    func `is refused where its ledger and its journal contradict each other`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE base (id integer)")
        scene.stopsAfter("one/2")
        let run = try await scene.run(Self.three).run
        let journal = try scene.directory(run).journalPath
        let prefix = engine == .postgres ? "gonogo." : "gonogo_"
        // The database was restored to a time before the step.
        try await scene.prepare("UPDATE \(prefix)ledger SET step_id = 'one/9'")
        guard case .diverged(_, "main", _, _, _)? = try await scene.refusalToResume(run) else {
            Issue.record("not refused")
            return
        }
        try await scene.prepare("UPDATE \(prefix)ledger SET step_id = 'one/2'")
        // The journal is an older copy: without the end of what the ledger knows.
        let whole = try Files.read(journal)
        let lines = whole.split(separator: "\n")
        try Files.write(lines.prefix(3).joined(separator: "\n") + "\n", to: journal)
        guard case .diverged? = try await scene.refusalToResume(run) else {
            Issue.record("not refused")
            return
        }
        try Files.write(whole, to: journal)
        #expect(try await scene.resume(run).outcome == .done)
    }

    @Test(arguments: engines)
    func `is refused where its ledger knows less than its journal`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE base (id integer)")
        scene.stopsAfter("one/2")
        let run = try await scene.run(Self.three).run
        try await scene.prepare("DELETE FROM \(engine == .postgres ? "gonogo." : "gonogo_")ledger")
        guard case .diverged(_, "main", "one/2", _, _)? = try await scene.refusalToResume(run) else {
            Issue.record("not refused")
            return
        }
        await #expect(throws: RunRefusal.self) { try await scene.rollback(run) }
        #expect(try await rows(scene) == "1")
    }

    @Test(arguments: engines)
    func `is refused by an older copy of its journal in which the same step was begun`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            on_failure: stop
            phases:
              - id: one
                steps: [{ statement: CREATE TABLE a (id integer) }, { statement: INSERT INTO late VALUES (1) }]
                rollback: { statement: DROP TABLE a }
            """
        let run = try await scene.run(text).run
        let journal = try scene.directory(run).journalPath
        let older = try Files.read(journal)
        try await scene.prepare("CREATE TABLE late (id integer)")
        #expect(try await scene.resume(run).outcome == .done)
        try Files.write(older, to: journal)
        guard case .diverged(_, "main", "one/2", _, _)? = try await scene.refusalToResume(run) else {
            Issue.record("not refused")
            return
        }
    }

    @Test func `ends the sessions its dead process left`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE TABLE base (id integer)")
        scene.stopsAfter("one/2")
        let run = try await scene.run(Self.three).run
        let orphan = try await scene.database.session(named: "gonogo/\(run)")
        _ = try await orphan.execute(orphan.dialect.beginWrite)
        _ = try await orphan.execute("LOCK TABLE base IN ACCESS EXCLUSIVE MODE")
        #expect(try await scene.resume(run).outcome == .done)
        #expect(await (try? orphan.execute("SELECT 1")) == nil)
        #expect(scene.told.withLock { $0.first?.hasPrefix("waiting on main for session ") ?? false })
        await orphan.close()
    }

    @Test func `builds an index again whose building nobody saw end`() async throws {
        let scene = try await Scene(.postgres)
        try await scene.prepare("CREATE TABLE t (id integer)")
        let holder = try await scene.database.session()
        try await holder.run("BEGIN", "INSERT INTO t VALUES (1)")
        let text = """
            phases:
              - id: one
                statement: CREATE INDEX CONCURRENTLY i ON t (id)
                transaction: none
                rollback: { statement: DROP INDEX CONCURRENTLY i, transaction: none }
            """
        let plan = try scene.plan(text)
        let environment = scene.environment
        let run = Task { try await Runner(environment).run(plan) }
        try await scene.terminate(running: "CREATE INDEX CONCURRENTLY i ON t (id)")
        let result = try await run.value
        #expect(result.outcome == .unknown)
        await holder.close()
        #expect(try await scene.resume(result.run).outcome == .done)
        #expect(try await scene.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "true")
    }

    @Test func `cannot tell whether a program did its work when its process died`() async throws {
        let database = try await TestDatabase(.sqlite)
        try await database.session().close()
        let runbook = """
            phases:
              - id: one
                run: sleep 6
                rollback: { none: it sleeps }
            """
        let program = try Program(database, runbook: runbook)
        _ = try await program.gonogo("gonogo run r.yaml --yes", killAfter: .milliseconds(2500))
        let run = try #require(program.runs.first).run
        let answer = try await program.gonogo("gonogo resume \(run) --yes")
        #expect(answer.status == 14, "\(answer.complaint)")
        #expect(try await program.gonogo("gonogo rollback \(run) --yes").status == 0)
    }

    @Test(arguments: engines)
    func `is not done again where another did its work`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE base (id integer)")
        scene.stopsAfter("one/1")
        let first = try await scene.run(Self.three)
        #expect(first.outcome == .interrupted)
        let environment = scene.environment
        let plan = try scene.plan(Self.three)
        scene.goesOn()
        #expect(try await Runner(environment).run(plan).outcome == .done)
        guard case .alreadyDone? = try await scene.refusalToResume(first.run) else {
            Issue.record("it went on")
            return
        }
        #expect(try await rows(scene) == "2")
    }

    @Test(arguments: engines)
    func `as far as a rollback left it is no finished run`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE base (id integer)")
        let run = try await scene.run(Self.three).run
        #expect(try await scene.rollback(run, to: "one").outcome == .rolledBack)
        guard case .takenBackAlready? = try await scene.refusalToResume(run) else {
            Issue.record("it went on")
            return
        }
        guard case .unfinished? = await scene.refusal(try scene.plan(Self.three)) else {
            Issue.record("it would be done again")
            return
        }
        #expect(try await rows(scene) == "2")
    }

    @Test(arguments: engines)
    func `after a rollback that failed goes on with what was asked for`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - { id: two, statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b2 } }
            """
        let run = try await scene.run(text).run
        #expect(try await scene.rollback(run).outcome == .stuck)
        try await scene.prepare("ALTER TABLE b RENAME TO b2")
        #expect(try await scene.resume(run).outcome == .rolledBack)
    }

    @Test(arguments: engines)
    func `whose process died after a signal had stopped it goes forward`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE base (id integer)")
        scene.stopsAfter("one/2")
        let run = try await scene.run(Self.three).run
        // As if it had died before its last word.
        let journal = try scene.directory(run).journalPath
        let lines = try Files.read(journal).split(separator: "\n")
        #expect(lines.last?.contains("run.finished") == true)
        try Files.write(lines.dropLast().joined(separator: "\n") + "\n", to: journal)
        #expect(try await scene.resume(run).outcome == .done)
        #expect(try await rows(scene) == "2")
    }

    @Test(arguments: engines)
    func `is not taken back by an older copy of its journal`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE base (id integer)")
        let run = try await scene.run(Self.three).run
        let journal = try scene.directory(run).journalPath
        let lines = try Files.read(journal).split(separator: "\n")
        try Files.write(lines.prefix(5).joined(separator: "\n") + "\n", to: journal)
        let error = await #expect(throws: RunRefusal.self) { try await scene.rollback(run) }
        guard case .diverged? = error else {
            Issue.record("refused for another reason: \(String(describing: error))")
            return
        }
        #expect(try await rows(scene) == "2")
    }

    @Test(arguments: engines)
    func `is left alone while its process holds the journal`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE base (id integer)")
        scene.stopsAfter("one/2")
        let run = try await scene.run(Self.three).run
        let journal = try scene.directory(run).journalPath
        let descriptor = open(journal, O_RDONLY)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        guard case .locked? = try await scene.refusalToResume(run) else {
            Issue.record("not refused")
            return
        }
        // It may act still.
        #expect(try await scene.value("SELECT epoch FROM \(engine == .postgres ? "gonogo." : "gonogo_")run") == "1")
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
        #expect(try await scene.resume(run).outcome == .done)
    }
}
