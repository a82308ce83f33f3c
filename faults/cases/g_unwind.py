"""G: taking back, gates, and what people say by hand."""

import os
import pty
import re
import signal

from cases.a_process import event
from harness import helpers
from harness.program import until
from harness.registry import case
from harness.trial import phase, step, table, undo

FAILS = [{"name": "never", "query": "SELECT 1", "expect": 2}]


def rolled_back(trial):
    """The phases in the order in which they were taken back."""
    return [one["phase"] for one in trial.events("rollback.done")]


def token(answer):
    """The word that an answer names for `--accept-loss`."""
    return (re.findall(r"--accept-loss ([^`\s]+)", answer.text) or ["none"])[0]


@case("F104", "Phase k of n fails", quick=True)
def each_phase_fails(trial):
    """Five phases; in five runs each of them fails in turn, on both engines.

    Exactly the applied phases are taken back, in reverse order, and the schema is what it was.
    """
    for database in (trial.sqlite(), trial.postgres()):
        before = database.schema()
        for k in range(1, 6):
            phases = [table(f"t{n}", checks=FAILS if n == k else []) for n in range(1, 6)]
            name = f"{database.engine}{k}"
            trial.runbook(database, *phases, name=name)
            answer = trial.run(name=name)
            trial.status(answer, 8)
            trial.says(answer, "never", "schema as before")
            trial.reads(rolled_back(trial), [f"t{n}" for n in range(k, 0, -1)], f"taken back when phase {k} fails")
            trial.reads(database.schema(), before, f"schema after phase {k} failed")
        trial.reads(database.leftovers(), [], "left behind")


@case("F105", "The failed phase is half done", quick=True)
def half_done(trial):
    """A phase of a table, an index built concurrently, and a program that fails.

    What the phase applied is taken back too, before the phases that came before it.
    """
    database = trial.postgres()
    before = database.schema()
    steps = [
        step("t", "CREATE TABLE t2 (id integer)"),
        step("i", "CREATE INDEX CONCURRENTLY i ON t2 (id)", transaction="none"),
        {"id": "x", "run": "exit 3"},
    ]
    trial.runbook(database, table("t1"), phase("p", *steps, undo=undo("DROP TABLE t2")))
    answer = trial.run()
    trial.status(answer, 8)
    trial.says(answer, "status 3|exit|ended with 3")
    trial.reads(rolled_back(trial), ["p", "t1"], "taken back")
    trial.reads(database.schema(), before, "schema")
    trial.clean(database, checks_journal=False)


@case("F106", "A rollback fails", quick=True)
def rollback_fails(trial):
    """The third phase fails; the rollback of the second breaks on a view that somebody made meanwhile.

    It stops there: the first phase stays. Exit 9 with the state of each phase and the next command, which then works.
    """
    database = trial.postgres()
    before = database.schema()
    third = phase("p", step("s", "CREATE VIEW in_the_way AS SELECT * FROM t2"), undo=undo("SELECT 1"), checks=FAILS)
    trial.runbook(database, table("t1"), table("t2"), third)
    answer = trial.run()
    trial.status(answer, 9)
    trial.says(answer, "in_the_way", "gonogo rollback", "rollback failed|difference left|stuck")
    trial.tables(database, "t1", "t2")
    database.query("DROP VIEW in_the_way")
    trial.status(trial.rollback(), 0)
    trial.reads(database.schema(), before, "schema")
    trial.clean(database, checks_journal=False)


@case("F107", "The outcome of a rollback is in doubt")
def rollback_in_doubt(trial):
    """The connection breaks when the COMMIT of a rollback has reached the server, and in another run before it did.

    The marker of the rollback decides, as forward: everything is taken back once, or the run can go on with it.
    """
    for fault in ("drop_after", "drop_before"):
        database = trial.postgres()
        before = database.schema()
        proxied = helpers.Proxied(trial, database, fault, "COMMIT", arm="DROP TABLE t2")
        trial.runbook(proxied.address, table("t1"), table("t2", checks=FAILS), name=fault.replace("_", "-"))
        answer = trial.run(name=fault.replace("_", "-"), seconds=150)
        trial.proves(proxied.fired, "the proxy did nothing")
        trial.status(answer, *((8,) if fault == "drop_after" else (8, 7, 9)))
        trial.says(answer, "ROLLED BACK|gonogo")
        if answer.status != 8:
            trial.status(trial.resume(), 8)
        trial.reads(database.schema(), before, "schema")
        trial.clean(database, checks_journal=False)
        os.unlink(proxied.record)


