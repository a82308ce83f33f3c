import Databases
import Diagnostics
package import Planning
import Runbooks

/// A runbook of the simulator and what is known of it by its making, without asking the planner.
package struct Scenario: Sendable {
    /// Its text.
    package let text: String
    /// What it compiles to.
    package let plan: Plan
    let phases: [Phase]

    /// A phase.
    struct Phase: Sendable {
        let id: String
        let target: String
        let steps: [Step]
        let rollback: Rollback
    }

    /// What takes a phase back.
    enum Rollback: Sendable {
        /// It takes back everything.
        case whole
        /// It forgets something.
        case forgetful
        case nothing
        case irreversible
    }

    /// A step that does something once, by which it is known.
    struct Step: Sendable {
        let token: String
        let kind: Kind
    }

    /// What a step does.
    enum Kind: Sendable, CaseIterable {
        /// Leaves a mark in a transaction.
        case mark
        /// Leaves a mark and makes a table, in a transaction, and touches what others touch.
        case table
        /// The same, each statement in a transaction of its own.
        case parts
        /// Something fragile in a transaction.
        case fragile
        /// Builds an index beside everything.
        case index
        /// Leaves a mark outside of any transaction, with a probe.
        case call
        /// Repeatable work outside of any transaction.
        case vacuum
        /// A program with a probe.
        case program
        /// A program that nobody can ask.
        case blindProgram
        /// A result that is kept.
        case capture
    }

    func phase(_ id: String) -> Phase? { phases.first { $0.id == id } }

    /// The phase and step of that id of the plan, such as `p1/2`.
    func step(_ id: String) -> (phase: Phase, step: Step)? {
        let parts = id.split(separator: "/")
        guard parts.count == 2, let phase = phase(String(parts[0])), let number = Int(parts[1]) else { return nil }
        return phase.steps.indices.contains(number - 1) ? (phase, phase.steps[number - 1]) : nil
    }
}

extension Scenario {
    /// Compiles a runbook.
    init(text: String, phases: [Phase]) throws {
        let source = SourceText(name: "sim.runbook.yaml", text: text)
        var findings = Findings()
        guard let runbook = RunbookDecoder.decode(source, environment: [:], findings: &findings) else {
            throw NoScenario(text: text, findings: findings.all.map { $0.rendered() })
        }
        let request = Planner.Request(
            runbook: runbook, path: "sim.runbook.yaml", values: [:], environment: [:], files: NoFiles(),
            address: { database in
                let string = "postgres://sim/\(database.name.value)"
                return .success(ConnectionRequest(engine: .postgres, string: string, display: string))
            })
        let (plan, planned, _, _) = Planner.plan(request)
        guard let plan else { throw NoScenario(text: text, findings: planned.map { $0.rendered() }) }
        self.init(text: text, plan: plan, phases: phases)
    }
}

/// A runbook of the simulator that does not compile.
struct NoScenario: Error, CustomStringConvertible {
    let text: String
    let findings: [String]

    var description: String { text + "\n" + findings.joined(separator: "\n") }
}

/// There are none.
private struct NoFiles: FileSource {
    func read(_ path: String) -> Result<[UInt8], FileProblem> { .failure(.missing(near: [])) }
}
