import Diagnostics

// Checks, rollbacks and what belongs to them.
extension RunbookCodes {
    static let noExpectation = DiagnosticCode(
        "E112",
        "a check without an expectation",
        """
        A check says what is asked but not what must be answered.

        A check that cannot fail proves nothing.

        Wrong:

            - query: SELECT count(*) FROM t WHERE a IS NULL

        Right:

            - query: SELECT count(*) FROM t WHERE a IS NULL
              expect: 0
        """
    )

    static let subject = DiagnosticCode(
        "E113",
        "a check with no question or with several",
        """
        A check has a `query` or a `run`, not both; only one that expects `same_as`
        may have none.

        With two questions nobody could tell which one failed.

        Wrong:

            - { name: done, expect: 1 }

        Right:

            - { name: done, query: SELECT 1, expect: 1 }
        """
    )

    static let expectation = DiagnosticCode(
        "E114",
        "an expectation that cannot be met",
        """
        Two kinds of comparison are mixed, none is named, or it does not fit what is
        asked.

        Only bounds may stand together (`at_least`, `at_most`, `above`, `below`),
        and `exit` with `stdout`. Two checks read better than one with two
        questions.

        Wrong:

            expect: { rows: 1, contains: a }

        Right:

            expect: { contains: a }
        """
    )

    static let comparator = DiagnosticCode(
        "E115",
        "a comparison written as text",
        """
        The text would be compared letter by letter.

        Comparisons are keys. A text that really begins with a comparator goes under
        `value`.

        Wrong:

            expect: ">= 13"

        Right:

            expect: { at_least: 13 }
        """
    )

    static let noRollback = DiagnosticCode(
        "E116",
        "a phase without a rollback",
        """
        Nothing says how the phase is taken back.

        An unwind is only as good as its rollbacks, so leaving one out must be a
        decision somebody can read.

        Wrong:

            - id: load
              sql: load.sql

        Right:

            - id: load
              sql: load.sql
              rollback: rollback/load.sql
        """
    )

    static let rollbackForm = DiagnosticCode(
        "E117",
        "a rollback with no way back or with several",
        """
        A rollback is one of `sql`, `statement`, `steps`, `none` and `irreversible`.

        Several steps go under `steps`, in the order they are done.

        Wrong:

            rollback: { sql: a.sql, none: reads only }

        Right:

            rollback: { sql: a.sql }
        """
    )

    static let reason = DiagnosticCode(
        "E118",
        "a missing reason",
        """
        `none` and `irreversible` need a few words.

        Those who approve the plan must be able to judge why nothing is taken back.

        Wrong:

            rollback: none

        Right:

            rollback: { none: reads only }
        """
    )

    static let misplacedKey = DiagnosticCode(
        "E119",
        "a key with nothing to apply to",
        """
        The key belongs to another key that is not there.

        It would have no effect, although it looks as if it had.

        Wrong:

            run: make
            transaction: none

        Right:

            statement: VACUUM t
            transaction: none
        """
    )
}
