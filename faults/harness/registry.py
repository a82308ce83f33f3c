"""The list of cases, and how each is carried out."""

import dataclasses
import importlib
import inspect
import os
import pkgutil
import re
import time
import traceback

from .trial import Impossible, Trial

CASES = []


@dataclasses.dataclass
class Case:
    """One fault of the catalogue: what is injected, what must come of it, and the function that does both."""

    number: str
    title: str
    function: object
    quick: bool
    pending: str | None

    @property
    def section(self):
        return self.function.__module__.rsplit(".", 1)[-1][0].upper()

    @property
    def order(self):
        digits = re.match(r"F(\d+)(.*)", self.number)
        return int(digits.group(1)), digits.group(2)

    @property
    def injected(self):
        return self._part(0)

    @property
    def required(self):
        return self._part(1)

    def _part(self, index):
        parts = inspect.getdoc(self.function).split("\n\n")
        return " ".join(parts[index].split()) if index < len(parts) else ""


@dataclasses.dataclass
class Result:
    """What came of a case."""

    case: Case
    deviations: list
    impossible: str | None
    seconds: float

    @property
    def word(self):
        if self.impossible:
            return "impossible"
        if not self.deviations:
            return "pass"
        return "pending" if self.case.pending else "fail"


def case(number, title, quick=False, pending=None):
    """Enters a function into the catalogue.

    Its docstring has two paragraphs: what is injected, and what must come out. `pending` names what the product is still
    to learn: until then a failure is expected.
    """
    def enter(function):
        CASES.append(Case(number, title, function, quick, pending))
        return function
    return enter


def load():
    """Every case of the package `cases`, by number."""
    folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "cases")
    for module in pkgutil.iter_modules([folder]):
        importlib.import_module(f"cases.{module.name}")
    numbers = [case.number for case in CASES]
    twice = {number for number in numbers if numbers.count(number) > 1}
    if twice:
        raise SystemExit(f"cases entered twice: {sorted(twice)}")
    return sorted(CASES, key=lambda case: case.order)


def carry_out(case, binary, shared):
    trial = Trial(binary, shared)
    start, impossible = time.monotonic(), None
    try:
        case.function(trial)
        missing = {"status", "says", "reads"} - trial.kinds
        if missing:
            trial.deviates(f"the case proves nothing: it checks no {', '.join(sorted(missing))}")
    except Impossible as reason:
        impossible = str(reason)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)
        here = next((frame for frame in reversed(place) if "/cases/" in frame.filename), place[-1])
        trial.deviates(f"{type(error).__name__} at {os.path.basename(here.filename)}:{here.lineno}: {str(error)[:400]}")
    finally:
        trial.end()
    return Result(case, trial.deviations, impossible, time.monotonic() - start)
