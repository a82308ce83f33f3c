"""B: the journal is damaged, lost, or held by another."""

import hashlib
import json
import os
import re
import shutil
import signal

from cases.a_process import event, sleeping_step, two_tables
from harness.registry import case
from harness.trial import table


def stopped_before_last(trial, database):
    """A run that was killed when two of its three phases were done; ends with the journal closed."""
    trial.runbook(database, table("t1"), table("t2"), table("t3"))
    answer = trial.run(fault=event("step.started", at=3))
    trial.fired(answer)
    trial.status(answer, -signal.SIGKILL)
    trial.tables(database, "t1", "t2")


def head(database):
    """Marks of the ledger, to see that nothing was written."""
    return database.query(f"SELECT step_id, direction, state FROM {database.ledger} ORDER BY 1, 2")


@case("F24", "The journal's last line is torn", quick=True)
def torn_line(trial):
    """SIGKILL in the middle of a run, then seven bytes are cut off the journal.

    What was torn is left out, the ledger tells what became of the step, `resume` ends the run with nothing applied twice.
    """
    database = trial.sqlite()
    stopped_before_last(trial, database)
    os.truncate(trial.journal, os.path.getsize(trial.journal) - 7)
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.says(resumed, "DONE")
    trial.tables(database, "t1", "t2", "t3")
    trial.clean(database)


@case("F25", "A byte in the middle of the journal is another", quick=True)
def flipped_byte(trial):
    """One bit of the journal's fourth line is turned over.

    `resume` refuses with 1, names the line, and offers `gonogo recover --from-target`, which makes the run go on.
    """
    database = trial.sqlite()
    stopped_before_last(trial, database)
    with open(trial.journal, "r+b") as file:
        lines = file.read().split(b"\n")
        file.seek(sum(len(line) + 1 for line in lines[:3]) + 40)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    before = head(database)
    refused = trial.resume()
    trial.status(refused, 1)
    trial.says(refused, "journal line 4", "recover")
    trial.reads(head(database), before, "ledger")
    recovers(trial, database)


@case("F26", "The journal is replaced by an older copy", quick=True)
def older_copy(trial):
    """The journal as it was after the first phase takes the place of the one after the second.

    The ledger names lines that the journal does not have: `resume` refuses with 14; `recover --from-target` rebuilds it.
    """
    database = trial.sqlite()
    stopped_before_last(trial, database)
    with open(trial.journal, "r+b") as file:
        lines = file.read().split(b"\n")
        kept = next(n for n, line in enumerate(lines) if b'"phase.done"' in line) + 1
        file.truncate(sum(len(line) + 1 for line in lines[:kept]))
    before = head(database)
    refused = trial.resume()
    trial.status(refused, 14)
    trial.says(refused, "journal", "ledger", "recover")
    trial.reads(head(database), before, "ledger")
    recovers(trial, database)


@case("F26b", "The journal is deleted", quick=True)
def deleted(trial):
    """The journal of a run that was killed after two phases is deleted.

    `resume` refuses and says what is missing; `recover --from-target` rebuilds it from the ledger.
    """
    database = trial.sqlite()
    stopped_before_last(trial, database)
    journal = trial.journal
    os.unlink(journal)
    refused = trial.resume()
    trial.status(refused, 1, 14)
    trial.says(refused, "journal.jsonl", "recover")
    trial.tables(database, "t1", "t2")
    recovers(trial, database)


def recovers(trial, database):
    """The journal is rebuilt from the ledger, and the run goes on to its end."""
    recovered = trial.gonogo.run("recover", trial.name, "--from-target", "--yes")
    trial.status(recovered, 0)
    if recovered.status == 0:
        trial.status(trial.resume(), 0)
        trial.tables(database, "t1", "t2", "t3")


@case("F27", "The same run is taken up twice at once")
def taken_up_twice(trial):
    """`resume` of a run that is at work.

    The second is refused with 5 and says which process holds the run, and since when.
    """
    database = trial.postgres()
    running = sleeping_step(trial, database, 3)
    second = trial.resume()
    trial.status(second, 5)
    trial.says(second, str(running.pid), r"since|\d\d:\d\d")
    first = running.finish()
    trial.status(first, 0)
    trial.tables(database, "t1", "t2")
    trial.clean(database)


@case("F28", "The journal of a newer version", quick=True)
def newer_version(trial):
    """A line of a kind and a version that this gonogo does not know is added, with a right hash.

    `resume` refuses with 1, names both versions, and leaves the journal as it is.
    """
    database = trial.sqlite()
    stopped_before_last(trial, database)
    last = trial.events()[-1]
    line = {"prev": last["hash"], "seq": last["seq"] + 1, "ts": last["ts"], "type": "step.reconsidered", "v": 2}
    text = json.dumps(line, sort_keys=True, separators=(",", ":"))
    line["hash"] = hashlib.sha256((last["hash"] + text).encode()).hexdigest()
    with open(trial.journal, "a") as file:
        file.write(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n")
    bytes_before = open(trial.journal, "rb").read()
    refused = trial.resume()
    trial.status(refused, 1, 3)
    trial.says(refused, "form 2", "form 1")
    trial.keeps_quiet(refused, "damaged")
    trial.reads(open(trial.journal, "rb").read() == bytes_before, True, "the journal is as it was")
    trial.tables(database, "t1", "t2")


@case("F26c", "The state folder of another run of the same plan is in place", quick=True)
def another_runs_journal(trial):
    """The journal of a finished run of another database takes the place of the one that was killed.

    It is not the journal of this run: `resume` refuses and touches nothing.
    """
    other = trial.sqlite(name="other.db")
    trial.runbook(other, table("t1"), table("t2"), table("t3"))
    trial.run()
    foreign = trial.journal
    database = trial.sqlite()
    stopped_before_last(trial, database)
    before = head(database)
    if foreign == trial.journal:
        foreign = next(path for path in journals(trial) if path != trial.journal)
    shutil.copyfile(foreign, trial.journal)
    refused = trial.resume()
    trial.status(refused, 1, 6, 14)
    trial.says(refused, "journal|plan|run")
    trial.keeps_quiet(refused, "^nothing to do")
    trial.reads(head(database), before, "ledger")
    trial.tables(database, "t1", "t2")


def journals(trial):
    runs = os.path.join(trial.state, "runs")
    return [os.path.join(runs, name, "journal.jsonl") for name in os.listdir(runs)]


@case("F30", "The wall clock jumps back by an hour", quick=True)
def clock_jumps(trial):
    """CLOCK_REALTIME goes back by 3,600 s between two phases; the time zone is one that does not exist.

    The run ends; the journal is ordered by number, its times are UTC, no duration is negative or an hour.
    """
    database = trial.postgres()
    two_tables(trial, database)
    fault = event("step.applied", do=None, clock=-3600, after=True)
    answer = trial.run(fault=fault, env={"TZ": "No/Where"})
    trial.fired(answer)
    trial.status(answer, 0)
    events = trial.events()
    trial.says(answer, r"DONE  \S+  \d+m?s")
    times = [one["ts"] for one in events]
    trial.proves(times != sorted(times), "no time in the journal goes back")
    trial.reads([one["seq"] for one in events], list(range(1, len(events) + 1)), "numbers")
    trial.reads(
        all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time) for time in times), True, "times in UTC"
    )
    trial.reads([one["ms"] for one in events if not 0 <= one.get("ms", 0) < 60000], [], "durations out of range")
    trial.tables(database, "t1", "t2")
    trial.clean(database)
