"""Municipalities by day: numbers against the published ones, what became of a code, codes between the two lists.

Published numbers: 総務省「市町村数の変遷」 and its monthly figures of 2004–2005 (without the six villages of 北方領土).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter

import pytest

from kiban.kernel.values import MunicipalityCode
from kiban.registries.errors import UnknownPlace
from kiban.registries.municipality_history import KNOWN_TO, became, beyond, municipalities_on, numbers_on
from kiban.registries.municipality_register import find_former, former_municipalities, places_named, states
from kiban.shell.cli import main

PUBLISHED = {
    "1970-04-01": (564, 2027, 689),
    "1975-04-01": (643, 1974, 640),
    "1985-04-01": (651, 2001, 601),
    "1995-04-01": (663, 1994, 577),
    "1999-03-31": (670, 1994, 568),
    "2002-04-01": (675, 1981, 562),
    "2003-04-01": (677, 1961, 552),
    "2005-04-01": (739, 1317, 339),
    "2006-03-31": (777, 846, 198),
    "2010-03-31": (786, 757, 184),
    "2014-04-05": (790, 745, 183),
    "2018-10-01": (792, 743, 183),
    "2024-01-01": (792, 743, 183),
}
TOTALS = {
    "2004-09-30": 3081,
    "2004-10-31": 3007,
    "2004-11-30": 2939,
    "2004-12-31": 2927,
    "2005-01-31": 2827,
    "2005-02-28": 2742,
    "2008-11-01": 1782,
    "2011-04-01": 1724,
}


@pytest.mark.parametrize(("day", "numbers"), PUBLISHED.items())
def test_as_many_cities_towns_and_villages_as_published(day: str, numbers: tuple[int, int, int]) -> None:
    found = numbers_on(dt.date.fromisoformat(day))

    assert (found["市"], found["町"], found["村"], found["特別区"]) == (*numbers, 23)


@pytest.mark.parametrize(("day", "total"), TOTALS.items())
def test_as_many_as_published_month_by_month(day: str, total: int) -> None:
    found = numbers_on(dt.date.fromisoformat(day))

    assert found["市"] + found["町"] + found["村"] == total


def test_wards_of_designated_cities_follow_the_ordinances() -> None:
    """175 wards until 2023-12-31; 浜松 made three of seven on the next day."""
    assert numbers_on(dt.date(2023, 12, 31))["行政区"] - numbers_on(dt.date(2024, 1, 1))["行政区"] == 4
    assert numbers_on(dt.date(2024, 1, 1))["行政区"] == 171
    seven = [one for one in municipalities_on(dt.date(2010, 1, 1), area="2213") if one.kind == "行政区"]
    assert [one.name for one in seven][:2] == ["浜松市中区", "浜松市東区"]
    assert {(one.since, one.until) for one in seven} == {(dt.date(2007, 4, 1), dt.date(2024, 1, 1))}


@pytest.mark.parametrize(
    ("code", "today"),
    [
        ("221350", ["浜松市中央区", "浜松市浜名区"]),
        ("112445", ["さいたま市"]),
        ("033081", ["八幡平市"]),
        ("012327", ["函館市"]),
        ("174629", ["輪島市"]),
        ("472042", ["沖縄市"]),
        ("302023", ["海南市"]),
        ("303011", ["海南市"]),
    ],
)
def test_what_became_of_a_code(code: str, today: list[str]) -> None:
    assert [one.name for one in became(code)] == today


def test_every_code_of_the_past_leads_to_today() -> None:
    for former in former_municipalities():
        assert former.exact, former
        assert MunicipalityCode.parse(former.code).value == former.code
        assert became(former.code), former


def test_what_rests_on_less_is_marked() -> None:
    ended = [row for rows in states().values() for row in rows if row["valid_to"]]
    marks = Counter(mark for row in ended for mark in row["marks"].split())

    assert len(ended) == 2213
    assert {mark: marks[mark] for mark in marks if mark != "since-at-latest"} == {
        "successor-by-place": 109,
        "by-hand": 7,
        "code-by-rule": 2,
    }


def test_states_of_a_code_meet_and_never_overlap() -> None:
    for rows in states().values():
        for before, after in itertools.pairwise(rows):
            assert before["valid_from"] < before["valid_to"] <= after["valid_from"]


def test_one_place_that_changed_its_code_or_county_is_not_two() -> None:
    assert [places_named(name).ambiguous for name in ("静岡市", "安代町", "下津町", "鹿部村")] == [False] * 4
    assert [places_named(name).ambiguous for name in ("府中市", "中央町", "美里町")] == [True] * 3
    assert [f.successor for f in find_former("幌泉町")] == ["幌泉郡えりも町"]


def test_a_day_of_which_changes_are_not_known_is_answered_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    """A day to come was answered as if it were known."""
    assert beyond(KNOWN_TO) == ""
    assert str(KNOWN_TO) in beyond(dt.date(2030, 1, 1))

    assert main(["registry", "municipalities", "--on", "2030-01-01", "--area", "30"]) == 0
    assert "are not known" in capsys.readouterr().err


def test_before_the_first_list_and_unknown_codes_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    for ask in (lambda: municipalities_on(dt.date(1970, 3, 31)), lambda: became("999999")):
        with pytest.raises(UnknownPlace):
            ask()

    assert main(["registry", "municipalities", "--on", "平成11年3月31日", "--area", "30"]) == 0
    assert main(["registry", "became", "221350"]) == 0
    told = capsys.readouterr()
    assert "670 市, 1,994 町, 568 村" in told.err
    assert "浜松市浜名区" in told.out
