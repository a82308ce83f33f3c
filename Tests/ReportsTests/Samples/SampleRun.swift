import CanonicalJSON
import Databases

@testable import Execution
@testable import Planning

/// Journals of runs, a second between their lines.
enum SampleRun {
    static func lines(_ events: [Event]) -> [JournalLine] {
        var head = JournalLine.origin
        return events.enumerated().map { index, event in
            let line = JournalLine.next(event, sequence: index + 1, time: time(index), after: head).line
            head = line.hash
            return line
        }
    }

    static func line(_ event: Event) -> JournalLine { lines([event])[0] }

    private static func time(_ second: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "2025-10-19T03:\(two(second / 60 % 60)):\(two(second % 60)).120Z"
    }

    static func started(_ direction: Direction = .forward, cycle: Int = 1) -> Event {
        .runStarted(
            Event.RunStart(
                run: "r-1018-ab3f",
                direction: direction,
                name: "v2-hybrid-vector-graph",
                plan: SamplePlan.full.digest.hex,
                cycle: cycle,
                targets: [
                    "prod": "PostgreSQL 15.20, v2 at pg1:5432", "archive": "SQLite 3.40.1, archive.db",
                ],
                operatorName: "ana on runner"
            )
        )
    }

    static func mark(_ phase: String, _ step: String, _ title: String, _ direction: Direction = .forward)
        -> StepMark
    {
        StepMark(
            phase: phase, step: step, direction: direction, title: title,
            stepClass: step.hasPrefix("backup") ? .external : .transactional)
    }

    static func check(
        _ phase: String,
        _ name: String,
        _ verdict: Verdict = .pass,
        expected: String = "0",
        found: String = "0",
        moment: CheckRecord.Moment = .check
    ) -> Event {
        .checked(
            CheckRecord(
                phase: phase,
                id: "\(phase)/check",
                name: name,
                moment: moment,
                verdict: verdict,
                expected: expected,
                found: found,
                subject:
                    "as app_user, app.current_tenant = 'non-existent-tenant': SELECT count(*) FROM agent_profiles",
                milliseconds: 412,
                place: Place(file: "v2.runbook.yaml", line: 193)
            )
        )
    }

    static let cause = FailureCause(
        message: "column \"tenant_id\" of relation \"agent_profiles\" already exists",
        code: "42701",
        place: Place(file: "migrations/007_add_multi_tenant_isolation.sql", line: 14),
        statement: "ALTER TABLE agent_profiles ADD COLUMN tenant_id text",
        detail: "it was added by hand",
        hint: "drop it first"
    )

    static let residue = [
        Residue(
            target: "prod",
            kind: .missing,
            object: "column public.agent_capabilities_graph.tenant_id",
            before: "text NOT NULL",
            after: nil
        ),
        Residue(
            target: "prod",
            kind: .added,
            object: "sequence public.left_behind",
            before: nil,
            after: "bigint"
        ),
        Residue(
            target: "prod",
            kind: .changed,
            object: "index public.i",
            before: "btree (tenant_id)",
            after: "btree (tenant_id) INVALID"
        ),
        Residue(
            target: "prod",
            kind: .rearranged,
            object: "column public.agent_profiles.id",
            before: "uuid",
            after: "uuid"
        ),
    ]

