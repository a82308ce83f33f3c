import Diagnostics
import Glibc
import Planning

/// The program: arguments in, exit code out.
public enum Gonogo {
    /// The version `gonogo --version` prints.
    public static let version = "0.1.0"

    /// Runs one command line; the first argument is the program's own name.
    ///
    /// - Returns: the exit code, which `gonogo help exit-codes` explains.
    public static func run(_ arguments: [String]) async -> Int32 {
        CrashNote.install()
        let words = Array(arguments.dropFirst())
        if words == ["--version"] {
            Output.result("gonogo \(version)\n")
            return ExitCode.done.rawValue
        }
        do throws(UsageError) {
            let code = try await dispatch(ArgumentParser.parse(words))
            guard code == .done, let problem = Output.problem else { return code.rawValue }
            Output.message("error: standard output could not be written: \(problem)\n")
            return ExitCode.internal.rawValue
        } catch {
            Output.message(error.finding.rendered())
            if let command = error.command { Output.message("usage: \(command.usage)\n") }
            return error.exit.rawValue
        }
    }

    private static func dispatch(_ arguments: ParsedArguments) async throws(UsageError) -> ExitCode {
        switch arguments.command.name {
        case "validate": try await ValidateCommand(arguments).run()
        case "plan": try await PlanCommand(arguments).run()
        case "plan show": try PlanShowCommand(arguments).run()
        case "plan diff": try PlanDiffCommand(arguments).run()
        case "approve": try await ApproveCommand(arguments, .approve).run()
        case "reject": try await ApproveCommand(arguments, .reject).run()
        case "approvals": try ApprovalsCommand(arguments).run()
        case "graph": try await GraphCommand(arguments).run()
        case "run": try await RunCommand(arguments).run()
        case "resolve": try await ResolveCommand(arguments).run()
        case "resume": try await ResumeCommand(arguments).run()
        case "recover": try await RecoverCommand(arguments).run()
        case "takeover": try await TakeoverCommand(arguments).run()
        case "rollback": try await RollbackCommand(arguments).run()
        case "status": try StatusCommand(arguments).run()
        case "history": try HistoryCommand(arguments).run()
        case "show": try ShowCommand(arguments).run()
        case "explain": try ExplainCommand(arguments).run()
        case "schema": try SchemaCommand(arguments).run()
        default: try HelpCommand(arguments).run()
        }
    }
}

/// Ends the process.
public func exit(with code: Int32) -> Never { Glibc.exit(code) }
