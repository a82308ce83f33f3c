"""gonogo, run as anybody runs it, with a fault in it where one is wanted."""

import dataclasses
import json
import os
import signal
import subprocess
import threading
import time


@dataclasses.dataclass
class Answer:
    """How one call of gonogo ended."""

    words: tuple
    status: int
    out: str
    err: str
    effects: list
    seconds: float

    @property
    def text(self):
        return self.out + self.err

    @property
    def fired(self):
        """Whether the fault happened, by the interposer's own record."""
        return any(line.endswith(" FAULT") for line in self.effects)

    @property
    def killed(self):
        return self.status == -signal.SIGKILL

    def events(self):
        """The events of `--json`."""
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]


class Running:
    """A gonogo that is at work."""

    def __init__(self, words, process, record, reads_output=True):
        self.words, self.process, self.record = words, process, record
        self.started = time.monotonic()
        self.texts = {"out": b"", "err": b""}
        pipes = (("out", process.stdout), ("err", process.stderr))
        self.readers = [
            threading.Thread(target=self._collect, args=pipe, daemon=True) for pipe in pipes if pipe[1] and reads_output]
        for reader in self.readers:
            reader.start()

    def _collect(self, name, pipe):
        while chunk := os.read(pipe.fileno(), 65536):
            self.texts[name] += chunk

    @property
    def pid(self):
        return self.process.pid

    @property
    def text(self):
        return (self.texts["out"] + self.texts["err"]).decode(errors="replace")

    def says(self, text, seconds=20):
        """Waits until it has printed this; whether it did."""
        return until(lambda: text in self.text or self.process.poll() is not None, seconds) and text in self.text

    def is_held(self, seconds=20):
        """Waits until a fault has stopped it; whether it did."""
        until(lambda: self.process.poll() is not None or state_of(self.pid) == "T", seconds)
        return state_of(self.pid) == "T"

    def send(self, number):
        self.process.send_signal(number)

    def finish(self, seconds=60):
        """Waits for its end; one that does not come is killed and told by the status None."""
        try:
            status = self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = None
        for reader in self.readers:
            reader.join(timeout=5)
        lines = open(self.record).read().splitlines() if self.record and os.path.exists(self.record) else []
        out, err = (self.texts[name].decode(errors="replace") for name in ("out", "err"))
        return Answer(self.words, status, out, err, lines, time.monotonic() - self.started)


class Program:
    """The binary under test, working in one folder."""

    def __init__(self, binary, folder):
        self.binary, self.folder, self.calls = binary, folder, 0

    def start(self, *words, fault=None, env=None, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, prepare=None):
        """Starts it; `prepare` is called in the new process before it becomes gonogo."""
        self.calls += 1
        # Whatever the environment says of servers and runs must not reach it.
        variables = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "GONOGO", "FAULT_"))}
        variables |= {"TZ": "UTC", "NO_COLOR": "1"} | (env or {})
        record = None
        if fault:
            record = os.path.join(self.folder, f"effects-{self.calls}")
            variables |= fault.environment(record)
        process = subprocess.Popen(
            [self.binary, *words], cwd=self.folder, env=variables, stdin=stdin, stdout=stdout,
            stderr=subprocess.PIPE, preexec_fn=prepare)
        return Running(words, process, record)

    def run(self, *words, seconds=60, **options):
        return self.start(*words, **options).finish(seconds)


def until(condition, seconds=10, pause=0.01):
    """Asks until the answer is yes; the last answer."""
    end = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < end:
        time.sleep(pause)
    return answer


def state_of(pid):
    """R, S, D, T, Z of a process; nothing when it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""


def processes(text):
    """The living processes whose command line holds this text, this one left out."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                line = file.read().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in line and int(name) != os.getpid() and state_of(name) not in ("Z", ""):
            found.append(int(name))
    return found
