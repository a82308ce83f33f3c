import Databases
import Planning
import TestSupport
import Testing

@testable import Execution

struct `A rollback that loses what was written since` {
    private static let text = """
        phases:
          - id: one
            steps:
              - statement: CREATE TABLE a (id integer)
              - statement: INSERT INTO a VALUES (1), (2)
            rollback: { statement: DROP TABLE a }
          - id: two
            statement: ALTER TABLE t ADD COLUMN note text
            rollback: { statement: ALTER TABLE t DROP COLUMN note }
        """

    private func scene(_ engine: Engine) async throws -> Scene {
        let scene = try await Scene(engine)
        try await scene.prepare("CREATE TABLE t (id integer)", "INSERT INTO t VALUES (1), (2), (3)")
        return scene
    }

    /// What a refusal says is lost, in words, and the token that accepts it.
    private func refusal(
        _ scene: Scene, _ run: String, to phase: String? = nil, accepting token: String? = nil
    ) async throws -> (losses: [String], token: String)? {
        let directory = try scene.directory(run)
        do throws(RunRefusal) {
            _ = try await Runner(scene.environment).rollback(directory, to: phase, accepting: token)
            return nil
        } catch {
            guard case .losesData(_, let losses, let token, _, _) = error else { throw error }
            return (losses.map { "\($0.what.words) \($0.rows.map(String.init) ?? "?")" }, token)
        }
    }

    @Test(arguments: engines)
    func `goes on where nothing was`(engine: Engine) async throws {
        let scene = try await scene(engine)
        let run = try await scene.run(Self.text)
        #expect(try await scene.rollback(run.run).outcome == .rolledBack)
        #expect(try await !scene.has("a"))
    }

    @Test(arguments: engines)
    func `takes nothing back before somebody accepts it, and then goes on`(engine: Engine) async throws {
        let scene = try await scene(engine)
        let run = try await scene.run(Self.text)
        try await scene.prepare("INSERT INTO a VALUES (3)", "UPDATE t SET note = 'dear' WHERE id < 3")
        let found = try #require(try await refusal(scene, run.run))
        #expect(found.losses == ["column t.note 2", "table a 1"])
        #expect(try await scene.has("a"))
        #expect(try await scene.value("SELECT count(*) FROM t WHERE note IS NOT NULL") == "2")
        // The refusal changed nothing: the run is done as before.
        #expect(try scene.directory(run.run).planAndJournal().1.last?.event == .runFinished(.done))
        let back = try await Runner(scene.environment).rollback(
            try scene.directory(run.run), to: nil, accepting: found.token)
        #expect(back.outcome == .rolledBack)
        #expect(back.state.lost.map(\.rows) == [2, 1] && back.state.lossToken == nil)
    }

    @Test func `takes a token for what it was given for, and for less`() async throws {
        let scene = try await scene(.sqlite)
        let run = try await scene.run(Self.text)
        try await scene.prepare("UPDATE t SET note = 'dear' WHERE id < 3")
        let token = try #require(try await refusal(scene, run.run)).token
        #expect(token.hasPrefix("2-"))
        for wrong in ["", "2", "2-00000000", "9-" + token.dropFirst(2), "2." + token] {
            #expect(try await refusal(scene, run.run, accepting: wrong) != nil, "\(wrong)")
        }
        try await scene.prepare("UPDATE t SET note = 'dear'")
        #expect(try await refusal(scene, run.run, accepting: token)?.losses == ["column t.note 3"])
        try await scene.prepare("INSERT INTO a VALUES (3)", "UPDATE t SET note = NULL WHERE id > 1")
        #expect(try await refusal(scene, run.run, accepting: token)?.losses == ["column t.note 1", "table a 1"])
        try await scene.prepare("DELETE FROM a WHERE id = 3")
        #expect(try await refusal(scene, run.run, accepting: token) == nil)
    }

    @Test func `asks nothing of what the runbook says may go, unless no data may be lost`() async throws {
        let accepted = Self.text.replacing(
            "  - id: two\n", with: "  - id: two\n    accept: { W607: notes are copied elsewhere }\n")
        for (head, isAsked) in [("", false), ("slo: { data_loss: none }\n", true)] {
            let scene = try await scene(.sqlite)
            let run = try await scene.run(head + accepted)
            try await scene.prepare("UPDATE t SET note = 'dear'")
            let found = try await refusal(scene, run.run)
            #expect((found != nil) == isAsked)
            guard !isAsked else { continue }
            let losses = scene.events.compactMap {
                if case .lossFound(let losses, _, false) = $0 { losses } else { nil }
            }
            #expect(losses.map { $0.map(\.rows) } == [[3]])
        }
    }

    @Test func `after a failure only tells it, and stops where no data may be lost`() async throws {
        for (head, outcome) in [("", Outcome.unwound), ("slo: { data_loss: none }\n", .waiting)] {
            let scene = try await scene(.sqlite)
            // What a trigger writes is nobody's statement, as what others write is not.
            try await scene.prepare("CREATE TABLE x (id integer)")
            let failing = """

                  - id: trigger
                    statement: CREATE TRIGGER w AFTER INSERT ON x BEGIN INSERT INTO a VALUES (9); END
                    rollback: { statement: DROP TRIGGER w }
                  - id: three
                    statement: INSERT INTO x VALUES (4)
                    checks: [{ query: SELECT 1, expect: 2 }]
                    rollback: { statement: DELETE FROM x }
                """
            let result = try await scene.run(head + Self.text + failing)
            #expect(result.outcome == outcome)
            #expect(result.state.lost.map(\.rows) == [1])
            #expect(try await scene.has("a") == (outcome == .waiting))
            guard outcome == .waiting else { continue }
            let token = try #require(result.state.lossToken)
            let back = try await Runner(scene.environment).rollback(
                try scene.directory(result.run), to: nil, accepting: token)
            #expect(back.outcome == .rolledBack)
            #expect(try await !scene.has("a"))
        }
    }

    @Test func `is not taken for one because of what a later phase wrote`() async throws {
        let scene = try await scene(.sqlite)
        let run = try await scene.run(
            Self.text + """

                  - id: three
                    statement: INSERT INTO a VALUES (4), (5)
                    rollback: { statement: DELETE FROM a WHERE id BETWEEN 4 AND 5 }
                """)
        try await scene.prepare("INSERT INTO a VALUES (6)")
        // What stands above the rows of the phase is known when those of the later one are gone.
        let first = try await scene.rollback(run.run)
        #expect(first.outcome == .waiting && first.state.lost.map(\.rows) == [1])
        #expect(try await scene.value("SELECT count(*) FROM a") == "3")
        #expect(try await refusal(scene, run.run)?.token == first.state.lossToken)
        try await scene.prepare("DELETE FROM a WHERE id = 6")
        #expect(try await scene.rollback(run.run).outcome == .rolledBack)
    }

    @Test func `is asked of where a policy hides the rows`() async throws {
        let scene = try await Scene(.postgres)
        let run = try await scene.run(
            """
            phases:
              - id: one
                statement: |
                  CREATE TABLE a (id integer);
                  ALTER TABLE a ENABLE ROW LEVEL SECURITY;
                  ALTER TABLE a FORCE ROW LEVEL SECURITY;
                rollback: { statement: DROP TABLE a }
            """)
        try await scene.prepare("INSERT INTO a VALUES (1)")
        #expect(try #require(try await refusal(scene, run.run)).losses.count == 1)
    }
}
