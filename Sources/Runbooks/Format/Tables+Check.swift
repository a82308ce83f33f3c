import Diagnostics

extension Tables {
    private static let retry = KeyTable(
        "retry",
        "Asking again while a check does not pass.",
        keys: [
            Key("for", .duration, "For how long.", required: true),
            Key("every", .duration, "With what pause between.", required: true),
            .later("attempts", "How often at most."),
            .later("backoff", "How the pause grows."),
            .later("sqlstate", "After which errors."),
        ]
    )

    private static let boundKeys = [
        Key("at_least", .quantity, "Greater or equal."),
        Key("at_most", .quantity, "Less or equal."),
        Key("above", .quantity, "Greater."),
        Key("below", .quantity, "Less."),
    ]
    static let bounds = ["at_least", "at_most", "above", "below"]

    private static let rowCount = KeyTable(
        "number of rows",
        "Limits for the number of rows.",
        keys: boundKeys.map { Key($0.name, .integer(atLeast: 0), $0.summary) },
        rules: [CheckRules.isNotEmpty]
    )

    private static let output = KeyTable(
        "output",
        "What a program must print, blanks at both ends aside.",
        keys: [Key("value", .literal, "Exactly this.")] + boundKeys + [
            Key("contains", .text, "Text that holds this."),
            Key("matches", .text, "Text that this regular expression matches somewhere."),
        ],
        choices: [
            KeyChoice(
                groups: [["value"], bounds, ["contains"], ["matches"]],
                isRequired: true,
                code: RunbookCodes.expectation,
                noun: "comparison"
            )
        ]
    )

    private static let failure = KeyTable(
        "error",
        "How a statement must fail.",
        keys: [
            Key("sqlstate", .name(.sqlstate), "With this SQLSTATE."),
            Key("contains", .text, "With a message that holds this."),
        ],
        rules: [CheckRules.isNotEmpty]
    )

    private static let plan = KeyTable(
        "plan",
        "What EXPLAIN must show.",
        keys: [
            Key("uses_index", .text, "The index the query must use.", required: true),
            .later("no_seq_scan", "The table that must not be read in full."),
            .later("contains", "Text that the plan must hold."),
        ]
    )

    private static let expectation = KeyTable(
        "expectation",
        "What a check must answer.",
        keys: [Key("value", .literal, "One row, one column, equal to this.")] + boundKeys + [
            Key("contains", .text, "One row, one column, text that holds this."),
            Key(
                "matches",
                .text,
                "One row, one column, text that this regular expression matches somewhere."
            ),
            Key(
                "rows",
                .either(scalar: .integer(atLeast: 0), list: nil, mapping: .object(rowCount)),
                "The number of rows, or limits for it."
            ),
            Key(
                "row",
                .map(.column, .literal, of: "columns"),
                "Exactly one row, in which these columns are equal."
            ),
            Key(
                "set",
                .list(.literal, atLeast: 0, of: "values"),
                "The first column holds exactly these, in any order."
            ),
            Key(
                "includes",
                .list(.literal, atLeast: 1, of: "values"),
                "The first column holds at least these."
            ),
            Key(
                "table",
                .list(.list(.literal, atLeast: 1, of: "values"), atLeast: 0, of: "rows"),
                "The whole result, in this order."
            ),
            Key("same_as", .name(.id), "The same result as the capture of this name."),
            Key("plan", .object(plan), "The plan of the query."),
            Key("error", .object(failure), "The statement fails, exactly so."),
            Key("exit", .integer(atLeast: 0), "The program ends with this status; 0 unless said."),
            Key("stdout", .object(output), "What the program prints."),
            .later("time", "How long the query may take."),
            .later("status", "The status of a response."),
            .later("json", "The body of a response."),
            .later("succeeds", "That the statement does not fail."),
        ],
        choices: [
            KeyChoice(
                groups: [
                    ["value"], bounds, ["contains"], ["matches"], ["rows"], ["row"], ["set"], ["includes"],
                    ["table"],
                    ["same_as"], ["plan"], ["error"], ["exit", "stdout"],
                ],
                isRequired: true,
                code: RunbookCodes.expectation,
                noun: "comparison"
            )
        ],
        hints: [
            "equals": "write the value itself: `expect: 5`", "count": "write `rows`",
            "is": "write `expect: 5`",
        ]
    )

    static let expect = Shape.either(scalar: .expected, list: nil, mapping: .object(expectation))

    static let check = KeyTable(
        "check",
        "A query or a command with an expectation.",
        keys: [
            Key("id", .name(.id), "A name for references, unique in the phase."),
            Key("name", .title, "What it proves, in a line; may hold `${each.name}`."),
            Key("query", .sql, "One SQL statement, run read-only."),
            Key(
                "run",
                .either(scalar: .shell, list: .list(.text, atLeast: 1, of: "words"), mapping: nil),
                "Runs a program: text for a shell, or a list without one."
            ),
            Key(
                "expect",
                expect,
                "What must be answered.",
                required: true,
                absence: Key.Absence(
                    code: RunbookCodes.noExpectation,
                    words: "has no expectation, so it could not fail",
                    help: "add `expect`: a value, `rows: 0`, `{ at_least: 1 }`, `{ contains: text }`..."
                )
            ),
            Key(
                "target",
                .name(.id),
                "The database it asks, when not the phase's."
            ),
            Key("as", .text, "The role it asks as."),
            Key("session", settings, "Settings while it asks."),
            Key(
                "transaction",
                .choice(["rollback"]),
                "Lets it write; what it wrote never stays.",
                onlyWith: ["query"]
            ),
            Key("env", environment, "Variables the program gets.", onlyWith: ["run"]),
            Key(
                "for_each",
                .map(.word, .list(.literal, atLeast: 1, of: "values"), of: "lists"),
                "Names with the values they take in turn."
            ),
            Key(
                "severity",
                .choice(Check.Severity.allCases.map(\.rawValue)),
                "Whether its failure stops or only warns."
            ),
            Key(
                "retry",
                .object(retry),
                "For how long and how often it is asked again while it does not pass."
            ),
            Key("timeout", .duration, "How long one asking may take."),
            .later("http", "Sends a request."),
            .later("method", "The method of the request."),
            .later("headers", "The headers of the request."),
            .later("body", "The body of the request."),
            .later("baseline", "The same query in another setting, to compare with."),
            .later("with_service", "A program that runs beside the check."),
            .later("uses", "A list of checks from a file."),
            .later("with", "The values for that list."),
        ],
        choices: [
            KeyChoice(
                groups: [["query"], ["run"]],
                isRequired: false,
                code: RunbookCodes.subject,
                noun: "question"
            )
        ],
        hints: [
            "title": "write `name`", "sql": "write `query`", "statement": "write `query`",
            "expected": "write `expect`",
            "on": "write `target`", "rollback": "checks have no rollback: they never leave anything behind",
            "expect_rows": "write `expect: { rows: 1 }`",
        ],
        rules: [
            CheckRules.asksSomething, CheckRules.queryTakesItsExpectation,
            CheckRules.commandTakesItsExpectation,
            CheckRules.commandHasNoSession,
        ]
    )

    static let checks = Shape.list(.object(check), atLeast: 0, of: "checks")
}
