"""Faults inside the process: the shared object that counts effects and does harm at one of them."""

import dataclasses
import functools
import os
import subprocess
import tempfile

SOURCE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "interpose.c")


@functools.cache
def library():
    """The shared object, compiled once for each harness process."""
    folder = tempfile.TemporaryDirectory(prefix="gonogo-interpose-")
    path = os.path.join(folder.name, "interpose.so")
    subprocess.run(["clang", "-O1", "-shared", "-fPIC", "-o", path, SOURCE, "-ldl"], check=True)
    # Kept, so that the folder lives as long as the path is known.
    library.folder = folder
    return path


@dataclasses.dataclass
class Fault:
    """One harm at one place, as faults/interpose.c takes it; without `at`, effects are counted only."""

    at: int | None = 1
    do: str | None = "kill"
    after: bool = False
    keep: bool = False
    calls: str | None = None
    path: str | None = None
    text: str | None = None
    arm: str | None = None
    clock: int | None = None

    def environment(self, record):
        """The variables that load it; `record` is the file that gets the effects."""
        given = {
            "FAULT_AT": self.at, "FAULT_DO": self.do, "FAULT_WHEN": "after" if self.after else None,
            "FAULT_KEEP": "1" if self.keep else None, "FAULT_CALLS": self.calls, "FAULT_PATH": self.path,
            "FAULT_TEXT": self.text, "FAULT_ARM": self.arm, "FAULT_CLOCK": self.clock,
        }
        return {"LD_PRELOAD": library(), "FAULT_LOG": record} | {k: str(v) for k, v in given.items() if v is not None}


def counting(**filters):
    """Counts effects and harms nothing."""
    return Fault(at=None, do=None, **filters)
