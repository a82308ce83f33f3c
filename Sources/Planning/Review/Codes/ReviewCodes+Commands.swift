public import Diagnostics

extension ReviewCodes {
    /// psql without ON_ERROR_STOP.
    public static let goesOn = DiagnosticCode(
        "W682", "psql goes on after an error",
        """
        Without ON_ERROR_STOP psql carries out the rest of a script after a statement has failed, and
        ends with 0. The step counts as done. With `-v ON_ERROR_STOP=1` it stops, and ends with 3.
        A file that is a step of its own, `sql: FILE`, is reviewed, runs once, and stops at its first
        error.
        """)
    /// A dump that is read by another program.
    public static let otherDump = DiagnosticCode(
        "W683", "a dump is given to the program that does not read it",
        """
        pg_dump writes SQL unless a format is given, and psql reads that. pg_restore reads the formats
        custom, directory and tar, and refuses SQL ("input file appears to be a text format dump"). A
        way back that was never tried is none: restore the dump in a check.
        """)
    /// A list of contents.
    public static let listIsNoProof = DiagnosticCode(
        "W684", "a list of contents is taken for a proof of a backup",
        """
        The contents of a dump stand at its beginning: `pg_restore --list` prints them for a file that
        was cut in half. Only a restore proves that it can be restored:

            checks:
              - run: createdb proof && pg_restore --exit-on-error -d proof before.dump
                expect: { exit: 0 }
        """)
    /// psql as superuser.
    public static let asSuperuser = DiagnosticCode(
        "W685", "a program works as the superuser",
        """
        As postgres every statement is allowed, no policy hides a row, and what is made belongs to
        postgres. A test of privileges or policies proves nothing, and a mistake has no limit.
        """)
    /// TLS without proof.
    public static let unverified = DiagnosticCode(
        "W686", "a connection does not prove which server answers",
        """
        sslmode=require encrypts and takes any certificate; prefer and allow do without encryption when
        asked to. Whoever is in between reads what runs, and answers as he likes. verify-full holds the
        certificate against the name of the host. Connections within one machine are not meant here,
        nor addresses that say nothing of it.
        """)
    /// A rollback that demands more than the rows hold.
    public static let mayNotHold = DiagnosticCode(
        "W687", "a rollback makes a constraint that rows written since may break",
        """
        While the phase stands, rows may be written that the old key, the old foreign key or NOT NULL
        does not allow: two tenants with one id, where the id alone is to be the key again. The rollback
        fails on them, on the day it is needed. Look first, and name them:

            DO $$ BEGIN
              IF EXISTS (SELECT FROM orders GROUP BY id HAVING count(*) > 1) THEN
                RAISE EXCEPTION 'orders of several tenants share an id';
              END IF;
            END $$;

        or accept it, with what is to be done then.
        """)
    /// A routine without its arguments.
    public static let byNameAlone = DiagnosticCode(
        "W688", "a routine is dropped by its name alone",
        """
        DROP FUNCTION f works as long as there is one f. As soon as somebody has made another with other
        arguments, it fails (SQLSTATE 42725); IF EXISTS does not help. Write the types of the arguments.
        """)
    /// Rows past the policies.
    public static let pastPolicies = DiagnosticCode(
        "W689", "rows can be read past the policies",
        """
        A view reads with the rights of its owner: who may read the view sees what the policies of the
        tables below it hide from him. From PostgreSQL 15 on, WITH (security_invoker = true) reads with
        his own; a materialized view never does. A table that has the column of the tenant, is granted,
        and has no row level security shows the rows of all.
        """)

    static let commands = [
        goesOn, otherDump, listIsNoProof, asSuperuser, unverified, mayNotHold, byNameAlone, pastPolicies,
    ]
}
