public import Diagnostics

/// What can be wrong with a runbook as a whole: names, order, files, statements that do not fit their step.
public enum PlanningCodes {
    /// Two things of one name.
    public static let duplicateName = DiagnosticCode(
        "E301", "two things have one name",
        """
        Phases, databases, captures, steps and checks are referred to by name, in `needs`,
        `target` and `same_as`, in the journal and on the command line. Two of one name
        would make every reference ambiguous. A check with `for_each` is one check for each
        combination, with the values at the end of its id. Names of phases that differ only in case are refused too,
        because people read them aloud.

        Give one of the two another name, and follow it through the references.
        """)
    /// A target that no database has.
    public static let unknownTarget = DiagnosticCode(
        "E302", "no database of that name",
        """
        Every phase works on one database. It is the phase's own `target`, else the
        runbook's, else the only database, else the one called `main`. The name must be
        one of those under `databases`.

            databases:
              prod: ${DATABASE_URL:?the production database}
              archive: sqlite:archive.db
            target: prod
        """)
    /// A connection string that is none.
    public static let address = DiagnosticCode(
        "E303", "not the address of a database",
        """
        A database is written as a URL (`postgres://user@host:5432/name`), as libpq's
        keywords (`host=pg1 dbname=app`), or as `sqlite:PATH`. The scheme decides the
        engine. Passwords do not belong into it: use ~/.pgpass, a service file or PGPASSFILE.
        """)
    /// A variable without a usable value.
    public static let variableValue = DiagnosticCode(
        "E304", "a variable has no usable value",
        """
        A variable takes its value from `--var NAME=VALUE`, else from the environment
        variable its `env` names, else from its `default`. The value must fit its `type` and be one of `allow`, if these are written. Nothing is
        assumed: a variable without a value stops before any database is touched.
        """)
    /// A reference to no variable.
    public static let unknownVariable = DiagnosticCode(
        "E305", "a variable is not defined",
        """
        SQL refers to values as :'name' (a quoted literal) and :"name" (a quoted
        identifier), texts as ${vars.name} and ${each.name}. Each name must be defined under `vars`, or by the `for_each` of the
        check it stands in.

            vars:
              tenant: { default: default, allow: [default, legacy_default] }
        """)
    /// A variable nothing refers to.
    public static let unusedVariable = DiagnosticCode(
        "W306", "a variable is never used",
        """
        Nothing refers to this variable, so giving it another value changes nothing. Most
        often the reference is misspelt, or was removed and the variable forgotten.
        """)
    /// `needs` names no phase.
    public static let unknownPhase = DiagnosticCode(
        "E307", "no phase of that name",
        """
        `needs` lists the ids of the phases that must be done first. A phase without
        `needs` waits for the one above it; `needs: []` waits for none.
        """)
    /// Phases that wait for each other.
    public static let cycle = DiagnosticCode(
        "E308", "phases wait for each other",
        """
        Each of these phases needs another of them to be done first, so none could start.
        Every edge is shown with its line: remove the one that is not meant.
        """)
    /// A file that cannot be used.
    public static let file = DiagnosticCode(
        "E309", "a file cannot be used",
        """
        Paths are relative to the root: the folder of the runbook, or the folder above when
        the runbook lies in a folder called `runbooks`, or what --root says. A file must be
        a regular file below the root. Links that lead out of it, devices and pipes are
        refused, because the plan must hold exactly the bytes that were reviewed.
        """)
    /// A statement that cannot run in a transaction, in one.
    public static let notInTransaction = DiagnosticCode(
        "E310", "a statement cannot run in a transaction",
        """
        A step is one transaction unless it says otherwise, and the server refuses this
        statement inside one (SQLSTATE 25001). Make it a step of its own:

            steps:
              - statement: CREATE INDEX CONCURRENTLY idx_orders_tenant ON orders (tenant_id)
                transaction: none

        After a crash, concurrent index builds are looked up in the catalog; for other
        statements `done_when` must say how to tell whether they ran.
        """)
    /// Several statements without a transaction.
    public static let oneStatement = DiagnosticCode(
        "E311", "several statements in a step without a transaction",
        """
        Without a transaction each statement stays when the next one fails. gonogo keeps
        account of steps, so a step without a transaction has exactly one statement: then
        what was done is always known. Split it into steps.
        """)
    /// Nothing tells whether a statement ran.
    public static let noProbe = DiagnosticCode(
        "E312", "nothing tells whether a statement ran",
        """
        A statement outside a transaction leaves no marker. When the connection is lost
        while it runs, only a look at the database can tell whether it took effect. For
        concurrent index builds gonogo knows how to look; for anything else say it:

            - statement: VACUUM (ANALYZE) orders
              transaction: none
              done_when:
                query: SELECT last_vacuum > now() - interval '1 hour' FROM pg_stat_user_tables WHERE relname = 'orders'
                expect: true

        What does no harm when it is done twice says `retry: safe` instead.
        """)
    /// A check that is not one reading statement.
    public static let query = DiagnosticCode(
        "E313", "a check does not just ask",
        """
        A check asks one question: one statement, in a transaction that cannot write. One
        that has to write in order to ask says `transaction: rollback`; what it wrote is
        rolled back whatever happens.

            - name: a row cannot be moved to another tenant
              transaction: rollback
              query: UPDATE orders SET tenant_id = 'other'
              expect: { error: { sqlstate: "42501" } }
        """)
    /// Something the engine does not have.
    public static let engine = DiagnosticCode(
        "E314", "the engine does not have that",
        """
        SQLite has no roles and no session settings: whoever can open the file can do
        everything in it. `as` and `session` are refused there, since a check that says it
        runs as a role must really do so.
        """)
    /// A capture that is not made before it is compared with.
    public static let captureOrder = DiagnosticCode(
        "E315", "a capture is not there when it is needed",
        """
        `same_as` compares with the result a `capture` step kept earlier in the same run.
        The phase with the check must be the phase with the capture, or wait for it,
        directly or through others; and a capture is made going forward only.
        """)

