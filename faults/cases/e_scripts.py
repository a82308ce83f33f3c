"""E: scripts that take the transaction into their own hands, or leave something behind in their session."""

import re

from cases.e_statements import refused_at_plan
from harness import helpers
from harness.registry import case
from harness.trial import phase, step, table, undo


@case("F76", "A script with COMMIT", quick=True)
def commit_in_script(trial):
    """COMMIT, COMMIT AND CHAIN, END, `COMMIT; BEGIN` and SAVEPOINT at the top of a transactional script.

    Refused at planning with 3, file and line.
    """
    database = trial.postgres()
    for statement in ["COMMIT", "COMMIT AND CHAIN", "END", "COMMIT; BEGIN", "ABORT", "SAVEPOINT s", "BEGIN"]:
        refused_at_plan(trial, database, statement, "transaction")
    trial.tables(database)


@case("F76b", "A COMMIT that no reader of the script can see", quick=True)
def hidden_commit(trial):
    """A DO block and a procedure that commit, in transactional steps.

    The server refuses them there; nothing of the step stays.
    """
    database = trial.postgres("CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$BEGIN COMMIT; END$$")
    for statement in ["DO $$BEGIN COMMIT; END$$", "CALL commits()"]:
        name = f"r{len(statement)}"
        trial.runbook(
            database,
            phase("p", step("s", f"CREATE TABLE t1 (id integer); {statement}"), undo=undo("DROP TABLE t1")),
            name=name,
        )
        answer = trial.run(name=name)
        trial.status(answer, 8, 3)
        trial.says(answer, "2D000|transaction")
        trial.tables(database)
    trial.reads(database.leftovers(), [], "left behind")


@case("F77", "A script with ROLLBACK", quick=True)
def rollback_in_script(trial):
    """ROLLBACK as the second statement of a transactional script.

    Refused at planning with 3, file and line: never recorded as applied.
    """
    database = trial.postgres()
    refused_at_plan(trial, database, "ROLLBACK", "transaction")
    trial.tables(database)


@case("F78", "COMMIT is answered with ROLLBACK", quick=True)
def answered_with_rollback(trial):
    """Before COMMIT the proxy sends a statement that fails, and keeps its answer: the transaction is aborted.

    The server answers COMMIT with success and the tag ROLLBACK: the step failed and is not applied.
    """
    database = trial.postgres()
    proxied = helpers.Proxied(trial, database, "abort", "COMMIT", arm="CREATE TABLE t")
    trial.runbook(proxied.address, table("t1"))
    answer = trial.run()
    trial.proves(proxied.fired, "the proxy did nothing")
    trial.status(answer, 8, 7)
    trial.says(answer, "ROLLBACK", "nothing")
    trial.tables(database)
    trial.reads(database.query("SELECT count(*) FROM gonogo.ledger"), ["0"], "markers")
    trial.reads(database.leftovers(), [], "left behind")


