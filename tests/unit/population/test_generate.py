"""The synthetic nation: same seed, same bytes, however it is cut, stopped or shared out; and what is in it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.population.actions import Job, generate
from kiban.population.circumstances import BANKS, after_deduction, circumstances, school_grades
from kiban.population.errors import BadPlan, BrokenPart, OtherRun
from kiban.population.model import NATION, Part, Register, Settings, parts, shares
from kiban.population.nation import nation
from kiban.population.numbers import corporate_numbers, individual_numbers
from kiban.population.register import register
from kiban.population.store.files import MANIFEST, Journal, verify
from kiban.population.tables import register_table
from kiban.simulators.agencies.people import school_grade


def whole(settings: Settings) -> list[Register]:
    return [register(part, settings) for part in parts(settings)]


def digest(people: Register) -> str:
    columns = (getattr(people, field.name) for field in dataclasses.fields(people))
    return hashlib.sha256(
        b"".join(np.ascontiguousarray(column).tobytes() for column in columns if isinstance(column, np.ndarray))
    ).hexdigest()


def test_the_same_seed_gives_the_same_columns_on_every_machine() -> None:
    settings = Settings(20_000, seed=7)
    digests = "".join(digest(people) for people in whole(settings))

    assert hashlib.sha256(digests.encode()).hexdigest() == GOLDEN
    assert digests != "".join(digest(people) for people in whole(Settings(20_000, seed=8)))


GOLDEN = "a6312ebbccde2a9e9f3634f6812a956cb8ddc7d47afbecaef532a9e4fe9b9100"


def test_a_municipality_is_the_same_alone_and_among_others() -> None:
    settings = Settings(300_000, seed=5)
    among = next(part for part in parts(settings) if part.prefecture == "30")
    place = next(index for index, one in enumerate(among.shares) if one.code == "302015")
    start = sum(one.persons for one in among.shares[:place])
    alone = register(Part(0, among.shares[place : place + 1]), settings)
    rows = register(among, settings).pick(np.arange(start, start + among.shares[place].persons))

    assert len(alone) > 500
    assert digest(alone) == digest(rows)


@pytest.mark.parametrize("persons", [1, 2, 999, 54_321, 1_000_003, NATION])
def test_exactly_the_asked_number_of_persons(persons: int) -> None:
    found = shares(Settings(persons))

    assert sum(one.persons for one in found) == persons
    assert [one.serial for one in found[1:]] == list(np.cumsum([one.persons for one in found])[:-1])
    if persons <= 54_321:
        assert sum(len(people) for people in whole(Settings(persons))) == persons


def test_households_are_whole_and_have_one_head() -> None:
    for people in whole(Settings(30_000, seed=2)):
        heads = people.position == 1
        assert (people.household_id[heads] == people.person_id[heads]).all()
        assert (np.bincount(people.household_id - people.household_id.min())[
            people.household_id[heads] - people.household_id.min()] == people.size[heads]).all()  # fmt: skip
        assert (people.relation[heads] == 0).all()
        assert (people.relation[~heads] > 0).all()
        assert (people.since >= people.birth).all()
        assert (people.at.owner[people.town] == people.municipality).all()


def test_nobody_is_born_after_the_reference_day_and_ages_are_exact() -> None:
    on = dt.date(2026, 10, 1)
    people = whole(Settings(30_000))[12]
    for birth, age in zip(people.birth.tolist(), people.age.tolist(), strict=True):
        born = dt.date(1970, 1, 1) + dt.timedelta(days=birth)
        assert born <= on
        assert on.year - born.year - ((on.month, on.day) < (born.month, born.day)) == age


def test_ages_sexes_and_household_sizes_follow_the_census() -> None:
    settings, tables = Settings(300_000, seed=11), nation()
    ages, sizes = np.zeros((2, 101)), np.zeros(8)
    for people in whole(settings):
        np.add.at(ages, (people.sex, np.minimum(people.age, 100)), 1)
        sizes += np.bincount(np.minimum(people.size[people.position == 1], 7), minlength=8)
    expected = tables.pyramid / tables.pyramid.sum() * ages.sum()
    chi = ((ages - expected) ** 2 / np.maximum(expected, 1)).sum() / ages.size

    assert chi < 2.0  # members of a household depend on each other, so it lies a little above 1
    assert np.abs(sizes[1:] / sizes.sum() - tables.sizes).max() < 0.006
    assert 0.5 * np.abs(ages / ages.sum() - tables.pyramid / tables.pyramid.sum()).sum() < 0.02


def test_names_follow_their_frequencies_and_their_time() -> None:
    tables = nation()
    people = whole(Settings(120_000, seed=4))
    family = np.bincount(np.concatenate([one.family for one in people]), minlength=len(tables.family.written))
    top = [tables.family.written[index] for index in np.argsort(-family)[:4]]
    given = [(tables.given.written[g], a) for one in people for g, a, s in
             zip(one.given.tolist(), one.age.tolist(), one.sex.tolist(), strict=True) if s == 1]  # fmt: skip
    old, young = ([n.endswith("子") for n, age in given if low <= age < high] for low, high in ((70, 90), (0, 15)))

    assert top[0] == "佐藤"
    assert set(top) >= {"佐藤", "鈴木", "高橋"}
    assert np.mean(old) > 0.3
    assert np.mean(young) < 0.15


def check_digit(number: str) -> int:
    total = sum(int(char) * weight for char, weight in zip(number, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True))
    return 0 if total % 11 <= 1 else 11 - total % 11


@given(st.lists(st.integers(0, NATION), min_size=1, max_size=50, unique=True), st.integers(0, 2**32 - 1))
def test_individual_numbers_are_unique_synthetic_and_have_their_check_digit(serials: list[int], seed: int) -> None:
    numbers = [bytes(row).decode() for row in individual_numbers(np.array(serials, dtype=np.int64), seed=seed)]

    assert len(set(numbers)) == len(serials)
    for number in numbers:
        assert number.startswith("99")
        assert check_digit(number[:11]) == int(number[11])


def test_corporate_numbers_have_their_check_digit() -> None:
    assert corporate_numbers(np.array([0, 1])) == [corporate(f"999{0:09}"), corporate(f"999{1:09}")]


def corporate(base: str) -> str:
    digits = [int(char) for char in reversed(base)]
    return f"{9 - (sum(digits[0::2]) + 2 * sum(digits[1::2])) % 9}{base}"


def test_the_banks_are_assigned_to_nobody() -> None:
    from zengin_code import Bank

    assert not set(BANKS) & set(Bank.all)


@given(st.dates(dt.date(2005, 1, 1), dt.date(2026, 10, 1)), st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)))
def test_school_grades_are_those_of_the_law(birth: dt.date, on: dt.date) -> None:
    day = np.array([(birth - dt.date(1970, 1, 1)).days])

    assert school_grades(day, on=on)[0] == school_grade(birth, on=on)


@given(st.integers(0, 40_000_000))
def test_the_deduction_never_raises_an_income_and_never_jumps(salary: int) -> None:
    now, more = after_deduction(np.array([salary, salary + 1_000]))

    assert 0 <= now <= salary
    assert 0 <= more - now <= 1_000 + 1


def test_circumstances_fit_the_persons() -> None:
    people = whole(Settings(60_000))[12]
    life = circumstances(people, on=dt.date(2026, 10, 1))

    assert ((life.insurance == 2) == (people.age >= 75)).all()
    assert not life.pension[people.age < 18].any()
    assert (life.revenue[people.age < 15] == 0).all()
    assert set(people.age[life.grade > 0].tolist()) <= set(range(6, 16))
    assert 0.3 < (life.bank >= 0).mean() < 0.7


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_workers_and_a_stop_change_no_byte(tmp_path: Path) -> None:
    settings = Settings(1_500, seed=9)
    one, two = tmp_path / "one", tmp_path / "two"
    manifest = generate(Job(settings, one))
    process = subprocess.Popen(
        [sys.executable, "-m", "kiban", "population", "generate", "--persons", "1500", "--seed", "9", "--out", two],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3] / "src")},
    )
    while len(list(two.rglob("*.parquet"))) < 20:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (two / MANIFEST).exists()
    begun = {path: path.stat().st_mtime_ns for path in two.rglob("*.parquet")}
    again = generate(Job(settings, two), workers=2)

    assert sum(path.stat().st_mtime_ns == stamp for path, stamp in begun.items()) >= 12
    assert again.fingerprint == manifest.fingerprint == verify(two).fingerprint
    assert files(one) == {name: data for name, data in files(two).items() if not name.endswith(".partial")}


def test_a_journal_cut_in_its_last_line_costs_that_part_only(tmp_path: Path) -> None:
    job = Job(Settings(600, seed=9), tmp_path)
    manifest = generate(job)
    journal = Journal(tmp_path / "x", job.parameters())
    for entry in manifest.parts:
        journal.add(entry)
    (tmp_path / MANIFEST).unlink()
    content = (tmp_path / "x" / "journal.jsonl").read_bytes()
    for cut in (1, 40, len(content.split(b"\n")[-2])):
        (tmp_path / "journal.jsonl").write_bytes(content[:-cut])
        again = Journal(tmp_path, job.parameters())
        assert sorted(again.done) == [entry.part for entry in manifest.parts][:-1]
        again.add(manifest.parts[-1])
        assert sorted(Journal(tmp_path, job.parameters()).done) == [entry.part for entry in manifest.parts]
    assert generate(job).fingerprint == manifest.fingerprint


def test_a_finished_part_that_is_gone_is_made_again(tmp_path: Path) -> None:
    job = Job(Settings(200, only=("302015", "131041")), tmp_path)
    manifest = generate(job)
    next(tmp_path.rglob("*.parquet")).unlink()

    assert generate(job).fingerprint == manifest.fingerprint
    assert verify(tmp_path) == manifest


def test_another_run_and_a_changed_file_are_refused(tmp_path: Path) -> None:
    generate(Job(Settings(500, only=("302015",)), tmp_path))
    with pytest.raises(OtherRun):
        generate(Job(Settings(501, only=("302015",)), tmp_path))
    table = next(tmp_path.rglob("*.parquet"))
    table.write_bytes(table.read_bytes()[:-1] + b"?")
    with pytest.raises(BrokenPart):
        verify(tmp_path)


@pytest.mark.parametrize("fault", [
    {"persons": 0}, {"persons": NATION + 1}, {"seed": -1}, {"only": ("999999",)}, {"on": dt.date(1900, 1, 1)},
    {"on": dt.date(2101, 1, 1)},
])  # fmt: skip
def test_impossible_plans_are_refused(fault: dict[str, Any]) -> None:
    with pytest.raises(BadPlan):
        Settings(**({"persons": 10} | fault))


def test_the_tables_read_as_a_register(tmp_path: Path) -> None:
    generate(Job(Settings(400_000, only=("302015", "302023")), tmp_path))
    table = pq.read_table(tmp_path / "register")
    rows = table.slice(0, 500).to_pylist()

    assert table.num_rows > 1000
    assert pa.types.is_date32(table.schema.field("birth_date").type)
    assert {row["city"] for row in rows} <= {"和歌山市", "海南市"}
    assert all(row["sex"] in "12" and row["town"] and row["number"] for row in rows)
    assert all(check_digit(row["individual_number"][:11]) == int(row["individual_number"][11]) for row in rows)
    assert register_table(register(parts(Settings(100))[0], Settings(100))).num_rows > 0
