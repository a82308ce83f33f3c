"""SQLite files, read by Python's own SQLite."""

import os
import sqlite3


class File:
    """One database file, as an independent reader sees it."""

    ledger, runs = "gonogo_ledger", "gonogo_run"
    engine = "sqlite"

    def __init__(self, path):
        self.path = path
        self.query("VACUUM")

    @property
    def address(self):
        return f"sqlite:{self.path}"

    def query(self, text):
        connection = sqlite3.connect(self.path, timeout=20)
        try:
            with connection:
                return [
                    "|".join("" if v is None else str(v) for v in row) for row in connection.execute(text).fetchall()
                ]
        finally:
            connection.close()

    def schema(self):
        return self.query("SELECT sql FROM sqlite_master WHERE tbl_name NOT LIKE 'gonogo%' ORDER BY type, name")

    def tables(self):
        return self.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'gonogo%' ORDER BY 1")

    def leftovers(self):
        """A file that is damaged, or that still has a journal which nobody rolled back."""
        found = [] if self.query("PRAGMA integrity_check") == ["ok"] else ["the file is damaged"]
        journal = self.path + "-journal"
        if os.path.exists(journal) and os.path.getsize(journal) > 0 and open(journal, "rb").read(8) != bytes(8):
            found.append("a hot journal")
        return found

    def end(self):
        for suffix in ["", "-wal", "-shm", "-journal"]:
            if os.path.exists(self.path + suffix):
                os.unlink(self.path + suffix)
