public import Diagnostics

/// The kinds of finding about a document as YAML.
public enum YAMLCodes {
    /// Every code of this module, in the order of their ids.
    public static let all: [DiagnosticCode] = [
        encoding, control, invisible, size, depth, empty, documents, anchor, comma, tag, key, duplicate,
        tab, syntax, reserved, comment, bareVariable, comparator, quote, boolean, leadingZero,
        sexagesimal, exponent, number, letter, trailingZero, date,
    ]

    /// The file is not UTF-8.
    public static let encoding = DiagnosticCode(
        "E001",
        "the file is not UTF-8",
        """
        Text in another encoding than UTF-8.

        Documents are read as UTF-8 only, so that two machines see the same
        characters. The message names the first byte that begins no character,
        counted from 0. A byte order mark at the start is accepted.

        Wrong:

            title: caf\\xE9        (Latin-1)

        Right:

            title: café         (saved as UTF-8)
        """
    )

    /// A control character.
    public static let control = DiagnosticCode(
        "E002",
        "a control character",
        """
        A character that cannot be seen and may do something to a terminal.

        Control characters other than tab and line end are refused, also as escapes
        in double quotes: they can move the cursor, change colours or end a text
        early, so that a reviewer sees something else than what runs. Lines end with
        a line feed, with or without a carriage return before it.

        Wrong:

            title: "done \\e[2K"

        Right:

            title: done
        """
    )

    /// An invisible or bidirectional character.
    public static let invisible = DiagnosticCode(
        "E003",
        "an invisible or bidirectional character",
        """
        A character that hides, or that changes the order in which text is shown.

        Bidirectional marks and characters without width make SQL look different
        from what is run. Marks that some scripts need inside words may stand in
        text, but in no key.

        Wrong:

            id: lo\\u200Bad

        Right:

            id: load
        """
    )

    /// The document is too large.
    public static let size = DiagnosticCode(
        "E004",
        "the document is too large",
        """
        More than 16 MiB, or more than 1,000,000 values.

        The limits keep a broken or hostile file from taking the memory of the
        machine. Data and long SQL belong in files of their own.

        Wrong:

            statement: INSERT INTO t VALUES ... (a million rows)

        Right:

            sql: load.sql
        """
    )

    /// Nesting that is too deep.
    public static let depth = DiagnosticCode(
        "E005",
        "nesting that is too deep",
        """
        Lists and mappings lie more than 64 deep in each other.

        A runbook needs less than ten levels. Usually a bracket was never closed.

        Wrong:

            needs: [[[[ ... ]]]]

        Right:

            needs: [load]
        """
    )

    /// An empty document.
    public static let empty = DiagnosticCode(
        "E006",
        "an empty document",
        """
        The file holds nothing, or only comments.

        Planning an empty file would succeed and do nothing, which nobody can have
        meant.

        Wrong:

            # to be written

        Right:

            runbook: 1
            name: add-tenant-id
            ...
        """
    )

    /// More than one document.
    public static let documents = DiagnosticCode(
        "E007",
        "more than one document",
        """
        A line `---` begins a second document.

        A file is approved and run as a whole, so it holds one runbook. Everything
        behind the second `---` would be ignored by some readers.

        Wrong:

            runbook: 1
            ...
            ---
            runbook: 1

        Right:

            runbook: 1       (and the other one in a file of its own)
        """
    )
}
