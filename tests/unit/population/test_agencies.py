"""Agency copies: each in its own way of writing, every fault at its rate, the truth aside."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.population.actions import Job, generate
from kiban.population.agencies import AGENCIES, copy
from kiban.population.circumstances import Circumstances, circumstances
from kiban.population.errors import BadPlan
from kiban.population.faults import NO_FAULTS, Fault, Faults, read_faults
from kiban.population.model import Register, Settings, parts
from kiban.population.register import register
from kiban.population.tables import register_table
from kiban.population.writing import EPOCH, VARIANTS, era_codes, era_texts, half_width, notation, short_number

SETTINGS = Settings(2_000_000, seed=3)
RATES = {"two_items": 0.01, "wrong_number": 0.02, "family_mixup": 0.03, "variant": 0.4, "kana": 0.02,
         "name_typing": 0.03, "birth_typing": 0.02, "sex_typing": 0.01, "address_notation": 0.2, "late_move": 0.5,
         "former_name": 0.5, "no_kana": 0.02, "no_address": 0.03, "alias": 0.5}  # fmt: skip


@pytest.fixture(scope="module")
def part() -> tuple[Register, Circumstances]:
    people = register(next(one for one in parts(SETTINGS) if one.prefecture == "30"), SETTINGS)
    return people, circumstances(people, on=SETTINGS.on)


def made(part: tuple[Register, Circumstances], agency: str, faults: Faults) -> tuple[Any, Any]:
    return copy(*part, agency=agency, faults=faults, first=0)


@pytest.mark.parametrize("agency", AGENCIES)
def test_a_perfect_copy_differs_in_nothing(part: tuple[Register, Circumstances], agency: str) -> None:
    table, truth = made(part, agency, NO_FAULTS)
    people = register_table(part[0])
    rows = truth["person_id"].to_numpy() - people["person_id"][0].as_py()
    theirs = people.take(rows)

    assert table.num_rows == truth.num_rows > 50
    assert not truth["faults"].to_numpy().any()
    assert truth["cause"].null_count == truth.num_rows
    assert table["individual_number"].to_pylist() == theirs["individual_number"].to_pylist()
    assert table["sex"].to_pylist() == theirs["sex"].to_pylist()
    if "family" in table.column_names:
        assert table["family"].to_pylist() == theirs["family"].to_pylist()
        assert table["birth_date"].to_pylist() == [day.isoformat() for day in theirs["birth_date"].to_pylist()]
    else:
        names = zip(theirs["family"].to_pylist(), theirs["given"].to_pylist(), strict=True)
        assert table["name"].to_pylist() == [f"{family}　{given}" for family, given in names]


def test_every_fault_comes_at_its_rate(part: tuple[Register, Circumstances]) -> None:
    people = part[0]
    _, truth = made(part, "pension", Faults(**RATES))
    bits, rows = truth["faults"].to_numpy(), truth["person_id"].to_numpy() - people.person_id[0]
    possible = {fault: np.ones(len(rows), bool) for fault in Fault}
    possible[Fault.FORMER_NAME] = people.former_family[rows] >= 0
    possible[Fault.ALIAS] = people.alias[rows] >= 0
    possible[Fault.LATE_MOVE] = (people.past_town[rows] >= 0) & (people.since[rows] >= people.since.max() - 1095)
    for fault in set(Fault) - {Fault.TWO_ITEMS, Fault.VARIANT}:
        share, of = ((bits >> fault) & 1)[possible[fault]].mean(), int(possible[fault].sum())
        rate = RATES[fault.name.lower()]
        assert abs(share - rate) < 5 * np.sqrt(rate * (1 - rate) / of) + 1e-9, fault.name
    assert 0.005 < ((bits >> Fault.TWO_ITEMS) & 1).mean() < 0.013  # in a small part few have a namesake
    assert 0.02 < ((bits >> Fault.VARIANT) & 1).mean() < 0.3


def test_wrong_links_are_what_their_causes_say(part: tuple[Register, Circumstances]) -> None:
    people = part[0]
    table, truth = made(part, "account", Faults(**RATES))
    first = people.person_id[0]
    mine, theirs = truth["person_id"].to_numpy() - first, truth["linked_person_id"].to_numpy() - first
    cause = np.array(truth["cause"].to_pylist(), dtype=object)
    named = [f"{a}{b}" for a, b in zip(register_table(people)["family_kana"].to_pylist(),
                                       register_table(people)["given_kana"].to_pylist(), strict=True)]  # fmt: skip

    assert ((mine != theirs) == (cause != None)).all()  # noqa: E711
    mixed = cause == "family_mixup"
    assert (people.household_id[mine[mixed]] == people.household_id[theirs[mixed]]).all()
    two = cause == "two_items"
    assert two.sum() > 5
    assert [named[index] for index in mine[two]] == [named[index] for index in theirs[two]]
    numbers = register_table(people)["individual_number"].to_pylist()
    assert table["individual_number"].to_pylist() == [numbers[index] for index in theirs]


def test_the_truth_stays_out_of_the_copies(tmp_path: Path) -> None:
    settings = Settings(400_000, only=("302015",))
    generate(Job(settings, tmp_path, ("health", "account"), Faults(**RATES)))

    assert {path.name for path in (tmp_path / "agencies").iterdir()} == {"health", "account"}
    for agency in ("health", "account"):
        table, truth = (pq.read_table(tmp_path / kind / agency) for kind in ("agencies", "truth"))
        assert not {"person_id", "linked_person_id", "cause", "faults"} & set(table.column_names)
        assert table["record_id"].to_pylist() == truth["record_id"].to_pylist()
        assert len(set(truth["record_id"].to_pylist())) == truth.num_rows


def test_rates_are_read_and_faulty_files_refused(tmp_path: Path) -> None:
    file = tmp_path / "errors.yaml"
    file.write_text("two_items: 0.01\nno_kana: 0\n", encoding="utf-8")
    assert read_faults(file) == Faults(two_items=0.01, no_kana=0)
    for text in ("two_itmes: 0.1", "two_items: 2", "two_items: much", "- 1", "a: [", "two_items: true"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BadPlan):
            read_faults(file)
    with pytest.raises(BadPlan):
        read_faults(tmp_path / "none.yaml")
    with pytest.raises(BadPlan):
        Job(SETTINGS, tmp_path, ("fire-brigade",))


def test_offices_write_dates_kana_and_numbers_in_their_ways() -> None:
    days = np.array([(dt.date.fromisoformat(text) - EPOCH).days for text in
                     ("1980-04-01", "2019-05-01", "1989-01-08", "1989-01-07", "1926-12-25", "1912-07-30")])  # fmt: skip

    assert era_codes(days) == ["5550401", "9010501", "7010108", "5640107", "5011225", "3010730"]
    assert era_texts(days)[:2] == ["昭和55年4月1日", "令和元年5月1日"]
    assert half_width("ガッキョウ・ヴァーパ") == "ｶﾞﾂｷﾖｳ･ｳﾞｱｰﾊﾟ"
    assert [short_number(text) for text in ("5番3号", "570番地", "570番地2")] == ["5-3", "570", "570-2"]
    assert notation("和歌山県海南市日方5-3", 2) == "海南市日方5-3"
    assert notation("神奈川県横浜市西区1-2", 2) == "横浜市西区1-2"


@given(st.text(st.sampled_from("アイウガギグパピプァッャョンー"), max_size=20))
def test_half_width_kana_are_half_width_and_stable(kana: str) -> None:
    once = half_width(kana)

    assert all("\uff61" <= char <= "\uff9f" for char in once)
    assert half_width(once) == once


def test_variant_characters_are_of_one_fold_class() -> None:
    from shared_data import shared

    lines = shared("data/fold_classes.tsv").read_text(encoding="utf-8").splitlines()[1:]
    fold = dict(line.split("\t")[:2] for line in lines)
    apart = {old: new for old, new in VARIANTS.items() if fold.get(old, old) != fold.get(new, new)}

    assert not apart
