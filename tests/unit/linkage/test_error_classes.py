"""Every class of error that the generator puts in is found at its stated rate, and each wrong link's cause is named."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from kiban.linkage import findings
from kiban.population.faults import WRONG_LINKS, Fault
from unit.linkage.nation import checked, faults, judged, made

AGENCY = "nhi"
# A quarter of the records, so that counting tells; of those who moved or married, or have such a character: all.
RATES = dict.fromkeys(Fault, 0.25) | dict.fromkeys(
    (Fault.LATE_MOVE, Fault.FORMER_NAME, Fault.ALIAS, Fault.VARIANT), 1.0
)
RATES |= dict.fromkeys(WRONG_LINKS, 0.02)
SHOWN = {
    Fault.VARIANT: {"variant_character"}, Fault.KANA: {"typing_kana"}, Fault.NAME_TYPING: {"typing_name"},
    Fault.BIRTH_TYPING: {"typing_birth"}, Fault.SEX_TYPING: {"typing_sex"}, Fault.ADDRESS_NOTATION: {""},
    Fault.LATE_MOVE: {"moved", "typing_address"}, Fault.FORMER_NAME: {"family_name_changed"},
    Fault.NO_KANA: {"missing_item"}, Fault.NO_ADDRESS: {"missing_item"}, Fault.ALIAS: {"family_name_changed"},
}  # fmt: skip
CAUSES = {
    Fault.TWO_ITEMS: "two_item_lookup",
    Fault.WRONG_NUMBER: "wrong_number_written",
    Fault.FAMILY_MIXUP: "family_mix_up",
}


@cache
def copy(fault: Fault) -> tuple[Path, pl.DataFrame, Path]:
    """A copy with one class of error, its truth beside the judgements, and the results."""
    folder = made(AGENCY, faults=faults(**{fault.name.lower(): RATES[fault]}))
    out, _ = checked(folder, AGENCY)
    return folder, judged(folder, AGENCY, out), out


def test_every_class_of_error_is_looked_at() -> None:
    assert {*SHOWN, *CAUSES} == set(Fault)


@pytest.mark.parametrize("fault", SHOWN, ids=lambda one: one.name)
def test_an_ordinary_difference_is_found_at_its_rate_explained_and_not_called_wrong(fault: Fault) -> None:
    _, table, _ = copy(fault)
    has = (pl.col("faults") // (1 << fault)) % 2 == 1
    table = table.with_columns(has=has, shown=pl.col("differences").str.split(" ").list.set_intersection(
        pl.lit(sorted(SHOWN[fault]))).list.len() > 0)  # fmt: skip
    hit, rest = table.filter("has"), table.filter(~pl.col("has"))

    assert len(hit) >= (5 if fault is Fault.ALIAS else 10)
    if RATES[fault] < 1:
        spread = math.sqrt(RATES[fault] * (1 - RATES[fault]) / len(table))
        assert abs(len(hit) / len(table) - RATES[fault]) < 5 * spread
    assert hit["shown"].mean() >= 0.97
    assert set(rest["judgement"]) == {"certain"}
    assert hit["judgement"].is_in(["certain", "plausible"]).mean() >= 0.99


@pytest.mark.parametrize("fault", CAUSES, ids=lambda one: one.name)
def test_a_wrong_link_is_found_at_its_rate_with_the_right_person_and_its_cause(fault: Fault) -> None:
    _, table, out = copy(fault)
    wrong = table.filter("wrong")
    right = dict(wrong.select("record", "person_id").iter_rows())
    found = {one.record.record: one for one in findings(out) if one.judgement == "wrong"}
    spread = math.sqrt(RATES[fault] / len(table))

    # In a small register few have a namesake, so that the two-item lookups stay below their rate.
    assert abs(len(wrong) / len(table) - RATES[fault]) < 5 * spread or fault is Fault.TWO_ITEMS
    assert len(wrong) >= 10
    assert len(found.keys() & right.keys()) >= 0.97 * len(wrong)
    assert len(found.keys() - right.keys()) <= 0.03 * len(found)
    assert sum(
        found[r].candidates[0].person.record == str(right[r]) for r in found.keys() & right.keys()
    ) >= 0.97 * len(wrong)
    named = [one for one in found.values() if one.cause == CAUSES[fault]]
    assert len(named) >= 0.9 * len(found), {one.cause for one in found.values()}
