import Diagnostics

/// Why a run does not begin, or what was written of one cannot be used.
enum RefusalCodes {
    static let connection = DiagnosticCode(
        "E501", "a database cannot be reached",
        """
        Every database of a plan is reached before anything is changed in any of them. The
        server's own words follow. A password comes from ~/.pgpass, PGPASSFILE, a service
        file or PGPASSWORD, never from the command line. Exit code 4.
        """)
    static let ledger = DiagnosticCode(
        "E502", "the ledger cannot be used",
        """
        What was applied is written into the database itself, in the same transaction: in
        the schema `gonogo` on PostgreSQL, in tables named `gonogo_...` in SQLite. The role
        needs CREATE on the database the first time, and INSERT, UPDATE and SELECT on these
        tables always; a SQLite file must be writable. Exit code 4.
        """)
    static let locked = DiagnosticCode(
        "E503", "another run holds the database",
        """
        Runs on one database exclude each other, so that no two of them change it at the
        same time. The lock is held by a session of the other run and ends with it: there
        is nothing to unlock by hand. `--wait 10m` waits for it. When its process stands
        still, or is on a machine that cannot be reached, `gonogo takeover RUN --nonce WORD`
        ends it and its sessions, and keeps what is left of it from writing. Exit code 5.
        """)
    static let unfinished = DiagnosticCode(
        "E504", "an earlier run was left unfinished",
        """
        A run of the same runbook on this database was stopped, was interrupted, or could not
        be taken back wholly, and part of its work stands. To begin again would apply
        statements to a database they were not written for. `gonogo resume RUN` goes on with it;
        `gonogo rollback RUN` takes back what stands. Exit code 6.
        """)
    static let otherPlan = DiagnosticCode(
        "E505", "the runbook was changed after it was run",
        """
        A run of a runbook of this name stands on this database, by another plan: a phase, a
        file or a value is not what it was then. What is applied would not be what was
        reviewed. New work belongs in a runbook of another name; to do the same work
        otherwise, take the earlier run back first. To rebuild a run's folder from its runbook,
        that must be as it was when the run began. Exit code 6.
        """)
    static let unknownRun = DiagnosticCode(
        "E506", "the database does not know the run",
        """
        The journal of a run and the ledger in its databases must tell the same. When the
        ledger has never heard of the run, the address leads to another database now, or
        the database was restored to a time before the run. Exit code 6.
        """)
    static let copiedLedger = DiagnosticCode(
        "E507", "the ledger came with a copy of another database",
        """
        A ledger holds the identity of the database it was made in. This database has
        another one: it was made from a dump or as a copy, and the ledger tells what was
        done to the original. Exit code 6.
        """)
    static let secret = DiagnosticCode(
        "E508", "a secret cannot be read",
        """
        A variable with `secret` takes its value, when the run begins, from the environment
        variable or the file it names. The value is never printed. Exit code 1.
        """)
    static let state = DiagnosticCode(
        "E509", "the state directory cannot be used",
        """
        Each run has a folder with its plan and its journal in `.gonogo/runs` below the root,
        or where `--state` or GONOGO_STATE says. A run whose journal cannot be written does
        not begin. Exit code 1.
        """)
    static let journal = DiagnosticCode(
        "E510", "what was written of a run cannot be followed",
        """
        The plan or the journal of the run is damaged, incomplete, or was edited: each entry
        of a journal holds the digest of the one before it, and the plan's digest is in the
        journal. Nothing is guessed from such files. The databases still hold what
        was applied, in their ledgers. Exit code 1.
        """)
    static let unknownPhase = DiagnosticCode(
        "E511", "the run has no such phase",
        """
        `gonogo rollback RUN --to PHASE` keeps the phase named and all before it in the plan,
        and takes back what comes after it. The phase is one of the run's plan. Exit code 2.
        """)

    static let diverged = DiagnosticCode(
        "E512", "journal and ledger contradict each other",
        """
        What a run did is written in its journal, and in the same transaction as the work itself
        in the ledger of each database. Both must tell the same of every step. When they do not,
        one of them is not what the run wrote: the database was restored to another time, or
        the journal is an older copy. Nothing is guessed, and nothing was changed. Exit code 14.
        """)
    static let orphaned = DiagnosticCode(
        "E513", "a session of the run is still at work",
        """
        A server goes on with a statement after the program that sent it has died. Before a run
        goes on, its old sessions are ended; concurrent work on an index is waited for, since
        ended in the middle it leaves an invalid index. This one did not end. Exit code 5.
        """)
    static let takenBack = DiagnosticCode(
        "E514", "the run was taken back and goes no further",
        """
        A run whose failed phase was taken back does not go forward again: its plan would apply
        steps that were applied and taken back before. `gonogo rollback RUN` takes back what
        stands; then the runbook can be planned and run anew. Exit code 6.
        """)

