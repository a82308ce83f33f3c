public import Diagnostics

extension ReviewCodes {
    /// ADD COLUMN that SQLite refuses.
    public static let columnRefused = DiagnosticCode(
        "W691", "SQLite refuses to add such a column",
        """
        ALTER TABLE ... ADD COLUMN takes no UNIQUE and no PRIMARY KEY. With NOT NULL and no default, with
        a default that is computed, or STORED, it works on an empty table and fails as soon as there is a
        row: in the test, and not where it matters. Make the table anew for those:

            CREATE TABLE orders_new (...);
            INSERT INTO orders_new (id, note) SELECT id, note FROM orders;
            DROP TABLE orders;
            ALTER TABLE orders_new RENAME TO orders;
        """)
    /// A rebuild that loses.
    public static let rebuildLoses = DiagnosticCode(
        "W692", "a table is made anew without what it had",
        """
        DROP TABLE takes indexes and triggers with it, without a word. The phase makes the table again
        and not these. Of a table that was there before the plan it is not known what it had; a
        precondition that there are no others makes it known:

            preconditions:
              - query: |
                  SELECT name FROM sqlite_schema WHERE tbl_name = 'orders' AND type IN ('index', 'trigger')
                    AND sql IS NOT NULL AND name NOT IN ('orders_note')
                expect: { rows: 0 }
        """)
    /// A view keeps a table from its name.
    public static let viewInTheWay = DiagnosticCode(
        "W693", "a view keeps SQLite from renaming a table",
        """
        RENAME looks through all views, and fails ("error in view ...: no such table") while one reads a
        table that is dropped and not there again. Drop the view before, and make it again at the end.
        """)
    /// Foreign keys follow.
    public static let renamedAway = DiagnosticCode(
        "W694", "foreign keys follow a table that is renamed away",
        """
        When a table is renamed, SQLite writes its new name into the foreign keys of other tables. The new
        table that takes its place is referred to by none, and when the old one is dropped they refer to
        nothing. Rename the new table, last:

            CREATE TABLE orders_new (...);
            INSERT INTO orders_new (id, note) SELECT id, note FROM orders;
            DROP TABLE orders;
            ALTER TABLE orders_new RENAME TO orders;
        """)
    /// A statement that SQLite refuses.
    public static let refused = DiagnosticCode(
        "W695", "SQLite refuses a statement",
        """
        The plan's definitions were carried out in an empty database in memory, and there SQLite refuses
        the statement: a column that the table does not have, too many values, a name that is taken.
        Statements that name anything the plan itself has not made are left out.
        """)
    /// A table by a query.
    public static let withoutTypes = DiagnosticCode(
        "W697", "a table is made by a query, without keys and types",
        """
        CREATE TABLE ... AS takes names and values: no primary key, no NOT NULL, no default, no index, and
        no type but the affinity. As a place to keep rows for a moment that is enough, and a table that
        the same phase drops is not meant here.
        """)
    /// A key that may be NULL.
    public static let nullableKey = DiagnosticCode(
        "W698", "a primary key takes NULL",
        """
        In SQLite a PRIMARY KEY that is not the one INTEGER column does not imply NOT NULL: several rows
        may have none. Write NOT NULL, or make the table STRICT or WITHOUT ROWID.
        """)
    /// A file that is copied.
    public static let copiesFile = DiagnosticCode(
        "W699", "the file of a SQLite database is copied while it may be in use",
        """
        In WAL mode the newest rows, or all of them, are in the file beside it that ends with -wal; and a
        writer may change pages while the copy is made. `backup: FILE` copies through SQLite itself, proves
        the copy, and names it only then.
        """)

    static let sqlite = [
        columnRefused, rebuildLoses, viewInTheWay, renamedAway, refused, withoutTypes, nullableKey, copiesFile,
    ]
}
