import Diagnostics
import Planning
import Reports

/// How the plan in a file stands with those who must approve it, by the files beside it and the signers known here.
struct PlanApprovals {
    let standing: ApprovalStanding
    private let file: PlanFile

    /// - Returns: nil for a plan that needs nobody's approval.
    /// - Throws: `UsageError` when the files cannot be read, or the signers cannot be trusted.
    init?(of file: PlanFile, _ arguments: ParsedArguments) throws(UsageError) {
        guard file.plan.consent.approvals != nil else { return nil }
        let signers = try Signers(arguments, root: file.root(arguments))
        guard let policy = ApprovalPolicy(of: file.plan, needsProof: signers != nil) else { return nil }
        let (files, damaged) = try ApprovalFolder(of: file).files()
        var proofs: [(file: ApprovalFile, proof: ApprovalProof)] = files.map { ($0, .none) }
        if let signers, files.contains(where: { $0.signature != nil }) {
            let keygen = try SSHKeygen()
            defer { keygen.end() }
            proofs = files.map { ($0, signers.proof(of: $0, keygen)) }
        }
        standing = policy.standing(proofs, damaged: damaged, now: .now)
        self.file = file
    }

    /// Why the plan may not run, each reason with its own code; none where it may.
    var refusals: [Diagnostic] {
        guard file.plan.isBound else { return [Self.unbound(file)] }
        guard !standing.isGranted else { return [] }
        var refusals = standing.problems.map { problem in
            Diagnostic(problem.problem.code, problem.problem.words(of: problem.identity, in: problem.file), at: nil)
        }
        let look = "`\(NextCommands.line(["approvals", file.path]))` shows how it stands"
        for no in standing.rejections {
            let reason = no.reason.map { ": \($0)" } ?? ""
            refusals.append(
                Diagnostic(
                    ApprovalCodes.rejected, "\(no.identity) rejected the plan as \(no.role)\(reason)".printable,
                    at: nil,
                    help: look))
        }
        guard standing.missing > 0, let rule = file.plan.consent.approvals else { return refusals }
        let code = standing.given.isEmpty ? ApprovalCodes.unapproved : ApprovalCodes.tooFew
        let message =
            "the plan needs \(rule.words), and has \(standing.given.isEmpty ? "none" : "\(standing.given.count)")"
        let approve = NextCommands.line(["approve", file.path, "--as", rule.roles.first ?? "ROLE", "--key", "KEY"])
        return refusals + [Diagnostic(code, message, at: nil, help: "`\(approve)`; \(look)")]
    }

    /// Why a plan that would run wherever its address leads cannot be approved.
    static func unbound(_ file: PlanFile) -> Diagnostic {
        let again = NextCommands.line(["plan", file.plan.runbook, "--target", "-o", file.path, "--force"])
        return Diagnostic(
            ApprovalCodes.unbound, "the plan is bound to no database", at: nil, help: "plan again: `\(again)`")
    }

    /// Who approved it, in a line.
    var words: String {
        let unproved =
            standing.isProved ? "" : "Identities are unproved: no signature was held against a signers file.\n"
        return "Approved by \(standing.given.map(\.words).joined(separator: "; "))\n" + unproved
    }
}

extension PlanApprovals {
    /// Why a runbook whose plans need approvals does not run by itself.
    static func refusal(of plan: Plan, _ runbook: String) -> Diagnostic? {
        guard let rule = plan.consent.approvals else { return nil }
        let file = "\(plan.name).plan"
        let commands = [
            ["plan", runbook, "--target", "-o", file],
            ["approve", file, "--as", rule.roles.first ?? "ROLE", "--key", "KEY"],
            ["run", file],
        ]
        return Diagnostic(
            ApprovalCodes.needsPlan, "the runbook demands \(rule.words): only a plan that has them runs", at: nil,
            help: commands.map { "`\(NextCommands.line($0))`" }.joined(separator: ", then "))
    }
}
