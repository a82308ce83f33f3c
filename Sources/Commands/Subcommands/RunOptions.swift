import Diagnostics
import Planning

/// Options of the commands that go through phases.
enum RunOptions {
    /// Answers for gates must name gates that are there: one for another phase would be a decision lost.
    static func check(_ answers: [String: Bool], _ plan: Plan, _ arguments: ParsedArguments) throws(UsageError) {
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

    /// What `--gate` says, by phase.
    static func answers(_ arguments: ParsedArguments) throws(UsageError) -> [String: Bool] {
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

    /// How many phases may run at once.
    static func parallel(_ arguments: ParsedArguments) throws(UsageError) -> Int {
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
}
