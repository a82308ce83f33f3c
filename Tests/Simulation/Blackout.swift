/// A machine that loses its power at a chosen effect of a run, with everything that was not synced; then the run is healed.
package struct Blackout: Sendable {
    private let seed: UInt64

    /// A seed decides what phases side by side do first.
    package init(seed: UInt64) { self.seed = seed }

    /// How many effects the run has when nothing goes wrong.
    package func effects() throws -> Int {
        var schedule = try Schedule(Self.scenario(), seed: seed)
        defer { schedule.world.dissolve() }
        return schedule.effects(.none)
    }

    /// What came of it when the power was lost at an effect.
    package func run(at effect: Int, keepsAccount: Bool = false) throws -> Schedule.Report {
        var schedule = try Schedule(Self.scenario(), seed: seed, keepsAccount: keepsAccount)
        defer { schedule.world.dissolve() }
        _ = schedule.effects(Faults(dieAt: effect, death: .blackout))
        schedule.heal()
        for (token, count) in schedule.world.programs.done.sorted(by: { $0.key < $1.key }) where count > 1 {
            schedule.world.invariants.report("the program of \(token) did its work \(count) times")
        }
        return schedule.report
    }

    /// Steps of all classes, side by side and one after the other.
    private static func scenario() throws -> Scenario {
        let text = """
            runbook: 1
            name: blackout
            databases: { main: "postgres://sim/main" }
            phases:
              - id: p1
                steps:
                  - statement: "INSERT INTO base VALUES ('p1_1'); CREATE TABLE t_p1_1 (id integer)"
                  - statement: "INSERT INTO base VALUES ('p1_2')"
                  - run: mark p1_3
                rollback:
                  steps:
                    - run: unmark p1_3
                    - statement: "DELETE FROM base WHERE id = 'p1_2'"
                    - statement: DROP TABLE IF EXISTS t_p1_1
                    - statement: "DELETE FROM base WHERE id = 'p1_1'"
              - id: p2
                needs: []
                statement: CREATE INDEX CONCURRENTLY i_p2_1 ON base (id)
                transaction: none
                rollback: { statement: DROP INDEX CONCURRENTLY IF EXISTS i_p2_1, transaction: none }
              - id: p3
                needs: [p1, p2]
                statement: "INSERT INTO base VALUES ('p3_1')"
                rollback: { statement: "DELETE FROM base WHERE id = 'p3_1'" }
            """
        func phase(_ id: String, _ kinds: Scenario.Kind...) -> Scenario.Phase {
            let steps = kinds.enumerated().map { Scenario.Step(token: "\(id)_\($0 + 1)", kind: $1) }
            return Scenario.Phase(id: id, target: "main", steps: steps, rollback: .whole)
        }
        return try Scenario(
            text: text,
            phases: [phase("p1", .table, .mark, .blindProgram), phase("p2", .index), phase("p3", .mark)])
    }
}

extension Schedule {
    /// Runs it with these faults to its end; the effects it had.
    fileprivate mutating func effects(_ faults: Faults) -> Int {
        let first = world.start(.run, faults)
        world.finish([first], within: Self.patience)
        return first.process.effects
    }
}
