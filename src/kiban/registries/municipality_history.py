"""Which municipalities there were on a day, and what became of a code."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from kiban.kernel.values import MunicipalityCode
from kiban.registries.errors import UnknownPlace
from kiban.registries.municipality_register import states

COMPLETE_FROM = dt.date(1970, 4, 1)
"""From this day on every municipality is known: 1970-04-01 is the day of the first list of standard area codes."""
KNOWN_TO = dt.date(2024, 3, 31)
"""Up to this day changes are known; of a later day it is not known whether the municipalities are still those."""
NORTHERN = frozenset(MunicipalityCode.parse(f"01{n}").value for n in range(695, 701))
"""The six villages of the Northern Territories: they have codes, the published numbers leave them out."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A municipality or ward under one name; ``until`` is None where it stands; ``certain``: since that very day."""

    code: str
    prefecture: str
    name: str
    kind: str
    since: dt.date
    until: dt.date | None
    certain: bool


def _standing(row: dict[str, str]) -> Standing:
    until = dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    certain = "since-at-latest" not in row["marks"]
    since = dt.date.fromisoformat(row["valid_from"])
    return Standing(row["code"], row["prefecture"], row["name"], row["kind"], since, until, certain)


def municipalities_on(day: dt.date, *, area: str = "") -> tuple[Standing, ...]:
    """Municipalities and wards of a day in the order of their codes; ``area``: beginning of the code.

    Raises:
        UnknownPlace: the day is before 1970-04-01, from when on the list is complete.
    """
    if day < COMPLETE_FROM:
        raise UnknownPlace(
            f"the municipalities of {day} are not known as a whole", remedy=f"name a day from {COMPLETE_FROM} on"
        )
    word = day.isoformat()
    rows = (row for held in states().values() for row in held if row["code"].startswith(area))
    return tuple(
        _standing(row)
        for row in rows
        if row["valid_from"] <= word < (row["valid_to"] or "9999") and row["kind"] != "都道府県"
    )


def beyond(day: dt.date) -> str:
    """What is to be said of an answer for a day of which changes are not known; nothing for a day that is covered."""
    return f"changes after {KNOWN_TO} are not known: these are the municipalities of that day" if day > KNOWN_TO else ""


def numbers_on(day: dt.date) -> Counter[str]:
    """How many 市 (with designated cities), 町, 村, 特別区 and 行政区 there were, without the six northern villages."""
    ones = (one for one in municipalities_on(day) if one.code not in NORTHERN)
    return Counter("市" if one.kind == "政令指定都市" else one.kind for one in ones)


def became(code: str) -> tuple[Standing, ...]:
    """Who stands today where a code of any time stood: itself, or its successors step by step to the last ones.

    Raises:
        UnknownPlace: no municipality has or had the code since 1970-04-01.
    """
    if code not in states():
        raise UnknownPlace(f"no municipality has or had the code {code[:12]!r}", remedy="use the 6 digits")
    seen, waiting, found = {code}, [code], dict[str, Standing]()
    while waiting:
        last = states()[waiting.pop(0)][-1]
        if not last["valid_to"]:
            found[last["key"]] = _standing(last)
        ahead = [key for key in last["successor"].split() if key not in seen] if last["valid_to"] else []
        seen.update(ahead)
        waiting += ahead
    return tuple(found.values())
