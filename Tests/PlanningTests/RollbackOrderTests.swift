import Databases
@testable import Planning
import TestSupport
import Testing

/// The statements of shipped rollbacks in another order, on a server and in the review.
@Suite(.timeLimit(.minutes(5)))
struct `A rollback in another order` {
    @Test(arguments: ["v2", "multi-tenancy"])
    func `fails on the server where a finding says so, and nowhere else`(name: String) async throws {
        let base = try shippedPlan("\(name)-base.runbook.yaml")
        let plan = try shippedPlan("\(name).runbook.yaml")
        let database = try await TestDatabase(.postgres)
        let session = try await database.session()
        for statement in base.everyStatement { try await session.run(statement) }
        var reading = Reading(plan, knowing: [:])
        for phase in plan.active {
            let reviewed = reading.read(phase)
            for statement in reviewed.statements { try await session.run(statement.text) }
            guard reviewed.rollback.count > 1 else { continue }
            try await hold(reviewed, of: plan, against: session)
        }
        await session.close()
    }

    private func hold(
        _ reviewed: ReviewedPhase, of plan: Plan, against session: any DatabaseSession
    ) async throws {
        let count = reviewed.rollback.count
        for order in Orders.of(count) {
            let texts = order.map { reviewed.rollback[$0].text.replacing("CONCURRENTLY ", with: "") }
            let failure = await firstFailure(texts, session)
            let findings = plan.reordering(reviewed.phase.id, order).reviewed().review.findings.filter {
                ["W605", "W611", "W612"].contains($0.code)
            }
            // Whether a guard refuses depends on rows.
            if failure?.hasPrefix("P0001") ?? false { continue }
            let what = "\(reviewed.phase.id) \(order): \(failure ?? "nothing fails"); \(findings.map(\.message))"
            #expect(findings.isEmpty == (failure == nil), "\(what)")
        }
    }

    /// What the first statement that fails fails with, all in one transaction that is rolled back.
    private func firstFailure(_ statements: [String], _ session: any DatabaseSession) async -> String? {
        _ = await session.failure("BEGIN")
        var found: String?
        for statement in statements {
            if let error = await session.failure(SQLStatement(statement)) {
                found = "\(error.code) \(error.message)"
                break
            }
        }
        _ = await session.failure("ROLLBACK")
        return found
    }
}

/// Orders of so many things that are nearly the given one.
private enum Orders {
    /// Two neighbours exchanged, and one moved to the front or the end.
    static func of(_ count: Int) -> [[Int]] {
        let plain = Array(0..<count)
        let swapped = plain.dropLast().map { index in
            var order = plain
            order.swapAt(index, index + 1)
            return order
        }
        let first = plain.dropFirst().map { index in [index] + plain.filter { $0 != index } }
        let last = plain.dropLast().map { index in plain.filter { $0 != index } + [index] }
        return [plain] + swapped + first + last
    }
}

extension Plan {
    /// Every statement of its phases, with variables in place.
    fileprivate var everyStatement: [String] {
        var reading = Reading(self, knowing: [:])
        return active.flatMap { reading.read($0).statements.map(\.text) }
    }

    /// The same plan with the statements of a phase's rollback in another order, all in its first step.
    fileprivate func reordering(_ phase: String, _ order: [Int]) -> Plan {
        let sites = rollbackStatements.filter { $0.phase == phase }
        let all = self.phase(phase)?.rollbackSteps.flatMap { $0.script?.statements ?? [] } ?? []
        var plan = self
        for step in Set(sites.map(\.step)) {
            guard let site = sites.first(where: { $0.step == step }) else { continue }
            plan = plan.editing(site) { statements in
                statements = step == sites.first?.step ? order.map { all[$0] } : []
            }
        }
        return plan
    }
}
