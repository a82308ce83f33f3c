import Execution

/// Two processes at one run: the first stands still or dies at a chosen effect, then the second does its work, then the
/// first goes on, if it can, and at last the run is healed.
package struct Pair: Sendable, CustomStringConvertible {
    /// What becomes of the first.
    package enum Fate: Sendable, CaseIterable {
        /// It stands still, as after `kill -STOP`, and goes on later.
        case frozen
        /// The same, and the second is on another machine: it cannot end the first.
        case frozenElsewhere
        /// It dies.
        case killed
    }

    /// What the second does.
    package enum Second: Sendable, CaseIterable {
        case run, resume, rollback
        /// It takes the run over and goes on with it.
        case takeOver
    }

    let fate: Fate
    let second: Second

    package init(_ fate: Fate, _ second: Second) { (self.fate, self.second) = (fate, second) }

    package var description: String { "\(fate), \(second)" }

    /// Every combination.
    package static let all = Fate.allCases.flatMap { fate in Second.allCases.map { Pair(fate, $0) } }

    /// How many effects the first has when nobody disturbs it.
    package static func effects() throws -> Int {
        var schedule = try Schedule(Pair.scenario(), seed: 1)
        return schedule.undisturbed()
    }

    /// What came of it when the first was disturbed at an effect.
    package func run(at effect: Int, keepsAccount: Bool = false) throws -> Schedule.Report {
        var schedule = try Schedule(Pair.scenario(), seed: 1, keepsAccount: keepsAccount)
        schedule.suffer(self, at: effect)
        defer { schedule.world.dissolve() }
        return schedule.report
    }

    /// Steps of all classes, two phases side by side, a gate.
    private static func scenario() throws -> Scenario {
        let text = """
            runbook: 1
            name: pair
            databases: { main: "postgres://sim/main" }
            phases:
              - id: p1
                steps:
                  - statement: "INSERT INTO base VALUES ('p1_1'); CREATE TABLE t_p1_1 (id integer)"
                  - statement: "INSERT INTO base VALUES ('p1_2')"
                rollback:
                  steps:
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
                gate: { question: Go on?, deciders: [lead] }
                rollback: { statement: "DELETE FROM base WHERE id = 'p3_1'" }
            """
        func phase(_ id: String, _ kinds: Scenario.Kind...) -> Scenario.Phase {
            let steps = kinds.enumerated().map { Scenario.Step(token: "\(id)_\($0 + 1)", kind: $1) }
            return Scenario.Phase(id: id, target: "main", steps: steps, rollback: .whole)
        }
        return try Scenario(
            text: text, phases: [phase("p1", .table, .mark), phase("p2", .index), phase("p3", .mark)])
    }
}

extension Schedule {
    /// Runs it to its end; its effects.
    fileprivate mutating func undisturbed() -> Int {
        let first = world.start(.run, .none)
        world.finish([first], within: Self.patience)
        return first.process.effects
    }

    fileprivate mutating func suffer(_ pair: Pair, at effect: Int) {
        var faults = Faults.none
        if pair.fate == .killed {
            faults.dieAt = effect
        } else {
            faults.freezeAt = effect
            faults.freezeFor = 1_800_000_000
        }
        let first = world.start(.run, faults)
        _ = world.pass(until: { first.isOver || first.process.effects >= effect }, Self.patience)
        for command in commands(pair.second) {
            let second = world.start(command, .none, isElsewhere: pair.fate == .frozenElsewhere)
            world.finish([second], within: Self.patience)
        }
        world.finish([first], within: Self.patience)
        heal()
    }

    private func commands(_ second: Pair.Second) -> [World.Command] {
        guard let run = world.openRun ?? world.runs.last?.run else { return [.run] }
        return switch second {
        case .run: [.run]
        case .resume: [.resume(run)]
        case .rollback: [.rollback(run)]
        case .takeOver: [.takeOver(run), .resume(run)]
        }
    }
}
