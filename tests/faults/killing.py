"""Two processes on one database are killed with -9 in turn, then run to their end: what the kill tests share."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240
MANY = (pytest.mark.long, pytest.mark.timeout(1500))
"""For tests of tens of starts of a process, of some seconds each on a busy machine."""


def environment(folder: Path) -> dict[str, str]:
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    return {
        **os.environ,
        "KIBAN_DATABASE": f"sqlite:///{folder / 'kiban.sqlite3'}",
        "KIBAN_HOME": str(folder),
        "PYTHONPATH": paths,
        "DJANGO_SETTINGS_MODULE": "kiban.shell.settings",
    }


def rows(folder: Path, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{folder / 'kiban.sqlite3'}?mode=ro", uri=True) as connection:
        return connection.execute(statement).fetchall()


@dataclass(frozen=True)
class Killing:
    """A child program with a role that ends by itself and a worker; ``pause`` is the longest life before a kill."""

    child: str
    role: str
    pause: float
    settled: Callable[[Path], bool]

    @contextmanager
    def started(self, role: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
        """A child that is ready; killed at the end, also when the test fails while it runs."""
        command = [sys.executable, str(Path(__file__).with_name(self.child)), role, str(folder)]
        child = subprocess.Popen(command, env=environment(folder), stdout=subprocess.PIPE, text=True)
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            yield child
        finally:
            child.kill()
            child.wait()

    def run(self, folder: Path, *, kills: int) -> None:
        """Kill both in turn at random moments, then let both finish."""
        chance = random.Random(kills)
        command = [sys.executable, "-m", "django", "migrate", "-v", "0"]
        subprocess.run(command, env=environment(folder), check=True, cwd=ROOT)
        for number in range(kills):
            with self.started((self.role, "worker")[number % 2], folder):
                time.sleep(chance.uniform(0, self.pause))
        with self.started(self.role, folder) as last:
            assert last.wait(timeout=PATIENCE) == 0
        with self.started("worker", folder):
            deadline = time.monotonic() + PATIENCE
            while not self.settled(folder) and time.monotonic() < deadline:
                time.sleep(0.2)
            assert self.settled(folder), rows(folder, "SELECT kind, key, attempts, error FROM jobs_job")
