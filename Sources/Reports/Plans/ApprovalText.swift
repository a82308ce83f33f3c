public import CanonicalJSON
import Diagnostics
public import Planning

/// How a plan stands with those who must approve it.
public enum ApprovalText {
    /// For people: who has approved, what does not count, and what is missing.
    public static func render(_ standing: ApprovalStanding, of plan: Plan) -> String {
        let rule = plan.consent.approvals?.words ?? "no approval"
        var lines = ["Plan \(plan.digest.short)  \(plan.name.printable)  needs \(rule)"]
        var table = Table([.left, .left, .left, .left, .left, .free])
        for given in standing.given {
            table.add([
                "  approved", given.identity.prose, given.role.printable, given.at,
                given.until.map { "until \($0)" } ?? "", given.key ?? "unproved",
            ])
        }
        for no in standing.rejections {
            table.add([
                "  rejected", no.identity.prose, no.role.printable, no.at.description, "", no.reason?.prose ?? "",
            ])
        }
        if !table.text.isEmpty { lines += table.text.split(separator: "\n").map(String.init) }
        lines += standing.problems.map { "  void      \($0.problem.words(of: $0.identity, in: $0.file))" }
        if standing.missing > 0 { lines.append("Missing    \(Count(standing.missing, "approval"))") }
        if standing.isGranted { lines.append("Nothing is missing.") }
        if !standing.isProved { lines.append("Identities are unproved: no signature was held against a signers file.") }
        return lines.map { $0.trimmingTrailingBlanks + "\n" }.joined()
    }

    /// The same for programs.
    public static func json(_ standing: ApprovalStanding, of plan: Plan) -> JSON {
        [
            "plan": .string(plan.digest.hex), "required": .integer(standing.required),
            "missing": .integer(standing.missing), "granted": .boolean(standing.isGranted),
            "proved": .boolean(standing.isProved && !standing.given.isEmpty),
            "approved": .array(standing.given.map(\.json)),
            "rejected": .array(
                standing.rejections.map { no in
                    .compact([
                        "identity": .string(no.identity), "role": .string(no.role), "at": .string(no.at.description),
                        "reason": .optional(no.reason),
                    ])
                }),
            "void": .array(
                standing.problems.map { problem in
                    .compact([
                        "file": .string(problem.file), "identity": .optional(problem.identity),
                        "why": .string(problem.problem.words(of: problem.identity, in: problem.file)),
                    ])
                }),
        ]
    }
}
