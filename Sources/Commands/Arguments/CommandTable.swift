/// A subcommand: one table for parsing, help and suggestions.
struct CommandSpec: Sendable {
    /// What is typed.
    let name: String
    /// One line.
    let summary: String
    /// The positional arguments, as help shows them.
    let positionals: [Positional]
    /// Its own options; the common ones come on top.
    let options: [OptionSpec]
    /// Lines of example.
    let examples: [String]

    /// A positional argument.
    struct Positional: Sendable {
        let name: String
        let isRequired: Bool
    }
}

/// An option.
struct OptionSpec: Sendable {
    /// With its dashes.
    let name: String
    /// What its value is called; nil for a flag.
    let value: String?
    /// Whether it may be given more than once.
    let repeats: Bool
    /// One line.
    let summary: String

    /// A flag.
    init(_ name: String, _ summary: String) {
        self.init(name, nil, summary)
    }

    /// An option with a value.
    init(_ name: String, _ value: String?, repeats: Bool = false, _ summary: String) {
        self.name = name
        self.value = value
        self.repeats = repeats
        self.summary = summary
    }
}

extension OptionSpec {
    static let help = OptionSpec("--help", "show this help")
    static let askServer = OptionSpec("--ask-server", "let the database judge SQL the built-in grammar refuses")
    static let details = OptionSpec("--details", "every statement and check")
    static let root = OptionSpec("--root", "DIR", "the folder paths in the runbook start at")
    static let state = OptionSpec(
        "--state",
        "DIR",
        "the folder with the runs (default: .gonogo below the root)"
    )
    static let variable = OptionSpec("--var", "NAME=VALUE", repeats: true, "the value of a variable")
    static let gate = OptionSpec(
        "--gate",
        "PHASE=go|no-go",
        repeats: true,
        "the decision at the gate of a phase"
    )
    static let yes = OptionSpec("--yes", "do not ask whether to begin; it answers no gate")
    static let json = OptionSpec("--json", "events as JSON Lines on standard output")
    static let parallel = OptionSpec("--parallel", "N", "how many phases may run at once (default 4)")

    static let target = OptionSpec("--target", "reach the databases, and bind the plan to them as they are")
    static let output = OptionSpec("-o", "FILE", "keep the plan in a file")
    static let force = OptionSpec("--force", "also in place of another plan")
    static let sql = OptionSpec("--sql", "the SQL in order, as a script")
    static let against = OptionSpec("--against", "PLAN", "the approved plan: what changed is told first")
    static let isPending = OptionSpec("--exit-code", "end with 20 when there is something to do (with --target)")
    static let differs = OptionSpec("--exit-code", "end with 20 when they differ")

    static let signers = OptionSpec(
        "--signers", "FILE", "whose signatures count (default: ~/.config/gonogo/allowed_signers)")
    static let signersDigest = OptionSpec("--signers-digest", "SHA256", "the digest the signers file must have")
    static let revoked = OptionSpec("--revoked", "FILE", "the keys that were revoked")
    static let role = OptionSpec("--as", "ROLE", "the role you say it in")
    static let key = OptionSpec("--key", "FILE", "the SSH key that proves it was you, or its public half with an agent")
    static let by = OptionSpec(
        "--by", "IDENTITY", "who you are, as the role names you (default: GONOGO_IDENTITY, else user@host)")
    static let reason = OptionSpec("--reason", "TEXT", "why, for those who read it later")
    static let jsonOutput = OptionSpec("--json", "as JSON")

    static let pastWindow = OptionSpec("--past-window", "go on also when its window is over, this once")
    static let fromTarget = OptionSpec("--from-target", "from the ledgers of its databases")
    static let wait = OptionSpec("--wait", "DURATION", "how long to wait for another run (default: not at all)")

    static func format(_ names: [String]) -> OptionSpec {
        OptionSpec("--format", names.joined(separator: "|"), "how to print it (default \(names[0]))")
    }
}

