"""Comparison levels for Splink that know Japanese records; plain SQL over folded columns, for any backend.

The columns are those of `records.COLUMNS`: names and readings folded by the kernel (variants are one character), homes
as the address loops of the link check read them, birth dates as year, month, day and days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import splink.comparison_level_library as cll
import splink.comparison_library as cl

Comparison = Any


@dataclass(frozen=True, slots=True)
class Model:
    """What is compared, how candidates are found, and on which pairs the weights are learnt.

    ``blocking`` and ``training`` are SQL conditions over ``l`` and ``r``; ``keyed`` replaces ``training`` where both
    sides have a link key: nearly all pairs of one key are one person, so one pass learns every weight.
    """

    comparisons: tuple[Comparison, ...]
    blocking: tuple[str, ...]
    training: tuple[str, ...]
    keyed: str = ""


def equal(*columns: str) -> str:
    """A condition: the columns are the same on both sides."""
    return " and ".join(f"l.{column} = r.{column}" for column in columns)


def _level(condition: str, label: str) -> Any:
    return cll.CustomLevel(condition, label_for_charts=label)


def _near(column: str) -> str:
    """One slip in three letters or more: a letter more, less or another, or two letters changed places."""
    one, two = f"{column}_letters_l", f"{column}_letters_r"
    shortest, distance = f"least(length({one}), length({two}))", f"levenshtein({one}, {two})"
    turned = f"{column}_sorted_l = {column}_sorted_r"
    return f"({shortest} >= 3 and ({distance} <= 1 or ({distance} = 2 and {turned})))"


def names() -> Comparison:
    """Name and reading as one comparison, as they are not independent: 氏名とフリガナ."""
    name, kana = "name_l = name_r", "kana_l = kana_r"
    no_kana = "(kana_l is null or kana_r is null)"
    return cl.CustomComparison(
        output_column_name="person_name",
        comparison_levels=[
            cll.NullLevel("name"),
            _level(f"{name} and {kana}", "name and reading same").configure(tf_adjustment_column="name"),
            _level(f"{name} and {no_kana}", "name same, no reading").configure(tf_adjustment_column="name"),
            _level(f"{name} and {_near('kana')}", "name same, reading nearly"),
            _level(f"{name}", "name same, reading differs"),
            _level(f"{kana}", "reading same, name differs"),
            _level(f"{_near('name')} or {_near('kana')}", "name or reading nearly the same"),
            _level("given_l = given_r or given_kana_l = given_kana_r", "given name same (family name changed)"),
            _level("family_l = family_r", "family name same"),
            cll.ElseLevel(),
        ],
    )  # fmt: skip


def births() -> Comparison:
    """Birth dates with the slips of typing: one of year, month, day; month and day exchanged; a digit: 生年月日."""
    parts = [f"{part}_l = {part}_r" for part in ("birth_year", "birth_month", "birth_day")]
    two = " or ".join(f"({a} and {b})" for a, b in ((parts[0], parts[1]), (parts[0], parts[2]), (parts[1], parts[2])))
    swapped = "(birth_year_l = birth_year_r and birth_month_l = birth_day_r and birth_day_l = birth_month_r)"
    apart = "abs(birth_l - birth_r)"
    return cl.CustomComparison(
        output_column_name="birth_date",
        comparison_levels=[
            cll.NullLevel("birth"),
            _level("birth_l = birth_r", "same"),
            _level(f"{two} or {swapped}", "one part differs, or month and day exchanged"),
            _level(f"{apart} <= 31 or {apart} between 3651 and 3654", "a slip in one digit"),
            cll.ElseLevel(),
        ],
    )  # fmt: skip


def sexes() -> Comparison:
    """性別."""
    levels = [cll.NullLevel("sex"), _level("sex_l = sex_r", "same"), cll.ElseLevel()]
    return cl.CustomComparison(output_column_name="sex", comparison_levels=levels)


def addresses() -> Comparison:
    """住所: the same home however it is written, the same town, another place."""
    return cl.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            cll.NullLevel("place"),
            _level("home_l = home_r", "same home"),
            _level("place_l = place_r", "same town"),
            cll.ElseLevel(),
        ],
    )  # fmt: skip


def japanese() -> Model:
    """The model for resident registers and agencies' records."""
    return Model(
        comparisons=(names(), births(), sexes(), addresses()),
        blocking=(
            equal("kana", "birth"), equal("name", "birth"), equal("home", "birth"), equal("home", "name"),
            equal("kana", "place"), equal("name", "place"), equal("given_kana", "birth"), equal("given", "birth"),
            equal("home", "given_kana"), equal("kana", "birth_year", "birth_month"),
            equal("kana", "birth_month", "birth_day"), equal("name", "birth_year", "birth_day"),
        ),
        training=(equal("kana", "birth"), equal("home", "birth"), equal("home", "name")),
        keyed=equal("link_key"),
    )  # fmt: skip


JAPANESE = japanese()
