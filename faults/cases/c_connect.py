"""C: the server cannot be reached, refuses, or is not what it should be."""

import os
import socket
import subprocess

from harness import helpers
from harness.postgres import as_owner, programs
from harness.program import until
from harness.registry import case
from harness.trial import Impossible, phase, step, table, undo

SECRET = "hunter2-canary"


def refused(trial, answer, *words, status=(4,)):
    """It ended before anything was made, in time, and says why without the password."""
    trial.status(answer, *status)
    trial.says(answer, *words)
    trial.keeps_quiet(answer, SECRET)
    trial.reads(
        os.path.isdir(os.path.join(trial.state, "runs")) and os.listdir(os.path.join(trial.state, "runs")) or [],
        [],
        "runs begun",
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@case("F32", "Connection refused, and a host that does not exist", quick=True)
def nobody_there(trial):
    """A port where nobody listens; then a host name without an address.

    Exit 4 within the time for connecting; host, port, database and user are shown, the password never.
    """
    port = free_port()
    secrets = {"PGPASSWORD": SECRET}
    trial.runbook(f"postgres://app@127.0.0.1:{port}/shop", table("t1"))
    refused(trial, trial.run(env=secrets), "127.0.0.1", str(port), "shop", "app", "refused")
    trial.runbook("postgres://app@no-such-host.invalid/shop", table("t1"))
    refused(trial, trial.run(env=secrets), "no-such-host.invalid", "shop", "app")


@case("F32b", "A server that accepts and says nothing")
def silent(trial):
    """A socket accepts the connection and never answers.

    Exit 4 within the time for connecting, not silence for ever.
    """
    folder = helpers.socket_folder(trial)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.join(folder, ".s.PGSQL.5432"))
    listener.listen(5)
    trial.later(listener.close)
    trial.runbook(f"postgres:///shop?host={folder}&user=app", table("t1"))
    answer = trial.run(seconds=120)
    listener.setblocking(False)
    trial.proves(listener.accept(), "nobody connected")
    refused(trial, answer, "time|answer")


@case("F33", "The server is being started")
def starting(trial):
    """A server that lets nobody in yet because it recovers: a standby that is never ready.

    It is tried again until the time for connecting is over; exit 4 with the server's own words.
    """
    server = trial.server()
    server.stop()
    open(os.path.join(server.data, "standby.signal"), "w").close()
    with open(os.path.join(server.data, "postgresql.conf"), "a") as file:
        file.write("hot_standby = off\nrestore_command = 'false'\n")
    with open(server.log, "a") as log:
        server.process = subprocess.Popen(
            as_owner() + [f"{programs()}/postgres", "-D", server.data], stdout=log, stderr=log
        )
    until(lambda: os.path.exists(os.path.join(server.base, ".s.PGSQL.5432")))
    trial.runbook(f"postgres:///postgres?host={server.base}&user=dba", table("t1"))
    answer = trial.run(seconds=120)
    refused(trial, answer, "starting up|not accepting connections|recovery")


@case("F33b", "The server comes back while it is tried")
def comes_back(trial):
    """A server that is down when the run begins and is started two seconds later.

    Every failure to connect is tried again within the time for connecting: the run is done, or ends with 4 and no trace.
    """
    server = trial.server()
    database = trial.postgres(server=server)
    trial.runbook(database, table("t1"))
    server.stop()
    running = trial.start()
    until(lambda: running.process.poll() is not None, 2)
    server.start()
    answer = running.finish(120)
    trial.status(answer, 0, 4)
    trial.says(answer, "DONE|No such file|refused")
    trial.tables(database, *(["t1"] if answer.status == 0 else []))


@case("F34", "Too many clients")
def too_many(trial):
    """Every connection that the server allows to ordinary roles is taken.

    Exit 4, and the message is the server's own.
    """
    server = trial.server("max_connections = 6\nsuperuser_reserved_connections = 2\n")
    database = trial.postgres("CREATE ROLE app LOGIN", server=server)
    for _ in range(20):
        one = server.session(database.name, "SELECT 'in';", user="app")
        trial.later(one.kill)
        if one.stdout.readline() != "in\n":
            break
    trial.runbook(database.address.replace("user=dba", "user=app"), table("t1"))
    refused(trial, trial.run(seconds=120), "connection slots|too many")
    trial.tables(database)


