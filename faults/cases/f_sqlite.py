"""F: what SQLite does otherwise than servers."""

import contextlib
import multiprocessing
import os
import shutil
import signal
import sqlite3
import time

from cases.a_process import event
from cases.b_disk import small_disk
from harness import sqlite
from harness.interposer import Fault
from harness.registry import case
from harness.trial import Impossible, phase, step, table, undo


@case("F90", "Another program holds the file")
def busy(trial):
    """Another process has a write transaction open for as long as the run lasts; the step has three seconds.

    Nothing is applied, the message says that the file is busy and that nobody can say who holds it.
    """
    database = trial.sqlite("CREATE TABLE t (id integer)")
    trial.runbook(
        database, phase("p", step("s", "CREATE TABLE t1 (id integer)", timeout="3s"), undo=undo("DROP TABLE t1"))
    )
    holder = sqlite3.connect(database.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answer = trial.run(seconds=150)
    trial.status(answer, 4, 5, 7, 8)
    trial.says(answer, "SQLITE_BUSY|locked|busy|holds")
    holder.execute("ROLLBACK")
    holder.close()
    trial.tables(database, "t")


@case("F90b", "Another program takes the file in the middle of a run")
def busy_midway(trial):
    """Another process holds a write transaction while the second phase wants to begin; its step has three seconds.

    The step fails with nothing applied; what is taken back needs the file too, and waits for it.
    """
    database = trial.sqlite("CREATE TABLE t (id integer)")
    trial.runbook(
        database,
        table("t1"),
        phase("p", step("s", "CREATE TABLE t2 (id integer)", timeout="3s"), undo=undo("DROP TABLE t2")),
    )
    running = trial.start(fault=event("phase.started", at=2, do="stop"))
    trial.proves(running.is_held(), "it was not held")
    holder = sqlite3.connect(database.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    running.send(signal.SIGCONT)
    time.sleep(6)
    holder.execute("ROLLBACK")
    holder.close()
    answer = running.finish(120)
    trial.status(answer, 8, 7)
    trial.says(answer, "SQLITE_BUSY|locked|busy|time")
    trial.tables(database, "t", *(["t1"] if answer.status == 7 else []))


def keep_writing(path, until_gone):
    """Commits a row every few milliseconds until a file is gone."""
    connection = sqlite3.connect(path, timeout=30)
    while os.path.exists(until_gone):
        with connection:
            connection.execute("INSERT INTO noise VALUES (1)")
        time.sleep(0.002)


@case("F91", "A writer between our reading and our writing", quick=True)
def snapshot(trial):
    """In WAL mode another process commits all the time, while steps first read and then write.

    BEGIN IMMEDIATE makes SQLITE_BUSY_SNAPSHOT impossible: every step is applied once.
    """
    database = trial.sqlite("CREATE TABLE noise (id integer)", "CREATE TABLE t (id integer)")
    keep = sqlite3.connect(database.path)
    keep.execute("PRAGMA journal_mode = WAL")
    flag = trial.file("go-on", "")
    steps = [step(f"s{n}", f"SELECT count(*) FROM noise; INSERT INTO t SELECT {n}") for n in range(30)]
    trial.runbook(database, phase("p", *steps, undo=undo("DELETE FROM t")))
    writer = multiprocessing.Process(target=keep_writing, args=(database.path, flag))
    writer.start()
    answer = trial.run(seconds=120)
    os.unlink(flag)
    writer.join(30)
    keep.close()
    trial.proves(int(database.query("SELECT count(*) FROM noise")[0]) > 3, "the other process did not write")
    trial.status(answer, 0)
    trial.says(answer, "DONE")
    trial.keeps_quiet(answer, "BUSY")
    trial.reads(database.query("SELECT count(*), count(DISTINCT id) FROM t"), ["30|30"], "steps applied")


@case("F92", "The disk of the file is full", quick=True)
def full(trial):
    """The file lies on a file system of one megabyte; the second of three statements fills it.

    SQLITE_FULL: whatever became of the transaction, the third statement is not sent and nothing of the step stays.
    """
    disk = small_disk(trial, "1m")
    database = sqlite.File(os.path.join(disk, "case.db"))
    fills = (
        "CREATE TABLE t1 (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
        "INSERT INTO t1 SELECT randomblob(1000) FROM n; CREATE TABLE t2 (x)"
    )
    trial.runbook(database, phase("p", step("s", fills), undo=undo("DROP TABLE t1")))
    answer = trial.run()
    trial.status(answer, 8, 7)
    trial.says(answer, "SQLITE_FULL|full")
    trial.tables(database)
    trial.reads(database.leftovers(), [], "left behind")


@case("F92b", "EIO when pages of a step are written", quick=True)
def io_error(trial):
    """The write of a page into the file fails with EIO, in the COMMIT of the first step.

    SQLITE_IOERR: the step is not applied, the file is sound; the run stops or takes back.
    """
    database = trial.sqlite()
    trial.runbook(database, table("t1"), table("t2"))
    answer = trial.run(fault=Fault(calls="pwrite64", path="/case.db", text="CREATE TABLE t1", do="EIO"))
    trial.fired(answer)
    trial.status(answer, 8, 7)
    trial.says(answer, "SQLITE_IOERR|disk I/O error")
    trial.tables(database)
    trial.reads(database.leftovers(), [], "left behind")


@case("F93", "A trigger ends the transaction: RAISE(ROLLBACK)", quick=True)
def raises_rollback(trial):
    """The second of three statements ends the transaction by RAISE(ROLLBACK), in another run by INSERT OR ROLLBACK.

    It is noticed; the third statement does not commit by itself: nothing of the step stays.
    """
    database = trial.sqlite(
        "CREATE TABLE t (id integer PRIMARY KEY)",
        "INSERT INTO t VALUES (7)",
        "CREATE TRIGGER no_eight BEFORE INSERT ON t WHEN new.id = 8 BEGIN SELECT RAISE(ROLLBACK, 'no eight'); END",
    )
    for name, second in {
        "raise": "INSERT INTO t VALUES (8)",
        "or-rollback": "INSERT OR ROLLBACK INTO t VALUES (7)",
    }.items():
        trial.runbook(
            database,
            phase(
                "p",
                step("s", f"INSERT INTO t VALUES (1); {second}; INSERT INTO t VALUES (2)"),
                undo=undo("DELETE FROM t WHERE id < 7"),
            ),
            name=name,
        )
        answer = trial.run(name=name)
        trial.status(answer, 8)
        trial.says(answer, "no eight|UNIQUE|SQLITE_CONSTRAINT")
        trial.reads(database.query("SELECT id FROM t"), ["7"], "rows")


@case("F94", "A statement fails in its transaction", quick=True)
def statement_fails(trial):
    """The second of three statements breaks a constraint; SQLite leaves the transaction open.

    It is rolled back: neither the first nor the third stays.
    """
    database = trial.sqlite("CREATE TABLE t (id integer PRIMARY KEY)", "INSERT INTO t VALUES (7)")
    trial.runbook(
        database,
        phase(
            "p",
            step("s", "INSERT INTO t VALUES (1); INSERT INTO t VALUES (7); INSERT INTO t VALUES (2)"),
            undo=undo("DELETE FROM t WHERE id < 7"),
        ),
    )
    answer = trial.run()
    trial.status(answer, 8)
    trial.says(answer, "UNIQUE constraint failed")
    trial.reads(database.query("SELECT id FROM t"), ["7"], "rows")


@case("F95", "A table is rebuilt that others refer to with ON DELETE CASCADE", quick=True)
def rebuild(trial):
    """The usual recipe: a new table, copy, DROP of the old, rename; a child table cascades.

    The children stay: foreign keys are off during the rebuild; a PRAGMA foreign_keys in the transaction is refused.
    """
    database = trial.sqlite(
        "CREATE TABLE parent (id integer PRIMARY KEY)",
        "INSERT INTO parent VALUES (1), (2)",
        "CREATE TABLE child (parent REFERENCES parent ON DELETE CASCADE)",
        "INSERT INTO child VALUES (1), (2), (2)",
    )
    recipe = (
        "CREATE TABLE fresh (id integer PRIMARY KEY, name text); INSERT INTO fresh (id) SELECT id FROM parent; "
        "DROP TABLE parent; ALTER TABLE fresh RENAME TO parent"
    )
    trial.runbook(
        database,
        phase("p", step("s", "PRAGMA foreign_keys = OFF; " + recipe), undo={"irreversible": "a rebuild"}),
        name="pragma",
    )
    refused = trial.run(name="pragma")
    trial.status(refused, 3)
    trial.says(refused, "foreign_keys")
    trial.runbook(database, phase("p", step("s", recipe), undo={"irreversible": "a rebuild"}))
    answer = trial.run()
    trial.status(answer, 0)
    trial.reads(database.query("SELECT count(*) FROM child"), ["3"], "children")
    trial.reads(database.query("PRAGMA foreign_key_check"), [], "references that lead nowhere")


@case("F95b", "A rebuild that leaves references leading nowhere", quick=True)
def dangling(trial):
    """A step drops rows that others refer to, while foreign keys are off.

    foreign_key_check before COMMIT finds them: the step fails with nothing applied.
    """
    database = trial.sqlite(
        "CREATE TABLE parent (id integer PRIMARY KEY)",
        "INSERT INTO parent VALUES (1), (2)",
        "CREATE TABLE child (parent REFERENCES parent)",
        "INSERT INTO child VALUES (1), (2)",
    )
    trial.runbook(database, phase("p", step("s", "DELETE FROM parent WHERE id = 2"), undo={"irreversible": "gone"}))
    answer = trial.run()
    trial.status(answer, 8)
    trial.says(answer, "foreign|refer")
    trial.reads(database.query("SELECT count(*) FROM parent"), ["2"], "rows")


def hot(path):
    return os.path.exists(path) and os.path.getsize(path) > 0


@case("F96", "SIGKILL with a hot rollback journal, and with a WAL", quick=True)
def hot_journal(trial):
    """SIGKILL just before a step's rollback journal is removed, which is its commit; then the same in WAL mode.

    The next who opens the file rolls back; the marker goes with the step: `resume` applies it once.
    """
    for mode, fault in (
        ("delete", Fault(calls="unlink", path="rolled.db-journal", arm="CREATE TABLE t1")),
        ("wal", Fault(calls="pwrite64", path="-wal", arm="CREATE TABLE t1", at=3)),
    ):
        database = trial.sqlite(name="rolled.db" if mode == "delete" else "logged.db")
        keep = sqlite3.connect(database.path)
        keep.execute(f"PRAGMA journal_mode = {mode}")
        trial.runbook(database, table("t1"), table("t2"), name=mode)
        answer = trial.run(name=mode, fault=fault)
        trial.fired(answer)
        trial.status(answer, -signal.SIGKILL)
        trial.proves(hot(database.path + ("-journal" if mode == "delete" else "-wal")), "nothing hot is left")
        resumed = trial.resume()
        trial.status(resumed, 0)
        trial.says(resumed, "DONE")
        trial.tables(database, "t1", "t2")
        trial.clean(database)
        keep.close()


def copied(path, ids):
    """Whether a file is a whole database with these rows, as SQLite itself says."""
    with contextlib.closing(sqlite3.connect(path)) as copy:
        whole = copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return whole and [row[0] for row in copy.execute("SELECT id FROM t ORDER BY id")] == ids


@case("F97", "A backup is broken off", quick=True)
def backup(trial):
    """SIGKILL while the copy is written, before it is synced, before it gets its name and before that is on the disk; then a
    disk that is full, in WAL mode with rows that only the log holds.

    Under the name there is a whole copy or nothing; `resume` makes it once, and of what was broken off nothing stays.
    """
    database = trial.sqlite("CREATE TABLE t (id integer, body text)")
    keep = sqlite3.connect(database.path)
    keep.execute("PRAGMA journal_mode = wal")
    keep.executemany("INSERT INTO t VALUES (?, ?)", [(number, "x" * 500) for number in range(2000)])
    keep.commit()
    for name, fault in (
        ("written", Fault(calls="pwrite64", path=".part", at=3)),
        ("synced", Fault(calls="fdatasync", path=".part")),
        ("named", Fault(calls="rename", path=".part")),
        ("lasting", Fault(calls="rename", path=".part", after=True)),
        ("full", Fault(calls="pwrite64", path=".part", at=3, do="ENOSPC")),
    ):
        path = os.path.join(trial.folder, f"{name}.copy")
        trial.runbook(
            database,
            phase("p", {"id": "s", "backup": path}, undo={"none": "a backup changes nothing"}),
            name=name,
        )
        answer = trial.run(name=name, fault=fault)
        trial.fired(answer)
        if name == "full":
            trial.status(answer, 8)
            trial.says(answer, "full")
            trial.reads([entry for entry in os.listdir(trial.folder) if "full.copy" in entry], [], "files of it")
            continue
        trial.status(answer, -signal.SIGKILL)
        trial.reads(not os.path.exists(path) or copied(path, list(range(2000))), True, "whole or not there")
        resumed = trial.resume()
        trial.status(resumed, 0)
        trial.says(resumed, "DONE")
        trial.reads([entry for entry in os.listdir(trial.folder) if f"{name}.copy" in entry], [f"{name}.copy"], "files of it")
        trial.reads(copied(path, list(range(2000))), True, "the copy is whole")
    keep.close()
    trial.clean(database)


@case("F98", "A path with a mistake in it", quick=True)
def typo(trial):
    """A file that is not there, a folder that is not there, a file that is no database.

    Exit 4, and nothing is created.
    """
    trial.file("notes.txt", "these are notes, and no database; " * 40)
    for path, words in {
        "typo.db": "no such file|does not exist|unable to open|not there",
        "missing/case.db": "no such file|does not exist|unable|not there",
        "notes.txt": "not a database|NOTADB",
    }.items():
        trial.runbook(f"sqlite:{path}", table("t1"))
        answer = trial.run()
        trial.status(answer, 4)
        trial.says(answer, words)
    trial.reads(
        [os.path.exists(os.path.join(trial.folder, name)) for name in ("typo.db", "missing")], [False, False], "created"
    )
    trial.reads(open(os.path.join(trial.folder, "notes.txt")).read(5), "these", "the notes")


@case("F98b", "The path leads to another file when the run goes on", quick=True)
def replaced(trial):
    """SIGKILL in the middle of a run; then another database takes the file's place, once empty, once a copy.

    `resume` knows that it is another: refused with 6, nothing is touched.
    """
    database = trial.sqlite()
    trial.runbook(database, table("t1"), table("t2"))
    answer = trial.run(fault=event("step.started", at=2))
    trial.fired(answer)
    trial.status(answer, -signal.SIGKILL)
    os.rename(database.path, database.path + ".old")
    empty = trial.sqlite()
    refused = trial.resume()
    trial.status(refused, 6)
    trial.says(refused, "does not know|another|copy")
    trial.tables(empty)
    empty.end()
    shutil.copyfile(database.path + ".old", database.path)
    refused = trial.resume()
    trial.status(refused, 6)
    trial.says(refused, "copy|another")
    trial.tables(database, "t1")
