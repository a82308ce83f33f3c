import CanonicalJSON
import Databases
import Reports
import Runbooks
import Testing

@testable import Planning

struct `What differs between two plans` {
    private static func plan(_ phases: [PlannedPhase], title: String? = nil, tenant: String = "a") -> Plan {
        Make.plan(
            phases, title: title, variables: [PlannedVariable(name: "tenant", value: .text(tenant))])
    }

    private static let before = plan([
        Make.phase("one", steps: [Make.sql("one/1", "1.sql", ["CREATE a", "CREATE b", "CREATE c"])]),
        Make.phase(
            "two", steps: [Make.capture("two/1", "n", "SELECT 1"), Make.command("two/2", ["true"])],
            checks: [Make.check("two/check-1", "as many", "SELECT 2", role: "app"), Make.check("two/check-2", "gone")],
            gate: Make.gate("Go on?", ["lead"], timeout: 60_000), rollback: Make.undo("two", "2.sql")),
        Make.phase("three"), Make.phase("four"), Make.phase("old"),
    ])
    private static let after = plan(
        [
            Make.phase("three"),
            Make.phase(
                "one", steps: [Make.sql("one/1", "1.sql", ["CREATE a", "CREATE x", "CREATE c", "CREATE d"])],
                onFailure: .stop),
            Make.phase(
                "two", steps: [Make.capture("two/1", "n", "SELECT 3"), Make.command("two/2", ["false"])],
                checks: [
                    Make.check("two/check-1", "as many", "SELECT 2 + 0", expect: .value(.integer(1)), role: "dba"),
                    Make.check("two/check-3", "new"),
                ], gate: Make.gate("Go on now?", ["lead", "dba"], timeout: 90_000),
                rollback: .irreversible(reason: "too late")),
            Make.phase("four"), Make.phase("new"),
        ], title: "Another", tenant: "b")

    @Test func `is told by phase, step and statement`() {
        Golden.expect(PlanDiff(from: Self.before, to: Self.after).text, is: "plan/diff.txt")
    }

    @Test func `tells another window, another objective, another estimate, and what follows from them`() {
        let phases = { (estimate: PlannedEstimate) in
            [
                Make.phase("one", rollback: Make.undo("one", "1.sql", estimate: 60_000), estimate: 600_000),
                Make.phase("two", needs: ["one"], wave: 1, timeout: 900_000).taking(estimate),
            ]
        }
        let was = Make.plan(phases(PlannedEstimate(300_000)), budget: Make.budget(minutes: 60, rollback: 5))
        let now = Make.plan(
            phases(PlannedEstimate(from: 300_000, to: 480_000)),
            budget: Make.budget(minutes: 15, isDated: true, rollback: 6))
        Golden.expect(PlanDiff(from: was, to: now).text, is: "plan/diff-window.txt")
    }

    @Test func `is nothing between a plan and itself, or only where something is written`() throws {
        let diff = PlanDiff(from: Self.before, to: Self.before)
        #expect(diff.isEmpty && diff.text.hasSuffix("Nothing differs.\n"))
        let text = Self.before.json.canonicalText.replacing("\"line\":1,", with: "\"line\":9,")
            .replacing("\"line\":1}", with: "\"line\":9}")
        let elsewhere = try Plan(json: JSON(parsing: text))
        #expect(elsewhere.digest != Self.before.digest)
        #expect(PlanDiff(from: Self.before, to: elsewhere).text.hasSuffix("Nothing differs but where it is written.\n"))
    }

    /// What follows from other members, or says where something stands.
    private static let derived: Set = ["at", "sha256", "wave", "class", "plan", "line", "budget"]

    /// Everything that a plan can hold is compared: whatever member changes, something is told.
    @Test func `leaves no member out`() throws {
        let whole = Make.plan(
            SamplePlan.full.phases, targets: SamplePlan.full.targets,
            budget: Make.budget(minutes: 60, isDated: true, rollback: 5))
        var missed: [String] = []
        func visit(_ json: JSON, _ path: String, _ put: (JSON) -> JSON) {
            switch json {
            case .object(let members):
                for (name, value) in members where !Self.derived.contains(name) {
                    visit(value, "\(path).\(name)") { new in put(.object(members.merging([name: new]) { $1 })) }
                }
            case .array(let items):
                for (index, value) in items.enumerated() {
                    visit(value, "\(path)[\(index)]") { new in
                        var changed = items
                        changed[index] = new
                        return put(.array(changed))
                    }
                }
            case .string(let text):
                // What cannot be read back as a plan is no plan.
                guard let other = try? Plan(json: put(.string(text + "x")), isTrusted: true) else { return }
                if PlanDiff(from: whole, to: other).isEmpty { missed.append(path) }
            default: break
            }
        }
        visit(whole.json, "plan") { $0 }
        #expect(missed == [])
    }
}

struct `A plan as a script` {
    @Test func `has its SQL in order, and everything else in comments`() {
        let script = PlanScript.render(SamplePlan.full)
        Golden.expect(script, is: "plan/script.sql")
        let forward = script.split(separator: "\n").prefix { !$0.hasPrefix("-- rollback of") }
        let sent = forward.filter { !$0.hasPrefix("--") }.joined(separator: "\n")
        for statement in SamplePlan.full.active.flatMap({ $0.steps }).compactMap(\.script).flatMap(\.statements) {
            #expect(sent.contains(statement.text))
        }
        #expect(script.split(separator: "\n").dropFirst(forward.count).allSatisfy { $0.hasPrefix("--") })
    }
}

struct `Approvals as text` {
    private static let at = ClockTime(milliseconds: 1_800_000_000_000)
    private static let standing = ApprovalStanding(
        given: [
            GivenApproval(identity: "ana@x.org", role: "lead", at: at.description, until: nil, key: "SHA256:k"),
            GivenApproval(
                identity: "raj\u{1B}[2J", role: "dba", at: at.description, until: at.adding(1000).description, key: nil),
        ],
        rejections: [
            Approval(
                plan: SamplePlan.full.digest, role: "dba", identity: "gus@x.org", decision: .reject, at: at,
                expires: nil,
                reason: "no\nindex")
        ],
        problems: [
            .init(file: "a.json", identity: nil, problem: .damaged),
            .init(file: "b.json", identity: "lea@x.org", problem: .otherSigner(["raj@x.org"])),
        ], required: 3)

    @Test func `say who counts, who does not, and what is missing`() {
        let text = ApprovalText.render(Self.standing, of: SamplePlan.full)
        Golden.expect(text, is: "plan/approvals.txt")
        #expect(
            !text.contains("\u{1B}")
                && !ApprovalText.json(Self.standing, of: SamplePlan.full).safeText.contains("\u{1B}"))
    }
}

extension PlannedPhase {
    fileprivate func taking(_ estimate: PlannedEstimate) -> PlannedPhase {
        PlannedPhase(
            id: id, title: title, description: description, needs: needs, wave: wave, skipped: skipped,
            condition: condition, preconditions: preconditions, steps: steps, checks: checks, gate: gate,
            rollback: rollback, onFailure: onFailure, estimate: estimate, timeout: timeout, place: place)
    }
}
