import Planning
import Testing

struct `The order of phases` {
    static let seeds = 1...80

    @Test(arguments: seeds)
    func `does what is needed first, and what is above first where that leaves a choice`(_ seed: Int) throws {
        let graph = RandomGraph(acyclic: seed)
        let plan = try #require(plan(graph.text()).plan)
        var done: [Int] = []
        while done.count < graph.needs.count {
            let ready = graph.needs.indices.first { phase in
                !done.contains(phase) && graph.needs[phase].allSatisfy(done.contains)
            }
            done.append(try #require(ready))
        }
        #expect(plan.phases.map(\.id) == done.map { "p\($0)" })
        for phase in plan.phases {
            let before = plan.phases.prefix { $0.id != phase.id }.map(\.id)
            #expect(phase.needs == before.filter(phase.needs.contains), "needs are in the order of the plan")
        }
    }

    @Test(arguments: seeds)
    func `counts a phase's wave by its longest way down`(_ seed: Int) throws {
        let graph = RandomGraph(acyclic: seed)
        let plan = try #require(plan(graph.text()).plan)
        func depth(_ phase: Int) -> Int { graph.needs[phase].map { depth($0) + 1 }.max() ?? 0 }
        for index in graph.needs.indices { #expect(plan.phase("p\(index)")?.wave == depth(index)) }
        #expect(plan.waves.flatMap(\.self).count == plan.phases.count)
        #expect(plan.waves.allSatisfy { !$0.isEmpty })
    }

    @Test(arguments: seeds)
    func `reports a cycle exactly where phases wait for each other`(_ seed: Int) {
        let graph = RandomGraph(any: seed)
        let size = graph.needs.count
        var reaches = graph.needs.map { needs in (0..<size).map(needs.contains) }
        for middle in 0..<size {
            for from in 0..<size where reaches[from][middle] {
                for to in 0..<size where reaches[middle][to] { reaches[from][to] = true }
            }
        }
        let knots = Set((0..<size).map { phase in (0..<size).filter { reaches[phase][$0] && reaches[$0][phase] } })
        let selves = (0..<size).count { graph.needs[$0].contains($0) }
        let planned = plan(graph.text())
        #expect(planned.lines.count { $0.hasPrefix("E308 cycle") } == knots.count { $0.count > 1 })
        #expect(planned.lines.count { $0.hasSuffix("needs itself") } == selves)
        #expect((planned.plan == nil) == (0..<size).contains { reaches[$0][$0] })
    }

    @Test(arguments: 1...50)
    func `does not hang on the order of needs`(_ seed: Int) throws {
        let graph = RandomGraph(acyclic: seed)
        let first = try #require(plan(graph.text()).plan)
        let second = try #require(plan(graph.text(shuffling: seed)).plan)
        #expect(first.digest == second.digest)
    }

    @Test(arguments: 1...50)
    func `gives every phase the same needs and wave wherever it is written`(_ seed: Int) throws {
        let graph = RandomGraph(acyclic: seed)
        var random = SeededGenerator(seed + 1000)
        let first = try #require(plan(graph.text()).plan)
        let second = try #require(plan(graph.text(order: graph.needs.indices.shuffled(using: &random))).plan)
        for phase in first.phases {
            let other = try #require(second.phase(phase.id))
            #expect(Set(other.needs) == Set(phase.needs) && other.wave == phase.wave)
            #expect(other.steps.map(\.action).count == phase.steps.count)
        }
        #expect(second.timeline.critical == first.timeline.critical)
    }

    @Test func `is the order of the file where nothing is said`() {
        let phases = ["c", "a", "b"].map { "- id: \($0)\n  statement: SELECT 1\n  rollback: { none: reads only }" }
        let planned = plan(runbook(phases: phases.joined(separator: "\n")))
        #expect(planned.plan?.phases.map(\.id) == ["c", "a", "b"])
        #expect(planned.plan?.phases.map(\.needs) == [[], ["c"], ["a"]])
    }
}
