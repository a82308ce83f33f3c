import Databases
@testable import Execution
import Planning
import TestSupport
import Testing

struct `Phases` {
    /// A phase on a table of its own that takes a while.
    private func phase(_ id: String, needs: String, seconds: Double = 0, expect: Int = 1) -> String {
        """
          - id: \(id)
            needs: [\(needs)]
            steps:
              - statement: CREATE TABLE \(id) (n integer)
              - statement: SELECT pg_sleep(\(seconds))
            checks: [{ query: SELECT 1, expect: \(expect) }]
            rollback: { statement: DROP TABLE \(id) }

        """
    }

    @Test func `that need nothing of each other run at the same time on PostgreSQL`() async throws {
        let scene = try await Scene(.postgres)
        let text =
            "phases:\n" + phase("a", needs: "", seconds: 0.5) + phase("b", needs: "", seconds: 0.5)
            + phase("c", needs: "a, b")
        let result = try await scene.run(text)
        #expect(result.outcome == .done)
        let states = try ["a", "b", "c"].map { try #require(result.state.phase($0)) }
        let ends = states.prefix(2).compactMap(\.ended)
        #expect(ends.count == 2 && ends.allSatisfy { $0 > states[0].started && $0 > states[1].started })
        #expect(ends.allSatisfy { $0 < states[2].started })
        // What ran side by side is compared once, with the schema before both.
        let back = try await scene.rollback(result.run)
        #expect(back.outcome == .rolledBack)
        #expect(scene.residue.isEmpty)
        #expect(try await !scene.has("a"))
    }

    @Test func `that fail let those beside them finish, and all are taken back`() async throws {
        let scene = try await Scene(.postgres)
        let text =
            "phases:\n" + phase("a", needs: "", expect: 2) + phase("b", needs: "", seconds: 3)
            + phase("c", needs: "b")
        let result = try await scene.run(text)
        #expect(result.outcome == .unwound)
        #expect(scene.events.contains { if case .phaseDone(let phase, _) = $0 { phase == "b" } else { false } })
        #expect(result.state.phase("c") == nil)
        #expect(try await !scene.has("a"))
        #expect(try await !scene.has("b"))
        #expect(scene.residue.isEmpty)
    }

    @Test func `beside each other are compared together: what one left is found`() async throws {
        let scene = try await Scene(.postgres)
        let text = """
            phases:
              - id: a
                needs: []
                steps: [{ statement: CREATE TABLE a (n integer) }, { statement: SELECT pg_sleep(0.4) }]
                rollback: { statement: DROP TABLE a }
              - id: b
                needs: []
                steps: [{ statement: CREATE TABLE b (n integer) }, { statement: SELECT pg_sleep(0.4) }]
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback: { statement: SELECT 1 }
            """
        let result = try await scene.run(text)
        #expect(result.outcome == .stuck)
        #expect(scene.residue.contains { $0.object.hasSuffix(" public.b") && $0.kind == .added })
        #expect(!scene.residue.contains { $0.object.hasSuffix(" public.a") })
    }

    @Test(arguments: engines)
    func `follow their needs, then the order of the file`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        func phase(_ id: String, _ needs: String) -> String {
            """
              - id: \(id)
                \(needs)
                statement: CREATE TABLE \(id) (n integer)
                rollback: { statement: DROP TABLE \(id) }

            """
        }
        let text =
            "phases:\n" + phase("d", "needs: [b, c]") + phase("a", "needs: []") + phase("b", "needs: [a]")
            + phase("c", "needs: [b]") + phase("e", "title: after c")
        let result = try await scene.run(text)
        #expect(result.outcome == .done)
        let began = result.state.phases.map(\.id)
        #expect(began.prefix(3) == ["a", "b", "c"])
        #expect(Set(began.suffix(2)) == ["d", "e"])
    }

    @Test(arguments: engines)
    func `stop at the next safe point when a signal asks`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - id: one
                steps:
                  - statement: CREATE TABLE a (id integer)
                  - run: touch \(scene.state)/stop
                  - statement: CREATE TABLE b (id integer)
                rollback: { statement: DROP TABLE a }
            """
        scene.stopsAfter("one/1")
        let result = try await scene.run(text)
        #expect(result.outcome == .interrupted)
        #expect(try await scene.has("a"))
        #expect(try await !scene.has("b"))
        #expect(try await scene.rollback(result.run).outcome == .rolledBack)
    }

    @Test(arguments: engines)
    func `do not begin after a signal`(engine: Engine) async throws {
        let scene = try await Scene(engine)
        let text = """
            phases:
              - { id: one, statement: CREATE TABLE a (id integer), rollback: { statement: DROP TABLE a } }
              - { id: two, statement: CREATE TABLE b (id integer), rollback: { statement: DROP TABLE b } }
            """
        scene.stopsAfter("one/1")
        let result = try await scene.run(text)
        #expect(result.outcome == .interrupted)
        #expect(result.state.phases.map(\.id) == ["one"])
    }

    @Test func `that are cancelled stop where they are, and can go on`() async throws {
        let scene = try await Scene(.postgres)
        let plan = try scene.plan("phases:\n" + phase("a", needs: "") + phase("b", needs: "a", seconds: 30))
        let environment = scene.environment
        let task = Task { try await Runner(environment).run(plan) }
        try await scene.wait(for: "b/2")
        task.cancel()
        let result = try await task.value
        #expect(result.outcome == .interrupted)
        #expect(try await scene.has("a"))
        #expect(result.state.phase("a")?.status == .done)
        #expect(result.state.phase("b")?.failure == .interrupted)
        #expect(result.state.phase("b")?.applied == ["b/1"])
    }

    @Test func `that fail side by side each follow their own policy`() async throws {
        let scene = try await Scene(.postgres)
        func phase(_ id: String, policy: String, seconds: Double) -> String {
            """
              - id: \(id)
                needs: []
                on_failure: \(policy)
                steps: [{ statement: CREATE TABLE \(id) (n integer) }, { statement: SELECT pg_sleep(\(seconds)) }]
                checks: [{ query: SELECT 1, expect: 2 }]
                rollback: { statement: DROP TABLE \(id) }

            """
        }
        let text = "phases:\n" + phase("c", policy: "rollback", seconds: 0.1) + phase("d", policy: "stop", seconds: 0.5)
        #expect(try await scene.run(text).outcome == .stopped)
        #expect(try await !scene.has("c"))
        #expect(try await scene.has("d"))
    }

    @Test(arguments: engines, ["preconditions", "checks"])
    func `have a time for their questions too`(engine: Engine, moment: String) async throws {
        let scene = try await Scene(engine)
        let start = ContinuousClock.now
        let result = try await scene.run(
            """
            phases:
              - id: one
                timeout: 1s
                \(moment): [{ query: SELECT 1, expect: 2, retry: { for: 1h, every: 100ms } }]
                statement: CREATE TABLE a (id integer)
                rollback: { statement: DROP TABLE a }
            """)
        #expect(result.outcome == (moment == "checks" ? .unwound : .noGo))
        #expect(scene.checks.count == 1)
        #expect(start.duration(to: .now) < .seconds(60))
    }
}
