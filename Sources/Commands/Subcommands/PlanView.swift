import Diagnostics
import Planning
import Reports

/// How `plan` and `plan show` print a plan.
struct PlanView {
    private let format: PlanFormat
    private let arguments: ParsedArguments
    /// The plan that what changed is told against.
    private let approved: Plan?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let format = arguments.value("--format").flatMap(PlanFormat.init(rawValue:)) ?? .text
        func refuse(_ option: OptionSpec, _ words: String, _ help: String) -> UsageError {
            UsageError(
                UsageCodes.value, "`\(option.name)` \(words)", help: help, command: arguments.command)
        }
        if arguments.has(.sql), format != .text || arguments.has(.details) {
            throw refuse(.sql, "prints a script, and nothing else", "leave the other option out")
        }
        if arguments.has(.details), format != .text {
            throw refuse(.details, "is for text: the other formats show everything", "leave it out")
        }
        if arguments.has(.against), format != .markdown, format != .html {
            throw refuse(.against, "is for markdown and html", "`gonogo plan diff` tells what differs in other forms")
        }
        self.format = format
        self.arguments = arguments
        approved = if let path = arguments.value("--against") { try PlanFile(path).plan } else { nil }
    }

    /// Whether only what was found is printed, and not the plan.
    var isOfFindings: Bool { format == .sarif || format == .github }

    /// Prints a plan.
    ///
    /// - Parameters:
    ///   - plan: the plan.
    ///   - file: where it is kept, as it would be typed.
    ///   - findings: what was found in it and in the runbook it was made from; asked for only where it is shown.
    func show(_ plan: Plan, file: String?, findings: @autoclosure () -> [ReportedFinding]) {
        switch format {
        case .text where arguments.has(.sql): Output.result(PlanScript.render(plan))
        case .text: Output.result(PlanText.render(plan, details: arguments.has(.details)))
        case .json: Output.result(PlanJSON.render(plan))
        case .markdown: Output.result(PlanComment.render(plan, against: approved, file: file))
        case .html: Output.result(PlanPage.render(plan, against: approved, file: file))
        case .sarif, .github: show(findings())
        }
    }

    /// Prints what was found; of a runbook that cannot be planned there is nothing else.
    func show(_ findings: [ReportedFinding]) {
        switch format {
        case .sarif: Output.result(FindingsSARIF.render(findings))
        case .github: Output.result(WorkflowCommands.render(findings))
        case .text, .json, .markdown, .html: break
        }
    }

    /// What comes next for a plan in a file.
    static func next(_ plan: Plan, _ path: String) -> String {
        guard let rule = plan.consent.approvals else { return NextCommands.line(["run", path]) }
        return NextCommands.line(["approve", path, "--as", rule.roles.first ?? "ROLE", "--key", "KEY"])
    }

    /// Says of a plan that it may run in any database its address leads to.
    static func noteBinding(_ plan: Plan) {
        if plan.consent.approvals != nil, Signers.isNobodyNamed {
            Output.message("Nobody's signatures are known here: an approval proves no identity without --signers.\n")
        }
        guard !plan.isBound else { return }
        Output.message("It is bound to no database: `--target` reaches them, and binds a plan to them.\n")
    }
}

/// The forms a plan is printed in.
enum PlanFormat: String, CaseIterable {
    /// For a terminal.
    case text
    /// Its canonical members, for programs.
    case json
    /// A comment under a change that is proposed.
    case markdown
    /// A page that is complete in itself.
    case html
    /// What was found, for code hosts and editors.
    case sarif
    /// What was found, as commands to a workflow of GitHub.
    case github
}
