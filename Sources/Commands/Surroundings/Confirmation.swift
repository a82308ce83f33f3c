/// The question whether to begin, answered by `--yes` or by the whole word at a terminal.
enum Confirmation {
    /// Whether to begin.
    ///
    /// - Throws: `UsageError` when nobody can be asked.
    static func given(_ question: String, _ arguments: ParsedArguments) async throws(UsageError) -> Bool {
        if arguments.has(.yes) { return true }
        guard ProcessEnvironment.isInteractive else {
            throw UsageError(
                UsageCodes.noTerminal, "a decision is needed and there is no terminal: \(question)",
                help: "say `--yes` if it is to begin", exit: .waiting)
        }
        Output.message("\(question) Only the word `yes` begins it: ")
        guard await TerminalInput.line(until: nil) == "yes" else {
            Output.message("Nothing was done.\n")
            return false
        }
        return true
    }
}
