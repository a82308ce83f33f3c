public import Diagnostics

extension ReviewCodes {
    /// Every row is changed.
    public static let everyRow = DiagnosticCode(
        "W641", "every row of a table is changed at once",
        """
        UPDATE or DELETE without WHERE works on the whole table in one transaction: every row is
        locked to its end, the old versions stay until VACUUM, replicas fall behind, and rows
        that have come since are changed with the others. Say which rows are meant, and do many
        in batches.
        """)
    /// Something goes that nobody named.
    public static let cascade = DiagnosticCode(
        "W642", "something is dropped that nobody names",
        """
        CASCADE drops whatever depends on the object, or empties every table that refers to it:
        views, foreign keys, columns of a type, and what has come since this was written. Name
        each of them, in the order in which they can go.
        """)
    /// Columns go by their places.
    public static let byPlace = DiagnosticCode(
        "W643", "columns are matched by their places",
        """
        INSERT INTO t SELECT ... without a list of columns puts the first column into the first,
        and so on. A column that was added stands last in the old table and elsewhere in the new
        one: values land in other columns, without an error where the types allow it, and counts
        still agree. Name the columns on both sides.
        """)
    /// A loop of batches is one transaction.
    public static let batchesInOne = DiagnosticCode(
        "W644", "batches are one transaction",
        """
        A DO runs in one transaction, however it loops: every row stays locked until the end, and
        nothing is saved by doing it in parts. A loop that looks for rows with NULL never ends
        where the new value is NULL, too. Split the work into steps by ranges of the key, each its
        own transaction.
        """)
    /// IF NOT EXISTS hides a broken index.
    public static let hidesBroken = DiagnosticCode(
        "W651", "IF NOT EXISTS may hide a broken index",
        """
        A concurrent build that fails leaves an index that is not valid. CREATE INDEX IF NOT EXISTS
        finds it by its name, says so in a notice, and succeeds; no query ever uses it, and
        pg_indexes lists it like any other. Leave IF NOT EXISTS out: gonogo looks at the index
        itself when a build was broken off, and drops what is left of it.
        """)
    /// SET LOCAL without a transaction.
    public static let settingLost = DiagnosticCode(
        "W654", "SET LOCAL does nothing outside of a transaction",
        """
        Outside of a transaction SET LOCAL only warns. Give the setting to the step:

            - statement: CREATE INDEX CONCURRENTLY i ON t (a)
              transaction: none
              session: { maintenance_work_mem: 1GB }
        """)
    /// A value of an enum is used too early.
    public static let valueTooEarly = DiagnosticCode(
        "W655", "a new value of an enum is used before it is committed",
        """
        ALTER TYPE ... ADD VALUE may stand in a transaction, and the value cannot be used in it
        (SQLSTATE 55P04), not even as a default. Make it a phase, or a step, of its own.
        """)

    static let rowWork = [
        everyRow, cascade, byPlace, batchesInOne, hidesBroken, settingLost, valueTooEarly,
    ]
}
