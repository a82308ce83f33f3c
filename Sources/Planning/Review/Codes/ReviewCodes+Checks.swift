public import Diagnostics

extension ReviewCodes {
    /// A check that passes whatever is there.
    public static let cannotFail = DiagnosticCode(
        "W671", "a check cannot fail",
        """
        `rows: { at_least: 0 }`, `at_least: 0` for a count, a query of constants, `count(*) >= 0`, a
        command that ends with `|| true`: such a check passes before the work as well as after it, and
        a gate behind it decides nothing. Expect what would be otherwise if the step had not worked.

        A query that looks for a statement in pg_stat_activity finds itself, because its own text
        holds what it looks for. Leave it out: `AND pid <> pg_backend_pid()`.

        A check that says how long it may take is not meant here: it can fail by taking longer.
        """)
    /// A check of policies by somebody whom they do not bind.
    public static let seesEverything = DiagnosticCode(
        "W672", "a check of what a tenant sees is asked as somebody who sees everything",
        """
        Superusers, roles with BYPASSRLS and, without FORCE, the owner of a table see every row,
        whatever the policies say. The check counts all rows for each tenant, and proves nothing, or
        fails where the policies are right. Ask as the application, and let another check see that
        its role is bound:

            checks:
              - query: SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'app'
                expect: false
              - query: SELECT count(*) FROM orders
                as: app
                session: { app.tenant: nobody }
                expect: 0
        """)
    /// A catalog that does not list such a thing.
    public static let notListed = DiagnosticCode(
        "W673", "a check looks where such things are not listed",
        """
        information_schema knows the objects of the SQL standard: no materialized view is in its
        tables, views or columns. pg_tables lists tables, pg_views plain views. A check that waits for
        one there never passes; one that expects none always does. pg_class lists all of them:

            SELECT relname FROM pg_class WHERE relname = 'totals' AND relkind = 'm'
        """)
    /// A name in any schema.
    public static let anySchema = DiagnosticCode(
        "W674", "a check asks for a name in any schema",
        """
        information_schema and the pg_tables, pg_indexes, pg_views of the server list every schema.
        An object of that name in another one, such as a copy somebody keeps, makes the check pass
        without the object, or fail with it. Name the schema, or `current_schema()`.
        """)
    /// Rows that are no objects.
    public static let rowPerEvent = DiagnosticCode(
        "W675", "a check counts several rows for one trigger",
        """
        information_schema.triggers has a row for each event: a trigger BEFORE INSERT OR UPDATE is
        there twice. Write SELECT DISTINCT trigger_name, or count pg_trigger.
        """)
    /// An index that is there and may be useless.
    public static let mayBeInvalid = DiagnosticCode(
        "W676", "a check finds an index that may be invalid",
        """
        A concurrent build that failed leaves an index that no query uses and every write keeps up.
        pg_indexes lists it like any other; CREATE INDEX IF NOT EXISTS passes it over. What tells is
        indisvalid:

            SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_tenant'::regclass

        An index that a step builds in a transaction is valid or not there, and is not meant here.
        """)
    /// The planner decides by old statistics.
    public static let withoutStatistics = DiagnosticCode(
        "W677", "a check of a query's plan runs on old statistics",
        """
        Which index a query takes, the planner decides by the statistics of the table, and those were
        gathered before the plan filled or changed its rows. The same check passes and fails by
        chance, the more so on small tables, where reading all of it is cheapest. Gather them first:

            - statement: ANALYZE orders

        or ask whether the index can be used at all, with `session: { enable_seqscan: "off" }`.
        """)
    /// Texts that look like numbers.
    public static let orderOfTexts = DiagnosticCode(
        "W678", "a check takes the greatest of numbers that are texts",
        """
        The greatest text is not the greatest number: '9' is above '10'. As long as all have the same
        length nobody notices. Compare numbers, `max(version::int)`, or keep the column as one.
        """)
    /// A count of counts.
    public static let countsCounts = DiagnosticCode(
        "W679", "a query counts the rows of a table of counts",
        """
        In a table that holds a count for each of others, count(*) of the row one looks for is 1. What
        was there before is kept by a capture, and compared as a whole:

            steps:
              - capture: { name: before, query: SELECT count(*) FROM orders }
            checks:
              - expect: { same_as: before }
        """)
    /// A relation that is gone.
    public static let askedTooLate = DiagnosticCode(
        "W680", "a query reads what is not there any more",
        """
        A step before has dropped the relation, or has made it for its own session, which begins anew
        with every step. The query fails when it is asked. A result that is needed later is kept by a
        capture.
        """)
    /// One row is enough.
    public static let somePresent = DiagnosticCode(
        "W681", "a check passes with one row that has a value",
        """
        Counting the rows that have a value says nothing of those that lack one. Count these:

            - query: SELECT count(*) FROM users WHERE customer_id IS NULL
              expect: 0
        """)

    static let checks = [
        cannotFail, seesEverything, notListed, anySchema, rowPerEvent, mayBeInvalid, withoutStatistics, orderOfTexts,
        countsCounts, askedTooLate, somePresent,
    ]
}
