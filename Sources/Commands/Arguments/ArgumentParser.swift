import Diagnostics

/// A command line that was understood.
struct ParsedArguments: Sendable {
    let command: CommandSpec
    let positionals: [String]
    /// All of it, as it was typed.
    let words: [String]
    private let values: [String: [String]]

    init(command: CommandSpec, positionals: [String], words: [String], values: [String: [String]]) {
        self.command = command
        self.positionals = positionals
        self.words = words
        self.values = values
    }

    /// Whether a flag was given.
    func has(_ option: OptionSpec) -> Bool { values[option.name] != nil }

    /// The value of an option.
    func value(_ name: String) -> String? { values[name]?.last }

    /// All values of an option that repeats.
    func values(_ option: OptionSpec) -> [String] { values[option.name] ?? [] }
}

/// A command line that was not understood; no value of it is repeated that could be secret.
struct UsageError: Error, Sendable {
    let finding: Diagnostic
    let command: CommandSpec?
    let exit: ExitCode

    init(
        _ code: DiagnosticCode,
        _ message: String,
        help: String? = nil,
        command: CommandSpec? = nil,
        exit: ExitCode = .usage
    ) {
        finding = Diagnostic(code, message, at: nil, help: help)
        self.command = command
        self.exit = exit
    }
}

/// Takes a command line apart by the table.
enum ArgumentParser {
    /// - Throws: `UsageError` with the first thing that is not as the table has it.
    static func parse(_ arguments: [String]) throws(UsageError) -> ParsedArguments {
        try CommandLineSecrets.refuse(in: arguments)
        guard let name = arguments.first else { return try parse(["help"]) }
        if name == "-h" || name == "--help" { return try parse(["help"]) }
        let part = CommandTable.command(arguments.prefix(2).joined(separator: " "))
        guard let command = part ?? CommandTable.command(name) else { throw .unknownCommand(name) }
        var positionals: [String] = []
        var values: [String: [String]] = [:]
        var rest = arguments.dropFirst(part == nil ? 1 : 2)
        var onlyPositionals = false
        while let word = rest.popFirst() {
            if word == "--", !onlyPositionals {
                onlyPositionals = true
            } else if word == "-h" || word == "--help", !onlyPositionals {
                return try parse(["help"] + command.name.split(separator: " ").map(String.init))
            } else if word.hasPrefix("-"), word.count > 1, !onlyPositionals {
                try takeOption(word, &rest, command, &values)
            } else {
                positionals.append(word)
            }
        }
        try checkCount(positionals, command)
        return ParsedArguments(command: command, positionals: positionals, words: arguments, values: values)
    }

    private static func takeOption(
        _ word: String,
        _ rest: inout ArraySlice<String>,
        _ command: CommandSpec,
        _ values: inout [String: [String]]
    ) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init
        )
        guard let option = command.options.first(where: { $0.name == parts[0] }) else {
            throw .unknownOption(parts[0], command)
        }
        guard option.repeats || values[option.name] == nil else { throw .twice(option, command) }
        guard let placeholder = option.value else {
            guard parts.count == 1 else { throw .takesNoValue(option, command) }
            values[option.name] = [""]
            return
        }
        // The next option is no value: `--var --yes` forgot one.
        let value = parts.count == 2 ? parts[1] : rest.first?.hasPrefix("--") == false ? rest.popFirst() : nil
        guard let value, !value.isEmpty else { throw .missingValue(option, placeholder, command) }
        let choices = placeholder.split(separator: "|").map(String.init)
        if option.name == "--format", !choices.contains(value) {
            throw .unknownFormat(value, choices, command)
        }
        values[option.name, default: []].append(value)
    }

    private static func checkCount(_ positionals: [String], _ command: CommandSpec) throws(UsageError) {
        if let missing = command.positionals.dropFirst(positionals.count).first(where: \.isRequired) {
            throw UsageError(
                UsageCodes.arguments,
                "`gonogo \(command.name)` needs \(missing.name)",
                command: command
            )
        }
        if positionals.count > command.positionals.count {
            throw UsageError(
                UsageCodes.arguments,
                "`\(positionals[command.positionals.count])` is one argument too many",
                command: command
            )
        }
    }
}

extension CommandSpec {
    /// One line of usage.
    var usage: String {
        var words = ["gonogo", name]
        words += positionals.map { $0.isRequired ? $0.name : "[\($0.name)]" }
        words += options.map { option in
            let text = option.value.map { "\(option.name) \($0)" } ?? option.name
            return "[\(text)]" + (option.repeats ? "..." : "")
        }
        return words.joined(separator: " ")
    }
}

extension UsageError {
    fileprivate static func unknownCommand(_ name: String) -> UsageError {
        let known = CommandTable.commands.map(\.name)
        return UsageError(
            UsageCodes.command,
            "`\(name)` is not a command of gonogo",
            help: known.nearest(to: name).map { "did you mean `gonogo \($0)`?" }
                ?? "the commands are \(known.ticked("and"))"
        )
    }

    fileprivate static func unknownOption(_ name: String, _ command: CommandSpec) -> UsageError {
        let known = command.options.map(\.name)
        return UsageError(
            UsageCodes.option,
            "`\(name)` is not an option of `gonogo \(command.name)`",
            help: known.nearest(to: name).map { "did you mean `\($0)`?" },
            command: command
        )
    }

    fileprivate static func twice(_ option: OptionSpec, _ command: CommandSpec) -> UsageError {
        UsageError(
            UsageCodes.option,
            "`\(option.name)` is given twice",
            help: "give it once",
            command: command
        )
    }

    fileprivate static func takesNoValue(_ option: OptionSpec, _ command: CommandSpec) -> UsageError {
        UsageError(
            UsageCodes.option,
            "`\(option.name)` takes no value",
            help: "write `\(option.name)`",
            command: command
        )
    }

    fileprivate static func missingValue(
        _ option: OptionSpec,
        _ placeholder: String,
        _ command: CommandSpec
    ) -> UsageError {
        UsageError(
            UsageCodes.option,
            "`\(option.name)` needs a value",
            help: "write `\(option.name) \(placeholder)`",
            command: command
        )
    }

    fileprivate static func unknownFormat(
        _ value: String,
        _ choices: [String],
        _ command: CommandSpec
    ) -> UsageError {
        UsageError(
            UsageCodes.option,
            "`\(value)` is not a format of `gonogo \(command.name)`",
            help: "the formats are \(choices.ticked("and"))",
            command: command
        )
    }
}
