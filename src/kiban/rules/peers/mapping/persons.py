"""Who of a household depends on whom, as the allowances count it."""

from __future__ import annotations

from dataclasses import dataclass

from kiban.rules.lawdates import months_after
from kiban.rules.peers.files import RuleFiles
from kiban.rules.peers.mapping.homes import GRANDPARENT, PARENT, Home, Person
from kiban.rules.peers.mapping.household import income

ELDERLY, SPECIFIED = 70, range(16, 23)
"""老人扶養親族; 特定扶養親族 with 控除対象扶養親族 under 19 (所得税法2条1項34号の3, 34号の4)."""


def income_year(home: Home) -> int:
    """The income year that a month's payment looks at: from August the year before, until July that before it."""
    return months_after(home.date, -7).year - 1


def tested(rules: RuleFiles, home: Home, *, one: Person) -> int:
    """The income that a month's payment looks at."""
    return income(rules, one, year=income_year(home))


def spouse(one: Person, home: Home) -> Person | None:
    """The other of two parents, or of two grandparents."""
    pair = home.of(one.role) if one.role in {PARENT, GRANDPARENT} else ()
    return next((other for other in pair if other != one), None) if len(pair) == 2 else None


def dependants(rules: RuleFiles, home: Home, *, one: Person) -> list[Person]:
    """同一生計配偶者 and 扶養親族: the others with little income; the person is taken as the one who supports them."""

    def little(own: int) -> bool:
        return own <= 0 or own <= rules.number("shotoku-kojo", "扶養所得限度", on=f"{income_year(home)}-12-31")

    return [other for other in home.persons if other != one and little(tested(rules, home, one=other))]


@dataclass(frozen=True, slots=True)
class Counts:
    """Dependants, of them elderly (70 and more), of them 16 to 22 (not the spouse)."""

    all: int
    elderly: int
    specified: int


def counts(rules: RuleFiles, home: Home, *, one: Person, elderly_spouse: bool) -> Counts:
    """How many dependants; a spouse of 70 counts as elderly for the disabled person's limit, not for a supporter's."""
    supported, partner = dependants(rules, home, one=one), spouse(one, home)
    others = [other for other in supported if other != partner]
    old = supported if elderly_spouse else others
    return Counts(
        len(supported), sum(other.age >= ELDERLY for other in old), sum(other.age in SPECIFIED for other in others)
    )