    /// A value that cannot be a name.
    public static let identifier = DiagnosticCode(
        "E316", "a value cannot be a name",
        """
        :"name" puts a value where SQL has the name of a table, a column, a schema or a
        role. Such a value must not be empty or hold a NUL. PostgreSQL keeps 63 bytes of a
        name and drops the rest without an error, so that two long values can mean one
        table. Values of one `for_each` that differ only in case, or after 63 bytes, are
        refused for the same reason.

        Shorten the value, or name the thing differently.
        """)
    /// A regular expression that is none.
    public static let pattern = DiagnosticCode(
        "E317", "not a regular expression",
        """
        `matches` takes a regular expression that is looked for anywhere in the value. The
        text does not follow its rules, so the check could only fail. Brackets, braces,
        parentheses, `*`, `+`, `?`, `.`, `|`, `^`, `$` and the backslash have a meaning; put
        a backslash before one that stands for itself.

            expect: { matches: '^v2\\.[0-9]+ \\(stable\\)$' }

        For a plain piece of text `contains` needs no such care.
        """)
    /// A phase without a deed.
    public static let emptyPhase = DiagnosticCode(
        "E318", "a phase does nothing",
        """
        The phase has no steps, no checks and no gate, or only empty lists of them. In a
        report it would look like work that was done.

        Give it something to do, or remove it and let the phases that need it need what
        it needs.
        """)
    /// A secret in a text.
    public static let secretInText = DiagnosticCode(
        "E319", "a secret in a text",
        """
        `${vars.name}` is put in place when the plan is made, and the plan is a file that
        people read. The value of a secret variable is in no plan; it is read from its
        source at the moment it is used.

        SQL may refer to it as :'name', and a program gets it from its own source:

            run: [curl, --config, -, https://example.org]
            env: { TOKEN: { file: /run/secrets/token } }
        """)
    /// A condition a variable cannot decide.
    public static let condition = DiagnosticCode(
        "E320", "a condition that is never true, or not decided",
        """
        `if: { var: name }` asks whether a variable is `true`, and with `equals` whether it
        has that value. A text or a number is never `true`; a value that is not allowed is
        never there; a secret is not known when the plan is made. The phase would silently
        be left out of every run.

            vars:
              mode: { default: online, allow: [online, offline] }
            phases:
              - id: drain
                if: { var: mode, equals: offline }
        """)
    /// More checks than anybody reads.
    public static let rounds = DiagnosticCode(
        "E321", "`for_each` makes too many checks",
        """
        Every combination of the values under `for_each` becomes a check of its own, with a
        line in plan and report. Several lists multiply: three of twenty values are 8,000
        checks. At most 1,000 are made.

        Ask one query about all of them, and let it return those that are wrong:

            query: SELECT table_name FROM information_schema.tables WHERE ...
            expect: { rows: 0 }
        """)
    /// The server understands what the built-in grammar refuses.
    public static let serverUnderstands = DiagnosticCode(
        "W322", "the server understands what the built-in grammar refuses",
        """
        gonogo reads PostgreSQL's SQL by the grammar of PostgreSQL 15. A newer server knows
        more. With `--ask-server` a statement that grammar refuses is put to the server,
        which parses it and does not run it; its verdict counts.

        gonogo sees less of such a statement: it is classed by its first words, and what it
        locks or destroys is not known.
        """)

    /// Text that is no SQL for SQLite.
    public static let sqliteSyntax = DiagnosticCode(
        "E323", "SQLite does not understand a statement",
        """
        SQLite itself was asked, with an empty database in memory: the text is no SQL.
        Tables and columns that are not there are not looked for, since an earlier step
        may make them.

        Wrong:

            DROP TABEL orders

        Right:

            DROP TABLE orders
        """)
    /// A role that the runbook does not have.
    public static let unknownRole = DiagnosticCode(
        "E340", "no role of that name",
        """
        `approvals` names the roles whose members may approve. Each must be one of those under
        `roles`, with its members: of a role that nobody has, nobody could approve.

            roles:
              dba: { title: Database Administrator, members: [raj@example.org] }
            approvals: { from: [dba] }
        """)
    /// Fewer people than approvals.
    public static let tooFewMembers = DiagnosticCode(
        "E341", "more approvals than people who may give them",
        """
        `required` counts different people. The roles under `from` together have fewer members
        than that, each counted once, and without owner and authors where `not_author` leaves
        them out. No plan of the runbook could ever run.
        """)
    /// Nobody to leave out.
    public static let unknownAuthor = DiagnosticCode(
        "E342", "`not_author` where nobody is known as author",
        """
        `not_author: true` keeps those who wrote a runbook from approving its plans. Who they
        are is said by `owner` and `authors`, as identities like those of the members of roles; of
        an owner written `Ana <ana@example.org>` the address counts as well. Where neither is
        written the rule would leave out nobody.
        """)
    /// Every code of this module.
    public static let all: [DiagnosticCode] = [
        duplicateName, unknownTarget, address, variableValue, unknownVariable, unusedVariable, unknownPhase, cycle,
        file, notInTransaction, oneStatement, noProbe, query, engine, captureOrder, identifier, pattern, emptyPhase,
        secretInText, condition, rounds, serverUnderstands, sqliteSyntax, unknownRole, tooFewMembers, unknownAuthor,
    ]
}
