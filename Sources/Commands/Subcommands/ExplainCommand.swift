import Diagnostics
import Planning
import Runbooks
import Statements
import YAML

/// `gonogo explain`: the long form of a code.
struct ExplainCommand {
    /// Every code there is, by id.
    static let codes =
        (YAMLCodes.all + RunbookCodes.all + StatementCodes.all + PlanningCodes.all + ReviewCodes.all + UsageCodes.all
        + RefusalCodes.all + ApprovalCodes.all)
        .sorted { $0.id.dropFirst() < $1.id.dropFirst() }

    private let wanted: String?

    init(_ arguments: ParsedArguments) { wanted = arguments.positionals.first }

    func run() throws(UsageError) -> ExitCode {
        guard let wanted else {
            Output.result(Self.codes.map { "\($0.id)  \($0.title)\n" }.joined())
            return .done
        }
        guard let code = Self.codes.first(where: { $0.id == wanted.uppercased() }) else {
            throw UsageError(
                UsageCodes.noSuchCode,
                "`\(wanted)` is not a code of gonogo",
                help: "`gonogo explain` lists them all"
            )
        }
        Output.result("\(code.id): \(code.title)\n\n\(code.explanation)\n")
        return .done
    }
}