    /// `m006` done with its checks and a gate before it.
    static let upToGraph: [Event] = [
        started(),
        .phaseStarted(phase: "backup"),
        .stepStarted(mark("backup", "backup/1", "dump prod")),
        .stepApplied(mark("backup", "backup/1", "dump prod"), rows: 0, milliseconds: 518_000),
        .phaseDone(phase: "backup", milliseconds: 518_100),
        .phaseStarted(phase: "baseline"),
        check("baseline", "the schema is 005", expected: "\"005\"", found: "\"005\"", moment: .precondition),
        .stepStarted(mark("baseline", "baseline/1", "capture counts")),
        .captured(
            name: "counts",
            result: CapturedResult(
                StatementResult(
                    tag: "SELECT 1",
                    columns: [.init(name: "count", type: "int8")],
                    rows: [[.text("1204331")]],
                    rowCount: 1,
                    notices: []
                )
            )
        ),
        .stepApplied(mark("baseline", "baseline/1", "capture counts"), rows: 1, milliseconds: 12),
        check("baseline", "no long transaction", .warn, expected: "0", found: "2"),
        .gateAsked(
            phase: "baseline",
            question: "Start the production migration?",
            deciders: ["lead", "dba"]
        ),
        .gateDecided(
            phase: "baseline",
            decision: GateDecision(go: true, by: "ana (lead)", reason: "all hands in channel")
        ),
        .phaseDone(phase: "baseline", milliseconds: 29_000),
        .phaseStarted(phase: "m006"), .catalogsKept(phase: "m006", catalogs: ["prod": "aa"]),
        .stepStarted(mark("m006", "m006/1", "migrations/006_create_knowledge_graph_schema.sql")),
        .noticed(
            step: "m006/1",
            severity: "NOTICE",
            code: "42P07",
            message: "relation \"nodes\" already exists, skipping"
        ),
        .noticed(
            step: "m006/1",
            severity: "NOTICE",
            code: "00000",
            message: "truncate cascades to table \"x\""
        ),
        .stepCommitting(mark("m006", "m006/1", "migrations/006_create_knowledge_graph_schema.sql")),
        .stepApplied(
            mark("m006", "m006/1", "migrations/006_create_knowledge_graph_schema.sql"),
            rows: 1_204_331,
            milliseconds: 1_867_000
        ),
        check("m006", "four tables", expected: "exactly \"nodes\", \"edges\"", found: "2 rows"),
        .phaseDone(phase: "m006", milliseconds: 1_870_000),
    ]

    /// `m007` applied, and refused by a check.
    static let refused: [Event] = [
        .phaseStarted(phase: "m007"), .catalogsKept(phase: "m007", catalogs: ["prod": "bb"]),
        .stepStarted(mark("m007", "m007/1", "migrations/007_add_multi_tenant_isolation.sql")),
        .stepCommitting(mark("m007", "m007/1", "migrations/007_add_multi_tenant_isolation.sql")),
        .stepApplied(
            mark("m007", "m007/1", "migrations/007_add_multi_tenant_isolation.sql"),
            rows: 12,
            milliseconds: 900
        ),
        check("m007", "unknown tenant sees nothing", .fail, found: "1204331"),
        .phaseFailed(
            phase: "m007",
            cause: FailureCause(
                message: "unknown tenant sees nothing: expected 0, found 1204331",
                place: Place(file: "v2.runbook.yaml", line: 193)
            )
        ),
        .unwindStarted(phases: ["m007", "m006", "baseline", "backup"]),
    ]

    static func takenBack(_ phase: String, _ file: String, residue: [Residue] = []) -> [Event] {
        [
            .rollbackStarted(phase: phase),
            .stepStarted(mark(phase, "\(phase)/rollback/1", file, .back)),
            .stepCommitting(mark(phase, "\(phase)/rollback/1", file, .back)),
            .stepApplied(mark(phase, "\(phase)/rollback/1", file, .back), rows: 0, milliseconds: 192_000),
            check(
                phase,
                "counts as captured",
                expected: "as captured in `counts`: 1204331",
                found: "1204331",
                moment: .rollback
            ),
            .rolledBack(phase: phase, .init(compared: ["prod"], residue: residue, milliseconds: 193_000)),
        ]
    }

    static let undo007 = takenBack("m007", "rollback/007_add_multi_tenant_isolation.sql")
    static let undo006 = takenBack("m006", "rollback/006_create_knowledge_graph_schema.sql")

    /// The phases that have nothing to take back.
    static let undoRest: [Event] = ["baseline", "backup"].flatMap { phase -> [Event] in
        [.rolledBack(phase: phase, .init(nothing: "reads only", compared: [], milliseconds: 3))]
    }

