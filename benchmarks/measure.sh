# shellcheck shell=bash
# What the benchmarks share: time a process, pair the contenders, take medians. Sourced by benchmarks/run.

export LC_ALL=C     # decimal points, in EPOCHREALTIME too

say() { printf '%s\n' "$*"; }
die() { printf 'benchmarks: %s\n' "$*" >&2; exit 1; }

# The names of all benchmarks, in the order of their files.
benchmarks() {
    local file
    for file in "$here"/cases/*.sh; do sed -n 's/^bench_\([a-z_]*\)() .*/\1/p' "$file"; done
}

# Runs a command, its output in the file `output`, and leaves its wall time in `elapsed`, in microseconds.
timed() {
    local from to
    from=$EPOCHREALTIME
    "$@" >output 2>&1 || { tail -n 20 output >&2; die "$1 failed"; }
    to=$EPOCHREALTIME
    elapsed=$((${to/./} - ${from/./}))
}

# The median of the numbers on standard input.
median() {
    sort -g | awk '{ n[NR] = $1 } END { print NR % 2 ? n[(NR + 1) / 2] : (n[NR / 2] + n[NR / 2 + 1]) / 2 }'
}

# race LABEL AIM OURS THEIRS - runs two contenders in turn, `pairs` times each, and prints how they compare.
#
# A contender is a name; three functions belong to it: NAME_ready makes everything new, NAME is what is timed,
# NAME_done counts what it made and dies when that is not all of it.
race() {
    local label=$1 aim=$2 ours=$3 theirs=$4 pair contender
    local -A taken
    : >times
    for ((pair = 0; pair < pairs; pair++)); do
        for contender in "$ours" "$theirs"; do
            "${contender}_ready"
            timed "$contender"
            "${contender}_done"
            taken[$contender]=$elapsed
        done
        printf '%s %s\n' "${taken[$ours]}" "${taken[$theirs]}" >>times
    done
    verdict "$label" "$aim" "${ours//_/ }" "${theirs//_/ }"
}

# Prints what the file `times` says: a line for each pair.
verdict() {
    local a b ratio
    a=$(awk '{ print $1 / 1000 }' times | median)
    b=$(awk '{ print $2 / 1000 }' times | median)
    ratio=$(awk '{ print $1 / $2 }' times | median)
    awk -v label="$1" -v aim="$2" -v ours="$3" -v theirs="$4" -v a="$a" -v b="$b" -v ratio="$ratio" \
        -v times="$(awk '{ printf "%s%.2f", (NR > 1 ? " " : ""), $1 / $2 }' times)" 'BEGIN {
        printf "%-26s %s %.1f ms, %s %.1f ms: ratio %.3f, aim <= %s, %s (each pair: %s)\n",
            label, ours, a, theirs, b, ratio, aim, (ratio + 0 <= aim + 0 ? "met" : "MISSED"), times }'
}

# Asks the benchmark database; prints the bare answer.
ask() { "$psql" -X -q -A -t -d bench -c "$1"; }

# Dies unless the benchmark database gives the answer.
expect() {
    local answer
    answer=$(ask "$2")
    [ "$answer" = "$1" ] || die "not all the work is there: '$2' gives '$answer', not '$1'"
}

# Dies unless gonogo's ledger has so many markers, and its newest run is done.
expect_markers() {
    expect "$1" "SELECT count(*) FROM gonogo.ledger WHERE state = 'applied'"
    expect done "SELECT status FROM gonogo.run ORDER BY started_at DESC LIMIT 1"
}

# An empty database `bench`; with nothing left to be written for what was there before.
fresh_database() {
    "$psql" -X -q -d postgres -c 'SET client_min_messages = error' \
        -c 'DROP DATABASE IF EXISTS bench WITH (FORCE)' -c 'CREATE DATABASE bench' -c CHECKPOINT
    BENCH_URL="host=$PGHOST port=$PGPORT user=$PGUSER dbname=bench"
    export BENCH_URL
}

# Starts the relay that adds a millisecond each way; sets `delayed` to the directory of its socket.
start_delay() {
    delayed=$PWD/net
    mkdir "$delayed"
    cc -O2 -o delay "$here/delay.c"
    ./delay "$delayed/.s.PGSQL.$PGPORT" "$PGHOST/.s.PGSQL.$PGPORT" 1000 &
    # shellcheck disable=SC2064 # this process, now
    trap "kill $! 2>/dev/null" EXIT
    while [ ! -S "$delayed/.s.PGSQL.$PGPORT" ]; do sleep 0.01; done
}
