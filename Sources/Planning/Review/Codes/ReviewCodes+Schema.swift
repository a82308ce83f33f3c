public import Diagnostics

extension ReviewCodes {
    /// Data is dropped.
    public static let destroys = DiagnosticCode(
        "W616", "a phase destroys data",
        """
        DROP TABLE, DROP COLUMN, TRUNCATE and their like take data away that no rollback brings
        back: a table that is made anew is empty, a column that is added again holds its default.
        Constraints and indexes of a column go with it, unasked. Stop using it first, keep a
        backup or a copy of the rows in a phase before, and say `rollback: { irreversible: ... }`
        where there is no way back; or accept it with the reason.
        """)
    /// A name that programs use changes.
    public static let renames = DiagnosticCode(
        "W631", "a name that running programs use is changed",
        """
        From the moment of the COMMIT every statement that names the table or column by its old
        name fails, and programs that know the new name failed until then. No order of deploying
        both avoids that. Add the new one beside the old, write both, move readers over, and drop
        the old one later; for a table a view under the old name bridges the time between.
        """)
    /// Rows would have no value.
    public static let noValue = DiagnosticCode(
        "W632", "a column has no value for the rows that are there",
        """
        ADD COLUMN ... NOT NULL without a default fails as soon as the table has a row (23502),
        and writers that do not know the column fail as well. Give it a default, or add it
        without NOT NULL, fill it, and set NOT NULL when all rows have a value.
        """)
    /// Rows may be equal.
    public static let mayCollide = DiagnosticCode(
        "W633", "rows that are there may break a unique key",
        """
        A unique index or constraint over columns that already hold data fails when two rows are
        equal in them (23505); built concurrently it leaves an INVALID index behind. Ask before
        the phase whether there are duplicates, by a precondition such as
        `SELECT count(*) FROM (SELECT 1 FROM t GROUP BY a HAVING count(*) > 1) AS d` with 0
        expected.
        """)
    /// Something stands on what is dropped.
    public static let stoodOn = DiagnosticCode(
        "W634", "something that is there stands on what is dropped or altered",
        """
        The catalog of the target names a view, a policy or a foreign key that cannot be without
        the table or column. PostgreSQL refuses to drop it (2BP01) or to change the column's type
        (0A000) while that is so. Drop what stands on it first and make it again afterwards; the
        rollback has to do the same the other way round.
        """)
    /// A name leads nowhere.
    public static let unknownName = DiagnosticCode(
        "W635", "a statement works on something that is not there",
        """
        Neither does the catalog of the target know the table, column, constraint or index, nor
        do the statements before this one make it. The statement will fail when the plan runs.
        Correct the name, its schema, or the database the phase works on.
        """)
    /// What is made is there.
    public static let madeAgain = DiagnosticCode(
        "W636", "a statement makes something that is there already",
        """
        The catalog of the target knows something of that name, so CREATE or ADD will fail. Was
        the work done by hand, or by another tool? Take the statement out, or give the step a
        `done_when` that tells when it is done already.
        """)
    /// What is made is there, and passed over.
    public static let passedOver = DiagnosticCode(
        "W637", "IF NOT EXISTS passes over something that is there",
        """
        The catalog of the target knows something of that name, so IF NOT EXISTS makes nothing:
        whatever it looks like, other columns, another type, an index that is not valid, it
        stays. Its rollback would then drop what was there before. Compare the two, and take the
        statement out or make what is missing.
        """)

    static let schema = [
        destroys, renames, noValue, mayCollide, stoodOn, unknownName, madeAgain, passedOver,
    ]
}