/// Every subcommand.
enum CommandTable {
    private static let runbook = CommandSpec.Positional(name: "RUNBOOK", isRequired: true)
    private static let run = CommandSpec.Positional(name: "RUN", isRequired: true)

    /// The command of that name.
    static func command(_ name: String) -> CommandSpec? { commands.first { $0.name == name } }

    static let commands: [CommandSpec] = [
        CommandSpec(
            name: "validate",
            summary: "report everything that is wrong with a runbook",
            positionals: [runbook],
            options: [.root, .variable, .askServer, .format(["text", "json", "sarif", "github"])],
            examples: [
                "gonogo validate runbooks/v2.runbook.yaml",
                "gonogo validate runbooks/v2.runbook.yaml --format sarif > gonogo.sarif",
            ]
        ),
        CommandSpec(
            name: "plan",
            summary: "show what a runbook will do, and what its failures will",
            positionals: [runbook],
            options: [
                .root, .variable, .askServer, .format(PlanFormat.allCases.map(\.rawValue)), .details, .sql, .against,
                .target, .output, .force, .isPending,
            ],
            examples: [
                "gonogo plan runbooks/v2.runbook.yaml --details",
                "gonogo plan runbooks/v2.runbook.yaml --format html > plan.html",
                "gonogo plan runbooks/v2.runbook.yaml --target -o v2.plan",
            ]
        ),
        CommandSpec(
            name: "plan show",
            summary: "show the plan in a file",
            positionals: [.init(name: "PLAN", isRequired: true)],
            options: [.format(PlanFormat.allCases.map(\.rawValue)), .details, .sql, .against],
            examples: [
                "gonogo plan show v2.plan --details",
                "gonogo plan show v2.plan --format markdown --against approved.plan",
            ]
        ),
        CommandSpec(
            name: "plan diff",
            summary: "show what differs in another plan, by phase and statement",
            positionals: [.init(name: "PLAN", isRequired: true), .init(name: "OTHER", isRequired: true)],
            options: [.format(["text", "json"]), .differs],
            examples: ["gonogo plan diff approved.plan v2.plan --exit-code"]
        ),
        CommandSpec(
            name: "graph",
            summary: "draw the phases and what they wait for",
            positionals: [runbook],
            options: [.root, .variable, .askServer, .format(["mermaid", "dot", "text"])],
            examples: ["gonogo graph runbooks/v2.runbook.yaml --format dot | dot -Tsvg > v2.svg"]
        ),
        CommandSpec(
            name: "approve",
            summary: "say that the plan in a file may run",
            positionals: [.init(name: "PLAN", isRequired: true)],
            options: [.role, .key, .by, .reason, .root, .signers, .signersDigest, .revoked],
            examples: ["gonogo approve v2.plan --as dba --by raj@example.org --key ~/.ssh/id_ed25519"]
        ),
        CommandSpec(
            name: "reject",
            summary: "say that the plan in a file may not run",
            positionals: [.init(name: "PLAN", isRequired: true)],
            options: [.role, .reason, .key, .by, .root, .signers, .signersDigest, .revoked],
            examples: ["gonogo reject v2.plan --as dba --by raj@example.org --reason 'the index is missing'"]
        ),
        CommandSpec(
            name: "approvals",
            summary: "show who has approved the plan in a file, and what is missing",
            positionals: [.init(name: "PLAN", isRequired: true)],
            options: [.jsonOutput, .root, .signers, .signersDigest, .revoked],
            examples: ["gonogo approvals v2.plan"]
        ),
        CommandSpec(
            name: "run",
            summary: "run a runbook, or the plan in a file",
            positionals: [.init(name: "RUNBOOK|PLAN", isRequired: true)],
            options: [
                .root, .state, .variable, .askServer, .gate, .yes, .json, .parallel, .wait, .signers, .signersDigest,
                .revoked,
            ],
            examples: [
                "gonogo run runbooks/v2.runbook.yaml", "gonogo run v2.plan",
                "gonogo run v2.runbook.yaml --yes --gate baseline=go",
            ]
        ),
        CommandSpec(
            name: "resume",
            summary: "go on with a run that stopped or whose process died",
            positionals: [run],
            options: [.root, .state, .gate, .yes, .json, .parallel, .wait, .pastWindow],
            examples: ["gonogo resume r-1018-ab3d", "gonogo resume r-1018-ab3d --yes --gate enable-app=go"]
        ),
        CommandSpec(
            name: "resolve",
            summary: "say what became of a step of which nothing else can tell, or that what is left may stay",
            positionals: [run, .init(name: "STEP", isRequired: true)],
            options: [
                OptionSpec("--as", "applied|not-applied|skip|accepted", "what became of it; of a phase: accepted"),
                OptionSpec("--reason", "TEXT", "why, for those who read the journal later"), .root, .state, .yes,
            ],
            examples: [
                "gonogo resolve r-1018-ab3d enable-app/1 --as applied --reason 'the service answers'",
                "gonogo resolve r-1018-ab3d add-tenant --as accepted --reason 'the partition is not ours'",
            ]
        ),
        CommandSpec(
            name: "recover",
            summary: "rebuild a lost or damaged journal from what the databases know",
            positionals: [run],
            options: [
                .fromTarget,
                OptionSpec("--runbook", "FILE", "what it was planned from, or its plan, when its folder is gone"),
                .root, .state, .variable, .askServer, .yes,
            ],
            examples: [
                "gonogo recover r-1018-ab3d --from-target",
                "gonogo recover r-1018-ab3d --from-target --runbook v2.runbook.yaml",
            ]
        ),
        CommandSpec(
            name: "takeover",
            summary: "take a run away from a process that will never go on",
            positionals: [run],
            options: [
                OptionSpec("--nonce", "WORD", "as the message about the lock names it"), .root, .state, .yes,
            ],
            examples: ["gonogo takeover r-1018-ab3d --nonce k7wq2m"]
        ),
        CommandSpec(
            name: "rollback",
            summary: "take back what a run applied",
            positionals: [run],
            options: [
                OptionSpec("--to", "PHASE", "keep this phase and all before it"),
                OptionSpec("--accept-loss", "TOKEN", "lose what was written since, as the refusal names it"), .root,
                .state, .yes, .json, .wait,
            ],
            examples: ["gonogo rollback r-1018-ab3d", "gonogo rollback r-1018-ab3d --to m006"]
        ),
        CommandSpec(
            name: "status",
            summary: "show how the latest run stands",
            positionals: [],
            options: [.root, .state, .format(["text", "json"])],
            examples: ["gonogo status"]
        ),
        CommandSpec(
            name: "history",
            summary: "list all runs",
            positionals: [],
            options: [.root, .state, .format(["text", "json"])],
            examples: ["gonogo history"]
        ),
        CommandSpec(
            name: "show",
            summary: "tell everything about a run",
            positionals: [run],
            options: [.root, .state, .format(["text", "json", "events"])],
            examples: ["gonogo show r-1018-ab3d"]
        ),
        CommandSpec(
            name: "explain",
            summary: "explain a code such as E308",
            positionals: [.init(name: "CODE", isRequired: false)],
            options: [],
            examples: ["gonogo explain E308"]
        ),
        CommandSpec(
            name: "schema",
            summary: "print the JSON Schema of runbooks, or of plans",
            positionals: [.init(name: "runbook|plan", isRequired: false)],
            options: [],
            examples: ["gonogo schema > runbook.schema.json", "gonogo schema plan > plan.schema.json"]
        ),
        CommandSpec(
            name: "help",
            summary: "show help",
            positionals: [.init(name: "COMMAND", isRequired: false), .init(name: "PART", isRequired: false)],
            options: [],
            examples: ["gonogo help run", "gonogo help exit-codes"]
        ),
    ]
}
