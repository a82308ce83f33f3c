import Databases
import Runbooks
import Statements

@testable import Planning

/// A plan with everything a plan can hold, after the execution plan the runbooks are modelled on.
enum SamplePlan {
    static let full = Plan(
        name: "v2-hybrid-vector-graph",
        title: "From V1 to the V2 hybrid vector graph",
        owner: "Platform team",
        risk: "critical",
        runbook: "v2.runbook.yaml",
        targets: [Make.target("prod"), Make.target("archive", .sqlite, display: "archive.db")],
        variables: [],
        phases: [backup, baseline, graph, isolation, views, indexes, verify, archive, enable]
    )

    static let backup = Make.phase(
        "backup",
        title: "Back up and list what the backup holds",
        steps: [
            Make.command("backup/1", ["/bin/sh", "-c", "pg_dump -Fc --file=v2.dump"], title: "dump prod")
        ],
        rollback: .nothing(reason: "a file more"),
        onFailure: .stop,
        estimate: 600_000,
        timeout: 1_800_000
    )

    static let baseline = Make.phase(
        "baseline",
        needs: ["backup"],
        wave: 1,
        preconditions: [
            Make.check("baseline/precondition-1", "the schema is 005", expect: .value(.text("005"))),
            Make.check(
                "baseline/precondition-2",
                "server version",
                expect: .bounds([Bound(.atLeast, Quantity(digits: "13", written: "13"))])
            ),
        ],
        steps: [
            Make.capture("baseline/1", "counts", "SELECT count(*) FROM agent_profiles"),
            Make.capture("baseline/2", "rows", "SELECT * FROM agent_profiles ORDER BY id", fingerprint: true),
        ],
        checks: [Make.check("baseline/check-1", "no long transaction", severity: .warn)],
        gate: Make.gate(
            "Rehearsal passed, backup verified, counts recorded. Start the production migration?",
            ["lead", "dba"],
            timeout: 1_800_000
        ),
        onFailure: .stop,
        estimate: 300_000,
        timeout: 600_000
    )

    static let graph = Make.phase(
        "m006",
        needs: ["baseline"],
        wave: 2,
        title: "Knowledge graph",
        steps: [
            Make.sql(
                "m006/1",
                "migrations/006_create_knowledge_graph_schema.sql",
                [
                    "CREATE TYPE capability AS ENUM ('a', 'b')",
                    "CREATE TABLE agent_capabilities_graph (id uuid)",
                ],
                role: "owner",
                settings: [PlannedSetting(name: "lock_timeout", value: "5s")]
            )
        ],
        checks: [
            Make.check(
                "m006/check-1",
                "four tables",
                "SELECT tablename FROM pg_tables",
                expect: .set([.text("nodes"), .text("edges")])
            ),
            Make.check("m006/check-2", "counts as captured", expect: .sameAs("counts")),
        ],
        rollback: Make.undo("m006", "rollback/006_create_knowledge_graph_schema.sql", estimate: 60_000),
        estimate: 2_700_000,
        timeout: 5_400_000
    )

    static let isolation = Make.phase(
        "m007",
        needs: ["m006"],
        wave: 3,
        steps: [
            Make.sql(
                "m007/1",
                "migrations/007_add_multi_tenant_isolation.sql",
                [
                    "ALTER TABLE agent_profiles ADD COLUMN tenant_id text",
                    "UPDATE agent_profiles SET tenant_id = 'x'",
                ]
            )
        ],
        checks: [
            Make.check(
                "m007/other-rows-hidden",
                "unknown tenant sees nothing",
                "SELECT count(*) FROM agent_profiles",
                role: "app_user",
                settings: [PlannedSetting(name: "app.current_tenant", value: "non-existent-tenant")],
                retry: PlannedRetry(total: 60_000, every: 5000)
            ),
            Make.check(
                "m007/refused",
                "a foreign row is refused",
                "INSERT INTO agent_profiles VALUES (1)",
                expect: .failure(sqlstate: "42501", contains: "row-level security"),
                mayWrite: true,
                each: [PlannedSetting(name: "table", value: "agent_profiles")]
            ),
        ],
        rollback: Make.undo("m007", "rollback/007_add_multi_tenant_isolation.sql", estimate: 240_000),
        estimate: 3_600_000,
        timeout: 7_200_000
    )

    static let views = Make.phase(
        "m008",
        needs: ["m007"],
        wave: 4,
        steps: [
            Make.sql(
                "m008/1",
                "migrations/008_create_hybrid_search_views.sql",
                ["CREATE VIEW v AS SELECT 1"]
            ),
            Make.sql("m008/2", nil, ["ANALYZE"], transaction: .statement),
        ],
        rollback: Make.undo("m008", "rollback/008_create_hybrid_search_views.sql", estimate: 30_000),
        onFailure: .rollback,
        estimate: 1_800_000,
        timeout: 3_600_000
    )

    static let indexes = Make.phase(
        "indexes",
        needs: ["m007"],
        wave: 4,
        condition: Make.check("indexes/if", "the table is large", expect: .rows([])),
        steps: [
            Make.sql(
                "indexes/1",
                nil,
                ["CREATE INDEX CONCURRENTLY i ON agent_profiles (tenant_id)"],
                kind: .nonTransactional,
                transaction: .none,
                doneWhen: Make.check("indexes/done-when", "index i is valid")
            )
        ],
        rollback: Make.undo("indexes", "rollback/indexes.sql")
    )

    static let verify = Make.phase(
        "verify",
        needs: ["m008", "indexes"],
        wave: 5,
        checks: [
            Make.check(
                "verify/check-1",
                "vector search uses its index",
                expect: .usesIndex("idx_capabilities_embedding")
            )
        ],
        onFailure: .ask,
        estimate: 1_800_000,
        timeout: 3_600_000
    )

    static let archive = Make.phase(
        "archive",
        needs: ["verify"],
        wave: 6,
        skipped: "archive is false, not true",
        steps: [Make.sql("archive/1", "migrations/archive.sql", ["DELETE FROM old"], target: "archive")],
        rollback: .irreversible(reason: "rows are gone"),
        estimate: 60_000
    )

    static let enable = Make.phase(
        "enable-app",
        needs: ["archive"],
        wave: 7,
        steps: [Make.command("enable-app/1", ["systemctl", "start", "v2-app"], repeatable: true)],
        gate: Make.gate("Start the application?", ["app-owner"], onNoGo: .unwind, at: .start),
        rollback: .irreversible(reason: "customers write at once"),
        estimate: 900_000,
        timeout: 1_800_000
    )
}
