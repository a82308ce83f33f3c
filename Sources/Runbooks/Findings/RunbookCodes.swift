public import Diagnostics

/// The kinds of finding about a document as a runbook.
public enum RunbookCodes {
    /// Every code of this module, in the order of their ids.
    public static let all: [DiagnosticCode] = [
        root, version, unknownKey, missingKey, type, notYet, name, duplicateID, verb, emptyPhase,
        noExpectation, subject, expectation, comparator, noRollback, rollbackForm, reason, misplacedKey,
        choice, duration, quantity, unsetVariable, malformedVariable, variableInSQL, variableInShell,
        parameterInShell, secretInClear, misplacedReference, contradiction, moment,
    ]

    static let root = DiagnosticCode(
        "E101",
        "not a runbook",
        """
        The document is a list or a single value.

        A runbook is a mapping: its keys say what it is called, which databases it
        works on, and what its phases are.

        Wrong:

            - sql: a.sql

        Right:

            runbook: 1
            name: demo
            databases: sqlite:demo.db
            phases: [...]
        """
    )

    static let version = DiagnosticCode(
        "E102",
        "an unknown version of the format",
        """
        `runbook` says which version of the format the file is written in.

        A newer format may mean something else by the same keys, so it is not
        guessed at.

        Wrong:

            runbook: 2

        Right:

            runbook: 1
        """
    )

    static let unknownKey = DiagnosticCode(
        "E103",
        "an unknown key",
        """
        The key is not one of those that this object takes.

        A misspelt key that is ignored is a check that never runs. The message lists
        the keys there are.

        Wrong:

            rolback: a.sql

        Right:

            rollback: a.sql
        """
    )

    static let missingKey = DiagnosticCode(
        "E105",
        "a missing key",
        """
        The object cannot be understood without this key.

        Nothing important has a silent default.

        Wrong:

            gate: { question: Go on? }

        Right:

            gate: { question: Go on?, deciders: [dba] }
        """
    )

    static let type = DiagnosticCode(
        "E106",
        "a value of the wrong kind",
        """
        A list stands where text belongs, a number where text belongs, or the like.

        Nothing is converted silently: a version that is a number has already lost
        its zeros.

        Wrong:

            needs: a, b

        Right:

            needs: [a, b]
        """
    )

    static let notYet = DiagnosticCode(
        "E107",
        "something this version cannot do yet",
        """
        The key belongs to the format, but not to this version of the program.

        It is refused and not ignored: a window or an approval that is not enforced
        would be worse than none.

        Wrong:

            window: { length: 6h }

        Right:

            (without `window`)
        """
    )

    static let name = DiagnosticCode(
        "E108",
        "a name that is spelt wrong",
        """
        Ids have lower-case letters, digits and `-`, and begin with a letter; names
        of variables have letters, digits and `_`.

        So an id can never be read as a number or a boolean, and look-alike letters
        of other scripts cannot hide in it.

        Wrong:

            id: 006

        Right:

            id: m006
        """
    )

    static let duplicateID = DiagnosticCode(
        "E109",
        "an id used twice",
        """
        Two steps or two checks of one phase have the same id.

        References and reports could not tell them apart.

        Wrong:

            steps:
              - { id: a, sql: a.sql }
              - { id: a, sql: b.sql }

        Right:

            steps:
              - { id: a, sql: a.sql }
              - { id: b, sql: b.sql }
        """
    )

    static let verb = DiagnosticCode(
        "E110",
        "a step with no verb or with several",
        """
        A step does exactly one thing: `sql`, `statement`, `run` or `capture`.

        One thing can be done, found done after a crash, and taken back. A phase
        with a single step may carry the verb itself.

        Wrong:

            - { sql: a.sql, run: make }

        Right:

            - sql: a.sql
            - run: make
        """
    )

    static let emptyPhase = DiagnosticCode(
        "E111",
        "a phase that does nothing",
        """
        A phase has neither a step nor a check nor a gate.

        Usually the verb is missing.

        Wrong:

            - id: load
              rollback: { none: reads only }

        Right:

            - id: load
              sql: load.sql
              rollback: rollback/load.sql
        """
    )
}
