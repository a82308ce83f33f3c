import Diagnostics
import Execution
import Planning
import Reports

/// `gonogo resolve`: a person says what became of a step of which nothing else can tell.
struct ResolveCommand {
    private let arguments: ParsedArguments
    private let store: RunStore
    private let directory: RunDirectory
    /// What became of a step; nil when it is said of a phase that what is left of it may stay.
    private let verdict: Resolution.Verdict?
    private let reason: String

    private static let accepted = "accepted"

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        store = RunStore(arguments)
        let words = Resolution.Verdict.allCases.map(\.rawValue) + [Self.accepted]
        guard let word = arguments.value("--as"), words.contains(word) else {
            throw UsageError(
                UsageCodes.value, "`--as` takes \(words.ticked("or"))", help: "say what became of the step",
                command: arguments.command)
        }
        guard let reason = arguments.value("--reason"), reason.contains(where: { !$0.isWhitespace }) else {
            throw UsageError(
                UsageCodes.value, "`--reason` is missing", help: "say why, for those who read the journal later",
                command: arguments.command)
        }
        (verdict, self.reason) = (Resolution.Verdict(rawValue: word), reason)
        directory = try store.find(arguments.positionals[0])
    }

    func run() async throws(UsageError) -> ExitCode {
        let name = arguments.positionals[1]
        let surroundings: RunSurroundings
        let evidence: String
        do throws(RunRefusal) {
            surroundings = RunSurroundings(
                arguments, root: store.root, store: store,
                plan: try directory.planToFollow(), options: RunOptions())
            evidence = try await self.evidence(name, Runner(surroundings.environment))
        } catch {
            return error.report(arguments, store)
        }
        Output.message(evidence + "\n")
        let what = verdict.map { "\(name.printable) is \($0.words)" } ?? "what is left of \(name.printable) may stay"
        if let end = try await surroundings.confirm("Write down that \(what)?") { return end }
        do throws(RunRefusal) {
            try await write(name, Runner(surroundings.environment), by: surroundings.environment.operatorName)
        } catch {
            return error.report(arguments, store)
        }
        let commands = NextCommands(runbook: nil, options: store.options)
        let next = verdict == nil ? "Next   \(commands.words("resume", directory.run))" : commands.goOn(directory.run)
        Output.message(next + "\n")
        return .done
    }

    private func evidence(_ name: String, _ runner: Runner) async throws(RunRefusal) -> String {
        verdict == nil
            ? EvidenceText.render(try await runner.residue(directory, phase: name), phase: name)
            : EvidenceText.render(try await runner.evidence(directory, step: name), step: name)
    }

    private func write(_ name: String, _ runner: Runner, by operatorName: String) async throws(RunRefusal) {
        guard let verdict else { return try await runner.accept(directory, phase: name, reason: reason) }
        let resolution = Resolution(verdict, reason: reason, by: operatorName)
        try await runner.resolve(directory, step: name, as: resolution)
    }
}
