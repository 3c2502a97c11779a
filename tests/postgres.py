"""A PostgreSQL server of the tests' own: a cluster in a temporary folder, on a socket in it, gone afterwards."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PATIENCE = 120
"""Seconds for a server program on a busy machine; after them it is a fault, not a wait."""
DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian keeps the server's programs, outside the path."""


def program(name: str) -> str | None:
    """The path of one of the server's programs; None when no server is installed."""
    found = shutil.which(name)
    return found or next((str(path) for path in sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)), None)


def installed() -> bool:
    """Whether a PostgreSQL server is here."""
    return program("initdb") is not None and program("pg_ctl") is not None


def start() -> str:
    """Start a server; its address for KIBAN_DATABASE. It is stopped when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="kiban-pg-"))
    data, user = folder / "data", "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, user)
    _as(user, "initdb", "-D", data, "-A", "trust", "-U", "kiban", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
    port = _free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=50"
    _as(user, "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    atexit.register(_stop, user, folder)
    return f"postgresql://kiban@127.0.0.1:{port}/postgres"


def _free_port() -> int:
    """Each run has a port of its own: two runs on one machine do not meet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _as(user: str, *command: object) -> None:
    name, *rest = (str(word) for word in command)
    words = [program(name) or name, *rest]
    prefix = ["runuser", "-u", user, "--"] if os.geteuid() == 0 else []
    quiet = subprocess.DEVNULL
    subprocess.run([*prefix, *words], check=True, stdin=quiet, stdout=quiet, cwd="/", timeout=PATIENCE)


def _stop(user: str, folder: Path) -> None:
    _as(user, "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    time.sleep(0.1)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(0 if installed() else "no PostgreSQL server is installed: the tests ran on SQLite only")
