"""Families of the demo in which somebody died: what each agency holds after the notice of death (死亡届)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from kiban.population import Resident
from kiban.simulators.agencies.people import Tables, resident_row, story_rows

STORY = "mourning"
DAYS = 5
"""Days between the death and the day on which the family comes."""


SURNAMES = (("下津", "シモツ"), ("大崎", "オオサキ"))


def bereaved_family(municipality: str, *, address: dict[str, Any], number: int = 0) -> tuple[Resident, ...]:
    """Husband (the head, who died), wife and a grown son; generated names and days; ``number`` names another family."""
    story = f"{STORY}-{number}" if number else STORY
    family, family_kana = SURNAMES[number]
    rows = (
        ("世帯主", "誠一", "セイイチ", dt.date(1955, 5, 20), "1"),
        ("妻", "和子", "カズコ", dt.date(1957, 11, 3), "2"),
        ("子", "直樹", "ナオキ", dt.date(1985, 2, 14), "1"),
    )
    return tuple(
        Resident(
            id=f"{story}-{position}",
            municipality=municipality,
            household=f"{municipality}-{story}",
            position=position,
            relation=relation,
            family=family,
            given=given,
            family_kana=family_kana,
            given_kana=kana,
            birth_date=born,
            sex=sex,
            address=address,
            resident_since=dt.date(2001, 4, 1),
        )
        for position, (relation, given, kana, born, sex) in enumerate(rows, start=1)
    )


def bereaved_rows(family: tuple[Resident, ...], *, on: dt.date) -> Tables:
    """Rows by agency and table: the first of the family died some days before ``on``.

    The resident register has them no more (除票); insurance, care insurance and pension still stand.
    """
    died = (on - dt.timedelta(days=DAYS)).isoformat()
    tables: Tables = defaultdict(lambda: defaultdict(list))
    for agency, found in story_rows(family, on=on).items():
        for table, rows in found.items():
            tables[agency][table] += rows
    head, town = family[0], tables[family[0].municipality]
    town["residents"] = [row for row in town["residents"] if row["person"] != head.id]
    town["removed"].append({**resident_row(head), "died_on": died})
    for person in family[:2]:
        old = {"person": person.id, "insured": 1, "number": f"00000{person.position}", "since": "2021-05-19"}
        town["care"].append(old)
        paid = {"recipient": 1, "employees": 0, "number_recorded": int(person is not head), "monthly": 68_000}
        tables["nenkin"]["benefits"].append({"person": person.id, **paid, "paid_through": _paid_through(on)})
    return {agency: dict(found) for agency, found in tables.items()}


def _paid_through(on: dt.date) -> str:
    """The last month that was paid: in the even months, the two before it (国民年金法18条3項)."""
    payday = on.replace(day=1) if on.month % 2 == 0 and on.day >= 15 else _even_before(on)
    return (payday - dt.timedelta(days=1)).strftime("%Y-%m")


def _even_before(on: dt.date) -> dt.date:
    before = on.replace(day=1) - dt.timedelta(days=1)
    return before.replace(day=1) if before.month % 2 == 0 else _even_before(before)
