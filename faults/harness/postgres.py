"""PostgreSQL servers of our own, read by psql and pg_dump."""

import functools
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile

from .program import state_of, until


class ReaderError(Exception):
    """psql or pg_dump refused: what it said."""


@functools.cache
def programs():
    """The folder of the newest server's programs."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if not found:
        raise SystemExit("no PostgreSQL server found; scripts/setup installs one")
    return os.path.dirname(max(found, key=lambda path: [int(part) for part in path.split("/")[4].split(".")]))


@functools.cache
def owner():
    """The unprivileged user who runs servers when this runs as root, which PostgreSQL refuses; else nobody else."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def as_owner(death="KILL"):
    """The words before a command that make it run as the servers' user and end with this process."""
    words = ["setpriv", "--pdeathsig", death]
    if owner():
        words += [f"--reuid={owner().pw_uid}", f"--regid={owner().pw_gid}", "--clear-groups"]
    return words


def give(path):
    if owner():
        os.chown(path, owner().pw_uid, owner().pw_gid)


@functools.cache
def template():
    """A data directory that was never started, made once and copied for each server."""
    folder = tempfile.TemporaryDirectory(prefix="gonogo-template-")
    template.folder = folder
    give(folder.name)
    data = os.path.join(folder.name, "data")
    words = [f"{programs()}/initdb", "-D", data, "-U", "dba", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
             "--no-sync", "--no-instructions"]
    subprocess.run(as_owner() + words, check=True, capture_output=True, cwd=folder.name)
    return data


class Server:
    """A server on a Unix socket (and, when asked, a TCP port of this machine) in a folder of its own."""

    def __init__(self, settings="", base=None, data=None, port=None):
        self.base = base or tempfile.mkdtemp(prefix="gonogo-pg-", dir="/tmp")
        os.chmod(self.base, 0o755)
        give(self.base)
        self.data, self.log = os.path.join(self.base, "data"), os.path.join(self.base, "server.log")
        subprocess.run(["cp", "-a", "--reflink=auto", data or template(), self.data], check=True)
        with open(os.path.join(self.data, "postgresql.conf"), "a") as file:
            file.write(f"listen_addresses = '{'127.0.0.1' if port else ''}'\nport = {port or 5432}\n"
                       f"unix_socket_directories = '{self.base}'\nmax_connections = 60\nshared_buffers = 32MB\n"
                       f"timezone = 'UTC'\nlog_min_messages = warning\n{settings}\n")
        self.port = port or 5432
        self.family = []
        self.start()

    # Its life.

    def start(self):
        # A backend that was at work when its postmaster was killed notices late; until then its memory is in use, and
        # the server refuses to start.
        if not until(self._starts, 60, 0.2):
            raise ReaderError("the server did not start: " + open(self.log).read()[-2000:])

    def _starts(self):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                as_owner() + [f"{programs()}/postgres", "-D", self.data], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, cwd=self.base, start_new_session=True)
        return self.is_ready()

    def is_ready(self, seconds=60):
        ask = [f"{programs()}/pg_isready", "-q", "-h", self.base, "-p", str(self.port), "-U", "dba", "-d", "postgres"]
        until(lambda: self.process.poll() is not None or subprocess.run(ask).returncode == 0, seconds, 0.02)
        return self.process.poll() is None and subprocess.run(ask).returncode == 0

    def children(self):
        """The processes of its own that still live."""
        return [pid for pid in self.family if state_of(pid) not in ("Z", "")]

    def remember_family(self):
        """Notes its processes: once the postmaster is gone, nothing tells that they were its own."""
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        self.family = [int(word) for word in listed.stdout.split()]

    def stop(self, mode="fast"):
        """The administrator's stop: smart, fast or immediate."""
        number = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode]
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(timeout=60)

    def kill(self, whole=False):
        """kill -9 of the postmaster; of everything at once when `whole`. Its processes are waited for."""
        self.remember_family()
        self.process.kill()
        for pid in self.family if whole else []:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        until(lambda: not self.children(), 60)

    def restart(self, mode="fast"):
        self.stop(mode)
        self.start()

    def end(self):
        if self.process.poll() is None:
            self.remember_family()
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill(whole=True)
        shutil.rmtree(self.base, ignore_errors=True)

    # What others see of it.

    def psql(self, database, text, user="dba", seconds=60):
        """The rows as psql prints them, columns separated by |."""
        words = ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.base, "-p", str(self.port),
                 "-U", user, "-d", database, "-c", text]
        done = subprocess.run(words, capture_output=True, text=True, timeout=seconds)
        if done.returncode != 0:
            raise ReaderError(done.stderr.strip())
        return done.stdout.split("\n")[:-1]

    def session(self, database, text, user="dba"):
        """A psql that works on its own beside us: to hold locks, to wait, to be killed."""
        words = ["psql", "-X", "-A", "-t", "-q", "-h", self.base, "-p", str(self.port), "-U", user, "-d", database]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        process.stdin.write(text + "\n")
        process.stdin.flush()
        return process

    def database(self, name):
        self.psql("postgres", f'CREATE DATABASE "{name}"')
        return Database(self, name)

    def says(self, text):
        return text in open(self.log, errors="replace").read()


class Database:
    """One database of a server, as an independent reader sees it."""

    ledger, runs = "gonogo.ledger", "gonogo.run"
    engine = "postgres"

    def __init__(self, server, name):
        self.server, self.name = server, name

    @property
    def address(self):
        port = f"&port={self.server.port}" if self.server.port != 5432 else ""
        return f"postgres:///{self.name}?host={self.server.base}&user=dba{port}"

    def query(self, text):
        return self.server.psql(self.name, text)

    def schema(self):
        """What pg_dump says of it, and what pg_dump does not see: indexes that are not valid."""
        words = ["pg_dump", "-s", "-N", "gonogo", "-h", self.server.base, "-p", str(self.server.port), "-U", "dba", self.name]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            raise ReaderError(done.stderr.strip())
        lines = [line for line in done.stdout.split("\n") if not line.startswith(("\\restrict", "\\unrestrict"))]
        return lines + self.query("SELECT 'invalid ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid ORDER BY 1")

    def tables(self):
        return self.query("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1")

    def leftovers(self, seconds=5):
        """What may not be there when nobody works for a run any more; a session needs a moment to end."""
        question = (
            "SELECT 'session ' || pid || ' ' || query FROM pg_stat_activity "
            "WHERE application_name LIKE 'gonogo%' AND datname = current_database() "
            "UNION ALL SELECT 'lock ' || locktype || ' ' || pid FROM pg_locks WHERE locktype = 'advisory' "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "UNION ALL SELECT 'prepared ' || gid FROM pg_prepared_xacts WHERE database = current_database() "
            "UNION ALL SELECT 'invalid ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid")
        found = []
        until(lambda: not found.__setitem__(slice(None), self.query(question)) and not found, seconds, 0.1)
        return found

    def activity(self, condition="true"):
        """The sessions of gonogo in this database."""
        return self.query("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'gonogo%' "
                          f"AND datname = current_database() AND {condition}")

    def end(self):
        self.server.psql("postgres", f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