@case("F35", "A wrong password", quick=True)
def wrong_password(trial):
    """pg_hba.conf demands a password, the one given is wrong.

    Exit 4 at once, without a second attempt, the password not shown.
    """
    server = trial.server()
    server.psql("postgres", "CREATE ROLE app LOGIN PASSWORD 'right'")
    with open(os.path.join(server.data, "pg_hba.conf"), "w") as file:
        file.write("local all dba trust\nlocal all all scram-sha-256\n")
    server.restart()
    trial.runbook(f"postgres:///postgres?host={server.base}&user=app", table("t1"))
    answer = trial.run(env={"PGPASSWORD": SECRET})
    refused(trial, answer, "password authentication failed", "app")
    log = open(server.log).read()
    trial.reads(log.count('password authentication failed for user "app"'), 1, "attempts")


@case("F35b", "A role without rights", quick=True)
def no_rights(trial):
    """The role may connect, but not create the ledger's schema.

    Exit 4; the message says which right is missing and how to give it; nothing was begun.
    """
    database = trial.postgres("DROP ROLE IF EXISTS poor", "CREATE ROLE poor LOGIN")
    trial.runbook(database.address.replace("user=dba", "user=poor"), table("t1"))
    refused(trial, trial.run(), "permission denied", "GRANT")
    trial.tables(database)


@case("F49", "A read-only standby", quick=True)
def standby(trial):
    """A standby that answers queries and takes no writes.

    Exit 4 before the first write, and the message says that it is a standby.
    """
    server = trial.server()
    server.stop()
    open(os.path.join(server.data, "standby.signal"), "w").close()
    with open(os.path.join(server.data, "postgresql.conf"), "a") as file:
        file.write("restore_command = 'false'\n")
    server.start()
    trial.proves(server.psql("postgres", "SELECT pg_is_in_recovery()") == ["t"], "it is no standby")
    trial.runbook(f"postgres:///postgres?host={server.base}&user=dba", table("t1"))
    refused(trial, trial.run(), "standby|recovery")


