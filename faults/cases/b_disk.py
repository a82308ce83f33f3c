"""B: the disk under the journal is full, read-only or broken; a program prints without end."""

import os
import subprocess

from cases.a_process import event, two_tables
from harness.interposer import Fault
from harness.program import until
from harness.registry import case
from harness.trial import Impossible, phase, step, table, undo


def small_disk(trial, size, name="disk", options=""):
    """A file system of its own in memory: really full when it is full."""
    path = os.path.join(trial.folder, name)
    os.mkdir(path)
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}{options}", "none", path]
    if subprocess.run(words, capture_output=True).returncode != 0:
        raise Impossible("a small file system needs the right to mount")
    trial.later(lambda: subprocess.run(["umount", "-l", path], capture_output=True))
    return path


def fill(path):
    """Leaves not a byte on a file system."""
    ballast = os.path.join(path, "ballast")
    descriptor = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(descriptor, b"x" * 4096)
    except OSError:
        os.close(descriptor)
    return ballast


def stops(trial, database, answer, tables_then):
    """It stopped, says so, and a resume with a sound disk ends the run."""
    trial.fired(answer)
    trial.status(answer, 7)
    trial.says(answer, "journal", "gonogo resume")
    trial.tables(database, *tables_then)
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F21", "ENOSPC when a step is announced", quick=True)
def no_space_for_intent(trial):
    """The write of the second step's announcement to the journal fails with ENOSPC, and every later one.

    The step is not applied, nothing is begun after it; exit 7; `resume` ends the run once there is space.
    """
    database = trial.postgres()
    two_tables(trial, database)
    answer = trial.run(fault=Fault(path="journal.jsonl", text='"step":"t2/make"', do="ENOSPC", keep=True))
    trial.says(answer, "No space left")
    stops(trial, database, answer, ["t1"])


@case("F21b", "The disk under the journal is full", quick=True)
def full_disk(trial):
    """The state folder lies on a small file system that is filled while the first step runs.

    The run stops with 7 and says that the disk is full; nothing is begun after the step at work; `resume` ends the run.
    """
    database = trial.postgres()
    disk = small_disk(trial, "200k")
    trial.runbook(database, phase("p", step("s", "CREATE TABLE t1 (id integer); SELECT pg_sleep(1)"),
                                  undo=undo("DROP TABLE t1")), table("t2"))
    running = trial.start("--state", disk)
    trial.proves(until(lambda: database.activity("wait_event = 'PgSleep'")), "no statement ran")
    ballast = fill(disk)
    # The journal's last page may have room for a few lines yet; a run this short ends in it.
    answer = running.finish()
    trial.status(answer, 7, 0)
    if answer.status == 7:
        trial.says(answer, "No space left", "gonogo resume")
        trial.tables(database, "t1")
    trial.says(answer, "p ")
    os.unlink(ballast)
    run = next(iter(os.listdir(os.path.join(disk, "runs"))))
    resumed = trial.gonogo.run("resume", run, "--yes", "--state", disk)
    trial.status(resumed, 0)
    trial.tables(database, "t1", "t2")
    trial.reads(database.leftovers(), [], "left behind")


@case("F22", "EIO when the journal is to say that a step is applied", quick=True)
def no_note_of_applied(trial):
    """The write of the first `step.applied` fails with EIO, after COMMIT was answered.

    Nothing is begun after it, the message says that the step is applied; exit 7; `resume` does not apply it again.
    """
    database = trial.postgres()
    two_tables(trial, database)
    answer = trial.run(fault=event("step.applied", do="EIO"))
    trial.says(answer, r"step t1/make is applied", "Input/output error")
    stops(trial, database, answer, ["t1"])


@case("F23", "EIO from fdatasync of the journal", quick=True)
def sync_fails(trial):
    """The third fdatasync of the journal fails with EIO.

    The file is lost: no sync of it is tried again, nothing goes on; exit 7; `resume` reads what is there and ends the run.
    """
    database = trial.postgres()
    two_tables(trial, database)
    answer = trial.run(fault=Fault(calls="fdatasync", path="journal.jsonl", do="EIO", at=3))
    syncs = [line for line in answer.effects if "fdatasync" in line]
    trial.reads(syncs[-1].endswith("FAULT"), True, "no sync of the journal after the one that failed")
    trial.says(answer, "sync", "Input/output error")
    trial.fired(answer)
    trial.status(answer, 7)
    trial.says(answer, "Next   ")
    trial.status(trial.resume(), 0)
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F29", "The state folder is read-only", quick=True)
def read_only_state(trial):
    """The state folder lies on a read-only file system.

    Exit 1 before anything is made in the database, not even the ledger.
    """
    database = trial.postgres()
    disk = small_disk(trial, "1m", options=",ro")
    trial.runbook(database, table("t1"))
    answer = trial.run("--state", disk)
    trial.status(answer, 1)
    trial.says(answer, "Read-only file system", "--state")
    trial.tables(database)
    trial.reads(database.query("SELECT count(*) FROM pg_namespace WHERE nspname = 'gonogo'"), ["0"], "ledgers made")


@case("F29b", "The state folder is full at the start", quick=True)
def full_state(trial):
    """The state folder lies on a file system without a free byte.

    Exit 1 before a table is made.
    """
    database = trial.postgres()
    disk = small_disk(trial, "100k")
    fill(disk)
    trial.runbook(database, table("t1"))
    answer = trial.run("--state", disk)
    trial.status(answer, 1)
    trial.says(answer, "No space left")
    trial.tables(database)
    trial.reads(database.leftovers(), [], "left behind")


@case("F31", "A program prints a gigabyte", quick=True)
def flood(trial):
    """A step's program prints 1 GB as fast as it can.

    It is not held up, gonogo's memory stays below 200 MB, beginning and end of the output are kept.
    """
    database = trial.sqlite()
    trial.runbook(database, phase("p", {"id": "x", "run": "yes flood | head -c 1000000000; exit 3"}))
    running = trial.start()
    peak = 0
    while running.process.poll() is None:
        try:
            text = open(f"/proc/{running.pid}/status").read()
            peak = max(peak, *(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM")))
        except (OSError, TypeError):
            pass
        until(lambda: running.process.poll() is not None, 0.05)
    answer = running.finish()
    trial.status(answer, 8)
    trial.says(answer, "exit|status|ended with 3", "3")
    trial.proves(answer.seconds > 0.2, "it printed too fast to be true")
    trial.reads(0 < peak < 200_000, True, f"memory stays below 200 MB (it was {peak // 1000} MB)")
    trial.reads(os.path.getsize(trial.journal) < 1_000_000, True, "the journal stays small")
