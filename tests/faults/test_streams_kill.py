"""Mergers and salted checks in parts, killed with -9 at many moments and taken up again: the same bytes."""

from __future__ import annotations

import random
import signal
import sys
import time
from pathlib import Path

import pytest

from faults.test_linkage_kill import finish, results, start
from kiban.linkage.salting import new_key
from unit.linkage.test_merging import A, B, flawed
from unit.linkage.test_salting import flawed as salted_nation

MERGER = """
import sys
from pathlib import Path
from kiban.linkage.identities.model import Prior
from kiban.linkage.merging import Merge, Successor, merge, spilling
from kiban.linkage.merging.books import Register
spilling.PIECE = 3000
folder, out = map(Path, sys.argv[1:3])
merge(Merge(tuple(Register(folder / code) for code in sys.argv[3:]), Successor(sys.argv[3], "x"), out,
            prior=Prior(partitions=12)), report_to=lambda stage: print(stage, file=sys.stderr, flush=True))
"""

SALTING = """
import sys
from pathlib import Path
from kiban.linkage import Check
from kiban.linkage.salting import Form, Salt, actions, check_salted, checking, read_key, salt
actions.PIECE = actions.ROWS_IN_PART = checking.ROWS_IN_PART = 1000
key, folder, out = map(Path, sys.argv[1:4])
for side in ("register", "agencies/health"):
    if not (out / side / "salt.json").exists():
        salt(Salt(folder / side, out / side, Form.BLOOM), read_key(key))
check_salted(Check(out / "register", out / "agencies/health", out / "done"))
"""


def merger(out: Path) -> list[str]:
    return [sys.executable, "-c", MERGER, str(flawed()[0]), str(out), A, B]


def killed(command: list[str], when: Path | float) -> bool:
    """Start it, and kill it when a file is there or after so many seconds; whether it was not finished yet."""
    process = start(command)
    limit = time.monotonic() + (60.0 if isinstance(when, Path) else when)
    while process.poll() is None and time.monotonic() < limit and not (isinstance(when, Path) and when.exists()):
        time.sleep(0.002)
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def check_the_same(whole: Path, broken: Path) -> None:
    assert results(whole) == {name: data for name, data in results(broken).items() if not name.endswith(".partial")}


@pytest.mark.parametrize("kills", [pytest.param(1, id="few"), pytest.param(12, id="many", marks=pytest.mark.long)])
def test_a_merger_killed_in_its_stages_and_at_random_moments(kills: int, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    took = finish(merger(whole))
    stages = ("pieces/00002.json", "sorted/00004.json", "matches.jsonl", "told/00005-towns.jsonl")
    for file in stages if kills > 1 else stages[1:2]:
        assert killed(merger(broken), broken / "work" / file)
    chance = random.Random(kills)
    for _ in range(kills):
        killed(merger(broken), chance.uniform(0.2, 0.95) * took)
    finish(merger(broken))

    check_the_same(whole, broken)


@pytest.mark.parametrize("kills", [pytest.param(1, id="few"), pytest.param(12, id="many", marks=pytest.mark.long)])
def test_salting_and_salted_check_killed_in_their_stages_and_at_random_moments(kills: int, tmp_path: Path) -> None:
    new_key(tmp_path / "key")

    def salting(out: Path) -> list[str]:
        return [sys.executable, "-c", SALTING, str(tmp_path / "key"), str(salted_nation()), str(out)]

    whole, broken = tmp_path / "whole", tmp_path / "broken"
    took = finish(salting(whole))
    stages = (
        "register/work/00002.json", "register/work/00003.parquet", "agencies/health/work/00001.json",
        "done/work/joined/00002.npz",
    )  # fmt: skip
    for file in stages if kills > 1 else stages[1:2]:
        assert killed(salting(broken), broken / file)
    chance = random.Random(kills)
    for _ in range(kills):
        killed(salting(broken), chance.uniform(0.2, 0.95) * took)
    finish(salting(broken))

    for folder in ("register", "agencies/health"):
        check_the_same(whole / folder, broken / folder)
    judged = [results(out / "done") for out in (whole, broken)]
    assert judged[0].keys() == {"summary.json", "work-list.jsonl", "set-aside.jsonl", "judgements/salted.parquet"}
    assert judged[0] == {name: data for name, data in judged[1].items() if not name.endswith(".partial")}