@case("F50", "A clone that carries markers", quick=True)
def clone(trial):
    """A finished run's database is copied by CREATE DATABASE ... TEMPLATE; the same runbook then names the copy.

    Exit 6: the ledger names another database, its markers count for nothing here, and the message says what to do.
    """
    database = trial.postgres()
    trial.runbook(database, table("t1"))
    trial.status(trial.run(), 0)
    name = database.name + "_copy"
    database.server.psql("postgres", f"CREATE DATABASE {name} TEMPLATE {database.name}")
    trial.later(lambda: database.server.psql("postgres", f"DROP DATABASE {name} WITH (FORCE)"))
    trial.runbook(database.address.replace(database.name, name), table("t1"), table("t2"))
    answer = trial.run()
    trial.status(answer, 6)
    trial.says(answer, "copy of another database")
    trial.reads(
        database.server.psql(name, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 't_'"),
        ["t1"],
        "tables",
    )


@case("F51", "A role whose commits do not wait for the disk", quick=True)
def asynchronous_role(trial):
    """ALTER ROLE ... SET synchronous_commit = off, and a step that keeps what is in force.

    Every transaction of gonogo waits for the disk all the same.
    """
    database = trial.postgres(
        "DROP ROLE IF EXISTS hasty",
        "CREATE ROLE hasty LOGIN SUPERUSER",
        "ALTER ROLE hasty SET synchronous_commit = off",
    )
    kept = phase(
        "p",
        step("s", "CREATE TABLE t1 AS SELECT current_setting('synchronous_commit') AS value"),
        undo=undo("DROP TABLE t1"),
    )
    trial.runbook(database.address.replace("user=dba", "user=hasty"), kept)
    trial.proves(
        database.server.psql(database.name, "SHOW synchronous_commit", user="hasty") == ["off"], "the role is not hasty"
    )
    answer = trial.run()
    trial.status(answer, 0)
    trial.says(answer, "DONE")
    trial.reads(database.query("SELECT value FROM t1"), ["on"], "in the step")


@case("F52", "A server that does not sync", quick=True)
def careless_server(trial):
    """A server with fsync = off and full_page_writes = off.

    The run says so before it begins: what is committed there may be lost.
    """
    server = trial.server("fsync = off\nfull_page_writes = off\n")
    database = trial.postgres(server=server)
    trial.runbook(database, table("t1"))
    answer = trial.run()
    trial.status(answer, 0, 6)
    trial.says(answer, "fsync")
    trial.tables(database, *(["t1"] if answer.status == 0 else []))


@case("F53", "A pooler in transaction mode", quick=True)
def transaction_pooler(trial):
    """pgbouncer with pool_mode = transaction between gonogo and the server.

    It is noticed by the process id: refused with 4 or 6 before anything is made, with the advice to use the server's port.
    """
    database = trial.postgres()
    folder = helpers.pooler(trial, database.server, "transaction")
    trial.runbook(f"postgres:///{database.name}?host={folder}&user=dba", table("t1"))
    refused(trial, trial.run(), "pooler", "port", status=(6, 4))
    trial.tables(database)


@case("F54", "A pooler that drops startup options", quick=True)
def dropping_pooler(trial):
    """pgbouncer in session mode with ignore_startup_parameters, so that settings of the connection string are lost.

    Refused like any pooler, or every setting is read back: never a run with other settings than its own.
    """
    database = trial.postgres()
    folder = helpers.pooler(
        trial, database.server, "session", "ignore_startup_parameters = options,extra_float_digits\n"
    )
    kept = phase(
        "p", step("s", "CREATE TABLE t1 AS SELECT current_setting('lock_timeout') AS value"), undo=undo("DROP TABLE t1")
    )
    trial.runbook(
        f"postgres:///{database.name}?host={folder}&user=dba&options=-c%20lock_timeout%3D77s",
        kept,
        session={"lock_timeout": "7s"},
    )
    answer = trial.run()
    trial.status(answer, 4, 6, 0)
    trial.says(answer, "pooler|DONE")
    tables = database.tables()
    trial.reads(database.query("SELECT value FROM t1") if tables else ["7s"], ["7s"], "the setting in the step")


@case("F56", "Server messages in another language")
def german(trial):
    """A server with lc_messages = de_DE.UTF-8: a lock that is not granted, a marker that is there.

    Decisions rest on SQLSTATE, tag and status alone: the run ends as in English, the texts shown as they are.
    """
    made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", "de_DE.UTF-8"], capture_output=True)
    if made.returncode > 1:
        raise Impossible("the locale de_DE.UTF-8 cannot be made")
    server = trial.server("lc_messages = 'de_DE.UTF-8'\n")
    database = trial.postgres("CREATE TABLE t (id integer PRIMARY KEY)", "INSERT INTO t VALUES (1)", server=server)
    trial.runbook(
        database,
        table("t1"),
        phase("p", step("s", "INSERT INTO t VALUES (1)"), undo=undo("DELETE FROM t WHERE id = 2")),
    )
    answer = trial.run()
    trial.status(answer, 8)
    trial.says(answer, "doppelter Schlüsselwert", "23505")
    trial.tables(database, "t")
    trial.clean(database, checks_journal=False)


@case("F57", "Another engine behind postgres://", quick=True)
def other_engine(trial):
    """A server that speaks the protocol and says that it is CockroachDB, then one that claims nothing known.

    Refused before anything is sent that could change it; the message says what answered.
    """
    folder = helpers.socket_folder(trial)
    helpers.beside(trial, "fake.py", folder, "CockroachDB CCL v25.1.2 (x86_64)")
    trial.runbook(f"postgres:///shop?host={folder}&user=app", table("t1"))
    refused(trial, trial.run(), "not PostgreSQL", "CockroachDB", status=(4, 6))
    other = helpers.socket_folder(trial)
    helpers.beside(trial, "fake.py", other, "EverythingDB 1.0")
    trial.runbook(f"postgres:///shop?host={other}&user=app", table("t1"))
    refused(trial, trial.run(), "EverythingDB", status=(4, 6))
