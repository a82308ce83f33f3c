"""docs/faults.md: every case with its injection and what came of it when it was last run."""

import datetime

SECTIONS = {
    "A": "Our process dies or is signalled",
    "B": "Journal, disk, clock",
    "C": "Connection and server",
    "D": "Locks, time, contention",
    "E": "What SQL does",
    "F": "SQLite",
    "G": "Unwind, gates, override",
    "I": "Approval",
}

HEAD = """# Faults, and what comes of them

Each fault here is real: processes are killed, disks are full, servers crash, messages are lost. What is there afterwards is
read by `psql`, `pg_dump` or Python's SQLite, never by gonogo; exit status and message are checked as well. This page is
written by the run itself:

```sh
faults/catalogue --binary "$(scripts/release)" --document docs/faults.md
```

`faults/README.md` tells how the harness works. Left out are faults of CockroachDB and fleets, which gonogo does not have.
"""


def _cell(text):
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace("](", "] (")


def _outcome(result):
    if result.impossible:
        return "not possible here: " + result.impossible
    if result.word == "pass":
        return "pass"
    reason = f" (expected: {result.case.pending})" if result.word == "pending" else ""
    return f"**fails**{reason}: {result.deviations[0][:240]}"


def write(path, results, version):
    counts = {
        word: sum(result.word == word for result in results) for word in ("pass", "fail", "pending", "impossible")
    }
    day = datetime.datetime.now(datetime.timezone.utc).strftime("%d %B %Y")
    lines = [
        HEAD,
        f"Last run on {day} with {version}: {len(results)} cases, {counts['pass']} pass, "
        f"{counts['fail'] + counts['pending']} fail, {counts['impossible']} not possible on a plain machine.",
    ]
    for letter, title in SECTIONS.items():
        lines += [
            "",
            f"## {letter}. {title}",
            "",
            "| | fault | injected | must come out | last |",
            "|---|---|---|---|---|",
        ]
        for result in results:
            if result.case.section == letter:
                case = result.case
                cells = (case.number, case.title, case.injected, case.required, _outcome(result))
                lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
