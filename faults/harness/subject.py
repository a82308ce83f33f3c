"""The run that is disturbed: five phases in which every step leaves a row that says so."""

import os
import shutil

from . import audit, program, sqlite

PHASES = 5


def names():
    """The rows a finished run leaves."""
    return sorted([f"p{phase}s{step}" for phase in range(1, PHASES + 1) for step in (1, 2)] + ["told"])


def _phase(engine, phase):
    """Two steps, of which one commits each statement by itself; an index built beside the traffic; a program."""
    lines = [f"  - id: p{phase}", "    steps:"]
    for step in (1, 2):
        name = f"p{phase}s{step}"
        transaction = "statement" if (phase, step) == (3, 2) else "file"
        lines += [f"      - id: s{step}", f"        transaction: {transaction}",
                  f"        statement: \"CREATE TABLE {name} (id integer); INSERT INTO done VALUES ('{name}')\""]
    if engine == "postgres" and phase in (2, 4):
        lines.append(f"      - {{ id: i, statement: CREATE INDEX CONCURRENTLY i{phase} ON done (step), transaction: none }}")
    if phase == 4:
        lines += ["      - id: x", "        run: [./tell]",
                  "        done_when: { query: \"SELECT count(*) FROM done WHERE step = 'told'\", expect: 1 }"]
    return lines


def _rollback(engine, phase):
    lines = ["    rollback:", "      steps:"]
    if phase == 4:
        lines.append("        - { id: x, statement: \"DELETE FROM done WHERE step = 'told'\" }")
    if engine == "postgres" and phase in (2, 4):
        lines.append(f"        - {{ id: i, statement: DROP INDEX CONCURRENTLY IF EXISTS i{phase}, transaction: none }}")
    for step in (2, 1):
        name = f"p{phase}s{step}"
        text = f"DROP TABLE IF EXISTS {name}; DELETE FROM done WHERE step = '{name}'"
        lines.append(f"        - {{ id: s{step}, statement: \"{text}\" }}")
    return lines


def runbook(engine, address, unwinds):
    """It ends with a check that holds, or with one that makes it take everything back."""
    lines = ["runbook: 1", "name: disturbed", f'databases: "{address}"', "phases:"]
    for phase in range(1, PHASES + 1):
        lines += _phase(engine, phase)
        if phase == PHASES:
            expected = 99 if unwinds else len(names())
            lines += ["    checks:", f"      - {{ query: SELECT count(*) FROM done, expect: {expected} }}"]
        lines += _rollback(engine, phase)
    return "\n".join(lines) + "\n"


def _teller(database):
    """A program that leaves the row `told`, by the engine's own shell."""
    insert = "INSERT INTO done VALUES ('told')"
    if database.engine == "sqlite":
        return f"#!/bin/sh\nexec sqlite3 -cmd '.timeout 10000' '{database.path}' \"{insert}\"\n"
    server = database.server
    return f"#!/bin/sh\nexec psql -X -q -h '{server.base}' -p {server.port} -U dba -d {database.name} -c \"{insert}\"\n"


class Subject:
    """One such run in a folder and a database of its own."""

    RUNBOOK = "disturbed.runbook.yaml"

    def __init__(self, binary, root, number, server=None, unwinds=False):
        """On PostgreSQL where a server is given, on SQLite otherwise."""
        self.unwinds = unwinds
        self.folder = os.path.join(root, f"subject-{number}")
        os.mkdir(self.folder)
        self.database = server.database(f"disturbed_{os.getpid()}_{number}") if server else sqlite.File(
            os.path.join(self.folder, "disturbed.db"))
        self.database.query("CREATE TABLE done (step text)")
        self._write(self.RUNBOOK, runbook(self.database.engine, self.database.address, unwinds), 0o644)
        self._write("tell", _teller(self.database), 0o755)
        self.gonogo = program.Program(binary, self.folder)
        self.before = self.database.schema()

    def _write(self, name, text, mode):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)

    @property
    def state(self):
        return os.path.join(self.folder, ".gonogo")

    @property
    def run(self):
        return audit.run_name(self.state)

    @property
    def end_status(self):
        """What a run that nobody disturbs ends with."""
        return 8 if self.unwinds else 0

    def words(self, verb="resume"):
        """How it goes on: as a new run while there is none yet."""
        return [verb, self.run, "--yes"] if self.run else ["run", self.RUNBOOK, "--yes"]

    def resumed(self, answer, times=3):
        """Resumes it until it has ended: whether it is taken back then, and what was not as it must be on the way.

        A step that fails, where the process does not die, may be answered by taking back everything.
        """
        for _ in range(times):
            words = self.words()
            last = self.gonogo.run(*words)
            if last.status in (0, 8):
                again = self.gonogo.run(*self.words())
                found = [] if again.status == last.status else [
                    f"resumed once more it ends with {again.status}: {again.text[-300:]}"]
                return last.status == 8, found
        return False, [f"{words[0]} ends with {last.status}, after {answer.status}: {last.text[-500:]}"]

    def problems(self, after, is_back):
        """Everything that is not as it must be, when the schema must be `after`; `is_back`: all of it taken back."""
        run = self.run
        done = sorted(self.database.query("SELECT step FROM done"))
        found = [] if done == ([] if is_back else names()) else [f"steps: {done}"]
        schema = self.database.schema()
        if schema != after:
            found.append("schema: " + " / ".join(sorted(set(schema) ^ set(after)))[:400])
        row = audit.status(self.database, run)
        # One that ended before it was entered, and was then taken back, has left no trace.
        if row != ["undone" if is_back else "done"] and not (is_back and row == [] and not self.unwinds):
            found.append(f"ledger: {row}")
        # Of a step that was taken back after some of its statements, the ledger knows those.
        found += audit.broken_chain(audit.journal(self.state, run)) if is_back else audit.disagreements(
            self.database, self.state, run)
        found += [f"process {pid}" for pid in audit.children_in(self.folder)]
        return found + self.database.leftovers()

    def end(self):
        self.database.end()
        shutil.rmtree(self.folder)
