import Diagnostics

// Single values and references.
extension RunbookCodes {
    static let choice = DiagnosticCode(
        "E120",
        "an unknown word",
        """
        Only a few words are possible here; the message lists them.

        A word that is not understood is never replaced by a default.

        Wrong:

            on_failure: revert

        Right:

            on_failure: rollback
        """
    )

    static let duration = DiagnosticCode(
        "E121",
        "something that is no duration",
        """
        A number without a unit, or a text that is no length of time.

        The units are ms, s, m (minutes), h, d and w, and may be combined. A month
        has no length.

        Wrong:

            timeout: 300

        Right:

            timeout: 5m
        """
    )

    static let quantity = DiagnosticCode(
        "E122",
        "something that is no quantity",
        """
        A bound is a number, a size, a percentage or a duration.

        Sizes are B, kB, MB, GB, TB (powers of ten) and KiB, MiB, GiB, TiB (powers
        of two).

        Wrong:

            at_least: 20 gigabytes

        Right:

            at_least: 20GB
        """
    )

    static let unsetVariable = DiagnosticCode(
        "E123",
        "a variable that is not set",
        """
        `${NAME}` names an environment variable that is not set, `${vars.name}` one
        the runbook does not define.

        An empty text in its place could name another database, or none.
        `${NAME:-value}` gives a value for when it is not set or empty.

        Wrong:

            databases: ${DATABSE_URL}

        Right:

            databases: ${DATABASE_URL}
        """
    )

    static let malformedVariable = DiagnosticCode(
        "E124",
        "a reference that cannot be read",
        """
        The text between `${` and `}` is no reference.

        There are `${NAME}`, `${NAME:-value}`, `${NAME:?message}` and
        `${vars.name}`. A dollar before a brace is written `$$`.

        Wrong:

            title: costs ${5}

        Right:

            title: costs $${5}
        """
    )

    static let variableInSQL = DiagnosticCode(
        "E125",
        "a value put into SQL text",
        """
        `${...}` stands in SQL.

        Values reach SQL quoted by the program or bound by the server, never as
        text: that would be an injection waiting for its day.

        Wrong:

            query: SELECT * FROM t WHERE tenant = '${TENANT}'

        Right:

            query: SELECT * FROM t WHERE tenant = :'tenant'
        """
    )

    static let variableInShell = DiagnosticCode(
        "E126",
        "a value put into shell text",
        """
        `${...}` stands in the text of a command.

        Values reach a shell as environment variables, so that no value can become a
        command. `"$NAME"` is the way to write one.

        Wrong:

            run: ./load ${TENANT}

        Right:

            run: ./load "$TENANT"
            env: { TENANT: "${TENANT}" }
        """
    )

    static let parameterInShell = DiagnosticCode(
        "E127",
        "a SQL variable in shell text",
        """
        `:'name'` stands in the text of a command.

        The shell would pass it on as it is. Give it as an environment variable, or
        write the command as a list.

        Wrong:

            run: ./load --tenant :'tenant'

        Right:

            run: ./load --tenant "$TENANT"
            env: { TENANT: "${vars.tenant}" }
        """
    )

    static let secretInClear = DiagnosticCode(
        "E128",
        "a secret in clear",
        """
        A password, token or the like is written in the document, or would be copied
        into the plan.

        Plans and reports are shared. A runbook says where a secret is read from: an
        environment variable, a file that only its owner may read, or a program. The
        value is shown in no message; since it was written down, change it.

        Wrong:

            env: { PGPASSWORD: *** }

        Right:

            env: { PGPASSWORD: { env: PGPASSWORD } }
        """
    )

    static let misplacedReference = DiagnosticCode(
        "E129",
        "a reference in the wrong place",
        """
        `${each.name}` stands elsewhere than in the name of a check.

        In SQL the values of `for_each` are variables like all others.

        Wrong:

            query: SELECT count(*) FROM ${each.table}

        Right:

            query: SELECT count(*) FROM :"table"
        """
    )

    static let contradiction = DiagnosticCode(
        "E130",
        "a definition that contradicts itself",
        """
        A variable whose default is not allowed or not of its type, a secret with
        two sources, or a range that ends before it begins.

        One of the two lines is wrong, and it cannot be told which.

        Wrong:

            tenant: { default: c, allow: [a, b] }

        Right:

            tenant: { default: a, allow: [a, b] }
        """
    )

    static let moment = DiagnosticCode(
        "E131",
        "something that is no moment",
        """
        A moment is a date, a time and how far both are from UTC, as RFC 3339 writes
        them. Without the offset it would be another moment on each machine.

        Wrong:

            start: 2025-10-18 22:00

        Right:

            start: 2025-10-18T22:00:00-04:00
        """
    )
}
