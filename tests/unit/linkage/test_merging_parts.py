"""A merger in parts: as many as may be, however files are cut, wherever it stops, the same bytes; none made twice."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.linkage.errors import NotBalanced
from kiban.linkage.identities.model import Prior
from kiban.linkage.identities.scoring import Frequencies
from kiban.linkage.merging import Merge, Successor, conflicts, merge, renewing, spilling
from kiban.linkage.merging.books import Register
from kiban.linkage.merging.cutting import Cut, Ordered, Sample, part_of, rank
from kiban.linkage.model import FINGERPRINT
from unit.linkage.test_merging import INTO, A, B, done, flawed, job

PARTS = 9
TEXTS = st.one_of(st.integers(0, 10**20).map(str), st.sampled_from(["", "007", "07", "7", "A-1", "A-02", "あ", "１２"]))


def in_parts(folder: Path, out: Path, *, parts: int = PARTS) -> Path:
    merge(Merge(job(folder, out).registers, INTO, out, prior=Prior(partitions=parts)))
    return out


def bytes_of(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*"))
            if p.is_file() and p.name != "journal.json"}  # fmt: skip


def test_as_many_parts_as_may_be_give_the_same_register_map_and_work_list(tmp_path: Path) -> None:
    out, whole = in_parts(flawed()[0], tmp_path), done()[0]

    assert len(list((out / "register").iterdir())) == PARTS
    assert len(list((whole / "register").iterdir())) == 1
    for name in ("register/*.parquet", "map.parquet"):
        assert pl.read_parquet(out / name).equals(pl.read_parquet(whole / name)), name
    for name in ("work-list.jsonl", "joins.jsonl", "set-aside.jsonl"):
        assert (out / name).read_bytes() == (whole / name).read_bytes(), name
    assert (out / "merged.json").read_bytes() == (whole / "merged.json").read_bytes()
    homes = [set(pl.read_parquet(path)["household_id"]) for path in (out / "register").iterdir()]
    assert sum(map(len, homes)) == len(set().union(*homes))
    assert not (out / "work").exists()


def test_order_and_cut_of_files_change_no_byte_of_any_part(tmp_path: Path) -> None:
    first = in_parts(flawed()[0], tmp_path / "first")
    for code in (A, B):
        (tmp_path / code).mkdir()
        rows = pl.read_parquet(flawed()[0] / code / "*.parquet").sample(fraction=1, shuffle=True, seed=5)
        for place, start in enumerate(range(0, len(rows), 4000)):
            rows[start : start + 4000].write_parquet(tmp_path / code / f"{9 - place}.parquet")

    assert bytes_of(in_parts(tmp_path, tmp_path / "second")) == bytes_of(first)


def test_pieces_of_any_size_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = in_parts(flawed()[0], tmp_path / "first")
    monkeypatch.setattr(spilling, "PIECE", 1234)

    assert bytes_of(in_parts(flawed()[0], tmp_path / "second")) == bytes_of(first)


class Stopped(Exception):
    """Instead of a power cut."""


@pytest.mark.parametrize("name", ["_spill_piece", "_sorted", "renew"])
def test_a_stopped_merger_goes_on_after_its_last_finished_part(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spilling, "PIECE", 2000)
    whole = bytes_of(in_parts(flawed()[0], tmp_path / "whole"))
    room: Any = renewing if name == "renew" else spilling
    real: Callable[..., Any] = getattr(room, name)
    calls = 0

    def broken(*values: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise Stopped
        return real(*values, **named)

    monkeypatch.setattr(room, name, broken)
    with pytest.raises(Stopped):
        in_parts(flawed()[0], tmp_path / "broken")
    stopped_at = calls
    in_parts(flawed()[0], tmp_path / "broken")
    again = calls - stopped_at
    calls = 100
    in_parts(flawed()[0], tmp_path / "other")

    assert again == (calls - 100) - 3 > 0
    assert bytes_of(tmp_path / "broken") == whole


def test_a_row_that_is_lost_between_reading_and_writing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = spilling._sorted

    def lossy(table: Any, form: Any) -> Any:
        return real(table.slice(1), form)

    monkeypatch.setattr(spilling, "_sorted", lossy)
    with pytest.raises(NotBalanced, match="lost or doubled"):
        in_parts(flawed()[0], tmp_path)
    assert not (tmp_path / "merged.json").exists()


def test_numbers_with_letters_and_leading_zeros_are_ordered_cut_and_told(tmp_path: Path) -> None:
    names = ["002", "10", "2", "A-1", "B2", "000000000000000000000009", ""]
    rows = [(f"{home}/{member}", home, A, f"山田 {chr(0x4E00 + 7 * at)}") for at, home in enumerate(names * 40)
            for member in range(2)]  # fmt: skip
    lines = [f"{record if at % 5 else 'same'},{home},,{name},1990-02-03,{code}"
             for at, (record, home, code, name) in enumerate(rows)]  # fmt: skip
    random.Random(1).shuffle(lines)
    head = "宛名番号,世帯番号,個人番号,氏名,生年月日,市区町村コード"
    (tmp_path / "a.csv").write_text("\n".join([head, *lines]), encoding="utf-8")

    def run(parts: int) -> Path:
        out = tmp_path / str(parts)
        merge(Merge((Register(tmp_path / "a.csv"),), Successor(A, "和歌山市"), out, prior=Prior(partitions=parts)))
        return out

    one, five = run(1), run(5)
    new = pl.read_parquet(five / "register" / "*.parquet")
    assert len(list((five / "register").iterdir())) == 5
    assert new.equals(pl.read_parquet(one / "register" / "*.parquet"))
    assert new["former_household"].unique(maintain_order=True).to_list() == [
        "002", "2", "10", "000000000000000000000009", "", "A-1", "B2"]  # fmt: skip
    assert new["世帯番号"].n_unique() == 7
    assert (one / "work-list.jsonl").read_bytes() == (five / "work-list.jsonl").read_bytes()
    twice = [one for one in conflicts(five) if one.matter == "record_twice"]
    assert len(twice) == len(new) - sum(new["former_record"].value_counts()["count"] == 1)


@given(st.lists(st.tuples(st.sampled_from([A, B, ""]), TEXTS), max_size=60), st.integers(1, 6), st.randoms())
@settings(max_examples=60, deadline=None)
def test_cuts_follow_the_order_and_never_the_order_of_rows(
    rows: list[tuple[str, str]], parts: int, chance: random.Random
) -> None:
    def cut(some: list[tuple[str, str]]) -> list[Cut]:
        sample = Sample()
        for start in range(0, len(some), 7):
            code, home = ([row[at] for row in some[start : start + 7]] for at in (0, 1))
            sample.add(pa.array(code, pa.string()), pa.array(home, pa.string()))
        return sample.cuts(parts)

    cuts = cut(rows)
    turned = rows.copy()
    chance.shuffle(turned)
    code, home = (pa.array([row[at] for row in rows], pa.string()) for at in (0, 1))
    part = part_of(code, home, cuts=cuts)
    keys = (*Ordered.of(home).keys(), *Ordered.of(code).keys())
    order = np.lexsort(keys)

    assert cut(turned) == cuts
    assert len(cuts) < parts
    assert (np.diff(part[order]) >= 0).all()
    assert len({(*row, number) for row, number in zip(rows, part.tolist(), strict=True)}) == len(set(rows))
    small = [at for at in order.tolist() if len(rows[at][1]) <= 18]
    assert [rank(rows[at][1]) for at in small if rows[at][0] == A] == sorted(
        rank(rows[at][1]) for at in small if rows[at][0] == A)  # fmt: skip


@given(st.lists(st.integers(1, 50), min_size=1, max_size=200), st.integers(1, 50))
@settings(max_examples=40, deadline=None)
def test_frequencies_do_not_depend_on_pieces(values: list[int], size: int) -> None:
    people = np.zeros(len(values), dtype=FINGERPRINT)
    for item in ("name", "kana", "place", "birth"):
        people[item] = values
    pieces = [people[start : start + size] for start in range(0, len(people), size)]
    one, many = Frequencies.of([people], rows=len(values)), Frequencies.of(pieces, rows=len(values))
    times = np.array([values.count(value) for value in values])
    unseen = one.share("name", people["name"]) * len(values) - np.maximum(times - 2, 0)

    assert (one.share("name", people["name"]) == many.share("name", people["name"])).all()
    assert np.allclose(unseen, unseen[0])


def test_a_finished_merger_removes_what_a_kill_left_behind(tmp_path: Path) -> None:
    out = in_parts(flawed()[0], tmp_path / "out")
    (out / "work").mkdir()

    in_parts(flawed()[0], out)
    assert not (out / "work").exists()


def test_scratch_files_go_where_the_results_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A register's rows are written into no folder but that of the results."""
    monkeypatch.setattr(tempfile, "mkdtemp", lambda *_: pytest.fail("a folder elsewhere"))
    monkeypatch.setattr(tempfile, "mkstemp", lambda *_: pytest.fail("a file elsewhere"))
    in_parts(flawed()[0], tmp_path / "out")

    assert [path.name for path in tmp_path.iterdir()] == ["out"]
