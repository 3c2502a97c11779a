"""An agency that has no addresses at all (registered accounts) is judged by name, reading, birth date and sex."""

from __future__ import annotations

import dataclasses

import polars as pl

from kiban.linkage import findings
from kiban.population.faults import Faults
from unit.linkage.nation import checked, judged, made


def test_wrong_links_are_called_wrong_without_any_address() -> None:
    rates = dataclasses.replace(Faults(), two_items=0.004, wrong_number=0.004, family_mixup=0.004)
    folder = made("account", faults=rates)
    out, _ = checked(folder, "account")
    table = judged(folder, "account", out)
    wrong, called = table.filter("wrong"), table.filter(pl.col("judgement") == "wrong")
    right = dict(wrong.select("record", "person_id").iter_rows())
    hit = [one for one in findings(out) if one.record.record in right and one.candidates]

    assert len(wrong) > 30
    assert (called["wrong"]).mean() >= 0.97
    assert (wrong["judgement"] == "wrong").mean() >= 0.9
    assert wrong["judgement"].is_in(["wrong", "suspicious"]).mean() >= 0.97
    assert sum(one.candidates[0].person.record == str(right[one.record.record]) for one in hit) >= 0.95 * len(wrong)
