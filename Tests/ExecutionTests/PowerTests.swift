import CanonicalJSON
import Databases
import Planning
import TestSupport
import Testing

@testable import Execution

/// What a run keeps on a disk that loses what was not synced, gets full, or writes less than it was asked to.
struct `A run on a frail disk` {
    private static let two = """
        phases:
          - id: one
            steps: [{ statement: CREATE TABLE a (id integer) }, { statement: INSERT INTO a VALUES (1) }]
            rollback: { statement: DROP TABLE a }
          - { id: two, statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }
        """

    @Test(arguments: engines)
    func `that loses its power is there as it ended, and can be taken back`(engine: Engine) async throws {
        let (scene, machine) = (try await Scene(engine), FrailMachine())
        let run = try await CurrentMachine.$value.withValue(machine) { try await scene.run(Self.two).run }
        try machine.files.losePower()
        let directory = try scene.directory(run)
        #expect(try directory.journal().last?.event == .runFinished(.done))
        let back = try await CurrentMachine.$value.withValue(machine) { try await scene.rollback(run) }
        #expect(back.outcome == .rolledBack, "\(String(describing: back.state.cause))")
        try machine.files.losePower()
        #expect(try directory.journal().last?.event == .runFinished(.rolledBack))
    }

    @Test(arguments: engines)
    func `that loses its power has the journal that was rebuilt`(engine: Engine) async throws {
        let (scene, machine) = (try await Scene(engine), FrailMachine())
        let plan = try scene.plan(Self.two)
        let run = try await Runner(scene.environment).run(plan).run
        let path = try scene.directory(run).journalPath
        let text = try Files.read(path).replacing("one/2", with: "one/7")
        try Files.write(text, to: path)
        _ = try await CurrentMachine.$value.withValue(machine) {
            try await Runner(scene.environment).recover(run, plan: plan)
        }
        try machine.files.losePower()
        #expect(try scene.directory(run).journal().last?.event == .runFinished(.done))
    }

    @Test(arguments: engines)
    func `whose folder was not sure to last when it was left makes it last before it goes on`(
        engine: Engine
    ) async throws {
        let (scene, machine) = (try await Scene(engine), FrailMachine())
        let plan = try scene.plan(Self.two)
        try await CurrentMachine.$value.withValue(machine) {
            machine.files.fail("syncFolder", on: "/runs/r-")
            guard case .state(let failure)? = await scene.refusal(plan) else {
                Issue.record("not refused")
                return
            }
            #expect(failure.action == "sync")
            machine.files.fail(nil)
            let run = try #require(RunDirectory.all(state: scene.state).first?.run)
            #expect(try await scene.resume(run).outcome == .done)
            try machine.files.losePower()
            #expect(try scene.directory(run).journal().last?.event == .runFinished(.done))
        }
    }

    @Test(arguments: engines)
    func `that writes little at a time is written whole`(engine: Engine) async throws {
        let (scene, machine) = (try await Scene(engine), FrailMachine())
        machine.files.writeLittle()
        try await CurrentMachine.$value.withValue(machine) {
            let run = try await scene.run(Self.two).run
            #expect(try scene.directory(run).planAndJournal().1.last?.event == .runFinished(.done))
            #expect(try await scene.rollback(run).outcome == .rolledBack)
        }
    }

    @Test(arguments: ["write", "sync", "rename", "syncFolder"])
    func `that cannot keep the schema applies nothing`(call: String) async throws {
        let (scene, machine) = (try await Scene(.sqlite), FrailMachine())
        machine.files.fail(call, on: "/catalogs")
        let result = try await CurrentMachine.$value.withValue(machine) { try await scene.run(Self.two) }
        #expect(result.outcome == .stopped)
        #expect(result.journalFailure?.path.contains("/catalogs") == true)
        #expect(try await !scene.has("a"))
    }

