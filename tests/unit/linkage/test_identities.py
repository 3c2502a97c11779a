"""Duplicates in one register: each kind found at the rate at which it was put in, explained, in any order of rows."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from kiban.linkage.errors import BadFile
from kiban.linkage.identities import Duplicates, Kind, Pair, Report, duplicates, pairs, report
from kiban.population.doubles import REGISTER, Double
from kiban.shell.cli import main
from unit.linkage.nation import faults, made, scratch

RATE = 0.01
CAUSES = {Kind.SPLIT_PERSON: "split_person", Kind.SHARED_NUMBER: "shared_number", Kind.ENTERED_TWICE: "entered_twice"}


def flawed(**rates: float) -> Path:
    return made(REGISTER, faults=faults(**rates))


@cache
def searched() -> tuple[pl.DataFrame, Report, list[Pair]]:
    """The truth, and what was found, of a register with every kind of double."""
    folder, out = flawed(**dict.fromkeys(CAUSES.values(), RATE)), scratch("kiban-identities-")
    done = duplicates(Duplicates(folder / "agencies" / REGISTER, out))
    truth = pl.read_parquet(folder / "truth" / REGISTER / "*.parquet")
    return truth.with_columns(pl.col("cause", "slip").cast(str), pl.col("record_id").cast(str)), done, pairs(out)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_double_is_found_at_its_rate(kind: Kind) -> None:
    truth, done, found = searched()
    person = dict(truth.select("record_id", "person_id").iter_rows())
    sure = [pair for pair in found if pair.kind is kind and pair.sure]
    true = [
        pair
        for pair in sure
        if (person[pair.first.record] == person[pair.second.record]) != (kind is Kind.SHARED_NUMBER)
    ]
    wanted = set(truth.filter(pl.col("cause") == CAUSES[kind])["record_id"])
    persons = truth["person_id"].n_unique()

    assert abs(len(wanted) / persons - RATE) < 5 * math.sqrt(RATE / persons)
    assert len(wanted) > 60
    assert len(true) >= 0.97 * len(sure) == 0.97 * done.sure[kind]
    hit = {record for pair in true for record in (pair.first.record, pair.second.record)} & wanted
    assert len(hit) >= (0.8 if kind is Kind.SPLIT_PERSON else 0.97) * len(wanted)


def test_of_split_persons_only_those_with_another_birth_date_and_address_stay_unseen() -> None:
    truth, _, found = searched()
    seen = {r for pair in found if pair.kind is Kind.SPLIT_PERSON for r in (pair.first.record, pair.second.record)}
    split = truth.filter(pl.col("cause") == "split_person").with_columns(seen=pl.col("record_id").is_in(list(seen)))

    assert split.filter(pl.col("slip") != "birth")["seen"].mean() >= 0.95


def test_pairs_are_told_in_three_languages_and_without_the_number() -> None:
    folder = flawed(**dict.fromkeys(CAUSES.values(), RATE))
    numbers = set(pl.read_parquet(folder / "agencies" / REGISTER / "*.parquet")["individual_number"])
    for pair in searched()[2]:
        assert set(pair.says) == {"ja", "ja-easy", "en"}
        assert all(pair.says.values())
        told = repr(pair)
        assert not any(part in numbers for part in re.findall(r"\d{12}", told))
        assert (pair.kind is Kind.SHARED_NUMBER) == ("two persons" in pair.says["en"])
    one = next(p for p in searched()[2] if p.kind is Kind.SPLIT_PERSON and "address" in p.differs and "name" in p.fits)
    assert "住所が違います" in one.says["ja"]
    assert "one person in" in one.says["en"]


def test_a_register_without_doubles_gives_no_pair(tmp_path: Path) -> None:
    done = duplicates(Duplicates(made("nhi") / "register", tmp_path))

    assert pairs(tmp_path) == []
    assert not any(done.sure.values())
    assert done == report(tmp_path)


def test_order_cut_and_partitions_change_no_pair(tmp_path: Path) -> None:
    folder = flawed(**dict.fromkeys(CAUSES.values(), RATE)) / "agencies" / REGISTER
    rows = pl.read_parquet(folder / "*.parquet").sample(fraction=1, shuffle=True, seed=5)
    (tmp_path / "other").mkdir()
    for number, cut in enumerate((slice(0, 777), slice(777, 5000), slice(5000, None))):
        rows[cut].write_parquet(tmp_path / "other" / f"{9 - number}.parquet")
    from kiban.linkage.identities import Prior

    duplicates(Duplicates(tmp_path / "other", tmp_path / "out", Prior(partitions=7)))

    assert pairs(tmp_path / "out") == searched()[2]


def test_three_entries_of_one_person_are_one_group(tmp_path: Path) -> None:
    people = pl.read_parquet(made("nhi") / "register" / "*.parquet")
    mine = people[40]
    again = [mine.with_columns(person_id=pl.lit(9_000_000 + n, pl.Int64)) for n in range(2)]
    pl.concat([people, *again]).write_parquet(tmp_path / "a.parquet")
    duplicates(Duplicates(tmp_path / "a.parquet", tmp_path / "out"))
    found = pairs(tmp_path / "out")

    assert len(found) == 3
    assert {(pair.kind, pair.group) for pair in found} == {(Kind.ENTERED_TWICE, 1)}


def test_the_command_searches_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = flawed(**dict.fromkeys(CAUSES.values(), RATE)) / "agencies" / REGISTER
    words = [
        "linkage",
        "duplicates",
        "--register",
        str(folder),
        "--out",
        str(tmp_path),
        "--language",
        "en",
        "--most",
        "1",
    ]

    assert main(words) == 1
    assert pairs(tmp_path)[0].says["en"] in capsys.readouterr().out
    assert main(words) == 1
    with pytest.raises(BadFile):
        pairs(folder)


def test_the_generators_doubles_come_at_their_rates_with_the_truth_aside() -> None:
    folder = flawed(**dict.fromkeys(CAUSES.values(), RATE))
    table = pl.read_parquet(folder / "agencies" / REGISTER / "*.parquet")
    truth = pl.read_parquet(folder / "truth" / REGISTER / "*.parquet").with_columns(pl.col("cause", "slip").cast(str))
    plain = pl.read_parquet(folder / "register" / "*.parquet")

    assert table.columns == plain.columns
    assert table["person_id"].to_list() == truth["record_id"].to_list()
    assert table["person_id"].n_unique() == len(table)
    for one in Double:
        count = (truth["cause"] == one.name.lower()).sum()
        assert abs(count / len(plain) - RATE) < 5 * math.sqrt(RATE / len(plain)), one
    both = table.with_columns(truth["cause"], true=truth["person_id"]).join(
        plain.select(true="person_id", right="individual_number", home=pl.col("town").cast(str)), on="true"
    )
    numbers = both.with_columns(own=pl.col("individual_number") == pl.col("right"))
    assert numbers.filter(pl.col("cause").is_null())["own"].all()
    assert numbers.filter(pl.col("cause") == "entered_twice")["own"].all()
    assert not numbers.filter(pl.col("cause").is_in(["split_person", "shared_number"]))["own"].any()
    assert set(truth.filter(pl.col("cause") == "split_person")["slip"]) >= {"as_before", "kana", "name", "birth"}
