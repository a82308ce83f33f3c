# shellcheck shell=bash
# What a review learns from each statement (what it does, what it locks, what the schema is then), against what the
# parser alone needs; and what a plan of the same files takes as a whole.

bench_analysis() {
    statements
    cc -O2 -o parse "$here/parse.c" -l:libpg_query.a -lm -lpthread
    analyse=$("$here/../scripts/release" analyse)
    race 'analysis, 20,000 stmts' 3 analysing parsing
    # The whole of planning: reading, parsing, review with every rollback, digest, and the text that people read.
    race 'plan of 1,000 files' 15 planning_many parsing
}

# 1,000 files of sixteen statements, and the rollback of each with four.
statements() {
    local file
    mkdir sql back
    printf 'runbook: 1\nname: many-files\ndatabases: ${BENCH_URL}\nphases:\n' >bench.runbook.yaml
    for ((file = 0; file < 1000; file++)); do
        printf '  - id: p%d\n    sql: sql/%d.sql\n    rollback: back/%d.sql\n' "$file" "$file" "$file" >>bench.runbook.yaml
        for table in 0 1 2 3; do
            printf 'CREATE TABLE t%d_%d (id bigint PRIMARY KEY, name text NOT NULL DEFAULT '\''x'\'', at timestamptz DEFAULT now(), parent bigint);\n' "$file" "$table"
            printf 'ALTER TABLE t%d_%d ADD CONSTRAINT named CHECK (length(name) > 0);\n' "$file" "$table"
            printf 'CREATE INDEX t%d_%d_at ON t%d_%d (at, parent) WHERE parent IS NOT NULL;\n' "$file" "$table" "$file" "$table"
            printf 'INSERT INTO t%d_%d (id, name) SELECT g, '\''n'\'' || g FROM generate_series(1, 10) AS g;\n' "$file" "$table"
        done >"sql/$file.sql"
        for table in 3 2 1 0; do printf 'DROP TABLE t%d_%d;\n' "$file" "$table"; done >"back/$file.sql"
    done
    BENCH_URL='host=localhost user=dba dbname=bench'
    export BENCH_URL
}

analysing_ready() { :; }
analysing() { "$analyse" sql/*.sql back/*.sql; }
analysing_done() { grep -q '^20000 statements' output || die "not all statements were taken apart: $(cat output)"; }
parsing_ready() { :; }
parsing() { ./parse sql/*.sql back/*.sql; }
parsing_done() { grep -q '^20000 statements' output || die "not all statements were parsed: $(cat output)"; }
planning_many_ready() { :; }
planning_many() { "$GONOGO" plan bench.runbook.yaml; }
planning_many_done() { [ "$(grep -c '\.sql (16)' output)" = 1000 ] || die 'the plan has not 1,000 phases'; }
