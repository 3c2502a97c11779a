"""Every kind of household, relation, name and circumstance that the nation claims is in it and fits together."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from kiban.population.actions import Job, generate
from kiban.population.agencies import AGENCIES
from kiban.population.doubles import REGISTER
from kiban.population.faults import Faults
from kiban.population.model import Settings

EVERYTHING = (*AGENCIES, REGISTER)
SETTINGS = Settings(3_000_000, seed=12, only=("302015", "302023", "131041"))


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation")
    generate(Job(SETTINGS, folder, EVERYTHING, Faults()))
    return folder


def table(nation: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(nation / name / "*.parquet").with_columns(pl.col(pl.Categorical).cast(str))


def test_every_kind_of_household_and_relation_is_there(nation: Path) -> None:
    people = table(nation, "register")
    relations, kinds = Counter(people["relation"]), Counter(people["household_kind"])
    homes = people.group_by("household_id").agg("relation", "household_kind")
    members = {tuple(sorted(set(one))) for one in homes["relation"]}

    assert {"世帯主", "妻", "夫", "子", "父", "母"} <= relations.keys()
    assert set(kinds) == {"single", "couple", "parents", "lone_parent", "three_generations", "adult_child", "siblings",
                          "institution"}  # fmt: skip
    assert 0.015 < kinds["institution"] / len(people) < 0.035
    assert any("子" in one and not {"妻", "夫"} & set(one) for one in members)  # a lone parent
    assert any({"子", "妻"} <= set(one) and {"父", "母"} & set(one) for one in members)  # three generations


def test_names_have_kanji_kana_and_roman_letters_and_their_exceptions(nation: Path) -> None:
    people = table(nation, "register")
    foreign = people.filter(pl.col("nationality") != "JPN")
    japanese = people.filter(pl.col("nationality") == "JPN")

    assert 0.01 < len(foreign) / len(people) < 0.06
    assert foreign["nationality"].n_unique() >= 4
    assert foreign["family"].str.contains(r"^[A-Z ]+$").all()
    assert foreign["family_kana"].str.contains(r"^[ァ-ヶー・]+$").all()
    assert foreign["alias_family"].is_not_null().sum() > 5
    assert japanese["alias_family"].is_null().all()
    assert japanese["former_family"].is_not_null().sum() > 100
    for column in ("family_roman", "given_roman"):
        assert japanese[column].str.contains(r"^[A-Z]+$").all(), column
    assert japanese["given_kana"].str.contains(r"^[ァ-ヶー]+$").all()


def test_life_fits_age_and_accounts_are_at_banks_that_nobody_has(nation: Path) -> None:
    people = table(nation, "register").join(table(nation, "circumstances"), on="person_id")
    age = (pl.lit(dt.date(2026, 10, 1)) - pl.col("birth_date")).dt.total_days() / 365.25
    people = people.with_columns(age=age)

    assert set(people["employment"]) == {"child", "student", "employee", "self_employed", "not_working", "retired"}
    assert set(people["insurance"]) == {"employees", "nhi", "late_elderly"}
    assert set(people["pension_category"]) == {0, 1, 2, 3}
    assert set(people["disability_grade"]) == set(range(7))
    assert set(people["school_grade"]) == set(range(10))
    assert (people.filter(pl.col("age") < 14)["revenue"] == 0).all()
    assert (people["total_income"] <= people["revenue"]).all()
    accounts = table(nation, "agencies/account")
    assert accounts["bank_code"].str.contains("^999[1-8]$").all()
    assert accounts["branch_code"].str.len_chars().unique().to_list() == [3]
    assert accounts["account_number"].str.len_chars().unique().to_list() == [7]


def test_parts_of_every_table_have_the_same_columns(nation: Path) -> None:
    for folder in sorted({path.parent for path in nation.rglob("*.parquet")}):
        schemas = {tuple(pl.read_parquet_schema(path)) for path in folder.glob("*.parquet")}
        assert len(schemas) == 1, folder


# What comes from the address registry changes with its data
PLACES = ("town", "town_id", "number", "from_town", "from_number", "from_municipality", "address", "school",
          "municipality", "city")  # fmt: skip


def test_the_same_seed_gives_the_same_values_of_every_table_on_every_machine(nation: Path) -> None:
    found = hashlib.sha256()
    for folder in sorted({path.parent for path in nation.rglob("*.parquet")}):
        for path in sorted(folder.glob("*.parquet")):
            values = pl.read_parquet(path).with_columns(pl.col(pl.Categorical).cast(str))
            found.update(values.drop(PLACES, strict=False).write_csv().encode())

    assert found.hexdigest() == GOLDEN


GOLDEN = "3c3eb1f98e3f6ee7d84911637f81e614d72445f93cc6923aaedaf55845bb908d"
