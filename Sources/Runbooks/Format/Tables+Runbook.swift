import Diagnostics

/// The key tables of the format.
enum Tables {
    static let secret = KeyTable(
        "secret",
        "Where a secret is read from at the moment of use.",
        keys: [
            Key("env", .name(.word), "An environment variable that holds it."),
            Key("file", .text, "A file that only its owner may read."),
            Key(
                "exec",
                .list(.text, atLeast: 1, of: "words"),
                "A program, with its arguments, that prints it."
            ),
        ],
        choices: [
            KeyChoice(
                groups: [["env"], ["file"], ["exec"]],
                isRequired: true,
                code: RunbookCodes.contradiction,
                noun: "source"
            )
        ]
    )

    static let variable = KeyTable(
        "variable",
        "A value SQL refers to as :'name' or :\"name\".",
        keys: [
            Key("default", .literal, "Its value where none is given."),
            Key(
                "type",
                .choice(Variable.ValueType.allCases.map(\.rawValue)),
                "What it may hold; `string` unless said."
            ),
            Key("allow", .list(.literal, atLeast: 1, of: "values"), "The only values it may take."),
            Key("env", .name(.word), "The environment variable it is read from."),
            Key(
                "secret",
                .object(secret),
                "Where its secret value is read from; it goes into no plan or report."
            ),
            Key("description", .text, "What it is for."),
        ],
        hints: ["value": "write `default`"],
        rules: [VariableRules.secretStandsAlone, VariableRules.valuesFitType]
    )

    static let runbook = KeyTable(
        "runbook",
        "A database runbook: phases of SQL, the checks that prove them, and what takes each back.",
        keys: [
            Key("runbook", .version(1), "The version of the format.", required: true),
            Key("name", .name(.id), "The name it is known by in plans, ledgers and history.", required: true),
            Key("title", .text, "What it does, in a line."),
            Key("owner", .text, "Who answers for it."),
            Key("authors", .list(.text, atLeast: 1, of: "identities"), "Who wrote it, beside its owner."),
            Key("risk", .choice(["low", "medium", "high", "critical"]), "How much is at stake."),
            Key("description", .text, "What it does, at length."),
            Key(
                "databases",
                .either(scalar: .address, list: nil, mapping: .map(.id, .address, of: "addresses by name")),
                "The address of its database, or several by name; one alone is called `main`.",
                required: true
            ),
            Key("target", .name(.id), "The database of every phase and check that names none."),
            Key("session", settings, "Settings of every session, given to the server as they stand."),
            Key("accept", accept, "What a review of the plan finds and is left as it is: the reason for each."),
            Key("vars", .map(.word, .object(variable), of: "variables"), "The values SQL may refer to."),
            Key("roles", .map(.id, .object(role), of: "roles"), "Who may decide and approve, by role."),
            Key("approvals", .object(approvals), "Whose approval a plan of it needs."),
            Key(
                "on_failure",
                policy,
                "What a failure does where a phase says nothing; `unwind` unless said."
            ),
            Key(
                "on_disconnect", .choice(DisconnectPolicy.allCases.map(\.rawValue)),
                "What a lost connection does: `stop` unless said, or `resume` once the server answers again."),
            Key(
                "lock_wait", .duration,
                "How long the locks of one transaction are waited for in all, over several tries; 5m unless said."),
            Key("window", .object(window), "The time in which it may run; any unless said."),
            Key("slo", .object(objective), "What taking back may cost, as the plan is held against it."),
            Key(
                "phases",
                .list(.object(phase), atLeast: 1, of: "phases"),
                "What it does, in order.",
                required: true
            ),
        ] + laterKeys,
        hints: [
            "variables": "write `vars`", "params": "write `vars`", "database": "write `databases`",
            "steps": "steps belong to a phase: write `phases`, and `steps` inside them",
            "version": "write `runbook: 1`",
        ]
    )

    static let accept = Shape.map(.finding, .text, of: "findings")
    static let settings = Shape.map(.setting, .setting, of: "settings")
    static let policy = Shape.choice(FailurePolicy.allCases.map(\.rawValue))

    private static let laterKeys = [
        Key.later("fleet", "A control database and its tenants."),
        Key.later("contacts", "Whom to call."),
        Key.later("notify", "Whom to tell."),
        Key.later("rehearsal", "How it is practised on a copy."),
        Key.later("checklist", "What people and queries confirm before the start."),
        Key.later("recoveries", "Rollbacks of last resort."),
        Key.later("success_criteria", "What must be true in the end, with its evidence."),
        Key.later("followups", "What is left to do after the run."),
        Key.later("monitors", "What is watched after the run."),
    ]
}