    /// Everything was taken back.
    static let unwound = upToGraph + refused + undo007 + undo006 + undoRest + [.runFinished(.unwound)]
    /// The second rollback left something.
    static let stuck =
        upToGraph + refused + undo007
        + takenBack("m006", "rollback/006_create_knowledge_graph_schema.sql", residue: residue) + undoRest
        + [.runFinished(.stuck)]
    /// A step failed, and its policy is to stop.
    static let stopped =
        upToGraph + [
            .phaseSkipped(phase: "indexes", reason: "expected 1, found 0"),
            .phaseStarted(phase: "m007"), .catalogsKept(phase: "m007", catalogs: ["prod": "bb"]),
            .stepStarted(mark("m007", "m007/1", "007.sql")),
            .stepFailed(mark("m007", "m007/1", "007.sql"), cause: cause, leaves: .nothing),
            .phaseFailed(phase: "m007", cause: cause),
            .runFinished(.stopped),
        ]
    /// The answer to a COMMIT was lost.
    static let unknown =
        upToGraph + [
            .phaseStarted(phase: "m007"), .catalogsKept(phase: "m007", catalogs: ["prod": "bb"]),
            .stepStarted(mark("m007", "m007/1", "007.sql")),
            .stepCommitting(mark("m007", "m007/1", "007.sql")),
            .stepFailed(
                mark("m007", "m007/1", "007.sql"),
                cause: FailureCause(message: "server closed the connection"),
                leaves: .unknown
            ),
            .phaseFailed(phase: "m007", cause: FailureCause(message: "server closed the connection")),
            .runFinished(.unknown),
        ]
    /// A person said no before anything was applied.
    static let noGo: [Event] = [
        started(),
        .phaseStarted(phase: "baseline"),
        .gateAsked(phase: "baseline", question: "Start?", deciders: []),
        .gateDecided(phase: "baseline", decision: GateDecision(go: false, by: "nobody answered in 30m")),
        .phaseFailed(
            phase: "baseline",
            cause: FailureCause(message: "no-go at the gate of baseline (nobody answered in 30m)")
        ),
        .runFinished(.noGo),
    ]
    /// A signal came between two phases.
    static let interrupted =
        upToGraph + [
            .phaseStarted(phase: "m007"), .catalogsKept(phase: "m007", catalogs: ["prod": "bb"]),
            .phaseFailed(
                phase: "m007",
                cause: FailureCause(message: "stopped by a signal before step m007/1")
            ),
            .runFinished(.interrupted),
        ]
    /// Everything was done.
    static let done = upToGraph + [.runFinished(.done)]
    /// It was done, and taken back as asked.
    static let rolledBack =
        done + [started(.back), .unwindStarted(phases: ["m006", "baseline", "backup"])] + undo006
        + undoRest + [.runFinished(.rolledBack)]
    /// It was done, and an unwind ended at what is irreversible.
    static let barrier: [Event] = [
        started(),
        .phaseStarted(phase: "enable-app"),
        .stepStarted(mark("enable-app", "enable-app/1", "systemctl start v2-app")),
        .stepPassedOver(
            mark("enable-app", "enable-app/1", "systemctl start v2-app"),
            reason: "done already: it runs"
        ),
        .stepStarted(mark("enable-app", "enable-app/2", "notify")),
        .stepFailed(
            mark("enable-app", "enable-app/2", "notify"),
            cause: FailureCause(message: "the command ended with exit 3", detail: "no such user"),
            leaves: .part
        ),
        .phaseFailed(phase: "enable-app", cause: FailureCause(message: "the command ended with exit 3")),
        .unwindStarted(phases: ["enable-app"]),
        .barrier(phase: "enable-app", reason: "customers write at once"),
        .runFinished(.stopped),
    ]
    /// A rollback failed.
    static let rollbackFailed =
        upToGraph + refused + [
            .rollbackStarted(phase: "m007"),
            .stepStarted(mark("m007", "m007/rollback/1", "rollback/007.sql", .back)),
            .stepFailed(
                mark("m007", "m007/rollback/1", "rollback/007.sql", .back),
                cause: cause,
                leaves: .nothing
            ),
            .rollbackFailed(phase: "m007", cause: cause),
            .runFinished(.stuck),
        ]

    /// Every run there is here, by name.
    static let all: [(name: String, events: [Event])] = [
        ("unwound", unwound), ("stuck", stuck), ("stopped", stopped), ("unknown", unknown), ("no-go", noGo),
        ("interrupted", interrupted), ("done", done), ("rolled-back", rolledBack), ("barrier", barrier),
        ("rollback-failed", rollbackFailed),
    ]
}
