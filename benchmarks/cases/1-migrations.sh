# shellcheck shell=bash
# A thousand small migrations: one runbook with a phase of a thousand steps, against psql with the same files in one
# session, a transaction for each.

bench_migrations() {
    local i name
    mkdir sql
    for ((i = 1; i <= 1000; i++)); do
        printf -v name '%04d' "$i"
        cat >"sql/$name.sql" <<SQL
CREATE TABLE t$name (id bigint PRIMARY KEY, name text NOT NULL, made date);
CREATE INDEX t${name}_name ON t$name (name);
INSERT INTO t$name (id, name) VALUES (1, 'one'), (2, 'two'), (3, 'three');
ALTER TABLE t$name ADD COLUMN note text DEFAULT 'none';
SQL
        printf 'BEGIN;\n\\i sql/%s.sql\nCOMMIT;\n' "$name" >>all.sql
        printf '      - sql: sql/%s.sql\n' "$name" >>steps
    done
    {
        cat <<'YAML'
runbook: 1
name: thousand-migrations
databases: ${BENCH_URL}
phases:
  - id: all
    rollback: { irreversible: a measurement takes nothing back }
    steps:
YAML
        cat steps
    } >bench.runbook.yaml
    race migrations 1.15 gonogo_migrations psql_migrations
}

gonogo_migrations_ready() { fresh_database; rm -rf state; }
gonogo_migrations() { "$GONOGO" run bench.runbook.yaml --yes --state state; }
gonogo_migrations_done() { psql_migrations_done; expect_markers 1000; }
psql_migrations_ready() { fresh_database; }
psql_migrations() { "$psql" -X -q -v ON_ERROR_STOP=1 -d bench -f all.sql; }
psql_migrations_done() {
    expect 1000 "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    expect 2000 "SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'"
    expect 1000 "SELECT count(*) FROM pg_attribute WHERE attname = 'note' AND atthasmissing"
    expect 3000 "SELECT sum((xpath('//n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', schemaname,
        tablename), false, true, '')))[1]::text::int) FROM pg_tables WHERE schemaname = 'public'"
}
