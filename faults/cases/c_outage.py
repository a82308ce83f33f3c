"""C: the connection breaks, or the server ends, while a run is at work."""

import os
import shutil
import signal
import time

from cases.a_process import at_commit
from cases.b_disk import fill, small_disk
from harness import helpers
from harness.interposer import Fault
from harness.program import until
from harness.registry import case
from harness.trial import phase, step, table, undo


def stopped_or_back(trial, database, answer, *words):
    """Where a lost session failed the step: stopped (7) and resumed to the end, or taken back by policy (8) wholly.

    The catalogue asks for 7. A lost session fails its step, and what a failure does is the runbook's to say: by default it
    is to take back.
    """
    trial.status(answer, 7, 8)
    trial.says(answer, *words, "Next   ")
    if answer.status == 7:
        trial.status(trial.resume(), 0)
        trial.tables(database, "t1", "t2")
        trial.clean(database)
    else:
        trial.tables(database)
        trial.clean(database, checks_journal=False)


def behind_proxy(trial, database, fault):
    """A run of two tables whose connection suffers a fault at the COMMIT of the first; the record proves it."""
    proxied = helpers.Proxied(trial, database, fault, "COMMIT", arm="CREATE TABLE t")
    trial.runbook(proxied.address, table("t1"), table("t2"))
    answer = trial.run(seconds=180)
    trial.proves(proxied.fired, "the proxy did nothing")
    return answer


def sleeping(trial, database, seconds=20, **keys):
    """A run whose second phase sleeps in a transaction."""
    trial.runbook(database, table("t1"), phase(
        "p", step("s", f"CREATE TABLE t2 (id integer); SELECT pg_sleep({seconds})"), undo=undo("DROP TABLE t2")), **keys)
    running = trial.start()
    trial.proves(until(lambda: database.activity("wait_event = 'PgSleep'")), "no statement ran")
    return running, database.activity("wait_event = 'PgSleep'")[0]


@case("F36", "The connection breaks in the middle of a statement", quick=True)
def reset(trial):
    """The proxy ends the connection half a second after it passed on a step whose statement takes two.

    The server rolls back; the run stops or takes back, and nothing is left half done.
    """
    database = trial.postgres()
    proxied = helpers.Proxied(trial, database, "drop_during", "pg_sleep")
    trial.runbook(proxied.address, table("t1"), phase(
        "p", step("s", "CREATE TABLE t2 (id integer); SELECT pg_sleep(2)"), undo=undo("DROP TABLE IF EXISTS t2")))
    answer = trial.run()
    trial.proves(proxied.fired, "the proxy did nothing")
    stopped_or_back(trial, database, answer, "connection|closed")


@case("F37", "The connection breaks before COMMIT reaches the server", quick=True)
def before_commit(trial):
    """The proxy ends the connection when COMMIT comes, and does not pass it on.

    The marker is not there: the step was not applied. The run goes on, stops or takes back.
    """
    database = trial.postgres()
    answer = behind_proxy(trial, database, "drop_before")
    if answer.status == 0:
        trial.status(answer, 0)
        trial.says(answer, "DONE")
        trial.tables(database, "t1", "t2")
    else:
        stopped_or_back(trial, database, answer, "connection|closed")


@case("F38", "The connection breaks after COMMIT reached the server", quick=True)
def after_commit(trial):
    """The proxy passes COMMIT on, takes the answer, and ends the connection.

    The marker is there: the step is applied and not done again; the run is done.
    """
    database = trial.postgres()
    answer = behind_proxy(trial, database, "drop_after")
    trial.status(answer, 0)
    trial.says(answer, "DONE")
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F39", "Silence at COMMIT")
def blackhole(trial):
    """The proxy passes COMMIT on and lets nothing through any more; nothing ends.

    After its own deadline of a minute gonogo asks the marker over another connection: applied; the run is done.
    """
    database = trial.postgres()
    answer = behind_proxy(trial, database, "blackhole")
    trial.status(answer, 0)
    trial.says(answer, "DONE")
    trial.reads(answer.seconds < 75, True, f"it took {answer.seconds:.0f} s, within deadline and ten seconds")
    trial.tables(database, "t1", "t2")


@case("F40", "pg_terminate_backend in the middle of a statement", quick=True)
def terminated(trial):
    """An administrator terminates the session while a statement of a step runs.

    57P01 and the server's words are shown, nothing of the step is there.
    """
    database = trial.postgres()
    running, session = sleeping(trial, database)
    database.query(f"SELECT pg_terminate_backend({session})")
    answer = running.finish()
    trial.says(answer, "57P01", "administrator")
    trial.status(answer, 7, 8)
    trial.tables(database, *(["t1"] if answer.status == 7 else []))
    trial.reads(database.leftovers(), [], "left behind")


