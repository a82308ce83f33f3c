import Planning
import Testing

struct `The time of a plan` {
    @Test(arguments: 1...80)
    func `is the longest way through its phases`(_ seed: Int) throws {
        let graph = RandomGraph(acyclic: seed)
        let timeline = try #require(plan(graph.text()).plan).timeline
        func longest(_ phase: Int) -> Int {
            (graph.estimates[phase] ?? 0) + (graph.needs[phase].map(longest).max() ?? 0)
        }
        #expect(timeline.critical == 1000 * (graph.needs.indices.map(longest).max() ?? 0))
        #expect(timeline.total == 1000 * graph.estimates.reduce(0) { $0 + ($1 ?? 0) })
        #expect(timeline.withoutEstimate == graph.estimates.count { $0 == nil })
        let path = timeline.criticalPath.compactMap { Int($0.dropFirst()) }
        #expect(1000 * path.reduce(0) { $0 + (graph.estimates[$1] ?? 0) } == timeline.critical)
        #expect(zip(path, path.dropFirst()).allSatisfy { graph.needs[$1].contains($0) })
    }

    @Test func `leaves out phases that take no part`() throws {
        let planned = plan(
            runbook(
                "vars: { deep: { default: false } }\n",
                phases: """
                    - { id: a, estimate: 1m, timeout: 2m, statement: SELECT 1, rollback: { statement: SELECT 1, estimate: 30s } }
                    - { id: b, estimate: 1h, if: { var: deep }, statement: SELECT 1, rollback: { none: reads only } }
                    - { id: c, estimate: 2m, timeout: 3m, statement: SELECT 1, rollback: { none: reads only } }
                    """))
        let timeline = try #require(planned.plan).timeline
        #expect(timeline.total == 180_000 && timeline.critical == 180_000)
        #expect(timeline.criticalPath == ["a", "c"])
        #expect(timeline.limit == 300_000 && timeline.rollback == 30_000 && timeline.withoutEstimate == 0)
    }
}
