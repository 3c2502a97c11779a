"""Long runs over registers killed with -9 between stages and at random moments; taken up again: the same bytes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiban.linkage.salting import new_key
from kiban.population.doubles import REGISTER
from unit.linkage.nation import faults, made

ROOT = Path(__file__).resolve().parents[2]
KILLS = 3


def words(verb: str, folder: Path, *, out: Path) -> list[str]:
    """The command to run into ``out``."""
    register, agency = folder / "register", folder / "agencies" / REGISTER
    found = {
        "check": ["--register", register, "--agency", agency],
        "duplicates": ["--register", agency],
        "merge": ["--register", agency, "--into", "302015"],
        "salt": ["--source", agency, "--key-file", out.parent / "key", "--form", "bloom"],
    }[verb]
    return [sys.executable, "-m", "kiban", "linkage", verb, *map(str, found), "--out", str(out)]


def start(command: list[str]) -> subprocess.Popen[str]:
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)  # fmt: skip


def finish(command: list[str]) -> float:
    begun = time.monotonic()
    process = start(command)
    _, told = process.communicate(timeout=120)
    assert process.returncode in {0, 1}, told
    return time.monotonic() - begun


def results(out: Path) -> dict[str, bytes]:
    """The results without the journal of the run (which has the times of the input files)."""
    return {
        str(p.relative_to(out)): p.read_bytes()
        for p in sorted(out.rglob("*"))
        if p.is_file() and p.name != "journal.json"
    }


@pytest.mark.parametrize("verb", ["check", "duplicates", "merge", "salt"])
def test_killed_at_any_moment_and_taken_up_again(verb: str, tmp_path: Path) -> None:
    folder = made(REGISTER, faults=faults(split_person=0.01, entered_twice=0.01, shared_number=0.01))
    new_key(tmp_path / "key")
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    took = finish(words(verb, folder, out=whole))
    chance = random.Random(verb)
    for kill in range(KILLS):
        process = start(words(verb, folder, out=broken))
        if kill % 2 and verb != "salt":  # at the end of a stage: the first lines say which has begun
            assert process.stderr is not None
            for _ in range(1 + kill):
                process.stderr.readline()
        else:
            time.sleep(chance.uniform(0.3, 0.98) * took)
        process.kill()
        process.communicate()
    finish(words(verb, folder, out=broken))

    assert len(results(whole)) >= 2
    assert results(whole) == {name: data for name, data in results(broken).items() if not name.endswith(".partial")}
