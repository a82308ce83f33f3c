"""E: statements that do not fit into transactions, and index work that breaks off."""

import signal

from cases.a_process import valid_indexes
from harness.program import until
from harness.registry import case
from harness.trial import phase, step, table, undo

OUTSIDE = [
    "CREATE DATABASE x",
    "DROP DATABASE x",
    "ALTER SYSTEM SET work_mem = '8MB'",
    "VACUUM",
    "VACUUM FULL",
    "CLUSTER",
    "REINDEX DATABASE",
    "REINDEX SCHEMA public",
    "REINDEX TABLE CONCURRENTLY t",
    "CREATE INDEX CONCURRENTLY i ON t (id)",
    "DROP INDEX CONCURRENTLY i",
    "ALTER TABLE t DETACH PARTITION u CONCURRENTLY",
    "DISCARD ALL",
    "COMMIT PREPARED 'x'",
    "CREATE TABLESPACE x LOCATION '/tmp'",
    "DROP TABLESPACE x",
]


def refused_at_plan(trial, database, statement, *words):
    """The runbook is refused with 3, by file and line, before anything happened."""
    trial.file("bad.sql", f"SELECT 1;\n{statement};\n")
    trial.runbook(database, phase("p", {"id": "s", "sql": "bad.sql"}))
    answer = trial.run()
    trial.status(answer, 3)
    trial.says(answer, r"bad\.sql:2", *words)


@case("F70", "Statements that cannot run in a transaction", quick=True)
def outside_transactions(trial):
    """Each of sixteen statements, such as VACUUM and CREATE INDEX CONCURRENTLY, in a transactional step.

    Refused at planning with 3, file and line; nothing is sent.
    """
    database = trial.postgres()
    for statement in OUTSIDE:
        refused_at_plan(trial, database, statement)
    trial.tables(database)
    trial.reads(database.query("SELECT nspname FROM pg_namespace WHERE nspname = 'gonogo'"), [], "ledger made")


@case("F71", "CREATE UNIQUE INDEX CONCURRENTLY finds a duplicate", quick=True)
def duplicate(trial):
    """A unique index is built concurrently over two equal rows.

    The step fails, the invalid index that the server leaves is dropped and told of.
    """
    database = trial.postgres("CREATE TABLE t (id integer)", "INSERT INTO t VALUES (1), (1)")
    before = database.schema()
    trial.runbook(
        database,
        phase(
            "p",
            step("i", "CREATE UNIQUE INDEX CONCURRENTLY i ON t (id)", transaction="none"),
            undo=undo("DROP INDEX CONCURRENTLY IF EXISTS i", transaction="none"),
        ),
    )
    answer = trial.run()
    trial.status(answer, 8)
    trial.says(answer, "23505", "dropped|invalid")
    trial.reads(database.schema(), before, "schema")
    trial.clean(database, checks_journal=False)


@case(
    "F72",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS meets an invalid index",
    quick=True,
)
def invalid_is_there(trial):
    """An earlier build has left an invalid index of the name; the server would call the step a success.

    Never success over an invalid index: the step fails, or builds it again and says so.
    """
    database = trial.postgres("CREATE TABLE t (id integer)", "INSERT INTO t VALUES (1), (1)")
    build = "CREATE UNIQUE INDEX CONCURRENTLY i ON t (id)"
    try:
        database.query(build)
    except Exception:
        pass
    database.query("DELETE FROM t")
    trial.proves("invalid i" in database.schema(), "no invalid index")
    trial.runbook(
        database,
        phase(
            "p",
            step("i", build.replace("i ON", "IF NOT EXISTS i ON"), transaction="none"),
            undo=undo("DROP INDEX CONCURRENTLY IF EXISTS i", transaction="none"),
        ),
    )
    answer = trial.run()
    trial.status(answer, 7, 8, 0)
    trial.says(answer, "invalid")
    trial.reads(answer.status == 0 and valid_indexes(database) != ["i"], False, "success over an invalid index")


def busy_index(trial, statement, back, *setup):
    """A concurrent statement that waits for an open transaction; the run, the writer and the statement's session."""
    database = trial.postgres("CREATE TABLE t (id integer)", *setup)
    trial.runbook(database, phase("p", step("i", statement, transaction="none"), undo=back))
    writer = database.server.session(database.name, "BEGIN; INSERT INTO t VALUES (0);")
    trial.later(writer.kill)
    until(lambda: database.query("SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'"))
    running = trial.start()
    waits = f"SELECT pid FROM pg_stat_activity WHERE query LIKE '{statement[:12]}%' AND wait_event_type = 'Lock'"
    trial.proves(until(lambda: database.query(waits)), "nothing waits")
    return database, running, writer, database.query(waits)[0]


def indexes(database):
    return database.query(
        "SELECT indexrelid::regclass || ' ' || indisvalid FROM pg_index WHERE indrelid = 't'::regclass ORDER BY 1"
    )


@case("F73", "REINDEX CONCURRENTLY is broken off")
def reindex(trial):
    """The session of a concurrent REINDEX is terminated while it waits for a writer.

    The copy that the server leaves, `i_ccnew`, is found and dropped; the index is as it was; the run says so.
    """
    database, running, writer, session = busy_index(
        trial, "REINDEX INDEX CONCURRENTLY i", {"none": "an index is an index"}, "CREATE INDEX i ON t (id)"
    )
    database.query(f"SELECT pg_terminate_backend({session}, 5000)")
    writer.communicate("COMMIT;\n", timeout=10)
    answer = running.finish()
    trial.status(answer, 7, 8, 14)
    trial.says(answer, "57P01|terminat|connection")
    if answer.status in (7, 14):
        trial.status(trial.resume(), 0)
    trial.reads(indexes(database), ["i true"], "indexes")
    trial.clean(database, checks_journal=False)


