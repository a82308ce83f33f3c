"""Programs beside gonogo that a case needs: proxies, servers that are none, poolers."""

import os
import shutil
import subprocess
import sys
import tempfile

from .postgres import as_owner, give
from .program import until
from .trial import Impossible

HERE = os.path.dirname(os.path.abspath(__file__))


def beside(trial, program, folder, *words):
    """Starts one of this folder's programs and waits until it listens."""
    process = subprocess.Popen([sys.executable, os.path.join(HERE, program), folder, *words], stdout=subprocess.PIPE, text=True)
    trial.later(lambda: (process.kill(), process.wait()))
    if process.stdout.readline() != "ready\n":
        raise RuntimeError(f"{program} did not start")
    return process


def socket_folder(trial):
    """A folder for a socket: its path must be short."""
    folder = tempfile.mkdtemp(prefix="gonogo-s-", dir="/tmp")
    trial.later(lambda: shutil.rmtree(folder, ignore_errors=True))
    return folder


class Proxied:
    """A database behind the proxy; readers still go straight to the server."""

    def __init__(self, trial, database, fault, text, arm=None):
        self.record = os.path.join(trial.folder, "proxy-record")
        folder = socket_folder(trial)
        beside(trial, "proxy.py", folder, database.server.base, fault, text, self.record, *([arm] if arm else []))
        self.address = f"postgres:///{database.name}?host={folder}&user=dba"

    @property
    def fired(self):
        return os.path.exists(self.record)


def pooler(trial, server, mode, extra=""):
    """A pgbouncer before a server; the folder of its socket."""
    program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    if not os.path.exists(program):
        raise Impossible("pgbouncer is not installed; scripts/setup installs it")
    folder = socket_folder(trial)
    os.chmod(folder, 0o755)
    give(folder)
    users, settings = os.path.join(folder, "users"), os.path.join(folder, "ini")
    with open(users, "w") as file:
        file.write('"dba" ""\n')
    with open(settings, "w") as file:
        file.write(f"[databases]\n* = host={server.base} port={server.port} user=dba\n[pgbouncer]\nlisten_addr =\n"
                   f"listen_port = 5432\nunix_socket_dir = {folder}\nauth_type = any\nauth_file = {users}\n"
                   f"pool_mode = {mode}\nlogfile = {folder}/log\npidfile = {folder}/pid\n{extra}\n")
    process = subprocess.Popen(as_owner() + [program, settings], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    trial.later(lambda: (process.kill(), process.wait()))
    if not until(lambda: os.path.exists(os.path.join(folder, ".s.PGSQL.5432")), 10):
        raise RuntimeError("pgbouncer did not start")
    return folder
