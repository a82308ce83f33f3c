import Diagnostics
import Reports

/// The question whether to begin, answered by `--yes` or by the whole word at a terminal.
enum Confirmation {
    /// What was answered.
    enum Answer {
        case yes
        case no
        /// A signal came instead.
        case interrupted
    }

    /// - Throws: `UsageError` when nobody can be asked.
    static func ask(
        _ question: String,
        _ arguments: ParsedArguments,
        _ signals: StopSignals
    ) async throws(UsageError) -> Answer {
        if arguments.has(.yes) { return .yes }
        guard ProcessEnvironment.isInteractive else {
            var words = arguments.words
            // After `--` it would be no option.
            words.insert("--yes", at: words.firstIndex(of: "--") ?? words.endIndex)
            throw UsageError(
                UsageCodes.noTerminal,
                "a decision is needed and there is no terminal: \(question)",
                help: "`\(NextCommands.line(words))` begins without asking",
                exit: .waiting
            )
        }
        let prompt = "\(question) Only the word `yes` begins it: "
        let line = await TerminalInput.line(prompt, until: nil, unless: { signals.isRequested })
        if line == "yes" { return .yes }
        Output.message(line == nil ? "\nNothing was done.\n" : "Nothing was done.\n")
        return signals.isRequested ? .interrupted : .no
    }
}
