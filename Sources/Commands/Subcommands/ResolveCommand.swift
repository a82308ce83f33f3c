import Diagnostics
import Execution
import Planning
import Reports

/// `gonogo resolve`: a person says what became of a step of which nothing else can tell.
struct ResolveCommand {
    private let arguments: ParsedArguments
    private let store: RunStore
    private let directory: RunDirectory
    private let verdict: Resolution.Verdict
    private let reason: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        store = RunStore(arguments)
        let words = Resolution.Verdict.allCases.map(\.rawValue)
        guard let verdict = arguments.value("--as").flatMap(Resolution.Verdict.init(rawValue:)) else {
            throw UsageError(
                UsageCodes.value, "`--as` takes \(words.ticked("or"))", help: "say what became of the step",
                command: arguments.command)
        }
        guard let reason = arguments.value("--reason"), reason.contains(where: { !$0.isWhitespace }) else {
            throw UsageError(
                UsageCodes.value, "`--reason` is missing", help: "say why, for those who read the journal later",
                command: arguments.command)
        }
        (self.verdict, self.reason) = (verdict, reason)
        directory = try store.find(arguments.positionals[0])
    }

    func run() async throws(UsageError) -> ExitCode {
        let step = arguments.positionals[1]
        let surroundings: RunSurroundings
        let evidence: StepEvidence
        do throws(RunRefusal) {
            surroundings = RunSurroundings(
                arguments, root: store.root, store: store,
                plan: try directory.planToFollow(), options: RunOptions())
            evidence = try await Runner(surroundings.environment).evidence(directory, step: step)
        } catch {
            return error.report(arguments, store)
        }
        Output.message(EvidenceText.render(evidence, step: step) + "\n")
        let question = "Write down that \(step.printable) is \(verdict.words)?"
        if let end = try await surroundings.confirm(question) { return end }
        let resolution = Resolution(verdict, reason: reason, by: surroundings.environment.operatorName)
        do throws(RunRefusal) {
            try await Runner(surroundings.environment).resolve(directory, step: step, as: resolution)
        } catch {
            return error.report(arguments, store)
        }
        Output.message(NextCommands(runbook: nil, options: store.options).goOn(directory.run) + "\n")
        return .done
    }
}
