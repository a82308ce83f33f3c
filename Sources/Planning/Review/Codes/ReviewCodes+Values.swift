public import Diagnostics

extension ReviewCodes {
    /// Two that exclude each other.
    public static let alternatives = DiagnosticCode(
        "W645", "two statements look for the same rows, and the first leaves none",
        """
        Two alternatives stand in one script: the first UPDATE gives the rows it finds another value,
        and the second, with the same condition, finds none. Keep one, and let a variable of the
        runbook decide what it writes.
        """)
    /// A loop without end.
    public static let endless = DiagnosticCode(
        "W646", "a loop never ends where a value is NULL",
        """
        The loop takes rows in which the new column is NULL and gives them the value of the old one.
        Where that is NULL, too, the row is found again, for ever, in one transaction. Add the old
        column to the condition, or go by ranges of the key.
        """)
    /// A default that belongs to nobody.
    public static let sentinel = DiagnosticCode(
        "W647", "a row without a tenant gets one, and nobody is told",
        """
        The default helps while the column is new and old code writes rows. Kept for good, it hides
        every place that forgets the tenant: the row is written, and belongs to somebody else. Drop the
        default, or let it fail where the session has none:

            ALTER TABLE orders ALTER COLUMN tenant_id
              SET DEFAULT NULLIF(current_setting('app.tenant', true), '');
        """)
    /// A foreign key without an index.
    public static let keyWithoutIndex = DiagnosticCode(
        "W648", "no index serves a foreign key",
        """
        The server makes an index for the key that is referred to, and none for the columns that refer.
        Every DELETE and every change of a key there reads the whole table here. Only tables and columns
        that the plan itself makes are looked at: of others it does not know the indexes.
        """)
    /// Rows found by their value.
    public static let rowsByValue = DiagnosticCode(
        "W649", "a rollback finds rows by the value alone",
        """
        The rollback changes all rows that have the value the phase wrote. Rows that got it since, by the
        application or by people, look the same and are changed, too. Keep the keys of the rows that the
        phase changes in a table, and write back these; or say why that does no harm.
        """)
    /// A name is enough.
    public static let anyDefinition = DiagnosticCode(
        "W656", "IF NOT EXISTS looks at the name alone",
        """
        A table or column of that name is passed over whatever its columns, type and default are, with no
        more than a notice. The statements after it then work on something else, or fail far away.
        Without IF NOT EXISTS the phase fails where it is there. gonogo knows what it has applied, so
        that a phase need not be made to be run twice.
        """)
    /// Two names of one setting.
    public static let settingNames = DiagnosticCode(
        "W657", "two names are used for one setting",
        """
        A setting that nobody has defined can be set and read by any name: with `app.tenant` set and
        `app.tenant_id` read, the policy finds none, and nothing says so. Use one name.
        """)
    /// A statement that does nothing.
    public static let nothingLeft = DiagnosticCode(
        "W658", "a statement is about what is gone already",
        """
        Triggers, policies, constraints and columns go with their table. IF EXISTS keeps a DROP of them
        from failing afterwards, and it does nothing. Harmless by itself, it tells that the order was not
        thought through. The drops of parts stand before that of the whole, or not at all.
        """)
    /// A time zone by chance.
    public static let sessionTimeZone = DiagnosticCode(
        "W659", "times are read in the time zone of the session",
        """
        From timestamp to timestamptz, and back, every value is taken for a time of the session's time
        zone: on a machine with another one all values are shifted by hours. In UTC nothing is rewritten,
        either. Say which is meant:

            ALTER TABLE orders ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'UTC';
        """)
    /// Everybody sees everything again.
    public static let lessProtected = DiagnosticCode(
        "W669", "the protection of rows is taken away",
        """
        Row level security goes off, and every session sees all rows, those that have come since as well.
        In a rollback that is the state from before, and it may be none to go back to once there are
        several tenants. Refuse then:

            DO $$ BEGIN
              IF (SELECT count(DISTINCT tenant_id) FROM orders) > 1 THEN
                RAISE EXCEPTION 'orders of several tenants would be seen by all';
              END IF;
            END $$;

        or accept it, with the reason.
        """)

    static let values = [
        alternatives, endless, sentinel, keyWithoutIndex, rowsByValue, anyDefinition, settingNames, nothingLeft,
        sessionTimeZone, lessProtected,
    ]
}
