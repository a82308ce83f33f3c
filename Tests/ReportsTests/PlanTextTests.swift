import CanonicalJSON
import Databases
import Diagnostics
import Reports
import Runbooks
import Testing

@testable import Planning

struct `A plan as text` {
    @Test func `shows phases, gates and totals`() {
        Golden.expect(PlanText.render(SamplePlan.full, details: false), is: "plan/plan.txt")
    }

    @Test func `with details shows every step, statement, check and rollback`() {
        Golden.expect(PlanText.render(SamplePlan.full, details: true), is: "plan/details.txt")
    }

    @Test func `is short for a short runbook`() {
        let plan = Make.plan(
            [Make.phase("add-column", steps: [Make.sql("add-column/1", "001.sql", ["ALTER TABLE t"])])],
            name: "add-tenant-id",
            targets: [Make.target("main", .sqlite, display: "app.db")]
        )
        Golden.expect(PlanText.render(plan, details: false), is: "plan/small.txt")
    }

    @Test(arguments: [
        ("window-dated", Make.budget(minutes: 480, isDated: true, rollback: 30)), ("window", Make.budget(minutes: 480)),
        ("window-short", Make.budget(minutes: 300, rollback: 4)),
    ])
    func `says whether it fits into its window, and until when each phase may begin`(
        _ name: String, _ budget: PlannedBudget
    ) {
        let plan = Make.plan(
            SamplePlan.full.phases, targets: [Make.target("prod"), Make.target("archive", .sqlite)], budget: budget)
        Golden.expect(PlanText.render(plan, details: false), is: "plan/\(name).txt")
    }

    @Test func `keeps columns below each other beside wide letters`() {
        let plan = Make.plan([
            Make.phase("数据库迁移", estimate: 60_000), Make.phase("plain", estimate: 60_000),
            Make.phase("cafe\u{301}", estimate: 60_000),
        ])
        let rows = PlanText.render(plan, details: false).split(separator: "\n").filter {
            $0.contains("checks  ")
        }
        let columns = Set(rows.map { String($0.prefix { $0 != "-" }).displayWidth })
        #expect(rows.count == 3)
        #expect(columns.count == 1)
    }

    @Test func `fits a hundred columns when its names are of usual length`() {
        for line in PlanText.render(SamplePlan.full, details: false).split(separator: "\n") {
            #expect(String(line).displayWidth <= 100, "\(line)")
        }
    }

    @Test func `never shortens the name of a phase, which commands take`() {
        let id = String(repeating: "x", count: 300)
        let text = PlanText.render(
            Make.plan([Make.phase(id), Make.phase("short", needs: [id], wave: 1)]),
            details: false
        )
        #expect(text.contains(id))
        #expect(text.contains(" 2  short  "))
        let short = text.split(separator: "\n").first { $0.contains("  short  ") }
        #expect((short?.count ?? 0) < 100)
    }
}

struct `A plan as JSON` {
    @Test func `is the plan and its digest`() {
        let text = PlanJSON.render(SamplePlan.full)
        #expect(text.contains("\"digest\": \"\(SamplePlan.full.digest.hex)\""))
        #expect(text.hasSuffix("}\n"))
    }
}
