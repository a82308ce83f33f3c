public import Diagnostics

// Constructs that are not accepted, and text that cannot be read.
extension YAMLCodes {
    /// An anchor, an alias or a merge key.
    public static let anchor = DiagnosticCode(
        "E008",
        "an anchor, an alias or a merge key",
        """
        `&name`, `*name` or `<<` is used.

        What a phase does must be readable where it stands: aliases hide where a
        value comes from, and a few lines of them can stand for gigabytes. Only the
        first one of a document is reported.

        Wrong:

            checks: &common [...]
            ...
            checks: *common

        Right:

            checks:
              - for_each: { table: [users, posts] }
                ...
        """
    )

    /// A value cut short by a comma.
    public static let comma = DiagnosticCode(
        "E009",
        "a value cut short by a comma",
        """
        Inside { } a comma ends the value before it.

        The rest would become a key without a value, and the SQL before the comma
        might even run. Quote the value, or use a block.

        Wrong:

            - { query: SELECT a, b FROM t, expect: 0 }

        Right:

            - { query: "SELECT a, b FROM t", expect: 0 }
        """
    )

    /// A tag or a directive.
    public static let tag = DiagnosticCode(
        "E010",
        "a tag or a directive",
        """
        A value begins with `!`, or a line with `%`.

        Tags tell a YAML reader to make something else of a value; there is nothing
        else to make here. A command that begins with `!` needs quotes.

        Wrong:

            run: ! systemctl is-active app

        Right:

            run: "! systemctl is-active app"
        """
    )

    /// A key that is not text.
    public static let key = DiagnosticCode(
        "E011",
        "a key that is not text",
        """
        A key is a number, a boolean, empty, a list or a mapping.

        Keys are text. Readers disagree about all other keys, and some crash.

        Wrong:

            row: { 1: a }

        Right:

            row: { "1": a }
        """
    )

    /// A key defined twice.
    public static let duplicate = DiagnosticCode(
        "E012",
        "a key defined twice",
        """
        The same key stands twice in one mapping.

        Most readers silently keep the last one, so half of what was written would
        never run.

        Wrong:

            sql: a.sql
            sql: b.sql

        Right:

            steps:
              - sql: a.sql
              - sql: b.sql
        """
    )

    /// A tab in the indentation.
    public static let tab = DiagnosticCode(
        "E013",
        "a tab in the indentation",
        """
        A line is indented with a tab.

        YAML counts blanks, and every editor shows a tab differently, so the
        structure could not be seen.

        Wrong:

            phases:
            <tab>- id: load

        Right:

            phases:
              - id: load
        """
    )

    /// Text that is not YAML.
    public static let syntax = DiagnosticCode(
        "E014",
        "text that is not YAML",
        """
        The structure of the document cannot be told.

        The message says what was met and the place where it was met; the cause is
        often a little before it: an indentation, a bracket, or a colon followed by
        a blank inside a text. After this finding nothing more of the file can be
        read.

        Wrong:

            title: step 1: load

        Right:

            title: "step 1: load"
        """
    )

    /// A value that begins with a reserved character.
    public static let reserved = DiagnosticCode(
        "E015",
        "a value that begins with a reserved character",
        """
        `@`, `%`, `*` and the backtick cannot begin a value without quotes.

        YAML keeps these characters for itself.

        Wrong:

            owner: @anna

        Right:

            owner: "@anna"
        """
    )

    /// A value lost to a comment.
    public static let comment = DiagnosticCode(
        "E016",
        "a value lost to a comment",
        """
        A ` #` begins a comment, also inside what was meant as a value.

        Everything behind it is dropped without a word: SQL loses its end, a channel
        name becomes nothing.

        Wrong:

            query: SELECT * FROM t WHERE name = 'user #1'

        Right:

            query: |
              SELECT * FROM t WHERE name = 'user #1'
        """
    )

    /// A variable without quotes inside brackets.
    public static let bareVariable = DiagnosticCode(
        "E017",
        "a variable without quotes inside brackets",
        """
        Inside { } and [ ] the brace of `${NAME}` begins a mapping.

        Outside of brackets `${NAME}` needs no quotes.

        Wrong:

            databases: { main: ${DATABASE_URL} }

        Right:

            databases: { main: "${DATABASE_URL}" }
        """
    )

    /// A comparison written as text.
    public static let comparator = DiagnosticCode(
        "E018",
        "a comparison written as text",
        """
        `>` begins folded text in YAML, and `!` a tag.

        Comparisons are keys here, so that none of them can turn into something
        else.

        Wrong:

            expect: > 5

        Right:

            expect: { above: 5 }
        """
    )

    /// Quotes that do not work out.
    public static let quote = DiagnosticCode(
        "E019",
        "quotes that do not work out",
        """
        A quote is never closed, or a backslash in double quotes begins no escape.

        In single quotes a backslash is a backslash; a quote inside is written
        twice.

        Wrong:

            query: "SELECT '\\d'"

        Right:

            query: 'SELECT ''\\d'''
        """
    )
}
