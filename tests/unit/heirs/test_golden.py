"""Every case reckoned by hand from the articles: heirs, exclusions, what is open, what is left after later deaths."""

from __future__ import annotations

from fractions import Fraction

import pytest

from heirs_golden import Golden, golden_cases, shares
from kiban.heirs import find
from kiban.kernel.errors import KibanError

CASES = golden_cases()


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_heirs_and_shares_are_those_of_the_articles(case: Golden) -> None:
    if code := case.expected.get("fault"):
        with pytest.raises(KibanError) as caught:
            find(case.family())
        assert caught.value.code == code
        return

    found = find(case.family())

    assert found.first.shares() == shares(case.expected["heirs"])
    assert sum(found.first.shares().values(), Fraction(0)) in {Fraction(0), Fraction(1)}
    told = {one.person: one.reason.key for one in found.first.excluded}
    wanted = case.expected.get("excluded", {})
    assert {person: told.get(person) for person in wanted} == wanted
    if "final" in case.expected:
        assert found.final == shares(case.expected["final"])
    if "status" in case.expected:
        assert found.status == case.expected["status"]
    if "alternatives" in case.expected:
        others = [one.heirs for one in found.alternatives if one.heirs != found.first.shares()]
        assert others == [shares(one) for one in case.expected["alternatives"]]


def test_there_are_enough_cases_and_each_names_its_article() -> None:
    assert len(CASES) >= 140
    assert [case.title for case in CASES if not case.expected.get("from")] == []
    assert len({case.title for case in CASES}) == len(CASES)
