import Reports
import Testing

@testable import Planning

struct `A plan as a graph` {
    @Test(arguments: PlanGraph.Format.allCases) func `shows phases, gates and what waits for what`(
        _ format: PlanGraph.Format
    ) {
        Golden.expect(PlanGraph.render(SamplePlan.full, format), is: "graph/\(format.rawValue).txt")
    }

    @Test(arguments: [41, 400, 2000]) func `is collapsed for Mermaid when it has many phases`(_ count: Int) {
        for plan in [Many.chain(count), Many.wave(count)] {
            let text = PlanGraph.render(plan, .mermaid)
            #expect(text.count <= 1900)
            #expect(text.contains("%% collapsed: \(count) phases in "))
        }
    }

    @Test func `is collapsed for Mermaid when its names are long`() {
        let names = (0..<30).map { String(repeating: "\"", count: 60) + String($0) }
        let phases = names.enumerated().map { index, name in
            Make.phase(name, needs: index == 0 ? [] : [names[index - 1]], wave: index)
        }
        let text = PlanGraph.render(Make.plan(phases), .mermaid)
        #expect(text.count <= 1900)
        #expect(text.contains("%% collapsed"))
    }

    @Test func `without phases is a graph without points`() {
        for format in PlanGraph.Format.allCases {
            let text = PlanGraph.render(Make.plan([]), format)
            #expect(text.isEmpty || text.hasSuffix("\n"))
        }
    }
}

/// Plans with many phases.
enum Many {
    static func chain(_ count: Int) -> Plan {
        Make.plan(
            (0..<count).map { index in
                Make.phase(
                    "phase-\(index)",
                    needs: index == 0 ? [] : ["phase-\(index - 1)"],
                    wave: index,
                    steps: [Make.sql("phase-\(index)/1", "migrations/\(index).sql", ["SELECT 1"])],
                    rollback: Make.undo("phase-\(index)", "rollback/\(index).sql"),
                    estimate: 1000
                )
            }
        )
    }

    static func wave(_ count: Int) -> Plan {
        Make.plan(
            (0..<count).map { Make.phase("phase-\($0)", rollback: Make.undo("p", "r.sql"), estimate: 1000) }
        )
    }
}
