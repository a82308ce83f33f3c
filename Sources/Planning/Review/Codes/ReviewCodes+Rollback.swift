public import Diagnostics

extension ReviewCodes {
    /// An acceptance of what is not found.
    public static let acceptsNothing = DiagnosticCode(
        "W600", "something is accepted that is not found",
        """
        `accept` says of a kind of finding that it is left as it is, and why. Where nothing of
        that kind is found any more, the word would hide the next one. Take it out.

            accept:
              W621: nobody writes while the application is stopped
        """)
    /// The rollback leaves something.
    public static let left = DiagnosticCode(
        "W601", "a rollback leaves something behind",
        """
        What the phase makes, its rollback must drop: tables, columns, indexes, constraints,
        policies, triggers, functions, types, privileges. What is left stands in the way of
        the next attempt, or goes on working: a policy, a trigger, a grant.

        Where something is meant to stay, write why, on the line above the statement:

            -- gonogo: accept W601 roles belong to the whole cluster
        """)
    /// The rollback does not bring something back.
    public static let notRestored = DiagnosticCode(
        "W602", "a rollback does not bring something back",
        """
        The phase drops or replaces something that was there before, and the rollback does not
        make it again. Dropping a column takes its indexes and constraints with it, a primary
        key too; a function or view that is replaced keeps its new body.

        Make it again in the rollback as it was. Where that cannot be, say so:

            rollback: { irreversible: the old values are gone }
        """)
    /// A property stays changed.
    public static let property = DiagnosticCode(
        "W603", "a rollback leaves a property changed",
        """
        FORCE ROW LEVEL SECURITY, NOT NULL, a default, an owner, a storage parameter: none of
        them goes back by itself, and none of them is seen in a list of tables. A table whose
        row level security is disabled and still forced locks its owner out as soon as
        somebody enables it again.
        """)
    /// The rollback undoes more.
    public static let tooMuch = DiagnosticCode(
        "W604", "a rollback drops what its phase does not make",
        """
        A rollback brings back the state from before its phase, and that had the object. Other
        phases, or other people, made it.
        """)
    /// The order of the rollback fails.
    public static let order = DiagnosticCode(
        "W605", "a rollback drops something that something else stands on",
        """
        The server refuses to drop a table that a view reads, a type that a column or a
        function's argument has, a function that a trigger calls (SQLSTATE 2BP01), and the
        whole rollback fails, at the worst moment. The order of a rollback is the order of its
        phase, backwards. CASCADE is no way out: it drops what nobody named.
        """)
    /// The rollback may drop what was there before.
    public static let mayHaveBeen = DiagnosticCode(
        "W606", "a rollback may drop what was there before",
        """
        IF NOT EXISTS passes over what is there already, and then the rollback drops it: what
        was never the phase's own. Without IF NOT EXISTS the phase fails at once where the
        object is there, and nothing is lost. gonogo knows what it has applied, so that a
        phase need not be made to be run twice.
        """)
    /// Rows written since go.
    public static let loss = DiagnosticCode(
        "W607", "a rollback loses what was written since its phase",
        """
        Dropping a table or a column in a rollback takes with it everything that was written
        into it after the phase. Look first, and refuse while there is something to lose:

            DO $$ BEGIN
              IF EXISTS (SELECT FROM orders WHERE tenant_id <> '') THEN
                RAISE EXCEPTION 'rows of other tenants exist';
              END IF;
            END $$;

        or accept it, with the reason, on the line above the statement, or by `accept`. Where it
        is not accepted, the rows are counted as the phase ends, and `gonogo rollback` stops while
        there are more, until it is given the token that names the loss (E731).

            -- gonogo: accept W607 the table is filled from another system
        """)
    /// Rows are not put back.
    public static let rows = DiagnosticCode(
        "W608", "a rollback does not put rows back",
        """
        The phase inserts, updates or deletes rows of a table that stays, and the rollback does
        nothing about them. Delete what was inserted, by what tells it apart; write back old
        values from where the phase kept them. Where they are gone, say so:

            rollback: { irreversible: the rows are deleted }
        """)
    /// The rollback says there is nothing.
    public static let nothingToUndo = DiagnosticCode(
        "W609", "a phase says that nothing is to be taken back, and changes something",
        """
        `rollback: { none: reason }` is for phases that only read. This one changes something,
        and an unwind would go past it as if nothing had been.
        """)
    /// There is no statement that takes it back.
    public static let noInverse = DiagnosticCode(
        "W610", "something cannot be taken back",
        """
        PostgreSQL has no statement that drops a value of an enum, and what a sequence has
        given out, a message that was sent or a program that has run stays as it is. A phase
        with such a statement is `irreversible`, or its rollback says what is left:

            -- gonogo: accept W610 nothing uses the value yet
        """)
    /// The rollback makes what is there.
    public static let alreadyThere = DiagnosticCode(
        "W611", "a rollback creates what is still there",
        """
        The statement fails where the object is there, and with it the rollback.
        """)
    /// The rollback drops what is gone.
    public static let notThere = DiagnosticCode(
        "W612", "a rollback drops what is not there any more",
        """
        A statement before it has dropped the object, or dropped the table it is a part of. The
        rollback fails there.
        """)

    /// What a rollback looks at can change before it acts.
    public static let race = DiagnosticCode(
        "W613", "what a rollback looks at may change before it acts",
        """
        Between the query that finds nothing to lose and the drop, another session may write a
        row. Lock the table first; the lock is held until the transaction ends:

            LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
        """)
    /// The rollback checks constraints at once where its phase does not.
    public static let deferral = DiagnosticCode(
        "W614", "a rollback checks constraints at once where its phase does not",
        """
        The phase puts off the checks of deferrable constraints, because rows of two tables
        only fit together when both are changed. The way back is the same, and fails without it.
        """)

    /// An effect that transactions do not hold.
    public static let outlasts = DiagnosticCode(
        "W615", "something is done that no rollback takes back",
        """
        nextval and setval, session advisory locks, replication slots, dblink and COPY ... PROGRAM
        act at once and outside of the transaction: a ROLLBACK leaves them as they are, and so
        does a failed step. Where that does no harm, say why:

            -- gonogo: accept W615 a gap in the numbers does no harm
        """)

    static let rollback = [
        acceptsNothing, left, notRestored, property, tooMuch, order, mayHaveBeen, loss, rows, nothingToUndo, noInverse,
        alreadyThere,
        notThere, race, deferral, outlasts,
    ]
}
