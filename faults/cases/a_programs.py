"""A: our process is killed while a program of a step runs."""

import os
import signal

from cases.a_process import event
from harness.program import processes, until
from harness.registry import case
from harness.trial import Impossible, phase, table


@case("F12", "SIGKILL while a program runs", quick=True)
def during_program(trial):
    """SIGKILL while a program and what it started in the background are at work.

    Both end with gonogo; `resume` does not start the program again but ends with 14 and names the step.
    """
    database = trial.sqlite()
    program = f"echo begun >> '{trial.folder}/begun'; sleep 271.5 & sleep 271.5"
    trial.runbook(database, phase("p", {"id": "x", "run": program}), table("t1"))
    running = trial.start()
    trial.proves(until(lambda: len(processes("sleep 271.5")) >= 2), "no program runs")
    running.send(signal.SIGKILL)
    trial.status(running.finish(), -signal.SIGKILL)
    trial.reads(until(lambda: not processes("sleep 271.5"), 5), True, "all programs ended with gonogo")
    resumed = trial.resume()
    trial.status(resumed, 14)
    trial.says(resumed, r"p/x", "gonogo resolve")
    trial.reads(open(os.path.join(trial.folder, "begun")).read(), "begun\n", "how often the program was started")
    trial.tables(database)
    resolved = trial.gonogo.run("resolve", trial.name, "p/x", "--as", "applied", "--reason", "looked", "--yes")
    trial.status(resolved, 0)
    trial.status(trial.resume(), 0)
    trial.tables(database, "t1")


@case("F12b", "SIGKILL while a program runs that may be run again, or tells whether it ran", quick=True)
def during_repeatable_program(trial):
    """SIGKILL by a program at its work: one that says `retry: safe`, and one with `done_when`.

    Nobody is asked: `resume` runs the first again, looks whether the second ran, and the run is done.
    """
    for name, keys in {
        "safe": {"retry": "safe"},
        "probed": {"done_when": {"query": "SELECT count(*) FROM sqlite_schema WHERE name = 'never'", "expect": 1}},
    }.items():
        database = trial.sqlite(name=f"{name}.db")
        begun = f"{trial.folder}/{name}-begun"
        program = f"echo begun >> '{begun}'; test $(wc -l < '{begun}') -gt 1 || kill -9 $PPID"
        trial.runbook(database, phase("p", {"id": "x", "run": program, **keys}), table("t1"), name=name)
        answer = trial.run(name=name)
        trial.status(answer, -signal.SIGKILL)
        resumed = trial.resume()
        trial.status(resumed, 0)
        trial.says(resumed, "DONE")
        trial.reads(open(begun).read(), "begun\nbegun\n", "how often the program ran")
        trial.tables(database, "t1")


@case("F12c", "SIGKILL when a program has ended", quick=True)
def after_program(trial):
    """SIGKILL before the journal says that a program has ended, which the ledger knows by then.

    Nobody is asked, and it does not run again.
    """
    database = trial.sqlite()
    begun = f"{trial.folder}/begun"
    trial.runbook(database, phase("p", {"id": "x", "run": f"echo begun >> '{begun}'"}), table("t1"))
    answer = trial.run(fault=event("step.applied"))
    trial.fired(answer)
    trial.status(answer, -signal.SIGKILL)
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.says(resumed, "DONE")
    trial.reads(open(begun).read(), "begun\n", "how often the program ran")
    trial.tables(database, "t1")


@case("F13", "SIGKILL during an HTTP request")
def during_request(trial):
    """None: there is nothing to inject it into.

    The request is in doubt and is not sent again unless the runbook says that it may.
    """
    raise Impossible("this version has no steps of HTTP; a runbook with one is refused")