@case("F74", "DROP INDEX CONCURRENTLY is broken off")
def drop_index(trial):
    """gonogo is killed by SIGKILL and its session terminated while a concurrent DROP INDEX waits for a writer.

    The index is invalid then; `resume` drops it and the run is done.
    """
    database, running, writer, session = busy_index(
        trial, "DROP INDEX CONCURRENTLY i", undo("CREATE INDEX i ON t (id)"), "CREATE INDEX i ON t (id)"
    )
    running.send(signal.SIGKILL)
    running.finish()
    database.query(f"SELECT pg_terminate_backend({session}, 5000)")
    writer.communicate("COMMIT;\n", timeout=10)
    trial.proves(indexes(database) == ["i false"], f"the index is not half dropped: {indexes(database)}")
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.says(resumed, "DONE")
    trial.reads(indexes(database), [], "indexes")
    trial.clean(database)


@case("F74b", "DETACH PARTITION CONCURRENTLY is broken off")
def detach(trial):
    """gonogo is killed by SIGKILL and its session terminated while a concurrent DETACH waits for a transaction.

    The partition's detachment is pending; `resume` finalizes it, or ends with 14 and names the step and what to do.
    """
    database = trial.postgres(
        "CREATE TABLE t (id integer) PARTITION BY LIST (id)", "CREATE TABLE u PARTITION OF t FOR VALUES IN (1)"
    )
    statement = "ALTER TABLE t DETACH PARTITION u CONCURRENTLY"
    detached = {"query": "SELECT count(*) FROM pg_inherits WHERE inhrelid = 'u'::regclass", "expect": 0}
    trial.runbook(
        database,
        phase(
            "p",
            step("i", statement, transaction="none", done_when=detached),
            undo=undo("ALTER TABLE t ATTACH PARTITION u FOR VALUES IN (1)"),
        ),
    )
    reader = database.server.session(database.name, "BEGIN; SELECT count(*) FROM t;")
    trial.later(reader.kill)
    until(lambda: database.query("SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'"))
    running = trial.start()
    waits = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'ALTER TABLE t DETACH%' AND wait_event_type = 'Lock'"
    trial.proves(until(lambda: database.query(waits)), "nothing waits")
    running.send(signal.SIGKILL)
    running.finish()
    database.query(f"SELECT pg_terminate_backend({database.query(waits)[0]}, 5000)")
    reader.communicate("COMMIT;\n", timeout=10)
    pending = "SELECT inhdetachpending FROM pg_inherits"
    trial.proves(database.query(pending) == ["t"], f"no detachment is pending: {database.query(pending)}")
    resumed = trial.resume()
    trial.status(resumed, 0, 14, 7)
    trial.says(resumed, "DONE|FINALIZE|p/i")
    if resumed.status == 0:
        trial.reads(database.query(pending), [], "partitions")
    else:
        trial.says(resumed, "gonogo resolve|FINALIZE")
        trial.reads(database.query(pending), ["t"], "partitions")


@case("F75", "A new enum value is used in its own transaction", quick=True)
def enum(trial):
    """ALTER TYPE ... ADD VALUE and an INSERT of that value in one transactional step.

    55P04 fails the step with nothing applied, and the advice is a step of its own.
    """
    database = trial.postgres("CREATE TYPE mood AS ENUM ('sad')", "CREATE TABLE t (m mood)")
    trial.runbook(
        database,
        phase("p", step("s", "ALTER TYPE mood ADD VALUE 'ok'; INSERT INTO t VALUES ('ok')"), undo=undo("SELECT 1")),
    )
    answer = trial.run()
    trial.status(answer, 8, 3)
    trial.says(answer, "55P04|enum", "step of its own|own step|separate|new enum values must be committed")
    trial.reads(database.query("SELECT enumlabel FROM pg_enum"), ["sad"], "values of the type")
    trial.clean(database, checks_journal=False)


@case("F84", "CREATE DATABASE is broken off")
def create_database(trial):
    """SIGKILL of gonogo while CREATE DATABASE waits for its template, and its session is terminated.

    `resume` looks whether the database is there and makes it once.
    """
    database = trial.postgres()
    name = database.name + "_new"
    probe = {"query": f"SELECT count(*) FROM pg_database WHERE datname = '{name}'", "expect": 1}
    statement = f"CREATE DATABASE {name} TEMPLATE {database.name}_template"
    database.query(f"CREATE DATABASE {database.name}_template")
    trial.later(
        lambda: [
            database.server.psql("postgres", f"DROP DATABASE IF EXISTS {one} WITH (FORCE)")
            for one in (name, database.name + "_template")
        ]
    )
    trial.runbook(
        database,
        phase(
            "p",
            step("d", statement, transaction="none", done_when=probe),
            undo=undo(f"DROP DATABASE {name}", transaction="none", done_when={**probe, "expect": 0}),
        ),
        table("t1"),
    )
    busy = database.server.session(database.name + "_template", "SELECT 1;")
    trial.later(busy.kill)
    busy.stdout.readline()
    running = trial.start()
    trial.proves(
        until(lambda: database.activity("query LIKE 'CREATE DATABASE%' AND state = 'active'")), "nothing waits"
    )
    sessions = database.activity("query LIKE 'CREATE DATABASE%'")
    running.send(signal.SIGKILL)
    running.finish()
    for session in sessions:
        database.query(f"SELECT pg_terminate_backend({session}, 5000)")
    busy.kill()
    resumed = trial.resume()
    trial.status(resumed, 0)
    trial.says(resumed, "DONE")
    trial.reads(database.query(probe["query"]), ["1"], "databases of the name")
    trial.tables(database, "t1")
    trial.clean(database)
