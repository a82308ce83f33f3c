import Diagnostics
import Planning
import Runbooks

/// Options of the commands that go through phases.
struct RunOptions {
    /// What `--gate` says, by phase.
    var answers: [String: Bool] = [:]
    /// How many phases may run at once.
    var parallel = 1
    /// How long another run that holds a database is waited for.
    var wait = Duration.zero

    /// Whether a run goes on whatever its window says.
    var goesPastWindow = false

    /// None given.
    init() {}

    /// What a command line says.
    init(_ arguments: ParsedArguments) throws(UsageError) {
        answers = try Self.answers(arguments)
        parallel = try Self.parallel(arguments)
        wait = try Self.wait(arguments)
        goesPastWindow = arguments.has(.pastWindow)
    }

    /// Answers for gates must name gates that are there: one for another phase would be a decision lost.
    func check(_ plan: Plan, _ arguments: ParsedArguments) throws(UsageError) {
        let gates = plan.phases.filter { $0.gate != nil }.map(\.id)
        for phase in answers.keys.sorted() where !gates.contains(phase) {
            throw UsageError(
                UsageCodes.value,
                "`--gate \(phase)`: the plan has no gate there",
                help: gates.isEmpty ? "it has no gates at all" : "its gates are at \(gates.ticked("and"))",
                command: arguments.command
            )
        }
    }

    private static func answers(_ arguments: ParsedArguments) throws(UsageError) -> [String: Bool] {
        var answers: [String: Bool] = [:]
        for text in arguments.values(.gate) {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[1] == "go" || parts[1] == "no-go" else {
                throw UsageError(
                    UsageCodes.value,
                    "`--gate \(text)` is no decision",
                    help: "write `--gate PHASE=go` or `PHASE=no-go`",
                    command: arguments.command
                )
            }
            guard answers.updateValue(parts[1] == "go", forKey: parts[0]) == nil else {
                throw UsageError(
                    UsageCodes.value,
                    "`--gate \(parts[0])=...` is given twice",
                    help: "decide once",
                    command: arguments.command
                )
            }
        }
        return answers
    }

    private static func parallel(_ arguments: ParsedArguments) throws(UsageError) -> Int {
        guard let text = arguments.value("--parallel") else { return 4 }
        guard let number = Int(text), (1...64).contains(number) else {
            throw UsageError(
                UsageCodes.value,
                "`--parallel \(text)` is no number from 1 to 64",
                help: "write `--parallel 4`",
                command: arguments.command
            )
        }
        return number
    }

    private static func wait(_ arguments: ParsedArguments) throws(UsageError) -> Duration {
        guard let text = arguments.value("--wait") else { return .zero }
        guard let duration = DurationText.parse(text) else {
            throw UsageError(
                UsageCodes.value, "`--wait \(text)` is no length of time", help: "write `--wait 10m`",
                command: arguments.command)
        }
        return duration
    }
}
