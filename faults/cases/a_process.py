"""A: our process is killed while it works."""

import signal
import subprocess

from harness.interposer import Fault
from harness.program import state_of, until
from harness.registry import case
from harness.trial import Impossible, phase, step, table, undo

JOURNAL = "journal.jsonl"


def two_tables(trial, database):
    """Two phases, a table each."""
    trial.runbook(database, table("t1"), table("t2"))


def event(name, **keys):
    """The place where the journal gets this event."""
    return Fault(path=JOURNAL, text=f'"type":"{name}"', **keys)


def at_commit(**keys):
    """The place where the COMMIT of the first table's step is sent; reading a catalog ends with a COMMIT as well."""
    return Fault(calls="send", arm="CREATE TABLE t", text="COMMIT", **keys)


def killed_and_resumed(trial, database, fault, tables_between):
    """Kills the run at a place, looks, resumes it, looks again."""
    answer = trial.run(fault=fault)
    trial.fired(answer)
    trial.status(answer, -signal.SIGKILL)
    database.leftovers()
    trial.tables(database, *tables_between)
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.says(resumed, "DONE")
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F1", "SIGKILL before the first announcement", quick=True)
def before_first_intent(trial):
    """SIGKILL as the journal is to get the first `step.started`.

    The database is untouched; `resume` begins at the first step; no lock is left.
    """
    database = trial.postgres()
    two_tables(trial, database)
    killed_and_resumed(trial, database, event("step.started"), [])


@case("F2", "SIGKILL after the announcement, before BEGIN", quick=True)
def after_intent(trial):
    """SIGKILL just after the journal got `step.started`.

    No marker is there, so `resume` applies the step, once.
    """
    database = trial.postgres()
    two_tables(trial, database)
    killed_and_resumed(trial, database, event("step.started", after=True), [])


def sleeping_step(trial, database, seconds):
    """A run at work in the second of three statements of one transaction."""
    trial.runbook(
        database,
        phase(
            "p",
            step("s", f"CREATE TABLE t1 (id integer); SELECT pg_sleep({seconds}); CREATE TABLE t2 (id integer)"),
            undo=undo("DROP TABLE t1", "DROP TABLE t2"),
        ),
    )
    running = trial.start()
    trial.proves(
        until(lambda: database.activity("query LIKE '%pg_sleep%' AND wait_event = 'PgSleep'")), "no statement ran"
    )
    return running


@case("F3", "SIGKILL between the statements of a transaction", quick=True)
def between_statements(trial):
    """SIGKILL while the second of three statements runs; it ends by itself soon after.

    The server rolls back when it finds nobody there; `resume` applies the whole step.
    """
    database = trial.postgres()
    running = sleeping_step(trial, database, 1)
    running.send(signal.SIGKILL)
    trial.status(running.finish(), -signal.SIGKILL)
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.says(resumed, "DONE")
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F4", "SIGKILL while a statement runs on: an orphaned session")
def orphan(trial):
    """SIGKILL while a statement of eight seconds runs; `resume` at once.

    `resume` names the session of the dead process, waits for it or ends it, and applies the step once.
    """
    database = trial.postgres()
    running = sleeping_step(trial, database, 8)
    running.send(signal.SIGKILL)
    trial.status(running.finish(), -signal.SIGKILL)
    trial.proves(database.activity("state = 'active'"), "the server does not go on")
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.says(resumed, r"session \d+ \(gonogo/r-")
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F5", "SIGKILL after COMMIT was sent", quick=True)
def after_commit_sent(trial):
    """SIGKILL just after COMMIT went out, five times in runs of their own.

    The marker decides each time: `resume` ends with every table made once.
    """
    database = trial.postgres()
    unheard = 0
    for number in range(5):
        name = f"t{number}"
        trial.runbook(database, table(name), name=f"r{number}")
        answer = trial.run(name=f"r{number}", fault=at_commit(after=True))
        trial.fired(answer)
        trial.status(answer, -signal.SIGKILL)
        database.leftovers()
        marker = database.query(f"SELECT count(*) FROM gonogo.ledger WHERE run_id = '{trial.name}'")
        trial.reads(marker, ["1" if name in database.tables() else "0"], "marker and table")
        unheard += marker == ["1"]
        resumed = trial.resume()
        trial.status(resumed, 0)
        trial.says(resumed, "DONE")
        trial.clean(database)
    trial.tables(database, *(f"t{number}" for number in range(5)))
    trial.notes.append(f"{unheard} of 5 were committed unheard")


@case("F6", "SIGKILL after the answer, before the journal says so", quick=True)
def before_applied_noted(trial):
    """SIGKILL as the journal is to get `step.applied`.

    The marker is there: `resume` does not apply the step again, and the journal catches up.
    """
    database = trial.postgres()
    two_tables(trial, database)
    killed_and_resumed(trial, database, event("step.applied"), ["t1"])


