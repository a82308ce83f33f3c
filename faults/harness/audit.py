"""What a run left behind, held together by somebody else: journal, ledger, schema, processes."""

import collections
import json
import os
import sqlite3

from .postgres import ReaderError


def run_name(state):
    """The run, once it has a plan: before that nothing of it has begun."""
    runs = os.path.join(state, "runs")
    names = os.listdir(runs) if os.path.isdir(runs) else []
    planned = [name for name in names if os.path.exists(os.path.join(runs, name, "plan.json"))]
    return max(planned, key=lambda name: os.path.getmtime(os.path.join(runs, name, "plan.json")), default=None)


def journal_path(state, run):
    return os.path.join(state, "runs", run, "journal.jsonl")


def journal(state, run):
    """Its events; a last line that a crash tore is left out."""
    with open(journal_path(state, run), "rb") as file:
        lines = file.read().split(b"\n")
    return [json.loads(line) for line in lines[:-1]]


def broken_chain(events):
    """The first event that does not name the one before it."""
    for before, event in zip(events, events[1:]):
        if event["prev"] != before["hash"] or event["seq"] != before["seq"] + 1:
            return [f"journal: line {event['seq']} does not follow {before['seq']}"]
    return []


def ask_ledger(database, text):
    """What the ledger answers; nothing where there is none yet."""
    try:
        return database.query(text)
    except (ReaderError, sqlite3.OperationalError):
        return []


def standing(pairs):
    """Which steps stand after these (step, direction), told in order: what is undone stands no more."""
    steps = collections.Counter()
    for step, direction in pairs:
        steps[step] += 1 if direction == "do" else 0
    return steps


def disagreements(database, state, run):
    """Steps that journal and ledger do not both know as applied, and steps that were told applied twice.

    Of a program the ledger may know less: that it has begun, when it could not be told how the program ended, and nothing,
    when a probe said that it was done.
    """
    events = journal(state, run)
    found = broken_chain(events)
    applied = [event for event in events if event["type"] == "step.applied" and event["class"] in "TNX"]
    steps = standing((event["step"], event["direction"]) for event in applied if event["class"] != "X")
    found += [f"journal: {step} applied {number} times" for step, number in steps.items() if number > 1]
    told = {event["step"] for event in applied if event["direction"] == "do"}
    programs = {event["step"] for event in events if event.get("class") == "X"}
    rows = ask_ledger(
        database,
        f"SELECT step_id || ' ' || state FROM {database.ledger} WHERE direction = 'do' AND run_id = '{run}'",
    )
    kept = {tuple(row.split("#")[0].split(" ")[:1] + row.split(" ")[-1:]) for row in rows}
    known = {step for step, state in kept if step not in programs or state == "applied"}
    if differ := {step for step in told ^ known if step in known or step not in programs}:
        found.append(f"journal and ledger: {sorted(differ)}")
    return found


def status(database, run):
    """How the run stands by the ledger's row of it."""
    return ask_ledger(database, f"SELECT status FROM {database.runs} WHERE run_id = '{run}'")


def children_in(folder):
    """Processes that still work in a folder."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{name}/cwd") == folder and int(name) != os.getpid():
                found.append(int(name))
        except OSError:
            pass
    return found
