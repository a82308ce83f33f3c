import Reports
import Testing

@testable import Execution
@testable import Planning

struct `Ten thousand phases` {
    private static let count = 10_000
    private static let chain = Many.chain(count)

    @Test(.timeLimit(.minutes(3))) func `have a table`() {
        for plan in [Self.chain, Many.wave(Self.count)] {
            let text = PlanText.render(plan, details: false)
            #expect(text.contains("\n 10000  phase-9999  "))
            #expect(text.split(separator: "\n").count < Self.count + 40)
        }
    }

    @Test(.timeLimit(.minutes(3))) func `have details`() {
        let text = PlanText.render(Self.chain, details: true)
        #expect(text.contains("Phase 10000  phase-9999  "))
    }

    @Test(.timeLimit(.minutes(3)), arguments: PlanGraph.Format.allCases) func `have graphs`(
        _ format: PlanGraph.Format
    ) {
        let text = PlanGraph.render(Self.chain, format)
        #expect(format == .mermaid || text.contains("phase-9999"))
    }

    @Test(.timeLimit(.minutes(3))) func `have a comment that fits, and a page`() {
        #expect(PlanComment.render(Many.wave(Self.count)).utf8.count <= 65_000)
        let page = PlanPage.render(Self.chain)
        #expect(page.contains("id=\"phase-10000\"") && page.utf8.count < 2500 * Self.count)
    }

    @Test(.timeLimit(.minutes(3))) func `have a report`() {
        let events = (0..<Self.count).flatMap { index -> [Event] in
            [
                .phaseStarted(phase: "phase-\(index)"),
                .phaseDone(phase: "phase-\(index)", milliseconds: 1),
            ]
        }
        let text = RunReport.text(SampleRun.lines([SampleRun.started()] + events), plan: Self.chain)
        #expect(text.contains("phase-9999  done  1ms of ~1s"))
    }
}

struct `A phase with ten thousand steps` {
    @Test(.timeLimit(.minutes(3))) func `has a report`() {
        let events = (0..<10_000).flatMap { index -> [Event] in
            let mark = SampleRun.mark("m", "m/\(index)", "step")
            return [.stepStarted(mark), .stepApplied(mark, rows: 0, milliseconds: 1)]
        }
        let text = RunReport.text(SampleRun.lines([SampleRun.started()] + events), plan: nil)
        #expect(text.contains("  OK     step m/9999  step  1ms"))
    }
}