@case("F108", "A rollback works and does not restore", quick=True)
def residue(trial):
    """Rollbacks that leave an index, a grant and a changed column, each run on its own.

    Exit 9: "rolled back but not restored", with the objects that differ.
    """
    database = trial.postgres("CREATE TABLE t (id integer)", "DROP ROLE IF EXISTS somebody", "CREATE ROLE somebody")
    left = {
        "index": ("CREATE INDEX i ON t (id)", "index public.i", "DROP INDEX i"),
        "grant": ("GRANT SELECT ON t TO somebody", "somebody", "REVOKE ALL ON t FROM somebody"),
        "column": ("ALTER TABLE t ALTER id TYPE bigint", "bigint", "ALTER TABLE t ALTER id TYPE integer"),
    }
    for name, (statement, words, repair) in left.items():
        trial.runbook(database, phase("p", step("s", statement), undo=undo("SELECT 1"), checks=FAILS), name=name)
        answer = trial.run(name=name)
        trial.status(answer, 9)
        trial.says(answer, words, "gonogo rollback")
        database.query(repair)
        trial.status(trial.rollback(), 0)
    trial.reads(database.leftovers(), [], "left behind")
    trial.tables(database, "t")


@case("F109", "A failure behind an irreversible phase", quick=True)
def irreversible(trial):
    """Three phases; the second is irreversible, the third fails.

    Only the third is taken back; exit 7, and the message says what stands and how it goes forward.
    """
    database = trial.sqlite()
    barrier = phase("p", step("s", "CREATE TABLE t2 (id integer)"), undo={"irreversible": "sent to customers"})
    trial.runbook(database, table("t1"), barrier, table("t3", checks=FAILS))
    answer = trial.run()
    trial.status(answer, 7)
    trial.says(answer, "irreversible|cannot be taken back", "gonogo")
    trial.reads(rolled_back(trial), ["t3"], "taken back")
    trial.tables(database, "t1", "t2")


@case("F110", "A rollback that loses rows", quick=True)
def lossy(trial):
    """A column is added, somebody fills it, then the run is taken back by dropping it.

    The plan says that the rollback loses data; at run time rows are counted, and `--accept-loss` is asked for (10). The
    token does not fit once there are more rows, and the one that is named then does.
    """
    database = trial.sqlite("CREATE TABLE t (id integer)")
    trial.runbook(
        database,
        phase("p", step("s", "ALTER TABLE t ADD COLUMN note text"), undo=undo("ALTER TABLE t DROP COLUMN note")),
    )
    plan = trial.gonogo.run("plan", "case.runbook.yaml")
    trial.says(plan, "los(es|t|ing|s)|lossy|data")
    trial.status(trial.run(), 0)
    database.query("INSERT INTO t VALUES (1, 'dear')")
    answer = trial.rollback()
    trial.status(answer, 10)
    trial.says(answer, "1 row", "--accept-loss")
    trial.reads(database.query("SELECT count(*) FROM pragma_table_info('t')"), ["2"], "columns")
    database.query("INSERT INTO t VALUES (2, 'dearer')")
    more = trial.rollback("--accept-loss", token(answer))
    trial.status(more, 10)
    trial.says(more, "2 rows")
    trial.status(trial.rollback("--accept-loss", token(more)), 0)
    trial.reads(database.query("SELECT count(*) FROM pragma_table_info('t')"), ["1"], "columns")


@case("F111", "A gate and nobody to ask", quick=True)
def nobody_to_ask(trial):
    """A gate at the start of the first phase, with `--yes`, and standard input from /dev/null.

    Never yes: exit 10 or 11, nothing was begun, and the message has the command that answers.
    """
    database = trial.sqlite()
    trial.runbook(database, table("t1", gate={"question": "Shall it begin?", "deciders": ["dba"], "at": "start"}))
    answer = trial.run()
    trial.status(answer, 10, 11)
    trial.says(answer, "--gate t1=go", "no-go|Shall it begin")
    trial.tables(database)


