# shellcheck shell=bash
# Starting and printing the version, fifty times each.

bench_startup() { race 'start-up, 50 times' 1.5 gonogo_version psql_version; }

gonogo_version_ready() { :; }
gonogo_version() { local i; for ((i = 0; i < 50; i++)); do "$GONOGO" --version; done; }
gonogo_version_done() { [ "$(grep -c '^gonogo [0-9]' output)" = 50 ] || die 'gonogo printed no version'; }
psql_version_ready() { :; }
psql_version() { local i; for ((i = 0; i < 50; i++)); do "$psql" --version; done; }
psql_version_done() { [ "$(grep -c '^psql (PostgreSQL)' output)" = 50 ] || die 'psql printed no version'; }
