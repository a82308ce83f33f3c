import CanonicalJSON
import Testing

@testable import Planning

struct `The budget of a plan` {
    private func phase(
        _ id: String, needs: String = "", _ time: String, rollback: String = "{ none: reads only }"
    ) -> String {
        "- { id: \(id), needs: [\(needs)], \(time), statement: SELECT 1, rollback: \(rollback) }\n"
    }

    private func undo(_ time: String) -> String { "{ statement: SELECT 2, estimate: \(time) }" }

    /// `window` of six hours, as the V2 execution plan has it.
    private func times(_ phases: [String], _ head: String = "window: { length: 6h }\n") throws -> Budget {
        let planned = plan(runbook(head, phases: phases.joined()))
        return try #require(planned.plan, "\(planned.rendered)").times
    }

    @Test func `says until when each phase can be carried out and taken back inside the window`() throws {
        let times = try times([
            phase("a", "estimate: 45m, timeout: 90m", rollback: undo("5m")),
            phase("b", needs: "a", "estimate: { from: 45m, to: 60m }", rollback: undo("{ from: 2m, to: 10m }")),
            phase("c", needs: "b", "timeout: 1h", rollback: undo("5m")),
        ])
        let minutes = times.starts.map { ($0.latestStart ?? 0) / 60_000 }
        #expect(minutes == [360 - 90 - 5, 360 - 60 - 15, 360 - 60 - 20])
        #expect(times.starts.map { $0.expectedStart / 60_000 } == [0, 45, 105])
        #expect(times.lastReturn == (360 - 20) * 60_000)
        #expect(times.starts.allSatisfy { !$0.isOpen })
    }

    @Test func `counts what may be done beside a phase, and nothing that waits for it`() throws {
        let times = try times([
            phase("a", "estimate: 1m", rollback: undo("1m")),
            phase("b", needs: "a", "estimate: 1m", rollback: undo("2m")),
            phase("c", needs: "a", "estimate: 1m", rollback: undo("4m")),
            phase("d", needs: "b, c", "estimate: 1m", rollback: undo("8m")),
        ])
        #expect(times.starts.map { $0.unwind / 60_000 } == [1, 7, 7, 15])
    }

    @Test func `counts nothing behind a barrier, and what stands beside it`() throws {
        let times = try times([
            phase("a", "estimate: 1m", rollback: undo("1m")),
            phase("gone", needs: "a", "estimate: 1m", rollback: "{ irreversible: sent }"),
            phase("b", needs: "gone", "estimate: 1m", rollback: undo("2m")),
            phase("beside", "estimate: 1m", rollback: undo("4m")),
            phase("again", needs: "b", "estimate: 1m", rollback: "{ irreversible: sent }"),
        ])
        #expect(times.starts.map { $0.unwind / 60_000 } == [1 + 4, 1 + 4, 2 + 4, 1 + 4 + 2, 2 + 4])
        #expect(times.barriers == ["gone"])
    }

    @Test func `is open where an estimate is missing`() throws {
        let times = try times([
            phase("a", "estimate: 1m", rollback: "{ statement: SELECT 2 }"), phase("b", needs: "a", "estimate: 1m"),
            phase("c", needs: "a", "title: c"),
        ])
        #expect(times.starts.map(\.isOpen) == [true, true, true])
        #expect(times.starts.map(\.most) == [60_000, 60_000, nil])
    }

    @Test func `is in the plan, and the plan is the same work whenever its window begins`() throws {
        let phases = phase("a", "estimate: 1m", rollback: undo("1m"))
        let (early, late) = try (
            #require(plan(runbook("window: { length: 6h, start: 2025-10-18T22:00:00-04:00 }\n", phases: phases)).plan),
            #require(plan(runbook("window: { length: 6h, start: 2025-10-19T22:00:00-04:00 }\n", phases: phases)).plan)
        )
        #expect(early.digest != late.digest && early.work == late.work)
        #expect(early.budget.window?.start?.time.description == "2025-10-19T02:00:00.000Z")
        #expect(early.budget.window?.start?.clock(after: 3_600_000) == "2025-10-18 23:00")
        #expect(early.json["budget"]?["starts"]?.array?.first?["latest_start_ms"] == .integer(358 * 60_000))
        #expect(try Plan(json: early.json) == early)
        let without = try #require(plan(runbook(phases: phases)).plan)
        #expect(without.json["budget"] == nil && without.work != early.work)
    }
}

struct `A heading` {
    private func texts(_ text: String) -> [String] { Heading.all(in: text).map(\.text) }

    @Test(arguments: [
        ("Phase 2: graph (45 minutes)", ["45 minutes"]),
        ("**Total Estimated Duration**: 4-6 hours (all)", ["4-6 hours"]),
        ("Takes 1h30m on the copy", ["1h30m"]), ("(about 2 hours)", ["2 hours"]),
        ("The estimates add up to: 3h 15m.", ["3h 15m"]), ("Expected duration 30 to 45 min", ["30 to 45 min"]),
    ])
    func `says how long something takes`(_ text: String, _ found: [String]) { #expect(texts(text) == found) }

    @Test(arguments: [
        "Keeps 30 days", "checked every 5 minutes", "(phase 2)", "(3 more)", "takes at most 2 hours", "5 hours",
        "estimates are for version 13 (15 min each)", "The duration of the window: 6 hours", "takes 3 steps",
        "(1.2.3h)",
    ])
    func `says nothing of it`(_ text: String) { #expect(texts(text) == []) }

    @Test func `agrees with an estimate that it touches, and with one that is nearly the same`() {
        let hour = 3_600_000
        #expect(Heading.disagreeing(["(45-60 minutes)"], with: hour...hour) == nil)
        #expect(Heading.disagreeing(["(1 hour)"], with: 55 * 60_000...55 * 60_000) == nil)
        #expect(Heading.disagreeing(["(4-6 hours)"], with: 150 * 60_000...195 * 60_000)?.text == "4-6 hours")
        #expect(Heading.disagreeing(["(4-6 hours)"], with: nil) == nil)
    }
}