    static let notInDoubt = DiagnosticCode(
        "E515", "there is nothing to say of the step or phase",
        """
        `gonogo resolve` is for steps of which neither journal nor ledger nor a probe can tell what
        became of them: a program that may have run, work that was done in part, a rollback
        that failed. Of every other step the run knows, and nobody may say otherwise. With
        `--as accepted` it is for phases whose rollback left a difference in the schema that may
        stay. Exit code 2.
        """)

    static let otherHolder = DiagnosticCode(
        "E516", "somebody else holds the run",
        """
        A run is taken over from the one who was looked at, and from nobody else: the nonce that
        the message about the lock names is another one each time somebody acts for the run.
        Exit code 5.
        """)

    static let sameDatabase = DiagnosticCode(
        "E517", "two names for one database",
        """
        Each database of a runbook is held by a lock for as long as the run takes, and keeps its
        own ledger. Two addresses that lead to the same database, by another host name or a link,
        are one target with two names: declare it once. Exit code 3.
        """)

    static let severalNames = DiagnosticCode(
        "E518", "the file has several names",
        """
        SQLite keeps the log of a database beside it, under the database's name. A file with
        two names (hard links) has two logs: what is committed by one name is not seen by the
        other, and is lost. Remove all names but one, or make the others symbolic links, which
        lead to the same name. Exit code 4.
        """)

    static let damagedPlan = DiagnosticCode(
        "E519", "the file is not a plan as it was made",
        """
        A plan is canonical JSON, byte for byte as `gonogo plan RUNBOOK -o FILE` wrote it. Nothing
        is made of a file that lacks a member, has one more, names a digest its text does not
        have, or was laid out anew. The digest that is shown is that of the bytes as they
        are. Exit code 6.
        """)
    static let planUsed = DiagnosticCode(
        "E520", "the plan was carried out before",
        """
        What was reviewed is one run in the databases as they were. A plan file is carried out
        once; the ledger knows its work. After that, and also when the run was taken back, plan
        again and have the new plan reviewed: with `--target` it is bound to what is there now,
        and is another plan. Exit code 6.
        """)
    static let otherDatabase = DiagnosticCode(
        "E521", "the plan is bound to another database",
        """
        A plan that was made with `--target` holds the identity of each database that answered:
        the system identifier and the database's own number on PostgreSQL, device and inode of
        the file on SQLite. Another one answers now: a copy, a restored one, or another server
        at the same address. Exit code 6.
        """)
    static let otherAddress = DiagnosticCode(
        "E522", "the address is not the plan's",
        """
        A plan holds the address of each target without anything secret. The environment leads
        elsewhere now than when the plan was made, by host, port, user or name. Exit code 6.
        """)
    static let changedObjects = DiagnosticCode(
        "E523", "what the plan may touch has changed since it was made",
        """
        A plan that was made with `--target` holds a digest of every entry of the catalog that
        it may touch. An entry counts when a word of its name occurs in a statement of the plan:
        that is rather too much than too little. Changes elsewhere are only noted. Whoever
        approved the plan saw another schema: plan again. Exit code 6.
        """)

    static let outsideWindow = DiagnosticCode(
        "E730", "it is not the time of the run",
        """
        A runbook with `window` goes forward inside it and at no other time: a run does not begin
        before its start or after its end, and does not go on after its end. Where the window has
        no start, it begins with the run. Taking back is possible at any time, and `gonogo resume
        RUN --past-window` goes on with a run outside its window, which is written down: after an
        irreversible phase that may be the only way. Nothing was connected to and nothing changed
        when a run did not begin. Exit code 6.
        """)

    static let losesData = DiagnosticCode(
        "E731", "taking back loses what was written since",
        """
        A rollback of this run drops a table or a column (W607), and there are more rows in it now,
        or more rows with a value, than when its phase ended. They would be gone for good. Only
        numbers are compared: a row that was changed, or exchanged for another, is not seen. What is
        in a phase that was broken off half-way is taken for its own work.

        The token in the command accepts these losses of this run and fewer, and nothing else:
        where more is written meanwhile, the rollback stops before the phase and asks again. What is
        written between the last count and the drop is not seen, so stop who writes. A finding
        W607 that was accepted with a reason does not ask, unless the runbook says
        `slo: { data_loss: none }`. Nothing was taken back. Exit code 10.
        """)

    static let all = [
        connection, ledger, locked, unfinished, otherPlan, unknownRun, copiedLedger, secret, state, journal,
        unknownPhase, diverged, orphaned, takenBack, notInDoubt, otherHolder, sameDatabase,
        severalNames, damagedPlan, planUsed, otherDatabase, otherAddress, changedObjects, outsideWindow, losesData,
    ]
}