@case("F79", "A deferred constraint fails at COMMIT", quick=True)
def deferred(trial):
    """Two equal rows under a unique constraint that is checked at COMMIT.

    The step failed with nothing applied; the constraint is named.
    """
    database = trial.postgres("CREATE TABLE t (id integer CONSTRAINT only_once UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    trial.runbook(database, phase("p", step("s", "INSERT INTO t VALUES (1), (1)"), undo=undo("DELETE FROM t")))
    answer = trial.run()
    trial.status(answer, 8)
    trial.says(answer, "only_once", "23505")
    trial.reads(database.query("SELECT count(*) FROM t"), ["0"], "rows")
    trial.clean(database, checks_journal=False)


@case("F80", "Settings, role and temporary objects leak into the next step", quick=True)
def leaks(trial):
    """A step sets search_path and role for its session and leaves a temporary table, a prepared statement and a listener.

    The next step works in a session as if new: usual schema, usual role, nothing left over; what was left is told.
    """
    database = trial.postgres(
        "CREATE SCHEMA other",
        "DROP ROLE IF EXISTS guest",
        "CREATE ROLE guest",
        "GRANT ALL ON SCHEMA other, public TO guest",
    )
    leaking = (
        "SET search_path = other; SET statement_timeout = '77s'; SET ROLE guest; CREATE TEMP TABLE scrap (id integer); "
        "PREPARE left_over AS SELECT 1; LISTEN ear"
    )
    seen = (
        "CREATE TABLE t1 AS SELECT current_user AS role, current_setting('search_path') AS path, current_setting('statement_timeout') "
        "AS timeout, (SELECT count(*) FROM pg_prepared_statements WHERE name = 'left_over') AS prepared, "
        "(SELECT count(*) FROM pg_class WHERE relname = 'scrap') AS scrap, (SELECT count(*) FROM pg_listening_channels()) AS ears"
    )
    trial.runbook(database, phase("p", step("leak", leaking), step("see", seen), undo=undo("DROP TABLE t1")))
    answer = trial.run()
    trial.status(answer, 0)
    trial.says(answer, "DONE", "search_path.*left in the session", "scrap.*left in the session")
    trial.tables(database, "t1")
    row = (
        database.query("SELECT role, path, timeout, prepared, scrap, ears FROM public.t1") if database.tables() else []
    )
    trial.reads(row, ['dba|"$user", public|0|0|0|0'], "what the next step saw")
    trial.clean(database)


@case("F81", "PREPARE TRANSACTION in a script", quick=True)
def prepare_transaction(trial):
    """PREPARE TRANSACTION at the end of a transactional script.

    Refused at planning with 3: it would leave locks without a process.
    """
    database = trial.postgres()
    refused_at_plan(trial, database, "PREPARE TRANSACTION 'orphan'", "transaction|prepare")
    trial.reads(database.leftovers(), [], "left behind")


@case("F82", "psql's own commands, and COPY FROM STDIN", quick=True)
def psql_commands(trial):
    r"""\copy, \connect, \i and COPY ... FROM stdin with its data in a script.

    Refused at planning with 3, file and line, with another way; nothing hangs.
    """
    database = trial.postgres("CREATE TABLE t (id integer)")
    for statement in ["\\copy t FROM 'x.csv'", "\\connect other", "\\i other.sql", "COPY t FROM stdin"]:
        refused_at_plan(trial, database, statement, "help|hint")
    trial.reads(database.query("SELECT count(*) FROM t"), ["0"], "rows")


@case("F82b", "A COPY that asks for data at run time")
def copy_at_run_time(trial):
    """COPY FROM STDIN inside what the planner cannot read: as a dynamic statement of a function.

    The server refuses it there; the run ends and does not wait for data.
    """
    database = trial.postgres("CREATE TABLE t (id integer)")
    trial.runbook(
        database, phase("p", step("s", "DO $$BEGIN EXECUTE 'COPY t FROM STDIN'; END$$"), undo=undo("DELETE FROM t"))
    )
    answer = trial.run()
    trial.status(answer, 8)
    trial.says(answer, "COPY")
    trial.reads(answer.seconds < 20, True, "it does not wait")
    trial.reads(database.query("SELECT count(*) FROM t"), ["0"], "rows")
    trial.clean(database, checks_journal=False)


@case("F83", "Effects outside the transaction", quick=True)
def outside_effects(trial):
    """nextval, the making of a replication slot, and COPY TO PROGRAM, each in a step; then the plan is looked at.

    The plan lists what no rollback takes back.
    """
    database = trial.postgres("CREATE SEQUENCE numbers")
    texts = {
        "nextval": "SELECT nextval('numbers')",
        "slot": "SELECT pg_create_physical_replication_slot('a_slot')",
        "program": "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'",
    }
    for name, text in texts.items():
        trial.runbook(database, phase("p", step("s", text), undo=undo("SELECT 1")), name=name)
        answer = trial.gonogo.run("plan", f"{name}.runbook.yaml")
        trial.status(answer, 0, 3)
        trial.says(answer, "rollback does not|not undone|not taken back|outside|cannot be taken back|no rollback")
    trial.reads(database.query("SELECT last_value, is_called FROM numbers"), ["1|f"], "the sequence after planning")


@case("F85", "NOTICE: identifier will be truncated", quick=True)
def truncated(trial):
    """A step makes a table whose name is of seventy characters, of which the server keeps 63.

    The notice (42622) fails the step, nothing is applied.
    """
    database = trial.postgres()
    trial.runbook(
        database, phase("p", step("s", f"CREATE TABLE {'n' * 70} (id integer)"), undo=undo(f"DROP TABLE {'n' * 70}"))
    )
    answer = trial.run()
    trial.status(answer, 8, 3)
    trial.says(answer, "truncated|63")
    trial.tables(database)


def check(query, **keys):
    return {"name": "asked", "query": query, "expect": 1, **keys}


@case("F86", "A check without a clear answer", quick=True)
def unclear(trial):
    """Checks that get no row, NULL, two rows, and an error.

    None of them is passed: each run is taken back; value and expectation are shown.
    """
    database = trial.postgres()
    answers = {
        "none": ("SELECT 1 WHERE false", "no rows?|0 rows"),
        "null": ("SELECT NULL::integer", "NULL"),
        "two": ("SELECT 1 UNION ALL SELECT 1", "2 rows|two rows|second row"),
        "error": ("SELECT 1 / 0", "division by zero"),
    }
    for name, (query, words) in answers.items():
        trial.runbook(database, table("t1", checks=[check(query)]), name=name)
        answer = trial.run(name=name)
        trial.status(answer, 8)
        trial.says(answer, "asked", words)
        trial.tables(database)
    trial.clean(database, checks_journal=False)


@case("F87", "A check that writes", quick=True)
def writing_check(trial):
    """A check calls a function that inserts, one tries to make its transaction writable, one is two statements.

    25006 or a refusal: nothing is written, the check has not passed.
    """
    database = trial.postgres(
        "CREATE TABLE t (id integer)",
        "CREATE FUNCTION writes() RETURNS integer LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING 1'",
        "CREATE FUNCTION frees() RETURNS integer LANGUAGE plpgsql AS $$BEGIN "
        "SET TRANSACTION READ WRITE; INSERT INTO t VALUES (2); RETURN 1; END$$",
    )
    for name, query in {
        "writes": "SELECT writes()",
        "frees": "SELECT frees()",
        "two": "SELECT 1; INSERT INTO t VALUES (3)",
    }.items():
        trial.runbook(database, table("t1", checks=[check(query)]), name=name)
        answer = trial.run(name=name)
        trial.status(answer, 8, 3)
        trial.says(answer, "25006|25001|read-only|second statement|must be set before")
        trial.tables(database, "t")
    trial.reads(database.query("SELECT count(*) FROM t"), ["0"], "rows written")


@case("F88", "A check that passes as superuser and fails as the application", quick=True)
def row_security(trial):
    """A table whose row security hides every row from the application; the check asks as that role.

    It sees no row and does not pass; asked as the superuser it would.
    """
    database = trial.postgres(
        "CREATE TABLE t (id integer)",
        "INSERT INTO t VALUES (1)",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "DROP ROLE IF EXISTS shop_app",
        "CREATE ROLE shop_app",
        "GRANT SELECT ON t TO shop_app",
    )
    trial.runbook(database, table("t1", checks=[check("SELECT count(*) FROM t")]), name="superuser")
    trial.status(trial.run(name="superuser"), 0)
    trial.runbook(database, table("t2", checks=[check("SELECT count(*) FROM t", **{"as": "shop_app"})]), name="app")
    answer = trial.run(name="app")
    trial.status(answer, 8)
    trial.says(answer, "asked", "expected 1", "found 0|0")
    trial.tables(database, "t", "t1")


@case("F89", "A check with a huge answer", quick=True)
def huge_answer(trial):
    """A check's query answers with five million rows.

    It does not pass, and memory stays below 200 MB.
    """
    database = trial.postgres()
    trial.runbook(database, table("t1", checks=[check("SELECT n FROM generate_series(1, 5000000) n")]))
    running = trial.start()
    peak = 0
    while running.process.poll() is None:
        try:
            found = re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{running.pid}/status").read())
            peak = max(peak, int(found[1]) if found else 0)
        except OSError:
            pass
    answer = running.finish()
    trial.status(answer, 8)
    trial.says(answer, "asked", "rows")
    trial.reads(0 < peak < 200_000, True, f"memory stays below 200 MB (it was {peak // 1000} MB)")
    trial.tables(database)
