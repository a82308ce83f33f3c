/// Who may approve a plan, and whose approval it needs.
extension Tables {
    static let role = KeyTable(
        "role",
        "People who may decide and approve as one.",
        keys: [
            Key("title", .text, "What it is called at length."),
            Key(
                "members", .list(.text, atLeast: 1, of: "identities"),
                "Who has it, each by an identity such as an address.", required: true),
        ],
        hints: ["people": "write `members`", "users": "write `members`"]
    )

    static let approvals = KeyTable(
        "approval policy",
        "Whose approval a plan needs before it may run.",
        keys: [
            Key("required", .integer(atLeast: 1), "How many different people must approve; 1 unless said."),
            Key(
                "from", .list(.name(.id), atLeast: 1, of: "roles"), "The roles whose members may approve.",
                required: true),
            Key("not_author", .boolean, "Whether owner and authors do not count; `false` unless said."),
            Key("expires", .duration, "How long an approval counts; for ever unless said."),
        ],
        hints: ["roles": "write `from`", "count": "write `required`", "not_owner": "write `not_author`"]
    )
}
