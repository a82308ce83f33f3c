import Databases

/// Looks at the programs that steps and checks start, by their words.
struct CommandReview {
    private let databaseFiles: Set<String>
    /// How each file that `pg_dump` wrote is to be read, by its name.
    private var dumps: [String: DumpForm] = [:]

    /// What reads a dump.
    private enum DumpForm {
        /// SQL, for psql.
        case plain
        /// For pg_restore.
        case archive
    }

    init(_ plan: Plan) {
        databaseFiles = Set(
            plan.targets.filter { $0.engine == .sqlite }.map { target in
                let path = target.display.hasPrefix("sqlite:") ? String(target.display.dropFirst(7)) : target.display
                return String(path.split(separator: "/").last ?? "")
            })
    }

    /// What is found in the next phase.
    mutating func findings(in phase: PlannedPhase) -> [PlannedFinding] {
        var found: [PlannedFinding] = []
        for step in phase.steps + phase.rollbackSteps {
            guard case .run(let command) = step.action, let text = command.shellText else { continue }
            found += look(at: text).map { $0.placed(at: step.place, phase: phase.id, step: step.id) }
        }
        var checks = (phase.condition.map { [$0] } ?? []) + phase.preconditions + phase.checks
        if case .steps(_, let own, _, _) = phase.rollback { checks += own }
        for check in checks {
            guard case .command(let command) = check.subject, let text = command.shellText else { continue }
            found += (excused(text, check) + look(at: text)).map {
                $0.placed(at: check.place, phase: phase.id, step: nil)
            }
        }
        return found
    }

    private mutating func look(at text: String) -> [RuleFinding] {
        let commands = ShellText(text).commands
        var found: [RuleFinding] = []
        let restores = commands.contains { $0.program == "pg_restore" && !$0.has("l", "list") }
        for command in commands {
            switch command.program {
            case "pg_dump", "pg_dumpall": note(command)
            case "psql": found += psql(command)
            case "pg_restore":
                if command.has("l", "list"), !restores {
                    found.append(
                        RuleFinding(
                            ReviewCodes.listIsNoProof,
                            "pg_restore --list reads the table of contents alone, which a dump that was cut off has, too",
                            help: "restore it into a database of its own, and count there"))
                }
                found += restore(command)
            case "cp", "rsync", "scp", "mv": found += copy(command)
            default: break
            }
        }
        return found
    }

    // MARK: psql

    private func psql(_ command: ShellText.Command) -> [RuleFinding] {
        var found: [RuleFinding] = []
        let scripts = command.values("f", "file").count + command.values("c", "command").count
        let script = command.value("f", "file") ?? (command.readsInput ? "what it is given" : "the next command")
        let readsScript = command.readsInput || !command.values("f", "file").isEmpty || scripts > 1
        let stops = command.arguments.contains {
            $0.contains("ON_ERROR_STOP") && !$0.hasSuffix("=0") && !$0.hasSuffix("=off")
        }
        if readsScript, !stops {
            found.append(
                RuleFinding(
                    ReviewCodes.goesOn,
                    "psql goes on with \(script) after an error, and ends as if there had been none",
                    help: "add `-v ON_ERROR_STOP=1`, or make the file a step of its own: `sql: FILE`"))
        }
        if command.value("U", "username") == "postgres" {
            found.append(
                RuleFinding(
                    ReviewCodes.asSuperuser, "psql works as postgres, whom no privilege and no policy stops",
                    help: "connect as the role that the work is for"))
        }
        let read = command.values("f", "file").first { dumps[$0] == .archive }
        if let read {
            found.append(
                RuleFinding(
                    ReviewCodes.otherDump, "psql is given \(read), which pg_dump wrote for pg_restore",
                    help: "restore it with pg_restore"))
        }
        return found
    }

    // MARK: Dumps

    private mutating func note(_ command: ShellText.Command) {
        guard let file = command.value("f", "file") ?? command.output else { return }
        let form = command.value("F", "format") ?? "p"
        dumps[file] = form.hasPrefix("p") ? .plain : .archive
    }

    private func restore(_ command: ShellText.Command) -> [RuleFinding] {
        guard let file = command.arguments.first(where: { dumps[$0] == .plain }) else { return [] }
        return [
            RuleFinding(
                ReviewCodes.otherDump,
                "pg_restore is given \(file), which pg_dump wrote as SQL: it refuses such a file",
                help: "write the dump with `--format=custom`, or restore it with psql")
        ]
    }

    // MARK: Files of SQLite

    private func copy(_ command: ShellText.Command) -> [RuleFinding] {
        let file = command.arguments.dropLast().first { word in
            databaseFiles.contains(String(word.split(separator: "/").last ?? ""))
        }
        guard let file else { return [] }
        return [
            RuleFinding(
                ReviewCodes.copiesFile, "\(command.program) copies \(file) without what its -wal file holds",
                help: "make it a step `backup: FILE`, which copies through SQLite itself")
        ]
    }

    // MARK: Checks that cannot fail

    private func excused(_ text: String, _ check: PlannedCheck) -> [RuleFinding] {
        let commands = ShellText(text).commands
        guard case .command(exit: 0, output: nil) = check.expectation, commands.count == 2, commands[0].isExcused,
            ["true", ":", "echo"].contains(commands[1].program) || commands[1].words == ["exit", "0"]
        else { return [] }
        return [
            RuleFinding(
                ReviewCodes.cannotFail,
                "check `\(check.name)` cannot fail: `\(commands[1].words.joined(separator: " "))` ends well, whatever came before",
                help: "leave `||` and what follows out")
        ]
    }
}

extension PlannedCommand {
    /// What the shell is told; a program with its arguments as one line of quoted words.
    fileprivate var shellText: String? {
        if arguments.count == 3, arguments[0].hasSuffix("sh"), arguments[1] == "-c" { return arguments[2] }
        return arguments.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
    }
}
