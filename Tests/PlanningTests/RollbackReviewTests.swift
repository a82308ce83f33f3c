@testable import Commands
@testable import Planning
import Runbooks
import TestSupport
import Testing

struct `The rollbacks of the shipped runbooks` {
    /// The runbooks under `runbooks/`, apart from the one that is broken on purpose.
    static let shipped = try? Files.names(in: Files.package + "/runbooks").filter { !$0.contains("broken") }

    @Test(arguments: shipped ?? [])
    func `are without a finding`(name: String) throws {
        let open = try shippedPlan(name).reviewed().review.open.map { "\($0.code) \($0.place) \($0.message)" }
        #expect(open == [])
    }

    /// Each statement of a rollback is there for something; where it is missing, that something is named.
    @Test(arguments: shipped ?? [])
    func `are not the same without any one of their statements`(name: String) throws {
        let whole = try shippedPlan(name)
        let known = Set(whole.reviewed().review.open.map(\.message))
        for site in whole.rollbackStatements {
            let found = whole.removing(site).reviewed().review.open.filter { !known.contains($0.message) }
            #expect(!found.isEmpty, "\(site.phase) \(site.step): \(site.text.prefix(200))")
            // What is guarded is named, not what guards it.
            let isGuard = site.text.contains("RAISE EXCEPTION") || site.text.hasPrefix("SET ")
            #expect(isGuard || found.contains { $0.message.names(somethingIn: site.text) }, "\(found.map(\.message))")
        }
    }
}

/// A statement of a rollback.
struct RollbackSite {
    let phase: String
    let step: String
    let index: Int
    let text: String
}

extension Plan {
    /// Every statement of every rollback.
    var rollbackStatements: [RollbackSite] {
        phases.flatMap { phase in
            phase.rollbackSteps.flatMap { step in
                (step.script?.statements ?? []).enumerated().map { index, statement in
                    RollbackSite(phase: phase.id, step: step.id, index: index, text: statement.text)
                }
            }
        }
    }

    /// The same plan without one statement of a rollback.
    func removing(_ site: RollbackSite) -> Plan {
        editing(site) { statements in statements.remove(at: site.index) }
    }

    /// The same plan with the statements of a step of a rollback changed.
    func editing(_ site: RollbackSite, _ edit: (inout [PlannedStatement]) -> Void) -> Plan {
        let phases = phases.map { phase -> PlannedPhase in
            guard phase.id == site.phase, case .steps(let steps, let checks, let estimate, let place) = phase.rollback
            else { return phase }
            let edited = steps.map { step -> PlannedStep in
                guard step.id == site.step, case .apply(let script) = step.action else { return step }
                var statements = script.statements
                edit(&statements)
                return step.applying(
                    PlannedScript(
                        file: script.file, text: script.text, transaction: script.transaction, role: script.role,
                        settings: script.settings, statements: statements))
            }
            return phase.takenBack(by: .steps(edited, checks: checks, estimate: estimate, place: place))
        }
        return Plan(
            name: self.name, title: title, owner: owner, risk: risk, runbook: runbook, targets: targets,
            variables: variables, patience: patience, phases: phases)
    }
}

extension String {
    /// Whether a name of a statement is in it.
    fileprivate func names(somethingIn statement: String) -> Bool {
        let isPart: (Character) -> Bool = { $0.isLetter || $0.isNumber || $0 == "_" }
        let names = statement.lowercased().split { !isPart($0) }
        let words = Set(lowercased().split { !isPart($0) })
        return names.contains { $0.count > 3 && words.contains($0[...]) }
    }
}

extension PlannedStep {
    fileprivate func applying(_ script: PlannedScript) -> PlannedStep {
        PlannedStep(
            id: id, title: title, action: .apply(script), target: target, doneWhen: doneWhen,
            isRepeatable: isRepeatable, timeout: timeout, place: place)
    }
}

extension PlannedPhase {
    fileprivate func takenBack(by rollback: PlannedRollback) -> PlannedPhase {
        PlannedPhase(
            id: id, title: title, description: description, needs: needs, wave: wave, skipped: skipped,
            condition: condition, preconditions: preconditions, steps: steps, checks: checks, gate: gate,
            rollback: rollback, onFailure: onFailure, estimate: estimate, timeout: timeout, place: place)
    }
}

/// The plan of a shipped runbook in which every phase takes part.
func shippedPlan(_ name: String) throws -> Plan {
    let switches =
        switch name {
        case "multi-tenancy.runbook.yaml": ["rebuild_keys": "true", "enable_rls": "true"]
        case "multi-tenancy-sqlite.runbook.yaml": ["rebuild_keys": "true"]
        default: [String: String]()
        }
    let result = plan(
        Array(try Files.read(Files.package + "/runbooks/" + name).utf8), files: ProjectFiles(root: Files.package),
        values: switches, environment: ["DATABASE_URL": "postgres://db.example/app", "SQLITE_PATH": "x.db"])
    return try #require(result.plan, "\(result.lines)")
}
