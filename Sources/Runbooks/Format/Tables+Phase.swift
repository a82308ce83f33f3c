import Diagnostics

extension Tables {
    private static let capture = KeyTable(
        "capture",
        "A result kept under a name, to compare with later.",
        keys: [
            Key("name", .name(.id), "The name checks refer to.", required: true),
            Key("query", .sql, "What is asked.", required: true),
            Key("fingerprint", .boolean, "Whether only a digest of the rows is kept."),
            .later("as", "The role it asks as."),
        ]
    )

    private static let doneWhen = KeyTable(
        "probe",
        "Tells whether a step is done already.",
        keys: [
            Key("query", .sql, "What is asked.", required: true),
            Key("expect", expect, "What is answered when the step is done.", required: true),
        ],
        rules: [CheckRules.queryTakesItsExpectation]
    )

    private static let command = Shape.either(
        scalar: .shell,
        list: .list(.text, atLeast: 1, of: "words"),
        mapping: nil
    )

    static let environment = Shape.map(
        .word,
        .either(scalar: .setting, list: nil, mapping: .object(secret)),
        of: "environment variables"
    )

    /// The keys that say what is done, and those that belong to them.
    private static let verbKeys = [
        Key("sql", .text, "Applies a SQL file."),
        Key("statement", .sql, "Applies SQL written here."),
        Key("run", command, "Runs a program: text for a shell, or a list without one."),
        Key("capture", .object(capture), "Keeps a result for later comparison."),
        Key("backup", .file, "Writes a backup of the database to this file, which must not be there."),
        Key(
            "transaction",
            .choice(TransactionMode.allCases.map(\.rawValue)),
            "How statements are grouped: the whole `file` in one transaction, each `statement` in its own, or `none`.",
            onlyWith: ["sql", "statement"]
        ),
        Key("as", .text, "The role its statements run as.", onlyWith: ["sql", "statement"]),
        Key("env", environment, "Variables the program gets.", onlyWith: ["run"]),
        Key("done_when", .object(doneWhen), "Tells whether it is done already.", onlyWith: verbs),
        Key(
            "retry", .choice(["safe"]), "It may simply be done again when nobody knows what became of it.",
            onlyWith: ["sql", "statement", "run"]),
        .later("http", "Sends a request."),
        .later("restore", "Reads a backup back."),
        .later("task", "Something a person does."),
        .later("backfill", "Changes rows in batches."),
        .later("verify", "How a backup is proved."),
        .later("recreate", "Whether the database is made anew."),
        .later("role", "Who does the task."),
        .later("note", "What to know for the task."),
        .later("wait_jobs", "How long schema-change jobs are awaited."),
        .later("for_each", "Repeating the step."),
    ]
    static let verbs = ["sql", "statement", "run", "capture", "backup"]

    static let step = KeyTable(
        "step",
        "One action of a phase, with exactly one verb.",
        keys: [
            Key("id", .name(.id), "A name for it, unique in the phase."),
            Key("name", .text, "What it does, in a line."),
        ] + verbKeys + [
            Key("target", .name(.id), "The database it works on, when not the phase's."),
            Key(
                "session",
                settings,
                "Settings of its transaction, over the phase's.",
                onlyWith: ["sql", "statement"]
            ),
            Key("timeout", .duration, "How long it may take."),
        ],
        choices: [
            KeyChoice(groups: verbs.map { [$0] }, isRequired: true, code: RunbookCodes.verb, noun: "verb")
        ],
        hints: stepHints
    )

    private static let stepHints = [
        "title": "write `name`", "on": "write `target`", "command": "write `run`", "shell": "write `run`",
        "query": "a query that proves something is a check: write it under `checks` of the phase",
        "rollback": "a phase is taken back as one: write `rollback` in the phase",
    ]

