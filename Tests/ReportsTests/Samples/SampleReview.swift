import Diagnostics
import Statements

@testable import Planning

extension SamplePlan {
    /// The plan with everything a review can find.
    static let reviewed = full.with(
        PlanReview(
            findings: [
                finding("W627", "reads and writes of `agent_profiles` wait until it is written anew", "m007", line: 1),
                finding("W607", "the rollback drops what was written into `tenant_id` since", "m007", line: 2),
                finding("W601", "the rollback of `m006` leaves type capability", "m006", line: 9, severity: .error),
                accepted(
                    finding("W621", "writes wait until index i is built", "indexes", line: 4), "nobody works then"),
                accepted(finding("W625", "writes wait", "m007", line: 7), "the table is small"),
            ],
            impacts: [
                StatementImpact(
                    step: "m006/1", index: 1, does: (1...6).map { "creates column agent_capabilities_graph.c\($0)" },
                    locks: [], rewrite: nil, scan: nil, destroys: ["table old_entities (about 2,000 rows, 3 MB)"],
                    overwrites: ["what kind held in some rows of agent_profiles"], unseen: ["what f() does"]),
                StatementImpact(
                    step: "m007/1", index: 0, does: ["creates column agent_profiles.tenant_id text"],
                    locks: [
                        ImpactLock(object: "agent_profiles", isNamed: true, mode: .accessExclusive),
                        ImpactLock(object: "tables that refer to it", isNamed: false, mode: .shareRowExclusive),
                    ], rewrite: ImpactClaim(words: "the default is computed", isSure: true),
                    scan: ImpactClaim(words: "a constraint proves it", isSure: false), destroys: [], overwrites: [],
                    unseen: []),
            ],
            acceptances: [
                PlannedAcceptance(code: "W625", phase: "m007", reason: "the table is small", place: Make.place)
            ]))

    private static func finding(
        _ code: String, _ message: String, _ phase: String, line: Int, severity: Severity = .warning
    ) -> PlannedFinding {
        PlannedFinding(
            DiagnosticCode(code, "", ""), message, help: "write it in two steps, with `NOT VALID`", severity: severity,
            at: Place(file: "migrations/\(phase).sql", line: line), phase: phase, step: "\(phase)/1")
    }

    private static func accepted(_ finding: PlannedFinding, _ reason: String) -> PlannedFinding {
        var finding = finding
        finding.accepted = reason
        return finding
    }
}
