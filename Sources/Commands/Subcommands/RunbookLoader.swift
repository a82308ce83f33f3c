import Databases
import Diagnostics
import Glibc
import Planning
import Reports
import Runbooks
import SQLiteDriver

/// From a path on the command line to a plan and all findings.
struct RunbookLoader {
    /// The folder paths start at.
    let root: String
    /// The names of its files as they are known from the current folder.
    let paths: PathsFromHere
    private let path: String
    private let source: SourceText
    private let values: [String: String]
    private let asksServer: Bool

    /// What came of a runbook.
    struct Loaded {
        let plan: Plan?
        let findings: [Diagnostic]
        /// What a review of the plan finds; the plan has it, too.
        let review: [Diagnostic]
        /// Whether names, files and SQL were looked at: only a runbook whose form is right gets that far.
        let isPlanned: Bool
    }

    /// Finds and reads the runbook a command line names.
    init(_ arguments: ParsedArguments) throws(UsageError) {
        try self.init(arguments, path: arguments.positionals[0])
    }

    /// Finds and reads a runbook.
    init(_ arguments: ParsedArguments, path shown: String) throws(UsageError) {
        let (real, bytes) = try Self.read(shown)
        guard !PlanFile.isPlan(bytes) else {
            throw UsageError(
                UsageCodes.runbookFile, "\(shown.printable) is a plan, and not a runbook",
                help: "`\(NextCommands.line(["plan", "show", shown]))` shows it", command: arguments.command)
        }
        root = try Self.root(of: real, arguments)
        path = real.hasPrefix(root + "/") ? String(real.dropFirst(root.count + 1)) : real
        source = SourceText(name: shown, bytes: bytes)
        paths = PathsFromHere(root: root, names: [shown: path])
        values = try Self.values(arguments)
        asksServer = arguments.has(.askServer)
    }

    /// Reads the runbook of a plan again, with the values the plan has.
    init(of plan: Plan, below root: String) throws(UsageError) {
        self.root = root
        path = plan.runbook
        paths = PathsFromHere(root: root)
        source = SourceText(name: plan.runbook, bytes: try Self.read(root + "/" + plan.runbook).bytes)
        values = Dictionary(
            plan.variables.compactMap { variable in
                guard case .text(let text) = variable.value else { return nil }
                return (variable.name, text)
            }, uniquingKeysWith: { first, _ in first })
        asksServer = false
    }

    /// Reads, decodes and plans, with every finding at once; servers are asked only where the command line says so.
    func load() async -> Loaded {
        var findings = Findings()
        let runbook = RunbookDecoder.decode(source, environment: ProcessEnvironment.variables, findings: &findings)
        guard let runbook, !findings.hasErrors else {
            return Loaded(plan: nil, findings: findings.all.inSourceOrder(), review: [], isPlanned: false)
        }
        var planned = Planner.plan(request(runbook, verdicts: [:]))
        if asksServer, !planned.questions.isEmpty {
            let verdicts = await ServerVerdicts(runbook, Addresses(root: root)).answers(to: planned.questions)
            planned = Planner.plan(request(runbook, verdicts: verdicts))
        }
        return Loaded(
            plan: planned.plan, findings: (findings.all + planned.findings).inSourceOrder(),
            review: planned.review, isPlanned: true)
    }

    private func request(_ runbook: Runbook, verdicts: [ServerQuestion: ServerVerdict]) -> Planner.Request {
        let addresses = Addresses(root: root)
        let judge = SyntaxJudge()
        return Planner.Request(
            runbook: runbook, path: path, values: values, environment: ProcessEnvironment.variables,
            files: ProjectFiles(root: root), address: { addresses.request($0.url.value) }, verdicts: verdicts,
            sqliteProblem: { judge.problem(in: $0) }, sqliteTrial: { ShadowTrial() })
    }

    /// The root: what `--root` says, else the folder of the runbook, or the one above a folder called `runbooks`.
    private static func root(of runbook: String, _ arguments: ParsedArguments) throws(UsageError) -> String {
        if let root = arguments.value("--root") {
            guard let real = ProjectFiles.resolve(root) else {
                throw UsageError(
                    UsageCodes.value,
                    "`--root \(root)` is not there",
                    help: "name a folder",
                    command: arguments.command
                )
            }
            return real
        }
        return ProjectFiles.root(for: runbook.parentFolder)
    }

    /// The file of a path that was typed, and its real path.
    static func read(_ shown: String) throws(UsageError) -> (path: String, bytes: [UInt8]) {
        guard let real = ProjectFiles.resolve(shown) else {
            throw .unreadable(shown, String(cString: strerror(errno)))
        }
        switch RegularFile.read(real) {
        case .success(let bytes): return (real, bytes)
        case .failure(.notAFile(let kind)): throw .unreadable(shown, "it is \(kind)")
        case .failure(.unreadable(let reason)): throw .unreadable(shown, reason)
        case .failure(.tooLarge): throw .unreadable(shown, "it is too large")
        case .failure(.missing), .failure(.outside): throw .unreadable(shown, "it is not there")
        }
    }

    private static func values(_ arguments: ParsedArguments) throws(UsageError) -> [String: String] {
        var values: [String: String] = [:]
        for text in arguments.values(.variable) {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw UsageError(
                    UsageCodes.value,
                    "`--var` takes NAME=VALUE",
                    help: "write `--var name=value`",
                    command: arguments.command
                )
            }
            let name = String(text[..<equals])
            guard values.updateValue(String(text[text.index(after: equals)...]), forKey: name) == nil else {
                throw UsageError(
                    UsageCodes.value,
                    "`--var \(name)=...` is given twice",
                    help: "give it once",
                    command: arguments.command
                )
            }
        }
        return values
    }
}

extension String {
    /// The path without its last part.
    var parentFolder: String {
        guard let slash = lastIndex(of: "/"), slash > startIndex else { return "/" }
        return String(self[..<slash])
    }
}

extension UsageError {
    fileprivate static func unreadable(_ path: String, _ reason: String) -> UsageError {
        UsageError(
            UsageCodes.runbookFile,
            "`\(path)` cannot be read: \(reason)",
            help: "name a runbook file"
        )
    }
}

extension RunbookLoader.Loaded {
    /// As `validate` prints them: each finding, a blank line between, a line that counts them.
    func renderedFindings(name: String, withReview: Bool = false) -> String {
        let findings = withReview ? (findings + review).inSourceOrder() : findings
        guard !findings.isEmpty else { return "" }
        let errors = findings.count { $0.severity == .error }
        let warnings = findings.count - errors
        let counts = [
            errors > 0 ? Count(errors, "error").description : nil,
            warnings > 0 ? Count(warnings, "warning").description : nil,
        ].compactMap { $0 }
        return findings.map { $0.rendered() }.joined(separator: "\n") + "\n" + counts.joined(separator: ", ")
            + " in \(name.printable)" + (isPlanned ? "" : "; names, files and SQL were not looked at yet") + "\n"
    }
}