def index_run(trial, database):
    """A concurrent index build that waits for a writer; the run and the writer."""
    database.query("CREATE TABLE t (id integer)")
    database.query("INSERT INTO t SELECT generate_series(1, 1000)")
    trial.runbook(
        database,
        phase(
            "p",
            step("i", "CREATE INDEX CONCURRENTLY i ON t (id)", transaction="none"),
            undo=undo("DROP INDEX CONCURRENTLY i", transaction="none"),
        ),
    )
    writer = database.server.session(database.name, "BEGIN; INSERT INTO t VALUES (0);")
    trial.later(writer.kill)
    until(lambda: database.query("SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'"))
    running = trial.start()
    waiting = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'"
    trial.proves(until(lambda: database.query(waiting)), "the build does not wait")
    return running, writer, database.query(waiting)[0]


def valid_indexes(database):
    return database.query("SELECT indexrelid::regclass FROM pg_index WHERE indisvalid AND indrelid = 't'::regclass")


@case("F7", "SIGKILL during CREATE INDEX CONCURRENTLY")
def index_goes_on(trial):
    """SIGKILL while the build waits for a writer; the writer ends after `resume` has begun.

    `resume` waits for the build that goes on, and finds the index valid.
    """
    database = trial.postgres()
    running, writer, _ = index_run(trial, database)
    running.send(signal.SIGKILL)
    trial.status(running.finish(), -signal.SIGKILL)
    resuming = trial.gonogo.start("resume", trial.name, "--yes")
    trial.proves(resuming.says("waiting on"), "resume does not wait")
    writer.communicate("COMMIT;\n", timeout=10)
    resumed = resuming.finish()
    trial.status(resumed, 0)
    trial.says(resumed, r"session \d+ \(gonogo/r-", "DONE")
    trial.reads(valid_indexes(database), ["i"], "valid indexes")
    trial.clean(database)


@case("F7b", "SIGKILL during CREATE INDEX CONCURRENTLY, which then breaks off")
def index_broken_off(trial):
    """SIGKILL while the build waits for a writer; then its session is terminated, which leaves an invalid index.

    `resume` drops the invalid index, builds it again and says so.
    """
    database = trial.postgres()
    running, writer, session = index_run(trial, database)
    running.send(signal.SIGKILL)
    trial.status(running.finish(), -signal.SIGKILL)
    database.query(f"SELECT pg_terminate_backend({session}, 5000)")
    writer.communicate("COMMIT;\n", timeout=10)
    trial.proves(not valid_indexes(database) and "invalid i" in database.schema(), "no invalid index")
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.says(resumed, "invalid|dropped|again", "DONE")
    trial.reads(valid_indexes(database), ["i"], "valid indexes")
    trial.clean(database)


@case("F8", "SIGKILL while a statement waits in the lock queue")
def waiter(trial):
    """SIGKILL while ALTER TABLE waits behind a reader's transaction, so that new readers wait behind it; then `resume`.

    The orphan is gone and a new reader gets through within ten seconds, `resume` applies the step once the table is free.
    """
    database = trial.postgres("CREATE TABLE t (id integer)")
    trial.runbook(
        database,
        phase("p", step("s", "ALTER TABLE t ADD COLUMN more integer"), undo=undo("ALTER TABLE t DROP COLUMN more")),
        session={"lock_timeout": "60s"},
    )
    reader = database.server.session(database.name, "BEGIN; SELECT count(*) FROM t;")
    trial.later(reader.kill)
    running = trial.start()
    trial.proves(until(lambda: database.activity("wait_event_type = 'Lock'")), "nothing waits")
    orphan = database.activity("wait_event_type = 'Lock'")
    running.send(signal.SIGKILL)
    trial.status(running.finish(), -signal.SIGKILL)
    resuming = trial.gonogo.start("resume", trial.name, "--yes")
    gone = until(lambda: not database.activity(f"pid = {orphan[0]}"), 10)
    trial.reads(bool(gone), True, "the orphan is gone within ten seconds")
    reader.communicate("COMMIT;\n", timeout=10)
    resumed = resuming.finish()
    trial.status(resumed, 0)
    trial.says(resumed, "DONE")
    trial.reads(
        database.query("SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 1"),
        ["more"],
        "columns",
    )
    trial.clean(database)


