"""Files that somebody else made: other columns, notations, errors, sizes and shares of wrong links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.linkage import Check, Finding, check, findings, summary
from unit.linkage.elsewhere import Made, Rates, made, written
from unit.linkage.nation import scratch

MANY = Rates(typed=0.05, born=0.02, moved=0.3, married=0.03, no_kana=0.2, no_address=0.1, sex=0.005)
"""An agency whose copy is old and badly typed."""


@dataclass
class Score:
    """Wrong links there were, called wrong, rightly called wrong, listed; right persons named first."""

    wrong: int = 0
    called: int = 0
    hit: int = 0
    listed: int = 0
    right: int = 0

    def add(self, made: Made, found: list[Finding]) -> None:
        wrong = {record for record, (person, linked) in made.truth.items() if person != linked}
        self.wrong += len(wrong)
        self.called += sum(one.judgement == "wrong" for one in found)
        self.hit += sum(one.judgement == "wrong" and one.record.record in wrong for one in found)
        self.listed += sum(one.record.record in wrong for one in found)
        first = [one for one in found if one.record.record in wrong and one.candidates]
        self.right += sum(one.candidates[0].person.record == made.truth[one.record.record][0] for one in first)


def scored(folder: Path, links: int, *, rates: Rates, seeds: range, persons: int = 0) -> Score:
    found = Score()
    for seed in seeds:
        files, here = made(links, rates=rates, seed=seed, persons=persons), folder / f"{links}-{seed}-{rates.wrong}"
        written(files, here, csv=seed % 2 == 0)
        check(Check(here / "register", here / "agency", here / "out"))
        found.add(files, findings(here / "out"))
    return found


@pytest.mark.parametrize(("links", "wrong", "seeds", "persons"), [
    (20, 0.1, range(8), 0), (100, 0.05, range(6), 0), (500, 0.01, range(6), 0), (500, 0.01, range(2), 20_000),
    (2000, 0.01, range(4), 0), (2000, 0.001, range(3), 2200), (20_000, 0.0005, range(1), 0),
])  # fmt: skip
def test_wrong_links_are_called_wrong_with_the_right_person_in_small_files_too(
    tmp_path: Path, links: int, wrong: float, seeds: range, persons: int
) -> None:
    found = scored(tmp_path, links, rates=Rates(wrong=wrong), seeds=seeds, persons=persons)

    assert found.wrong >= 6
    assert found.hit >= 0.97 * found.called
    assert found.hit >= 0.995 * found.wrong
    assert found.right >= 0.95 * found.wrong


@pytest.mark.parametrize("wrong", [0.5, 1.0])
def test_a_file_whose_keys_slipped_by_a_row_is_seen_and_every_row_gets_its_person(tmp_path: Path, wrong: float) -> None:
    found = scored(tmp_path, 500, rates=Rates(wrong=wrong, ways=("neighbour",)), seeds=range(2))

    assert found.hit == found.called == found.wrong == 1000 * wrong
    assert found.right >= 0.99 * found.wrong


def test_an_old_and_badly_typed_copy_gives_no_false_alarm(tmp_path: Path) -> None:
    clean = scored(tmp_path, 500, rates=replace(MANY, wrong=0.0), seeds=range(4))
    found = scored(tmp_path, 2000, rates=replace(MANY, wrong=0.01), seeds=range(3))

    assert (clean.called, clean.listed) == (0, 0)
    assert found.hit >= 0.97 * found.called
    assert found.listed >= 0.995 * found.wrong == 60 * 0.995
    assert found.right >= 0.95 * found.wrong


def test_a_link_whose_right_person_is_not_in_the_register_is_called_wrong_where_nothing_explains_it(
    tmp_path: Path,
) -> None:
    found = scored(tmp_path, 2000, rates=Rates(wrong=0.02, gone=1.0, ways=("stranger",)), seeds=range(3))

    assert found.hit == found.called
    assert found.hit >= 0.9 * found.wrong
    assert found.right == 0


def test_the_share_of_wrong_links_is_learnt_from_the_file(tmp_path: Path) -> None:
    for wrong, least, most in ((0.0, 0.0, 1e-4), (0.02, 0.002, 0.02)):
        written(made(2000, rates=Rates(wrong=wrong), seed=1), tmp_path / str(wrong))
        done = check(
            Check(tmp_path / str(wrong) / "register", tmp_path / str(wrong) / "agency", tmp_path / f"{wrong}o")
        )

        assert least <= done.rules["wrong_rate_taught"] <= most
        assert done.rules["wrong_rate"] == 1e-4


@pytest.mark.parametrize("gone", ["フリガナ", "誕生日", "性別", "現住所"])
def test_a_register_without_an_item_is_judged_by_the_others(tmp_path: Path, gone: str) -> None:
    files = made(2000, rates=Rates(wrong=0.01), seed=4)
    written(files, tmp_path)
    pl.read_csv(tmp_path / "register/a.csv", infer_schema=False).drop(gone).write_csv(tmp_path / "register/a.csv")
    found = Score()
    check(Check(tmp_path / "register", tmp_path / "agency", tmp_path / "out"))
    found.add(files, findings(tmp_path / "out"))

    assert found.hit >= 0.97 * found.called
    assert found.listed >= 0.9 * found.wrong


ROWS = st.lists(st.integers(0, 3), min_size=120, max_size=120)


@settings(max_examples=12, deadline=None)
@given(st.randoms(use_true_random=False), ROWS, ROWS)
def test_order_cut_and_kind_of_files_change_no_judgement(dice: Random, ours: list[int], theirs: list[int]) -> None:
    with TemporaryDirectory() as name:
        here, folder = _plain(), Path(name)
        for side, cuts in (("agency", ours), ("register", theirs)):
            rows = here[side].rows(named=True)
            dice.shuffle(rows)
            _cut(rows, cuts, folder=folder / side)
        check(Check(folder / "register", folder / "agency", folder / "out"))

        assert _told(folder / "out") == here["told"]


def _cut(rows: list[dict[str, str]], cuts: list[int], *, folder: Path) -> None:
    """Four files of a folder, two CSV and two Parquet; some may be empty of rows."""
    folder.mkdir()
    for number in range(4):
        some = [row for at, row in enumerate(rows) if cuts[at % len(cuts)] == number]
        table = pl.DataFrame(some, schema=dict.fromkeys(rows[0], pl.String))
        if number % 2:
            table.write_parquet(folder / f"{number}.parquet")
        else:
            table.write_csv(folder / f"{number}.csv")


@cache
def _plain() -> dict[str, Any]:
    folder = scratch("kiban-cut-")
    written(made(160, rates=replace(MANY, wrong=0.04), seed=3), folder, csv=False)
    check(Check(folder / "register", folder / "agency", folder / "out"))
    found: dict[str, Any] = {side: pl.read_parquet(folder / side / "a.parquet") for side in ("agency", "register")}
    return found | {"told": _told(folder / "out")}


def _told(out: Path) -> tuple[Any, ...]:
    """Everything that a check says, but in which file and row."""
    rows = pl.read_parquet(out / "judgements/*.parquet").select(pl.all().cast(pl.String)).sort("record")
    said = summary(out)
    return rows.rows(), findings(out), said.judged, said.weights, said.rules, said.set_aside


def test_the_link_key_is_in_nothing_that_a_check_writes(tmp_path: Path) -> None:
    files = made(300, rates=Rates(wrong=0.03), seed=5)
    written(files, tmp_path)
    with (tmp_path / "agency/a.csv").open("a", encoding="utf-8") as more:
        more.write(f"X,{files.people[0]['key']},短い行\nY,{files.people[1]['key']},誰か,,1990-02-30,1,\n")
    modes: list[int] = []

    def look(stage: str) -> None:
        modes.extend(one.stat().st_mode & 0o077 for one in (tmp_path / "out/work").glob("*") if stage != "register")

    check(Check(tmp_path / "register", tmp_path / "agency", tmp_path / "out"), report=look)
    wrote = [one for one in (tmp_path / "out").rglob("*") if one.is_file()]
    content = b"".join(
        str(pl.read_parquet(one).rows()).encode() if one.suffix == ".parquet" else one.read_bytes() for one in wrote
    )

    assert len(wrote) >= 5
    assert not [one["key"] for one in files.people if one["key"].encode() in content]
    assert modes
    assert set(modes) == {0}