    static let phase = KeyTable(
        "phase",
        "A stretch that is done or taken back as one.",
        keys: [
            Key("id", .name(.id), "The name other phases wait for.", required: true),
            Key("title", .text, "What it does, in a line."),
            Key("description", .text, "What it does, at length."),
            Key(
                "needs",
                .list(.name(.id), atLeast: 0, of: "phase ids"),
                "The phases that must be done first: the one above unless said, none for an empty list."
            ),
            Key("if", .object(condition), "When it takes part at all."),
            Key("target", .name(.id), "The database it works on, when not the runbook's."),
            Key("session", settings, "Settings of its sessions, over the runbook's."),
            Key("preconditions", checks, "What must hold before its first step."),
            Key("steps", .list(.object(step), atLeast: 1, of: "steps"), "What it does, in order."),
        ] + verbKeys + [
            Key("checks", checks, "What must hold after its last step."),
            Key("gate", .object(gate), "The decision of people."),
            Key(
                "rollback",
                .either(scalar: .text, list: nil, mapping: .object(rollback)),
                "What takes it back: the path of a SQL file, or a mapping.",
                required: true,
                absence: Key.Absence(
                    code: RunbookCodes.noRollback,
                    words: "has no rollback",
                    help:
                        "add `rollback: path.sql`, `rollback: { none: reason }` when there is nothing to take back, "
                        + "or `rollback: { irreversible: reason }`"
                )
            ),
            Key("accept", accept, "What a review finds in it and is left as it is: the reason for each."),
            Key("on_failure", policy, "What its failure does, when not the runbook's."),
            Key("estimate", estimate, "How long it should take: a duration, or a range."),
            Key(
                "timeout", .duration,
                "How long its steps and questions may take together; a gate's time does not count."),
        ],
        choices: [
            KeyChoice(
                groups: [["steps"]] + verbs.map { [$0] },
                isRequired: false,
                code: RunbookCodes.verb,
                noun: "verb"
            )
        ],
        hints: [
            "name": "write `title`, or `id` for the name others wait for", "on": "write `target`",
            "depends_on": "write `needs`", "after": "write `needs`", "undo": "write `rollback`",
            "down": "write `rollback`",
            "irreversible": "write `rollback: { irreversible: reason }`", "step": "did you mean `steps`?",
            "query": "a query that proves something is a check: write it under `checks`",
            "when": "write `if`",
            "validate": "write `checks`",
            "expect": "an expectation belongs to a check: write it under `checks`",
        ],
        rules: [PhaseRules.doesSomething, PhaseRules.idsDiffer, PhaseRules.rollbackIsPath]
    )

    private static let condition = KeyTable(
        "condition",
        "When a phase takes part in a run.",
        keys: [
            Key("var", .name(.word), "A variable that must be true, or equal the value."),
            Key("equals", .literal, "The value the variable must have.", onlyWith: ["var"]),
            Key("query", .sql, "A query asked as the phase would start."),
            Key("expect", expect, "What it must answer.", onlyWith: ["query"]),
            Key("target", .name(.id), "The database it asks.", onlyWith: ["query"]),
            Key("as", .text, "The role it asks as.", onlyWith: ["query"]),
        ],
        choices: [
            KeyChoice(
                groups: [["var"], ["query"]],
                isRequired: true,
                code: RunbookCodes.subject,
                noun: "question"
            )
        ],
        rules: [CheckRules.queryHasExpectation, CheckRules.queryTakesItsExpectation]
    )

    private static let gate = KeyTable(
        "gate",
        "The go/no-go decision of people.",
        keys: [
            Key("question", .text, "What they are asked.", required: true),
            Key(
                "deciders",
                .list(.name(.id), atLeast: 1, of: "roles"),
                "Who must answer, by role; each must say go.",
                required: true
            ),
            Key("timeout", .duration, "How long they have; silence is no-go."),
            Key("on_no_go", policy, "What a no-go does, when not what a failure does."),
            Key(
                "at",
                .choice(Gate.Moment.allCases.map(\.rawValue)),
                "When it is asked; at the `end` unless said."
            ),
        ]
    )

    private static let rollback = KeyTable(
        "rollback",
        "What takes a phase back.",
        keys: [
            Key("sql", .text, "Applies a SQL file."),
            Key("statement", .sql, "Applies SQL written here."),
            Key("steps", .list(.object(step), atLeast: 1, of: "steps"), "What it does, in order."),
            Key("none", .reason, "There is nothing to take back, for this reason."),
            Key(
                "irreversible",
                .reason,
                "It cannot be taken back, for this reason; no automatic unwind goes past it."
            ),
            Key("checks", checks, "What must hold after it.", onlyWith: ["sql", "statement", "steps"]),
            Key(
                "estimate", estimate, "How long it should take: a duration, or a range.",
                onlyWith: ["sql", "statement", "steps"]),
            Key("timeout", .duration, "How long its one step may take.", onlyWith: ["sql", "statement"]),
            Key(
                "transaction",
                .choice(TransactionMode.allCases.map(\.rawValue)),
                "How its statements are grouped.",
                onlyWith: ["sql", "statement"]
            ),
            Key("as", .text, "The role its statements run as.", onlyWith: ["sql", "statement"]),
            .later("restore", "Reads a backup back."),
            .later("leaves", "What it is known to leave behind."),
            .later("wait_jobs", "How long schema-change jobs are awaited."),
        ],
        choices: [
            KeyChoice(
                groups: [["sql"], ["statement"], ["steps"], ["none"], ["irreversible"]],
                isRequired: true,
                code: RunbookCodes.rollbackForm,
                noun: "way back"
            )
        ],
        hints: [
            "run": "write `steps: [{ run: ... }]`",
            "reason": "write `none: reason` or `irreversible: reason`",
        ],
        rules: [PhaseRules.rollbackIDsDiffer]
    )
}
