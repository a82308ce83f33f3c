"""D: others hold what a step needs; statements and checks that take too long."""

import signal
import time

from cases.a_process import index_run, sleeping_step, valid_indexes
from harness.program import until
from harness.registry import case
from harness.trial import Impossible, phase, step, table, undo

ADD = "ALTER TABLE t ADD COLUMN more integer"


def columns(database, name="t"):
    return database.query(
        f"SELECT attname FROM pg_attribute WHERE attrelid = '{name}'::regclass AND attnum > 0 "
        "AND NOT attisdropped ORDER BY 1"
    )


def holder(trial, database, text):
    """A session of somebody else that holds a lock."""
    session = database.server.session(database.name, text)
    trial.later(session.kill)
    until(
        lambda: database.query(
            "SELECT 1 FROM pg_stat_activity WHERE application_name = 'psql' AND state = 'idle in transaction' "
            "AND datname = current_database()"
        )
    )
    return session


def altering(trial, database, **keys):
    trial.runbook(database, phase("p", step("s", ADD, **keys), undo=undo("ALTER TABLE t DROP COLUMN more")))


@case("F58", "A reader holds the table")
def reader_holds(trial):
    """A transaction that has read the table and stays open; ALTER TABLE that may wait ten seconds, two at a time.

    Each try shows who is in the way: process, user, age, query. After the whole time the step fails with nothing applied.
    """
    database = trial.postgres("CREATE TABLE t (id integer)")
    holder(trial, database, "BEGIN; SELECT 'in the way' FROM t;")
    pid = database.query(
        "SELECT pid FROM pg_stat_activity WHERE query LIKE '%in the way%' AND pid <> pg_backend_pid()"
    )[0]
    trial.runbook(
        database,
        phase("p", step("s", ADD), undo=undo("ALTER TABLE t DROP COLUMN more")),
        session={"lock_timeout": "2s"},
        lock_wait="10s",
    )
    answer = trial.run(seconds=120)
    trial.status(answer, 7, 8)
    trial.says(answer, pid, "dba", "in the way")
    trial.reads(answer.seconds < 30, True, f"it waited {answer.seconds:.0f} s, within its time")
    trial.reads(columns(database), ["id"], "columns")
    trial.clean(database, checks_journal=False)


@case("F59", "A queue behind our own lock")
def pile_up(trial):
    """A transaction that has read the table stays open for twelve seconds; meanwhile a reader comes ten times a second.

    No reader waits longer than the lock time-out of three seconds (and a second more); then the step gets its lock.
    """
    database = trial.postgres("CREATE TABLE t (id integer)")
    reader = holder(trial, database, "BEGIN; SELECT count(*) FROM t;")
    altering(trial, database)
    running, start, longest = trial.start(), time.monotonic(), 0
    while time.monotonic() - start < 12:
        begun = time.monotonic()
        database.query("SELECT count(*) FROM t")
        longest = max(longest, time.monotonic() - begun)
        time.sleep(0.1)
    reader.communicate("COMMIT;\n", timeout=10)
    answer = running.finish(120)
    trial.status(answer, 0)
    trial.says(answer, "DONE")
    trial.reads(longest < 4, True, f"the longest wait of a reader was {longest:.1f} s, below four")
    trial.reads(columns(database), ["id", "more"], "columns")
    trial.clean(database)


@case("F60", "Autovacuum holds the table")
def autovacuum(trial):
    """A slowed autovacuum is at work on the table when ALTER TABLE comes.

    The lock time-out is longer than deadlock_timeout, after which the server makes autovacuum give way: the step is done.
    """
    server = trial.server(
        "autovacuum_naptime = 1s\nautovacuum_vacuum_cost_delay = 100ms\nautovacuum_vacuum_cost_limit = 1\n"
    )
    database = trial.postgres(
        "CREATE TABLE t (id integer, x text) WITH (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0)",
        "INSERT INTO t SELECT n, repeat('x', 500) FROM generate_series(1, 50000) n",
        "DELETE FROM t WHERE id % 2 = 0",
        server=server,
    )
    vacuum = "SELECT 1 FROM pg_stat_progress_vacuum WHERE relid = 't'::regclass"
    trial.proves(until(lambda: database.query(vacuum), 60), "autovacuum did not come")
    altering(trial, database)
    answer = trial.run(seconds=120)
    trial.proves(server.says("canceling autovacuum task"), "autovacuum was not in the way")
    trial.status(answer, 0)
    trial.says(answer, "DONE")
    trial.reads(columns(database), ["id", "more", "x"], "columns")
    trial.clean(database)


