import Runbooks
import Testing

@testable import Planning

struct `The failure of a phase` {
    @Test func `takes back what has a rollback, the latest first`() {
        let plan = plan([("a", .undo), ("b", .nothing), ("c", .undo), ("d", .undo)])
        #expect(taken(plan, "d") == ["d", "c", "a"])
        #expect(taken(plan, "b") == ["a"])
        #expect(taken(plan, "a") == ["a"])
        #expect(plan.consequence(ofFailing: "d")?.barrier == nil)
        #expect(plan.consequence(ofFailing: "e") == nil)
    }

    @Test func `ends at what is irreversible`() {
        let plan = plan([("a", .undo), ("b", .irreversible), ("c", .undo), ("d", .nothing)])
        #expect(taken(plan, "d") == ["c"])
        #expect(plan.consequence(ofFailing: "d")?.barrier == "b")
        #expect(taken(plan, "b") == [])
        #expect(plan.consequence(ofFailing: "b")?.barrier == "b")
        #expect(taken(plan, "a") == ["a"])
    }

    @Test func `takes back only itself when its policy says so`() {
        #expect(taken(plan([("a", .undo), ("b", .undo)], policy: .rollback), "b") == ["b"])
        let irreversible = plan([("a", .undo), ("b", .irreversible)], policy: .rollback)
        #expect(irreversible.consequence(ofFailing: "b")?.barrier == "b")
        #expect(irreversible.consequence(ofFailing: "a")?.barrier == nil)
        #expect(taken(plan([("a", .undo), ("b", .nothing)], policy: .rollback), "b") == [])
    }

    @Test(arguments: [FailurePolicy.stop, .ask]) func `takes nothing back by itself when people decide`(
        _ policy: FailurePolicy
    ) {
        let consequence = plan([("a", .undo), ("b", .undo)], policy: policy).consequence(ofFailing: "b")
        #expect(consequence?.policy == policy)
        #expect(consequence?.takesBack.isEmpty == true)
    }

    @Test func `does not count phases that take no part`() {
        let plan = plan([("a", .undo), ("b", .irreversible), ("c", .undo)], skipped: ["b"])
        #expect(taken(plan, "c") == ["c", "a"])
    }

    @Test func `at a gate before its first step leaves the phase out`() {
        let before = plan([("a", .undo), ("b", .irreversible)], gate: .start)
        #expect(before.gateConsequences.map { $0.map { Array($0.takesBack) } ?? [] } == [[], ["a"]])
        let after = plan([("a", .undo), ("b", .undo)], gate: .end)
        #expect(after.gateConsequences.map { $0.map { Array($0.takesBack) } ?? [] } == [["a"], ["b", "a"]])
        #expect(plan([("a", .undo)]).gateConsequences == [nil])
    }

    @Test func `is worked out for all phases at once`() {
        let plan = plan([("a", .undo), ("b", .irreversible), ("c", .undo), ("d", .nothing)])
        #expect(plan.consequences == plan.phases.map { plan.consequence(ofFailing: $0.id) })
    }

    private func taken(_ plan: Plan, _ id: String) -> [String] {
        plan.consequence(ofFailing: id).map { Array($0.takesBack) } ?? []
    }

    private enum Undo { case undo, nothing, irreversible }

    private func plan(
        _ phases: [(id: String, undo: Undo)],
        policy: FailurePolicy = .unwind,
        skipped: Set<String> = [],
        gate moment: Gate.Moment? = nil
    ) -> Plan {
        let place = Place(file: "runbook.yaml", line: 1)
        return Plan(
            name: "x",
            title: nil,
            owner: nil,
            risk: nil,
            runbook: "runbook.yaml",
            targets: [],
            variables: [],
            phases: phases.map { id, undo in
                let rollback: PlannedRollback =
                    switch undo {
                    case .undo: .steps([], checks: [], estimate: nil, place: place)
                    case .nothing: .nothing(reason: "reads only")
                    case .irreversible: .irreversible(reason: "rows are gone")
                    }
                let gate = moment.map {
                    PlannedGate(
                        question: "go?",
                        deciders: [],
                        timeout: nil,
                        onNoGo: policy,
                        moment: $0,
                        place: place
                    )
                }
                return PlannedPhase(
                    id: id,
                    title: nil,
                    description: nil,
                    needs: [],
                    wave: 0,
                    skipped: skipped.contains(id) ? "no" : nil,
                    condition: nil,
                    preconditions: [],
                    steps: [],
                    checks: [],
                    gate: gate,
                    rollback: rollback,
                    onFailure: policy,
                    estimate: nil,
                    timeout: nil,
                    place: place
                )
            }
        )
    }
}