@case("F111b", "A gate at the end of a phase and nobody to ask", quick=True)
def nobody_to_ask_later(trial):
    """A gate at the end of the first of two phases, with `--yes`, and standard input from /dev/null.

    Never yes: the second phase is not begun, exit 10, and what was applied waits for the answer; with it the run is done.
    """
    database = trial.sqlite()
    trial.runbook(database, table("t1", gate={"question": "Go on?", "deciders": ["dba"]}), table("t2"))
    answer = trial.run()
    trial.status(answer, 10)
    trial.says(answer, "--gate t1=go")
    trial.tables(database, "t1")
    resumed = trial.resume("--gate", "t1=go")
    trial.status(resumed, 0)
    trial.tables(database, "t1", "t2")
    trial.clean(database)


def at_terminal(trial, typed, seconds=20):
    """A run whose standard input and error are a terminal, at which this is typed when the gate asks; what it showed."""
    leader, follower = pty.openpty()
    process = trial.gonogo.start("run", "case.runbook.yaml", "--yes", stdin=follower, stdout=follower)
    os.close(follower)
    until(lambda: process.process.poll() is not None or "Go on?" in process.text, 10)
    if typed is not None:
        os.write(leader, typed)
    answer = process.finish(seconds)
    os.close(leader)
    return answer


@case("F111c", "A gate, and the end of input or of its time")
def end_of_input(trial):
    """At a terminal the gate gets Ctrl-D; in another run nothing until its two seconds are over.

    Both are no-go, never yes.
    """
    database = trial.sqlite()
    for typed in (b"\x04", None):
        gate = {"question": "Go on?", "deciders": ["dba"], "at": "start", "timeout": "2s"}
        trial.runbook(database, table("t1", gate=gate))
        answer = at_terminal(trial, typed)
        trial.status(answer, 11, 10)
        trial.says(answer, "no-go|NO-GO")
        trial.tables(database)


@case("F112", "A person says what became of a step", quick=True)
def resolved_by_hand(trial):
    """SIGKILL by a program at its work; `resolve` without a reason, then with one.

    Without a reason it is refused; with one it is written behind everything that was there, and the run goes on.
    """
    database = trial.sqlite()
    trial.runbook(database, phase("p", {"id": "x", "run": "kill -9 $PPID"}), table("t1"))
    answer = trial.run()
    trial.status(answer, -signal.SIGKILL)
    trial.status(trial.resume(), 14)
    bytes_before = open(trial.journal, "rb").read()
    without = trial.gonogo.run("resolve", trial.name, "p/x", "--as", "applied", "--yes")
    trial.status(without, 2)
    trial.says(without, "--reason")
    resolved = trial.gonogo.run("resolve", trial.name, "p/x", "--as", "applied", "--reason", "the log says so", "--yes")
    trial.status(resolved, 0)
    bytes_after = open(trial.journal, "rb").read()
    trial.reads(bytes_after.startswith(bytes_before), True, "nothing of the journal is erased")
    trial.reads(b"the log says so" in bytes_after, True, "the reason is in the journal")
    trial.status(trial.resume(), 0)
    trial.tables(database, "t1")


@case("F112b", "A person says otherwise than the evidence", quick=True)
def against_evidence(trial):
    """A transactional step was applied, its marker is there; `resolve` is to call it not applied.

    Refused, since the marker decides and is shown; journal and ledger stay as they are.
    """
    database = trial.sqlite()
    trial.runbook(database, table("t1"), table("t2"))
    answer = trial.run(fault=event("step.started", at=2))
    trial.fired(answer)
    journal, ledger = open(trial.journal).read(), database.query("SELECT * FROM gonogo_ledger")
    refused = trial.gonogo.run("resolve", trial.name, "t1/make", "--as", "not-applied", "--reason", "I say so", "--yes")
    trial.status(refused, 2)
    trial.says(refused, "known")
    trial.reads(open(trial.journal).read(), journal, "journal")
    trial.reads(database.query("SELECT * FROM gonogo_ledger"), ledger, "ledger")
    trial.tables(database, "t1")