@case("F61", "A deadlock")
def deadlock(trial):
    """A step locks two tables in one order, another session in the other; the server makes the step the victim.

    The whole transaction is tried again, counted and shown; the step is applied once.
    """
    database = trial.postgres("CREATE TABLE a (id integer)", "CREATE TABLE b (id integer)")
    trial.runbook(
        database,
        phase(
            "p",
            step("s", "LOCK TABLE a; SELECT pg_sleep(1); LOCK TABLE b; CREATE TABLE t1 (id integer)"),
            undo=undo("DROP TABLE t1"),
        ),
    )
    other = holder(trial, database, "SET deadlock_timeout = '60s'; BEGIN; LOCK TABLE b;")
    running = trial.start()
    trial.proves(until(lambda: database.activity("wait_event = 'PgSleep'")), "no statement ran")
    other.stdin.write("LOCK TABLE a; COMMIT;\n")
    other.stdin.flush()
    answer = running.finish()
    trial.proves(database.server.says("deadlock detected"), "there was no deadlock")
    trial.status(answer, 0)
    trial.says(answer, "40P01|deadlock", "DONE")
    trial.tables(database, "a", "b", "t1")
    trial.clean(database)


@case("F62", "statement_timeout", quick=True)
def statement_timeout(trial):
    """A step with a second of time runs a statement of thirty.

    It is told apart from a cancellation; nothing of the step stays.
    """
    database = trial.postgres()
    trial.runbook(
        database,
        phase(
            "p",
            step("s", "CREATE TABLE t1 (id integer); SELECT pg_sleep(30)", timeout="1s"),
            undo=undo("DROP TABLE t1"),
        ),
    )
    answer = trial.run()
    trial.status(answer, 8, 7)
    trial.says(answer, "time|57014")
    trial.keeps_quiet(answer, "user request", "a signal")
    trial.reads(answer.seconds < 10, True, "it ended in time")
    trial.tables(database)
    trial.clean(database, checks_journal=False)


@case("F62b", "pg_cancel_backend", quick=True)
def cancelled(trial):
    """An administrator cancels the statement of a step.

    The message says that it was cancelled, not that its time was over; nothing of the step stays.
    """
    database = trial.postgres()
    running = sleeping_step(trial, database, 30)
    database.query(
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    )
    answer = running.finish()
    trial.status(answer, 8, 7)
    trial.says(answer, "57014", "user request|cancel")
    trial.keeps_quiet(answer, "statement timeout", "did not end in time")
    trial.tables(database)
    trial.clean(database, checks_journal=False)


@case("F63", "A serialization failure")
def serialization(trial):
    """In a database whose transactions are repeatable-read, a step updates a row that another session changed meanwhile.

    40001: the whole transaction is tried again, and the step is applied once.
    """
    database = trial.postgres("CREATE TABLE t (id integer, value integer)", "INSERT INTO t VALUES (1, 0)")
    trial.runbook(
        database,
        phase(
            "p",
            step("s", "SELECT * FROM t; SELECT pg_sleep(1); UPDATE t SET value = value + 10"),
            undo=undo("UPDATE t SET value = value - 10"),
        ),
    )
    database.query(f"ALTER DATABASE {database.name} SET default_transaction_isolation = 'repeatable read'")
    running = trial.start()
    trial.proves(until(lambda: database.activity("wait_event = 'PgSleep'")), "no statement ran")
    database.query("UPDATE t SET value = value + 1")
    answer = running.finish()
    trial.proves(database.server.says("could not serialize"), "there was no serialization failure")
    trial.status(answer, 0)
    trial.says(answer, "40001|serializ", "DONE")
    trial.reads(database.query("SELECT value FROM t"), ["11"], "the value")
    trial.clean(database)


@case("F64", "A second runner while an index is built")
def second_runner(trial):
    """A run builds an index concurrently and waits for a writer; another run of the same database begins.

    The second is refused with 5 at once and does not wait in a snapshot; neither deadlocks; the first is done.
    """
    database = trial.postgres()
    running, writer, _ = index_run(trial, database)
    trial.runbook(database, table("t2"), name="second")
    second = trial.run(name="second")
    trial.status(second, 5)
    trial.says(second, "another run holds")
    writer.communicate("COMMIT;\n", timeout=10)
    answer = running.finish()
    trial.status(answer, 0)
    trial.proves(not database.server.says(f"deadlock detected: {database.name}"), "deadlock")
    trial.reads(valid_indexes(database), ["i"], "valid indexes")
    trial.tables(database, "t")


