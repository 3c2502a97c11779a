"""Pairs of addresses (golden/same_pairs.tsv): the same place, one within the other, different, or not to be told."""

from __future__ import annotations

from pathlib import Path

from kiban.registries.address.same import same

GOLDEN = Path(__file__).parent / "golden" / "same_pairs.tsv"


def test_two_texts_are_compared_place_by_place_in_either_order() -> None:
    rows = [line.split("\t") for line in GOLDEN.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    wrong = []
    for one, other, verdict in rows:
        found = {same(one, other).verdict, same(other, one).verdict}
        if found != {verdict}:
            wrong.append((one, other, verdict, found))
    assert wrong == []
    assert len(rows) >= 60


def test_the_town_without_its_chome_holds_the_chome() -> None:
    """霞が関 alone has no id, its 丁目 have: it is no other town."""
    found = same("東京都千代田区霞が関", "東京都千代田区霞が関2-1-6")
    assert (found.verdict, found.level, found.why) == ("within", 3, "一方が他方より粗い")
