public import Diagnostics

extension ReviewCodes {
    /// An index is built while writers wait.
    public static let indexBlocks = DiagnosticCode(
        "W621", "an index is built while writers wait",
        """
        CREATE INDEX takes SHARE on its table: every INSERT, UPDATE and DELETE waits until the
        index is built. CONCURRENTLY lets them go on, in a step of its own outside of
        transactions:

            - statement: CREATE INDEX CONCURRENTLY orders_tenant ON orders (tenant_id)
              transaction: none

        On a table that the plan itself has made nobody waits, and nothing is said.
        """)
    /// An index is dropped while everybody waits.
    public static let indexDropBlocks = DiagnosticCode(
        "W622", "an index is dropped while everybody waits",
        """
        DROP INDEX takes ACCESS EXCLUSIVE on the table, reads wait too, also behind the DROP
        while that itself waits for a long query. DROP INDEX CONCURRENTLY, in a step of its
        own with `transaction: none`, lets them go on.
        """)
    /// An index is rebuilt while others wait.
    public static let reindexBlocks = DiagnosticCode(
        "W623", "an index is rebuilt while others wait",
        """
        REINDEX takes SHARE on the table and ACCESS EXCLUSIVE on the index, which planning a
        query needs: reads wait as well. REINDEX ... CONCURRENTLY lets them go on.
        """)
    /// A constraint builds its index under the strongest lock.
    public static let constraintBuilds = DiagnosticCode(
        "W624", "a constraint builds its index while everybody waits",
        """
        ADD UNIQUE, ADD PRIMARY KEY and ADD EXCLUDE build an index under ACCESS EXCLUSIVE. For
        a key, build the index before, without a lock, and then take it over:

            CREATE UNIQUE INDEX CONCURRENTLY orders_code ON orders (code);
            ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE USING INDEX orders_code;

        An exclusion constraint has no such way: fill a new table and exchange the two.
        """)
    /// A constraint reads the table under its lock.
    public static let constraintChecks = DiagnosticCode(
        "W625", "a constraint reads the whole table while others wait",
        """
        ADD CHECK and SET NOT NULL hold ACCESS EXCLUSIVE, and ADD FOREIGN KEY holds SHARE ROW
        EXCLUSIVE on both tables, while every row is looked at. In two steps, each its own
        transaction, the second of which lets reads and writes go on:

            ALTER TABLE orders ADD CONSTRAINT paid CHECK (amount > 0) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT paid;

        SET NOT NULL reads nothing once such a CHECK (column IS NOT NULL) is valid.
        """)
    /// Validation in the transaction that added the constraint.
    public static let validatesAtOnce = DiagnosticCode(
        "W626", "a constraint is validated under the lock it was added with",
        """
        NOT VALID spares reading the table under the lock of ADD CONSTRAINT. VALIDATE in the
        same transaction reads it under that lock after all, since locks are held until the
        transaction ends. Make it a step of its own.
        """)
    /// A table is written anew.
    public static let rewrites = DiagnosticCode(
        "W627", "a table is written anew while everybody waits",
        """
        The table and all of its indexes are written to new files under ACCESS EXCLUSIVE: that
        takes as long as copying them, and as much room. A new column, filled in batches, and
        an exchange of names at the end spares it. A default that is the same for every row is
        kept in the catalog and rewrites nothing; so does a longer varchar.
        """)
    /// Long work under a lock taken before.
    public static let worksUnderLock = DiagnosticCode(
        "W628", "rows are changed under a lock that keeps others waiting",
        """
        A lock is held until its transaction ends. The statement before changed a table's
        definition, and now rows are read or written in the same transaction: whoever needs
        that table waits for all of it. Make the change of rows a step of its own.
        """)
    /// A partition comes or goes under the strongest lock.
    public static let partitionBlocks = DiagnosticCode(
        "W629", "a partition comes or goes while everybody waits",
        """
        DETACH PARTITION takes ACCESS EXCLUSIVE on the partitioned table; CONCURRENTLY lets
        reads and writes go on. CREATE TABLE ... PARTITION OF takes it, too: CREATE TABLE and
        ATTACH PARTITION take less. ATTACH reads the partition unless a valid CHECK says what
        the partition demands.
        """)
    /// A materialized view is refreshed while readers wait.
    public static let refreshBlocks = DiagnosticCode(
        "W630", "a materialized view is refreshed while readers wait",
        """
        REFRESH MATERIALIZED VIEW takes ACCESS EXCLUSIVE until the rows are computed. With a
        unique index on the view, CONCURRENTLY lets readers go on with the old rows; it may
        stand in a transaction.
        """)

    static let locks = [
        indexBlocks, indexDropBlocks, reindexBlocks, constraintBuilds, constraintChecks, validatesAtOnce, rewrites,
        worksUnderLock, partitionBlocks, refreshBlocks,
    ]
}
