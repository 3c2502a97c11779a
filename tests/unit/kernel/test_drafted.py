"""A file that a command writes is whole or as it was before."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiban.kernel.drafted import drafted


def test_what_is_written_takes_the_place_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    with drafted(target) as draft:
        draft.write_text("after")
        assert target.read_text() == "before"
    assert target.read_text() == "after"
    assert list(tmp_path.iterdir()) == [target]


def _broken_off(target: Path) -> None:
    with drafted(target) as draft:
        draft.write_text("half")
        raise InterruptedError


def test_an_error_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    with pytest.raises(InterruptedError):
        _broken_off(target)
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]
