"""Salting and the salted check in parts: as many as may be, wherever they stop, the same; none is made twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from kiban.linkage import Check
from kiban.linkage.errors import OtherCheck
from kiban.linkage.salting import Form, Key, Salt, actions, check_salted, checking, joining, salt
from kiban.linkage.salting.model import ROW
from kiban.linkage.salting.store import files
from kiban.linkage.salting.tokens import Tokens, in_order
from unit.linkage.test_salting import KEY, flawed, salted


def bytes_of(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*"))
            if p.is_file() and p.name != "journal.json"}  # fmt: skip


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces and parts so small that there are many."""
    monkeypatch.setattr(actions, "PIECE", 700)
    monkeypatch.setattr(actions, "ROWS_IN_PART", 900)
    monkeypatch.setattr(checking, "ROWS_IN_PART", 800)
    monkeypatch.setattr(files, "AT_A_TIME", 500)


class Stopped(Exception):
    """Instead of a power cut."""


def broken_at(monkeypatch: pytest.MonkeyPatch, room: Any, name: str) -> list[int]:
    """Let the fourth call of a function fail; returns the list that grows with every call."""
    real: Callable[..., Any] = getattr(room, name)
    calls: list[int] = []

    def counted(*values: Any, **named: Any) -> Any:
        calls.append(len(calls))
        if len(calls) == 4:
            raise Stopped
        return real(*values, **named)

    monkeypatch.setattr(room, name, counted)
    return calls


@pytest.mark.parametrize("form", Form)
@pytest.mark.usefixtures("small")
def test_as_many_parts_as_may_be_salt_and_judge_alike(form: Form, tmp_path: Path) -> None:
    whole, done, _ = salted(form)
    for side in ("register", "agencies/health"):
        salt(Salt(flawed() / side, tmp_path / side, form), KEY)
        assert (files.rows(tmp_path / side) == files.rows(whole / side)).all()
        assert (tmp_path / side / files.ABOUT).read_bytes() == (whole / side / files.ABOUT).read_bytes()
        assert sorted(path.name for path in (tmp_path / side).iterdir()) == [files.ABOUT, files.ROWS]
    again = check_salted(Check(tmp_path / "register", tmp_path / "agencies/health", tmp_path / "done"))
    judged = [pl.read_parquet(out / "done/judgements/salted.parquet") for out in (whole, tmp_path)]

    assert again == done
    assert judged[0].equals(judged[1])
    for name in ("work-list.jsonl", "set-aside.jsonl", "summary.json"):
        assert (tmp_path / "done" / name).read_bytes() == (whole / "done" / name).read_bytes()


@pytest.mark.parametrize("name", ["_salted", "_part"])
@pytest.mark.usefixtures("small")
def test_a_stopped_salting_goes_on_after_its_last_piece_or_part(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "ROWS_IN_PART", 200)
    job = Salt(flawed() / "agencies/health", tmp_path / "broken", Form.BLOOM)
    salt(Salt(job.source, tmp_path / "whole", job.form), KEY)
    calls = broken_at(monkeypatch, actions if name == "_salted" else files, name if name == "_salted" else "table")
    with pytest.raises(Stopped):
        salt(job, KEY)
    assert not (job.out / files.ABOUT).exists()
    with pytest.raises(OtherCheck):
        salt(job, Key(bytes(32)))
    salt(job, KEY)
    again = len(calls) - 4
    salt(Salt(job.source, tmp_path / "other", job.form), KEY)

    assert again == len(calls) - 4 - again - 3 > 0
    assert bytes_of(tmp_path / "broken") == bytes_of(tmp_path / "whole")


@pytest.mark.usefixtures("small")
def test_a_stopped_salted_check_goes_on_after_its_last_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, _, _ = salted(Form.HMAC)
    job = Check(folder / "register", folder / "agencies/health", tmp_path / "broken")
    check_salted(Check(job.register, job.agency, tmp_path / "whole"))
    calls = broken_at(monkeypatch, joining, "_part")
    filed = broken_at(monkeypatch, checking, "filed")
    with pytest.raises(Stopped):
        check_salted(job)
    check_salted(job)
    again = len(calls) - 4

    assert len(filed) == 2
    assert again > 0
    assert (tmp_path / "broken" / "work").exists() is False
    assert bytes_of(tmp_path / "broken") == bytes_of(tmp_path / "whole")


def test_rows_that_keys_and_records_do_not_tell_apart_have_an_order() -> None:
    rows = np.zeros(60, dtype=ROW)
    rows["key"], rows["record"], rows["name"] = 1, np.arange(60) % 2, np.arange(60) % 7
    rows["birth"], rows["sex"] = np.arange(60) % 5, 1
    turned = rows[np.random.default_rng(3).permutation(60)]

    assert (in_order(rows) == in_order(turned)).all()


def test_tokens_are_the_same_whatever_was_asked_before() -> None:
    values = np.array([0, 5, 5, 9, 2**40], dtype=np.uint64)
    used = Tokens(KEY)
    used.of(np.array([9, 1], dtype=np.uint64), item="name", bits=32)

    assert used.of(values, item="name", bits=32).tolist() == Tokens(KEY).of(values, item="name", bits=32).tolist()
    assert Tokens(KEY).of(values, item="name", bits=64)[1] == KEY.token("name", (5).to_bytes(8, "big"))
    assert Tokens(KEY).of(values, item="kana", bits=32)[1] != used.of(values, item="name", bits=32)[1]
    assert used.of(values, item="name", bits=32)[0] == 0


@pytest.mark.usefixtures("small")
def test_no_individual_number_is_in_the_work_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = pl.read_parquet(flawed() / "register" / "*.parquet")["individual_number"].head(300).to_list()
    monkeypatch.setattr(files, "finish", lambda *_, **__: (_ for _ in ()).throw(Stopped))
    with pytest.raises(Stopped):
        salt(Salt(flawed() / "register", tmp_path, Form.BLOOM), KEY)
    kept = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())

    assert len(kept) > 100_000
    assert not any(number.encode() in kept or int(number).to_bytes(8, "little") in kept for number in numbers)