@case("F65", "A concurrent index build waits for an old snapshot")
def old_snapshot(trial):
    """A repeatable-read transaction stays open; the build has eight seconds.

    Who holds the snapshot is shown meanwhile; then the build is cancelled and its invalid index dropped.
    """
    database = trial.postgres("CREATE TABLE t (id integer)", "CREATE TABLE other (id integer)")
    holder(trial, database, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 'old snapshot' FROM other;")
    pid = database.query(
        "SELECT pid FROM pg_stat_activity WHERE query LIKE '%old snapshot%' AND pid <> pg_backend_pid()"
    )[0]
    trial.runbook(
        database,
        phase(
            "p",
            step("i", "CREATE INDEX CONCURRENTLY i ON t (id)", transaction="none", timeout="8s"),
            undo=undo("DROP INDEX CONCURRENTLY IF EXISTS i", transaction="none"),
        ),
    )
    answer = trial.run(seconds=120)
    trial.status(answer, 7, 8)
    trial.says(answer, pid, "time")
    trial.reads(
        database.query("SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 't'::regclass"), [], "indexes"
    )
    trial.clean(database, checks_journal=False)


@case("F66", "A dead run's session still holds the database")
def dead_runs_session(trial):
    """SIGKILL while a statement of eight seconds runs; the same runbook is begun anew.

    It is refused, naming the session of the run that was left and what ends it; `resume` waits for it and ends the run.
    """
    database = trial.postgres()
    running = sleeping_step(trial, database, 8)
    running.send(signal.SIGKILL)
    running.finish()
    left = trial.name
    trial.proves(database.activity("state = 'active'"), "the session has ended")
    anew = trial.run()
    trial.status(anew, 5, 6)
    trial.says(anew, left, "gonogo (show|resume|takeover)|pg_terminate_backend")
    resumed = trial.gonogo.run("resume", left, "--yes")
    trial.status(resumed, 0)
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F67", "Our own long transaction holds back vacuum")
def long_transaction(trial):
    """None: it would take a backfill of many minutes.

    Batches commit by themselves; a step's transaction of more than five minutes is warned of.
    """
    raise Impossible("this version has no backfills, and a transaction of five minutes is too long for a harness")


@case("F68", "The query of a check hangs", quick=True)
def hanging_check(trial):
    """A check with a second of time asks a query of thirty.

    Out of time is not passed: no-go, and the message says why.
    """
    database = trial.postgres()
    slow = {"name": "slow", "query": "SELECT 1 FROM pg_sleep(30)", "expect": 1, "timeout": "1s"}
    trial.runbook(database, table("t1", checks=[slow]))
    answer = trial.run()
    trial.status(answer, 8)
    trial.says(answer, "slow", "time|57014")
    trial.reads(answer.seconds < 10, True, "it ended in time")
    trial.tables(database)
    trial.clean(database, checks_journal=False)


@case("F69", "A measure that does not settle", quick=True)
def flapping(trial):
    """A check with two seconds of retries asks for a value that changes with every asking and never holds.

    The check is asked again until its time is over, then fails; how often is in the journal.
    """
    database = trial.postgres()
    flaps = {
        "name": "settled",
        "query": "SELECT (random() * 1000000)::integer",
        "expect": -1,
        "retry": {"for": "2s", "every": "300ms"},
    }
    trial.runbook(database, table("t1", checks=[flaps]))
    answer = trial.run()
    trial.status(answer, 8)
    trial.says(answer, "settled")
    checked = trial.events("check.finished")[-1]
    trial.reads(
        any("attempt" in key or "asked" in key or "tries" in key for key in checked),
        True,
        "the journal tells how often",
    )
    trial.reads(2 <= answer.seconds < 15, True, f"it took {answer.seconds:.1f} s")
    trial.tables(database)


@case("F55", "An orphaned prepared transaction holds the table")
def prepared(trial):
    """PREPARE TRANSACTION has left a lock on the table that no process holds; ALTER TABLE may wait for ten seconds.

    The message names the transaction and the ROLLBACK PREPARED that ends it; nothing is applied.
    """
    database = trial.postgres("CREATE TABLE t (id integer)")
    session = database.server.session(
        database.name, "BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'left by the shop';"
    )
    until(lambda: database.query("SELECT 1 FROM pg_prepared_xacts WHERE database = current_database()"))
    session.kill()
    trial.later(lambda: database.query("ROLLBACK PREPARED 'left by the shop'"))
    trial.runbook(
        database,
        phase("p", step("s", ADD), undo=undo("ALTER TABLE t DROP COLUMN more")),
        session={"lock_timeout": "2s"},
        lock_wait="10s",
    )
    answer = trial.run(seconds=120)
    trial.status(answer, 7, 8)
    trial.says(answer, "left by the shop", "ROLLBACK PREPARED")
    trial.reads(columns(database), ["id"], "columns")