@case("F9", "SIGKILL during a check")
def during_check(trial):
    """SIGKILL while a check's query runs.

    Checks only read: `resume` asks again and applies nothing twice.
    """
    database = trial.postgres()
    check = {"name": "slow", "query": "SELECT 1 FROM pg_sleep(1)", "expect": 1}
    trial.runbook(database, table("t1", checks=[check]), table("t2"))
    running = trial.start()
    trial.proves(until(lambda: database.activity("wait_event = 'PgSleep'")), "no check ran")
    running.send(signal.SIGKILL)
    trial.status(running.finish(), -signal.SIGKILL)
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.says(resumed, "slow")
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F9b", "SIGKILL while a gate waits, and after one was decided", quick=True)
def during_gate(trial):
    """The first gate says go; SIGKILL as the second is asked.

    `resume` does not ask the first again; the second without an answer ends with 10, with `go` the run is done.
    """
    database = trial.sqlite()
    gate = {"question": "On?", "deciders": ["dba"]}
    trial.runbook(database, table("t1", gate=gate), table("t2", gate=gate))
    killed = trial.run("--gate", "t1=go", "--gate", "t2=go", fault=event("gate.asked", at=2, after=True))
    trial.fired(killed)
    trial.status(killed, -signal.SIGKILL)
    asked = trial.resume()
    trial.status(asked, 10)
    trial.says(asked, "--gate t2=go")
    trial.keeps_quiet(asked, "--gate t1")
    resumed = trial.resume("--gate", "t2=go")
    trial.status(resumed, 0)
    trial.says(resumed, "DONE")
    trial.reads({one["phase"] for one in trial.events("gate.asked")[2:]}, {"t2"}, "gates asked again")
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F10", "SIGKILL between two steps of an unwind", quick=True)
def between_undo_steps(trial):
    """A check fails; SIGKILL when the first rollback is done and the second is not.

    `resume` goes on taking back and never forward; the schema is that of before.
    """
    database = trial.postgres()
    before = database.schema()
    trial.runbook(database, table("t1"), table("t2"), table("t3", checks=[{"query": "SELECT 1", "expect": 2}]))
    killed = trial.run(fault=event("rollback.done"))
    trial.fired(killed)
    trial.status(killed, -signal.SIGKILL)
    trial.tables(database, "t1", "t2")
    resumed = trial.resume()
    trial.status(resumed, 8)
    trial.says(resumed, "ROLLED BACK", "schema as before")
    trial.reads(database.schema(), before, "schema")
    trial.clean(database, checks_journal=False)


@case("F11", "SIGKILL inside the transaction of a rollback")
def inside_undo(trial):
    """A check fails; SIGKILL while a statement of the rollback runs.

    The marker of the rollback decides; `resume` takes back what is left, once.
    """
    database = trial.postgres()
    before = database.schema()
    back = {"statement": "DROP TABLE t1; SELECT pg_sleep(1)"}
    trial.runbook(
        database,
        phase("p", step("s", "CREATE TABLE t1 (id integer)"), undo=back, checks=[{"query": "SELECT 1", "expect": 2}]),
    )
    running = trial.start()
    trial.proves(until(lambda: database.activity("wait_event = 'PgSleep'")), "no rollback ran")
    running.send(signal.SIGKILL)
    trial.status(running.finish(), -signal.SIGKILL)
    resumed = trial.resume()
    trial.status(resumed, 8)
    trial.says(resumed, "ROLLED BACK")
    trial.reads(database.schema(), before, "schema")
    trial.clean(database, checks_journal=False)


@case("F19", "The process id is used again by another program", quick=True)
def pid_reused(trial):
    """SIGKILL in the middle of a run; then another program gets the same process id (by /proc/sys/kernel/ns_last_pid).

    Nobody takes that program for the run: `resume` ends the run, and the program lives on.
    """
    database = trial.postgres()
    two_tables(trial, database)
    killed = trial.start(fault=event("step.applied"))
    answer = killed.finish()
    trial.fired(answer)
    trial.status(answer, -signal.SIGKILL)
    impostor = same_pid(killed.pid)
    if impostor is None:
        raise Impossible("the process id could not be given out again")
    trial.later(impostor.kill)
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.says(resumed, "DONE")
    trial.reads(state_of(impostor.pid) not in ("", "Z"), True, "the other program lives")
    trial.tables(database, "t1", "t2")
    trial.clean(database)


def same_pid(pid):
    """A program with this process id; nothing when the system gives it to nobody."""
    for _ in range(20):
        try:
            with open("/proc/sys/kernel/ns_last_pid", "w") as file:
                file.write(str(pid - 1))
        except OSError:
            return None
        process = subprocess.Popen(["sleep", "60"])
        if process.pid == pid:
            return process
        process.kill()
        process.wait()
    return None


@case("F20", "A trap in our own code", quick=True)
def trap(trial):
    """SIGILL, as a failed assertion raises it, as the journal is to get `step.applied`.

    It ends with 1 and a note without values; `status` says how the run stands, `resume` applies nothing twice.
    """
    database = trial.postgres()
    two_tables(trial, database)
    answer = trial.run(fault=event("step.applied", do="trap"))
    trial.fired(answer)
    trial.status(answer, 1)
    trial.says(answer, "fault of its own", "gonogo status")
    told = trial.gonogo.run("status")
    trial.says(told, "died|crashed|stopped|interrupted|unfinished", "gonogo resume")
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.says(resumed, "DONE")
    trial.tables(database, "t1", "t2")
    trial.clean(database)
