"""One case at work: its folder, its databases, the calls of gonogo, and what is checked of them."""

import json
import os
import re
import shutil
import tempfile

from . import audit, postgres, sqlite
from .program import Program


class Impossible(Exception):
    """The case cannot be made on this machine: why."""


class Trial:
    """What a case gets. Each check is counted: a case that does not look at status, message and state proves nothing."""

    def __init__(self, binary, shared):
        self.folder = tempfile.mkdtemp(prefix="gonogo-case-", dir="/tmp")
        os.chmod(self.folder, 0o755)
        self.gonogo = Program(binary, self.folder)
        self.shared = shared
        self.deviations, self.kinds, self.notes = [], set(), []
        self._ends = [lambda: shutil.rmtree(self.folder, ignore_errors=True)]

    # The stage.

    def later(self, action):
        """Done when the case is over, the last first."""
        self._ends.append(action)

    def file(self, name, text, mode=0o644):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def sqlite(self, *statements, name="case.db"):
        database = sqlite.File(os.path.join(self.folder, name))
        for statement in statements:
            database.query(statement)
        return database

    def server(self, settings="", **options):
        """A server of the case's own, for what would disturb others."""
        server = postgres.Server(settings, **options)
        self.later(server.end)
        return server

    def postgres(self, *statements, server=None):
        """A database of the case's own, on the server that cases share unless said."""
        server = server or self.shared.server()
        database = server.database(f"case_{os.path.basename(self.folder)[12:].lower()}_{len(self._ends)}")
        if server is self.shared.server_or_none:
            self.later(database.end)
        for statement in statements:
            database.query(statement)
        return database

    def runbook(self, database, *phases, name="case", **keys):
        """Writes a runbook: JSON is YAML."""
        address = database if isinstance(database, (str, dict)) else database.address
        whole = {"runbook": 1, "name": name, "databases": address, **keys, "phases": list(phases)}
        self.file(f"{name}.runbook.yaml", json.dumps(whole, indent=1, ensure_ascii=False))

    # The calls.

    def run(self, *words, name="case", **options):
        return self.gonogo.run("run", f"{name}.runbook.yaml", "--yes", *words, **options)

    def start(self, *words, name="case", **options):
        """A run that is left at work."""
        running = self.gonogo.start("run", f"{name}.runbook.yaml", "--yes", *words, **options)
        self.later(lambda: running.process.poll() is None and running.process.kill())
        return running

    def resume(self, *words, **options):
        return self.gonogo.run("resume", self.name, "--yes", *words, **options)

    def rollback(self, *words, **options):
        return self.gonogo.run("rollback", self.name, "--yes", *words, **options)

    @property
    def state(self):
        return os.path.join(self.folder, ".gonogo")

    @property
    def name(self):
        """The latest run."""
        return audit.run_name(self.state) or "r-0000-none"

    @property
    def journal(self):
        return audit.journal_path(self.state, self.name)

    def events(self, kind=None):
        return [event for event in audit.journal(self.state, self.name) if kind in (None, event["type"])]

    # The checks.

    def deviates(self, text):
        self.deviations.append(text)

    def status(self, answer, *expected):
        """The exit status is one of these; the first is the one wanted."""
        self.kinds.add("status")
        if answer.status not in expected:
            came = "it hangs and was killed" if answer.status is None else f"exit {answer.status}"
            self.deviates(f"`{answer.words[0]}`: {came}, must be {' or '.join(map(str, expected))}: {_tail(answer.text)}")

    def says(self, answer, *patterns):
        """The text it printed matches each of these."""
        self.kinds.add("says")
        for pattern in patterns:
            if not re.search(pattern, answer.text, re.IGNORECASE | re.DOTALL):
                self.deviates(f"`{answer.words[0]}` does not say /{pattern}/: {_tail(answer.text)}")

    def keeps_quiet(self, answer, *patterns):
        """The text it printed matches none of these."""
        for pattern in patterns:
            if found := re.search(pattern, answer.text, re.IGNORECASE):
                self.deviates(f"`{answer.words[0]}` says {found.group(0)!r}, which it must not")

    def reads(self, actual, expected, what):
        """What an independent reader saw."""
        self.kinds.add("reads")
        if actual != expected:
            self.deviates(f"{what}: {_short(actual)}, must be {_short(expected)}")

    def proves(self, condition, what):
        """The fault really happened."""
        if not condition:
            self.deviates(f"the fault did not happen: {what}")

    def fired(self, answer):
        self.proves(answer.fired, f"none of {len(answer.effects)} effects was hit")

    def tables(self, database, *expected):
        self.reads(database.tables(), sorted(expected), "tables")

    def clean(self, database, checks_journal=True):
        """Nothing of ours is left, and journal and ledger tell the same."""
        self.reads(database.leftovers(), [], "left behind")
        self.reads(audit.children_in(self.folder), [], "processes left")
        if checks_journal:
            self.reads(audit.disagreements(database, self.state, self.name), [], "journal and ledger")

    def end(self):
        for action in reversed(self._ends):
            try:
                action()
            except Exception as error:  # The next must be cleared away all the same.
                self.notes.append(f"clearing away: {error}")


class Shared:
    """What cases share: one server, started when the first needs it."""

    def __init__(self):
        self.server_or_none = None

    def server(self):
        if self.server_or_none is None:
            self.server_or_none = postgres.Server("max_prepared_transactions = 10\nwal_level = logical\n")
        return self.server_or_none

    def end(self):
        if self.server_or_none:
            self.server_or_none.end()


def _short(value):
    text = repr(value)
    return text if len(text) < 300 else text[:300] + "..."


def _tail(text):
    return " | ".join(line for line in text.strip().splitlines()[-7:])[-500:]


# What runbooks are made of.


def step(identifier, statement, **keys):
    return {"id": identifier, "statement": statement, **keys}


def phase(identifier, *steps, undo=None, **keys):
    """A phase; its rollback drops the tables t1, t2, ... of its steps unless said."""
    if undo is None:
        undo = {"none": "nothing to take back"}
    return {"id": identifier, "steps": list(steps), "rollback": undo, **keys}


def undo(*statements, **keys):
    """A rollback of these statements, each a step."""
    return {"steps": [{"statement": text, **keys} for text in statements]}


def table(name, **keys):
    """A phase that makes one table, and drops it when it is taken back."""
    return phase(name, step("make", f"CREATE TABLE {name} (id integer)"), undo=undo(f"DROP TABLE {name}"), **keys)
