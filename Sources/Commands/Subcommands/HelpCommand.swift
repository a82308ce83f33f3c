/// `gonogo help`.
struct HelpCommand {
    private let topic: String?

    init(_ arguments: ParsedArguments) {
        topic = arguments.positionals.isEmpty ? nil : arguments.positionals.joined(separator: " ")
    }

    func run() throws(UsageError) -> ExitCode {
        switch topic {
        case nil: Output.result(Self.overview)
        case "exit-codes":
            Output.result(ExitCode.all.map { "\(String($0.rawValue).padded(to: 5))\($0.meaning)\n" }.joined())
        case let name?:
            guard let command = CommandTable.command(name) else {
                _ = try ArgumentParser.parse([name])
                return .usage
            }
            Output.result(Self.page(of: command))
        }
        return .done
    }

    private static var overview: String {
        let width = (CommandTable.commands.map(\.name.count).max() ?? 0) + 2
        let commands = CommandTable.commands.map { "  \($0.name.padded(to: width))\($0.summary)\n" }.joined()
        return """
            gonogo runs database runbooks: phases with checks and gates, each with its rollback.

            usage: gonogo COMMAND [ARGUMENTS]

            \(commands)
            gonogo help COMMAND explains one; gonogo help exit-codes lists what the exit status means.

            """
    }

    private static func page(of command: CommandSpec) -> String {
        let options = command.options + [OptionSpec.help]
        let names = options.map { option in option.value.map { "\(option.name) \($0)" } ?? option.name }
        let width = (names.map(\.count).max() ?? 0) + 2
        let lines = zip(names, options).map { "  \($0.padded(to: width))\($1.summary)\n" }.joined()
        let examples = command.examples.map { "  \($0)\n" }.joined()
        return """
            gonogo \(command.name): \(command.summary)

            usage: \(command.usage)

            \(lines)
            examples:
            \(examples)
            """
    }
}

extension String {
    /// With blanks behind it up to a width.
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
