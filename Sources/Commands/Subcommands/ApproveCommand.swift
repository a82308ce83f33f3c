import CanonicalJSON
import Diagnostics
import Execution
import Planning
import Reports

/// `gonogo approve` and `gonogo reject`: a person's word on a plan.
struct ApproveCommand {
    private let arguments: ParsedArguments
    private let file: PlanFile
    private let decision: Approval.Decision
    private let role: String
    private let identity: String

    init(_ arguments: ParsedArguments, _ decision: Approval.Decision) throws(UsageError) {
        self.arguments = arguments
        self.decision = decision
        guard let role = arguments.value("--as") else {
            throw UsageError(
                UsageCodes.value, "`--as` is missing", help: "name the role: `--as ROLE`", command: arguments.command)
        }
        guard decision == .approve || arguments.value("--reason") != nil else {
            throw UsageError(
                UsageCodes.value, "`--reason` is missing", help: "others must know why: `--reason TEXT`",
                command: arguments.command)
        }
        self.role = role
        identity =
            arguments.value("--by") ?? ProcessEnvironment.variables["GONOGO_IDENTITY"]
            ?? ProcessEnvironment.operatorName
        file = try PlanFile(arguments.positionals[0])
    }

    func run() async throws(UsageError) -> ExitCode {
        let plan = file.plan
        guard let policy = ApprovalPolicy(of: plan, needsProof: false) else {
            throw UsageError(
                UsageCodes.value, "the plan needs nobody's approval", help: "its runbook has no `approvals`",
                command: arguments.command)
        }
        if let refusal = refusal(by: policy) {
            Output.message(refusal.rendered())
            return .refused
        }
        Output.message(PlanText.render(plan, details: false) + "\n")
        let now = ClockTime.now
        // As the signers file will have it, too.
        let identity = policy.spelling(of: identity, in: role)
        let approval = Approval(
            plan: plan.digest, role: role, identity: identity, decision: decision, at: now,
            expires: policy.expiry(from: now), reason: arguments.value("--reason"))
        let signature = try await signature(under: approval)
        let path = try ApprovalFolder(of: file).write(approval, signature: signature)
        let word = decision == .approve ? "Approved" : "Rejected"
        Output.message(
            "\(word) plan \(plan.digest.short) as \(role.printable), by \(identity.printable): \(path.printable)\n")
        guard let approvals = try PlanApprovals(of: file, arguments) else { return .done }
        Output.result(ApprovalText.render(approvals.standing, of: plan))
        if approvals.standing.isGranted { Output.message("Next   \(NextCommands.line(["run", file.path]))\n") }
        return .done
    }

    /// Why this person may not say so.
    private func refusal(by policy: ApprovalPolicy) -> Diagnostic? {
        guard file.plan.isBound else { return PlanApprovals.unbound(file) }
        if decision == .approve, let first = file.plan.review.openErrors.first {
            let more = file.plan.review.openErrors.count - 1
            return Diagnostic(
                ApprovalCodes.willFail,
                "\(file.path.printable) will fail: \(first.message.printable) [\(first.code)]"
                    + (more > 0 ? ", and \(Count(more, "other error"))" : ""), at: nil,
                help: "mend the runbook and plan again, or accept \(first.code) in it with the reason")
        }
        guard let problem = policy.problem(with: identity, as: role) else { return nil }
        let members = file.plan.consent.role(role)?.members ?? []
        let help = problem == .notMember ? "say who you are by `--by`: \(role) has \(members.ticked("and"))" : nil
        return Diagnostic(problem.code, problem.words(of: identity, in: file.path), at: nil, help: help?.printable)
    }

    /// The signature by the key that was named; without one the plan's digest must be given, and proves nothing.
    private func signature(under approval: Approval) async throws(UsageError) -> String? {
        guard let key = arguments.value("--key") else {
            try await confirmDigest()
            return nil
        }
        let keygen = try SSHKeygen()
        defer { keygen.end() }
        guard let signature = keygen.sign(approval.signedBytes, key: key, namespace: Approval.namespace) else {
            throw UsageError(
                UsageCodes.value, "ssh-keygen made no signature with \(key.printable)",
                help: "name a private key, or a public one whose private key an agent has", exit: .internal)
        }
        return signature
    }

    private func confirmDigest() async throws(UsageError) {
        let question = "Nothing will prove that it was you: `--key` does. The digest of the plan you looked at: "
        let line = await TerminalInput.line(question, until: nil, unless: { false })
        Output.message("\n")
        guard let line, line.utf8.count >= 12, file.plan.digest.hex.hasPrefix(line.lowercased()) else {
            throw UsageError(
                ApprovalCodes.digestNotGiven, "that is not the digest of \(file.path.printable)",
                help: "type at least its first twelve digits, as `gonogo plan show` prints it", exit: .refused)
        }
    }
}

/// `gonogo approvals`: who has approved a plan, and what is missing.
struct ApprovalsCommand {
    private let arguments: ParsedArguments
    private let file: PlanFile

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        file = try PlanFile(arguments.positionals[0])
    }

    func run() throws(UsageError) -> ExitCode {
        let standing = try PlanApprovals(of: file, arguments)?.standing ?? .notNeeded
        let isJSON = arguments.has(.jsonOutput)
        Output.result(
            isJSON
                ? ApprovalText.json(standing, of: file.plan).safeText + "\n"
                : ApprovalText.render(standing, of: file.plan))
        return .done
    }
}

extension ClockTime {
    /// Now.
    static var now: ClockTime { ClockTime(CurrentMachine.value.time) ?? ClockTime(milliseconds: 0) }
}
