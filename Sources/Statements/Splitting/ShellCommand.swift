/// A command that only the shells understand: `\copy` of psql, `.read` of sqlite3.
struct ShellCommand {
    /// As written, with its backslash or dot.
    let name: String

    init(_ name: String) { self.name = name }

    /// Which shell it belongs to.
    var shell: String { name.hasPrefix(".") ? "sqlite3" : "psql" }

    /// Whether psql sends the statement before it.
    var endsStatement: Bool {
        ["\\g", "\\gx", "\\gset", "\\gexec", "\\gdesc", "\\crosstabview", "\\watch", "\\;"].contains(name)
    }

    /// What to write instead.
    var remedy: String {
        switch name {
        case "\\i", "\\include", "\\ir", "\\include_relative", ".read":
            "make the other file a step of its own: `sql: PATH`"
        case "\\copy", ".import", ".export":
            "load the rows from a `run:` step, with \(shell) as its program"
        case "\\c", "\\connect", ".open": "give the step its `target:`"
        case "\\set", "\\unset", "\\prompt", "\\getenv", ".parameter":
            "declare the variable under `vars:` of the runbook"
        case "\\gset": "keep the result with a `capture:` step"
        case "\\gexec": "write the statements out, or run them from a `DO` block"
        case "\\g", "\\gx", "\\;", "\\watch", "\\crosstabview", "\\gdesc":
            "end the statement with a semicolon"
        case "\\!", "\\o", "\\out", "\\w", "\\write", "\\cd", "\\setenv", ".shell", ".system", ".cd",
            ".output", ".once":
            "put it into a `run:` step"
        case "\\if", "\\elif", "\\else", "\\endif": "put the condition on the phase: `when:`"
        case "\\echo", "\\qecho", "\\warn", ".print": "say it in the `title:` of the step"
        case "\\restrict", "\\unrestrict": "remove the line: pg_dump writes it for psql"
        case "\\.": "this ends the rows of a `COPY`; load them from a `run:` step"
        case "\\password": "set passwords outside the script: SQL text is kept in the plan"
        case "\\q", "\\quit", ".quit", ".exit": "remove it, and what follows it"
        case ".bail", "\\timing", "\\pset", "\\x", "\\t", "\\a", "\\encoding", ".mode", ".headers", ".timer",
            ".echo":
            "remove it: the tool stops at the first error and shows results itself"
        case ".backup", ".save", ".dump", ".clone": "use a `backup:` step"
        case ".timeout": "put `busy_timeout` under `session:`"
        case _
        where name.hasPrefix("\\d") || name.hasPrefix("\\l") || name == "\\z" || name == "\\sf"
            || name == "\\sv":
            "ask the catalog with a check: `query:` and what to expect"
        case ".tables", ".schema", ".indexes", ".databases": "ask `sqlite_schema` with a check: `query:`"
        default: "remove it, or put it into a `run:` step"
        }
    }
}