    @Test(arguments: ["write", "sync", "rename"])
    func `that cannot keep the plan does not begin`(call: String) async throws {
        let (scene, machine) = (try await Scene(.sqlite), FrailMachine())
        machine.files.fail(call, on: "plan.json")
        let plan = try scene.plan(Self.two)
        guard case .state? = await CurrentMachine.$value.withValue(machine, operation: { await scene.refusal(plan) })
        else {
            Issue.record("not refused")
            return
        }
        #expect(try await !scene.has("a"))
    }

    @Test func `never takes the folder of another run`() async throws {
        let (scene, machine) = (try await Scene(.sqlite), FrailMachine(naming: "same"))
        let other = try scene.plan(Self.two.replacing("TABLE b", with: "TABLE c"), name: "other")
        try await CurrentMachine.$value.withValue(machine) {
            let run = try await scene.run(Self.two).run
            guard case .state(let failure)? = await scene.refusal(other) else {
                Issue.record("not refused")
                return
            }
            #expect(failure.reason == "File exists")
            #expect(try await scene.rollback(run).outcome == .rolledBack)
        }
    }

    @Test func `names in a marker outside of transactions only lines that it will have`() async throws {
        let (scene, machine) = (try await Scene(.postgres), FrailMachine())
        try await scene.prepare("CREATE TABLE t (id integer)")
        let plan = try scene.plan(
            """
            session: { lock_timeout: 300ms }
            phases:
              - { id: one, statement: VACUUM (FULL) t, transaction: none, rollback: { none: it frees space } }
            """)
        let holder = try await scene.database.session()
        try await holder.run("BEGIN", "LOCK TABLE t")
        let environment = scene.environment
        let run = Task {
            try await CurrentMachine.$value.withValue(machine) { try await Runner(environment).run(plan).outcome }
        }
        // The second attempt's marker names a line that was written since the step was announced.
        var head = ""
        for _ in 0..<1000 where head.isEmpty {
            try await Task.sleep(for: .milliseconds(10))
            let written = scene.journal.drop { if case .stepWaits = $0.event { false } else { true } }.map(\.hash.hex)
            guard !written.isEmpty else { continue }
            let marker = try await scene.value("SELECT journal_head FROM gonogo.ledger WHERE state = 'started'")
            if let marker, written.contains(marker) { head = marker }
        }
        let journal = try #require(RunDirectory.all(state: scene.state).first?.journalPath)
        let kept = try JournalLine.read(machine.files.kept(journal))
        #expect(!head.isEmpty && kept.map(\.hash.hex).contains(head))
        await holder.close()
        #expect(try await run.value == .done)
    }

    private static func backup(to path: String) -> String {
        """
        phases:
          - { id: made, statement: CREATE TABLE a AS SELECT 7 AS id, rollback: { statement: DROP TABLE a } }
          - { id: saved, backup: \(path), rollback: { none: a backup changes nothing } }
        """
    }

    @Test func `that loses its power has the backup that it made`() async throws {
        let (scene, machine) = (try await Scene(.sqlite), FrailMachine())
        let path = try temporaryDirectory() + "/saved.db"
        let result = try await CurrentMachine.$value.withValue(machine) { try await scene.run(Self.backup(to: path)) }
        #expect(result.outcome == .done)
        try machine.files.losePower()
        let request = ConnectionRequest(engine: .sqlite, string: "sqlite:\(path)", display: path)
        let session = try await TestDatabase(request).session()
        #expect(try await session.value("SELECT id FROM a") == "7")
        await session.close()
    }

    @Test(arguments: ["sync", "rename", "syncFolder"])
    func `that cannot keep a backup does not call it made`(call: String) async throws {
        let (scene, machine) = (try await Scene(.sqlite), FrailMachine())
        let folder = try temporaryDirectory()
        machine.files.fail(call, on: folder)
        let text = Self.backup(to: folder + "/saved.db")
        let result = try await CurrentMachine.$value.withValue(machine) { try await scene.run(text) }
        #expect(result.outcome == .unwound, "\(String(describing: result.state.cause))")
        #expect(scene.failure?.message.contains("Input/output error") == true)
    }
}
