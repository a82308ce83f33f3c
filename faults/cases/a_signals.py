"""A: our process is stopped, or loses those who listen."""

import os
import re
import signal
import subprocess
import time

from cases.a_process import index_run, sleeping_step, valid_indexes
from harness.program import until
from harness.registry import case
from harness.trial import phase, step, table, undo


@case("F14", "SIGSTOP, taken over by a second runner, SIGCONT")
def stopped_and_taken_over(trial):
    """SIGSTOP in the middle of a transaction; another takes the run over and ends it; then SIGCONT.

    The second learns who holds the database and the exact command that takes over; that ends the first, which writes
    nothing more.
    """
    database = trial.postgres()
    running = sleeping_step(trial, database, 2)
    trial.later(lambda: running.process.poll() is None and running.send(signal.SIGCONT))
    running.send(signal.SIGSTOP)
    refused = trial.resume()
    trial.status(refused, 5)
    trial.says(refused, str(running.pid), trial.name)
    words = re.search(r"gonogo takeover (\S+) --nonce (\S+?)[`\s.]", refused.text)
    trial.proves(words, "no command to take over with is told")
    if words:
        taken = trial.gonogo.run("takeover", words[1], "--nonce", words[2], "--yes")
        trial.status(taken, 0)
        resumed = trial.resume()
        trial.status(resumed, 0)
    journal = open(trial.journal).read()
    running.send(signal.SIGCONT)
    first = running.finish()
    # One of another machine cannot be ended: it finds its session gone.
    trial.status(first, 5, -signal.SIGKILL, -signal.SIGTERM, 143)
    trial.reads(open(trial.journal).read(), journal, "the journal after the first went on")
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F15", "SIGINT once")
def interrupted(trial):
    """SIGINT while a statement runs for two seconds.

    The step ends, the run stops with 130, prints how it goes on, and takes nothing back; `resume` ends it.
    """
    database = trial.postgres()
    trial.runbook(database, phase("p", step("s", "CREATE TABLE t1 (id integer); SELECT pg_sleep(2)"),
                                  undo=undo("DROP TABLE t1")), table("t2"))
    running = trial.start()
    trial.proves(until(lambda: database.activity("wait_event = 'PgSleep'")), "no statement ran")
    running.send(signal.SIGINT)
    answer = running.finish()
    trial.status(answer, 130)
    trial.says(answer, "Stopping after this step", "gonogo resume", "gonogo rollback")
    trial.tables(database, "t1")
    trial.clean(database)
    trial.status(trial.resume(), 0)
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F16", "SIGINT twice during CREATE INDEX CONCURRENTLY")
def interrupted_twice(trial):
    """SIGINT two times while a concurrent build waits for a writer.

    It is cancelled on the server, its invalid index is dropped and told of, the run stops with 130; `resume` builds again.
    """
    database = trial.postgres()
    running, writer, _ = index_run(trial, database)
    running.send(signal.SIGINT)
    time.sleep(0.3)
    running.send(signal.SIGINT)
    # What drops the index waits for the writer as well.
    time.sleep(0.5)
    writer.communicate("COMMIT;\n", timeout=10)
    answer = running.finish()
    trial.status(answer, 130)
    trial.says(answer, "Cancelling", "invalid|dropped", "gonogo resume")
    trial.reads(database.query("SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 't'::regclass"), [], "indexes")
    trial.clean(database)
    trial.status(trial.resume(), 0)
    trial.reads(valid_indexes(database), ["i"], "valid indexes")
    trial.clean(database)


@case("F17", "SIGTERM, and SIGKILL ten seconds later")
def terminated(trial):
    """SIGTERM while a statement of a minute runs, SIGKILL after ten seconds as container managers do.

    The statement is cancelled within that time: the run ends by itself with 143, and `rollback` takes back what stands.
    """
    database = trial.postgres()
    trial.runbook(database, table("t1"), phase("p", step("s", "CREATE TABLE t2 (id integer); SELECT pg_sleep(60)"),
                                               undo=undo("DROP TABLE t2")))
    running = trial.start()
    trial.proves(until(lambda: database.activity("wait_event = 'PgSleep'")), "no statement ran")
    running.send(signal.SIGTERM)
    until(lambda: running.process.poll() is not None, 10)
    running.process.kill()
    answer = running.finish()
    trial.status(answer, 143)
    trial.says(answer, "gonogo resume")
    trial.tables(database, "t1")
    trial.clean(database)
    trial.status(trial.rollback(), 0)
    trial.tables(database)


@case("F18", "SIGHUP: the terminal is gone")
def hung_up(trial):
    """SIGHUP while a statement runs for two seconds.

    The run stops after the step with 143 and can be resumed.
    """
    database = trial.postgres()
    trial.runbook(database, phase("p", step("s", "CREATE TABLE t1 (id integer); SELECT pg_sleep(2)"),
                                  undo=undo("DROP TABLE t1")), table("t2"))
    running = trial.start()
    trial.proves(until(lambda: database.activity("wait_event = 'PgSleep'")), "no statement ran")
    running.send(signal.SIGHUP)
    answer = running.finish()
    trial.status(answer, 143)
    trial.says(answer, "gonogo resume")
    trial.tables(database, "t1")
    trial.status(trial.resume(), 0)
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F18b", "Standard output and error are closed by their reader", quick=True)
def nobody_listens(trial):
    """The readers of both outputs close their pipes before the run prints.

    The run does not end by SIGPIPE, nor does a step fail for it: everything is applied.
    """
    database = trial.sqlite()
    trial.runbook(database, table("t1"), table("t2"))
    ends = [os.pipe() for _ in range(2)]
    for reading, _ in ends:
        os.close(reading)
    process = subprocess.Popen(
        [trial.gonogo.binary, "run", "case.runbook.yaml", "--yes", "--json"], cwd=trial.folder,
        stdin=subprocess.DEVNULL, stdout=ends[0][1], stderr=ends[1][1])
    for _, writing in ends:
        os.close(writing)
    process.wait(timeout=60)
    trial.reads(process.returncode, 0, "exit status with nobody listening")
    again = trial.run()
    trial.status(again, 0)
    trial.says(again, "nothing to do")
    trial.tables(database, "t1", "t2")
    trial.clean(database)
