# shellcheck shell=bash
# Planning alone: whether it grows with the runbook and no faster, and what a large one takes of memory.

bench_planning() {
    mkdir small large
    phases small 1000
    phases large 10000
    BENCH_URL='host=localhost user=dba dbname=bench'
    export BENCH_URL
    race 'planning 10,000 to 1,000' 12 plan_large plan_small
}

bench_planning_memory() {
    local time=/usr/bin/time file pair
    [ -x "$time" ] || die 'planning_memory needs GNU time (the package time)'
    BENCH_URL='host=localhost user=dba dbname=bench'
    export BENCH_URL
    mkdir sql
    phases . 100
    for file in sql/*.sql; do
        awk -v name="$(basename "$file" .sql)" 'BEGIN { for (i = 1; i <= 1000; i++)
            printf "INSERT INTO m%s (id, name) VALUES (%d, '\''item %d'\'');\n", name, i, i }' >"$file"
    done
    for ((pair = 0; pair < pairs; pair++)); do
        "$time" -f %M -o peak "$GONOGO" plan bench.runbook.yaml --format json >output
        # Every statement is in the plan, with its text.
        [ "$(grep -o 'INSERT INTO m[0-9]* (id' output | wc -l)" -ge 100000 ] || die 'not every statement is in the plan'
        cat peak
    done >peaks
    awk '{ print $1 / 1024 }' peaks | median | awk '{ printf "%-26s peak %.0f MB, aim < 300, %s\n",
        "planning 100,000 statements", $1, ($1 < 300 ? "met" : "MISSED") }'
}

# Writes a runbook of so many phases, a file of one statement for each, to a directory.
phases() {
    local i name
    mkdir -p "$1/sql"
    {
        printf 'runbook: 1\nname: many-phases\ndatabases: ${BENCH_URL}\nphases:\n'
        for ((i = 1; i <= $2; i++)); do
            printf -v name '%05d' "$i"
            printf 'CREATE TABLE p%s (id bigint PRIMARY KEY, name text NOT NULL);\n' "$name" >"$1/sql/$name.sql"
            printf '  - id: p%s\n    sql: sql/%s.sql\n    rollback: { irreversible: a measurement }\n' "$name" "$name"
        done
    } >"$1/bench.runbook.yaml"
}

plan_small_ready() { :; }
plan_small() { "$GONOGO" plan small/bench.runbook.yaml; }
plan_small_done() { planned 1000; }
plan_large_ready() { :; }
plan_large() { "$GONOGO" plan large/bench.runbook.yaml; }
plan_large_done() { planned 10000; }
planned() { [ "$(grep -o '\bp[0-9]\{5\}\b' output | sort -u | wc -l)" = "$1" ] || die "the plan has not $1 phases"; }