@case("F41", "The session is ended while it is idle in its transaction", quick=True)
def idle_killed(trial):
    """gonogo is held as it is to send COMMIT; meanwhile its session is terminated.

    COMMIT fails, nothing was applied: the run stops or takes back.
    """
    database = trial.postgres()
    trial.runbook(database, table("t1"), table("t2"))
    running = trial.start(fault=at_commit(do="stop"))
    trial.proves(running.is_held(), "it was not held")
    trial.proves(database.query("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                "WHERE state = 'idle in transaction' AND application_name LIKE 'gonogo%'") == ["1"], "no session")
    running.send(signal.SIGCONT)
    stopped_or_back(trial, database, running.finish(), "57P01|connection|terminat")


@case("F41b", "idle_in_transaction_session_timeout")
def idle_timeout(trial):
    """gonogo is held for two seconds as it is to send COMMIT, with a time-out of one for idle transactions.

    COMMIT fails, nothing was applied: the run stops or takes back.
    """
    database = trial.postgres()
    trial.runbook(database, table("t1"), table("t2"), session={"idle_in_transaction_session_timeout": "1s"})
    running = trial.start(fault=at_commit(do="stop"))
    trial.proves(running.is_held(), "it was not held")
    time.sleep(2)
    trial.proves(database.server.says("idle-in-transaction timeout"), "the server did not end it")
    running.send(signal.SIGCONT)
    stopped_or_back(trial, database, running.finish(), "25P03|idle-in-transaction|connection")


@case("F42", "The server is restarted in the middle of a run")
def restarted(trial):
    """A fast restart while a statement of a step runs.

    The step is rolled back; the run stops or takes back over new connections.
    """
    database = trial.postgres(server=trial.server())
    running, _ = sleeping(trial, database)
    database.server.restart()
    answer = running.finish()
    trial.says(answer, "57P01|terminat|connection")
    trial.status(answer, 7, 8)
    trial.tables(database, *(["t1"] if answer.status == 7 else []))
    trial.reads(database.leftovers(), [], "left behind")


@case("F42b", "The server is restarted, and the runbook says on_disconnect: resume")
def restarted_and_resumed(trial):
    """A fast restart while a statement of two seconds runs; the runbook says `on_disconnect: resume`.

    gonogo connects again, knows the database again, and applies the step once: the run is done.
    """
    database = trial.postgres(server=trial.server())
    running, _ = sleeping(trial, database, 2, on_disconnect="resume")
    database.server.restart()
    answer = running.finish()
    trial.status(answer, 0)
    trial.says(answer, "DONE")
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F43", "The server is killed at COMMIT")
def killed_at_commit(trial):
    """gonogo is held just after it sent COMMIT; the whole server is killed by SIGKILL and started again.

    The marker decides after recovery; whatever it says, table and marker agree and the run ends whole.
    """
    database = trial.postgres(server=trial.server())
    trial.runbook(database, table("t1"), table("t2"))
    running = trial.start(fault=at_commit(after=True, do="stop"))
    trial.proves(running.is_held(), "it was not held")
    database.server.kill(whole=True)
    database.server.start()
    marker = database.query("SELECT count(*) FROM gonogo.ledger WHERE step_id = 't1/make'")
    trial.reads(marker, ["1" if "t1" in database.tables() else "0"], "marker and table")
    running.send(signal.SIGCONT)
    answer = running.finish()
    if answer.status == 0:
        trial.status(answer, 0)
        trial.says(answer, "DONE")
        trial.tables(database, "t1", "t2")
        trial.clean(database)
    else:
        stopped_or_back(trial, database, answer, "connection|closed")


@case("F44", "The process of another session crashes")
def sibling(trial):
    """kill -9 of another session's process, upon which the server ends all sessions and recovers.

    The message tells of a crash of the server, not of the network; nothing of the step is there.
    """
    database = trial.postgres(server=trial.server())
    other = database.server.session(database.name, "SELECT 'up', pg_backend_pid();")
    trial.later(other.kill)
    victim = int(other.stdout.readline().strip().split("|")[1])
    running, _ = sleeping(trial, database)
    os.kill(victim, signal.SIGKILL)
    answer = running.finish()
    trial.proves(database.server.says("terminated by signal 9"), "the server did not notice")
    until(database.server.is_ready)
    trial.status(answer, 7, 8)
    trial.says(answer, "crash")
    trial.tables(database, *(["t1"] if answer.status == 7 else []))
    trial.reads(database.leftovers(), [], "left behind")


@case("F45", "The disk of the write-ahead log is full at COMMIT")
def full_log(trial):
    """pg_wal lies on a small file system that is filled: the server panics and recovers only when there is space.

    The run stops with 7, or with 14 when COMMIT was under way; once there is space `resume` ends it by the marker.
    """
    server = trial.server()
    database = trial.postgres(server=server)
    server.stop()
    disk = small_disk(trial, "200m", options=",mode=777")
    shutil.copytree(os.path.join(server.data, "pg_wal"), os.path.join(disk, "wal"))
    shutil.rmtree(os.path.join(server.data, "pg_wal"))
    os.symlink(os.path.join(disk, "wal"), os.path.join(server.data, "pg_wal"))
    os.system(f"chown -R --reference={server.data} {disk}/wal {server.data}/pg_wal")
    server.start()
    trial.runbook(database, phase("p", step(
        "s", "CREATE TABLE t1 AS SELECT repeat('x', 1900) AS x FROM generate_series(1, 15000)"), undo=undo("DROP TABLE t1")), table("t2"))
    ballast = fill(disk)
    answer = trial.run(seconds=200)
    trial.proves(server.says("PANIC"), "the server did not panic")
    trial.status(answer, 14, 7)
    trial.says(answer, "gonogo resume|gonogo show", "connection|closed|terminat|No space left")
    os.unlink(ballast)
    if not server.is_ready(10):
        server.stop("immediate")
        server.start()
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F46", "The disk of the data is full", quick=True)
def full_data(trial):
    """A step fills a table in a tablespace on a file system of two megabytes.

    The step is rolled back and not tried again; 53100 and the server's words are shown.
    """
    server = trial.server()
    disk = small_disk(trial, "2m", options=",mode=777")
    os.system(f"chown --reference={server.data} {disk}")
    database = trial.postgres(server=server)
    database.query(f"CREATE TABLESPACE small LOCATION '{disk}'")
    trial.runbook(database, phase("p", step(
        "s", "CREATE TABLE t1 TABLESPACE small AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 100000)"), undo=undo("DROP TABLE t1")))
    answer = trial.run()
    trial.status(answer, 8, 7)
    trial.says(answer, "53100", "No space left on device")
    trial.reads(open(server.log).read().count("No space left"), 1, "attempts")
    trial.tables(database)
    trial.clean(database, checks_journal=False)


@case("F47", "Out of shared memory for locks")
def out_of_locks(trial):
    """A step makes two thousand tables on a server with few locks to give.

    The step is rolled back; 53200 and the setting that helps are shown.
    """
    server = trial.server("max_connections = 10\nmax_locks_per_transaction = 10\n")
    database = trial.postgres(server=server)
    text = "; ".join(f"CREATE TABLE x{number} (id integer)" for number in range(2000))
    trial.runbook(database, phase("p", step("s", text), undo=undo("SELECT 1")))
    answer = trial.run()
    trial.status(answer, 8, 7)
    trial.says(answer, "53200", "max_locks_per_transaction")
    trial.tables(database)
    trial.clean(database, checks_journal=False)


@case("F48", "The server goes back in time: a standby that missed commits")
def back_in_time(trial):
    """A run is killed after two phases; then the server answers with its data from after the first.

    The journal says that a step is applied and the ledger does not: 14, nothing is done.
    """
    server = trial.server()
    database = trial.postgres(server=server)
    trial.runbook(database, table("t1"), phase("p", step("s", "SELECT pg_sleep(2)")), table("t2"), table("t3"))
    running = trial.start(fault=Fault(path="journal.jsonl", text='"phase.started"', at=4))
    trial.proves(until(lambda: database.activity("wait_event = 'PgSleep'")), "no statement ran")
    server.psql("postgres", "CHECKPOINT")
    old = os.path.join(server.base, "old")
    # A copy of a server at work, as file systems make it: it recovers to this moment.
    os.system(f"cp -a {server.data} {old} && rm {old}/postmaster.pid")
    answer = running.finish()
    trial.fired(answer)
    trial.status(answer, -signal.SIGKILL)
    server.stop()
    shutil.rmtree(server.data)
    os.rename(old, server.data)
    server.start()
    trial.tables(database, "t1")
    resumed = trial.resume()
    trial.status(resumed, 14)
    trial.says(resumed, "journal", "ledger")
    trial.tables(database, "t1")
    trial.reads(database.leftovers(), [], "left behind")
