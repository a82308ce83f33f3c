# shellcheck shell=bash
# One large file in one transaction, on the same machine and with a network in between: rows, and definitions.

bench_inserts() { inserts; race inserts 0.5 gonogo_script psql_script; }
bench_inserts_delayed() { inserts; start_delay; race 'inserts, 2 ms away' 0.05 gonogo_script psql_script; }
bench_definitions() { definitions; race definitions 1.0 gonogo_script psql_script; }
bench_definitions_delayed() { definitions; start_delay; race 'definitions, 2 ms away' 0.5 gonogo_script psql_script; }

# 20,000 single-row INSERTs.
inserts() {
    {
        echo 'CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL, price numeric(10, 2) NOT NULL);'
        awk 'BEGIN { for (i = 1; i <= 20000; i++)
            printf "INSERT INTO item (id, name, price) VALUES (%d, '\''item %d'\'', %d.%02d);\n", i, i, i / 7, i % 100 }'
    } >script.sql
    made() { expect 20000 'SELECT count(*) FROM item'; expect 20000 'SELECT max(id) FROM item'; }
    runbook
}

# 5,000 statements that define things. On a thousand tables, since each locks what it makes until COMMIT.
definitions() {
    awk 'BEGIN { for (i = 1; i <= 1000; i++) {
        printf "CREATE TABLE d%d (id integer NOT NULL, name text, amount numeric);\n", i
        printf "CREATE INDEX d%d_name ON d%d (name);\n", i, i
        printf "ALTER TABLE d%d ADD COLUMN note text DEFAULT '\''none'\'';\n", i
        printf "ALTER TABLE d%d ALTER COLUMN amount SET NOT NULL;\n", i
        printf "COMMENT ON TABLE d%d IS '\''table %d'\'';\n", i, i } }' >script.sql
    made() {
        expect 1000 "SELECT count(*) FROM pg_description WHERE objsubid = 0 AND description ~ '^table [0-9]+$'"
        expect 1000 "SELECT count(*) FROM pg_attribute WHERE attname = 'amount' AND attnotnull"
        expect 1000 "SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'"
    }
    runbook
}

runbook() {
    cat >bench.runbook.yaml <<'YAML'
runbook: 1
name: one-script
databases: ${BENCH_URL}
phases:
  - id: script
    sql: script.sql
    rollback: { irreversible: a measurement takes nothing back }
YAML
}

gonogo_script_ready() {
    fresh_database
    rm -rf state
    [ -z "${delayed:-}" ] || BENCH_URL="host=$delayed port=$PGPORT user=$PGUSER dbname=bench"
}
gonogo_script() { "$GONOGO" run bench.runbook.yaml --yes --state state; }
gonogo_script_done() { made; expect_markers 1; }
psql_script_ready() { fresh_database; }
psql_script() { "$psql" -X -q -1 -v ON_ERROR_STOP=1 -h "${delayed:-$PGHOST}" -d bench -f script.sql; }
psql_script_done() { made; }
