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
        let kinds: [(id: String, needs: String, steps: [Scenario.Kind])] = [
            ("p1", "", [.table, .mark]), ("p2", "", [.index]), ("p3", "", [.mark, .mark]),
            // Alone, so that nothing else brings its announcement onto the disk.
            ("p4", "p1, p2, p3", [.blindProgram, .mark]),
        ]
        var lines = ["runbook: 1", "name: blackout", "databases: { main: \"postgres://sim/main\" }", "phases:"]
        var phases: [Scenario.Phase] = []
        for (id, needs, kinds) in kinds {
            let steps = kinds.enumerated().map { Scenario.Step(token: "\(id)_\($0 + 1)", kind: $1) }
            lines += ["  - id: \(id)", "    needs: [\(needs)]", "    steps:"] + steps.map { line($0, isBack: false) }
            lines += ["    rollback:", "      steps:"] + steps.reversed().map { line($0, isBack: true) }
            phases.append(Scenario.Phase(id: id, target: "main", steps: steps, rollback: .whole))
        }
        return try Scenario(text: lines.joined(separator: "\n"), phases: phases)
    }

    private static func line(_ step: Scenario.Step, isBack: Bool) -> String {
        let token = step.token
        let mark = isBack ? "DELETE FROM base WHERE id = '\(token)'" : "INSERT INTO base VALUES ('\(token)')"
        let words =
            switch (step.kind, isBack) {
            case (.table, false): "statement: \"\(mark); CREATE TABLE t_\(token) (id integer)\""
            case (.table, true): "statement: \"DROP TABLE IF EXISTS t_\(token); \(mark)\""
            case (.index, false): "statement: CREATE INDEX CONCURRENTLY i_\(token) ON base (id), transaction: none"
            case (.index, true): "statement: DROP INDEX CONCURRENTLY IF EXISTS i_\(token), transaction: none"
            case (.blindProgram, _): "run: \(isBack ? "unmark" : "mark") \(token)"
            default: "statement: \"\(mark)\""
            }
        return "        - { \(words) }"
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
