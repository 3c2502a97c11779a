"""Families of the demo in which somebody died: what each agency holds after the notice of death (死亡届)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import Any

from kiban.population import Resident
from kiban.simulators.agencies.people import RETIRED, Member, Tables, household, resident_row, story_rows

STORY = "mourning"
MONTHLY, PAYDAY, ALLOWANCE_DAY = 68_000, 15, 10
DAYS = 5
"""Days between the death and the day on which the family comes."""

FAMILIES: tuple[tuple[tuple[str, str], tuple[Member, ...]], ...] = (
    (("下津", "シモツ"), (
        ("世帯主", "誠一", "セイイチ", dt.date(1955, 5, 20), "1"),
        ("妻", "和子", "カズコ", dt.date(1957, 11, 3), "2"),
        ("子", "直樹", "ナオキ", dt.date(1985, 2, 14), "1"),
    )),
    (("大崎", "オオサキ"), (
        ("世帯主", "義男", "ヨシオ", dt.date(1946, 3, 8), "1"),
        ("妻", "和子", "カズコ", dt.date(1957, 11, 3), "2"),
        ("子", "直樹", "ナオキ", dt.date(1985, 2, 14), "1"),
    )),
    (("藤白", "フジシロ"), (
        ("世帯主", "浩二", "コウジ", dt.date(1986, 9, 2), "1"),
        ("妻", "美咲", "ミサキ", dt.date(1988, 1, 19), "2"),
        ("子", "蓮", "レン", dt.date(2016, 5, 6), "1"),
        ("子", "結衣", "ユイ", dt.date(2024, 7, 30), "2"),
    )),
)  # fmt: skip
"""Surname and members, the head first, who died: of 71 years; of 80, insured by the prefecture's union;
of 40, with children for whom he received the child allowance."""


def bereaved_family(municipality: str, *, address: dict[str, Any], number: int = 0) -> tuple[Resident, ...]:
    """The head of the household, who died, and the others; generated names and days; ``number`` names the family."""
    story = f"{STORY}-{number}" if number else STORY
    surname, rows = FAMILIES[number]
    members = household(story, rows, municipality=municipality, surname=surname, address=address)
    return tuple(replace(one, resident_since=max(dt.date(2001, 4, 1), one.birth_date)) for one in members)


def bereaved_rows(family: tuple[Resident, ...], *, on: dt.date) -> Tables:
    """Rows by agency and table: the first of the family died some days before ``on``.

    The resident register has them no more (除票); insurance, care insurance and pension still stand.
    """
    died = on - dt.timedelta(days=DAYS)
    tables: Tables = defaultdict(lambda: defaultdict(list))
    for agency, found in story_rows(family, on=on).items():
        for table, rows in found.items():
            tables[agency][table] += rows
    head, town = family[0], tables[family[0].municipality]
    town["residents"] = [row for row in town["residents"] if row["person"] != head.id]
    town["removed"].append({**resident_row(head), "died_on": died.isoformat()})
    for row in town["allowance"]:
        row["unpaid"] = row["monthly"] * _unpaid_allowance(died)
    town["levied"].append({"person": head.id, "fixed_asset": 1, "resident": 1, "represented": 0})
    town["families"].append({"person": head.id, "record": family_record(family, died=died)})
    for person in (one for one in family if one.age(on) >= RETIRED):
        old = {"person": person.id, "insured": 1, "number": f"00000{person.position}", "since": "2021-05-19"}
        town["care"].append(old)
        paid = {"recipient": 1, "employees": 0, "number_recorded": int(person is not head)}
        unpaid = MONTHLY * _unpaid_months(died) if person is head else 0
        tables["nenkin"]["benefits"].append({"person": person.id, **paid, "unpaid": unpaid})
    return {agency: dict(found) for agency, found in tables.items()}


def _unpaid_allowance(died: dt.date) -> int:
    """Months of the child allowance up to the death that were not paid (児童手当法8条4項: paid in even months)."""
    return (2 if died.day < ALLOWANCE_DAY else 0) + 1 if died.month % 2 == 0 else 2


def family_record(family: tuple[Resident, ...], *, died: dt.date) -> dict[str, Any]:
    """The family register of the head, as `kiban.heirs` reads it: the couple and their children, also elsewhere."""
    head, spouse, *children = family
    away = AWAY.get(head.family, ())
    persons: dict[str, Any] = {
        "p1": _registered(head) | {"death": died.isoformat()},
        "p2": _registered(spouse) | {"relation": "妻", "address": spouse.address["full_address"]},
    }
    for number, child in enumerate(children, start=3):
        persons[f"p{number}"] = _registered(child) | {**PARENTS, "address": child.address["full_address"]}
    persons |= {f"a{number}": {**one, **PARENTS} for number, one in enumerate(away)}
    married = (min(one.birth_date for one in children) - dt.timedelta(days=400)).isoformat()
    return {"decedent": "p1", "persons": persons, "events": [{"marriage": ["p1", "p2"], "on": married}],
            "registers": "complete"}  # fmt: skip


PARENTS = {"father": "p1", "mother": "p2"}
ELSEWHERE = {
    "municipality_code": "302015", "prefecture": "和歌山県", "city": "和歌山市",
    "full_address": "和歌山県和歌山市七番丁23番地",
}  # fmt: skip
AWAY: dict[str, tuple[dict[str, Any], ...]] = {
    "大崎": ({"name": "有田 恵", "sex": "female", "birth": "1983-07-21", "relation": "長女",
              "address": ELSEWHERE["full_address"]},),
}  # fmt: skip
"""By surname: children who married and live elsewhere."""


def daughter_away() -> Resident:
    """The married daughter of the second family, in a town and household of her own."""
    rows = (("世帯主", "恵", "メグミ", dt.date(1983, 7, 21), "2"),)
    (one,) = household(f"{STORY}-away", rows, municipality="302015", surname=("有田", "アリタ"), address=ELSEWHERE)
    return one


def away_rows(daughter: Resident, dead: Resident, *, on: dt.date) -> Tables:
    """What the offices hold on the daughter: her town has the family register, which tells of her father's death."""
    tables: Tables = {agency: dict(found) for agency, found in story_rows((daughter,), on=on).items()}
    town = tables[daughter.municipality]
    died = (on - dt.timedelta(days=DAYS)).isoformat()
    known = {
        name: value for name, value in resident_row(dead).items() if name not in {"household_id", "resident_since"}
    }
    town["kin"] = [{"person": daughter.id, "family_id": dead.household}]
    town["kin_deceased"] = [
        {**known, "family_id": dead.household, "relation": "父", "died_on": died, "municipality": dead.municipality}
    ]
    return tables


def _registered(one: Resident) -> dict[str, Any]:
    sex = "male" if one.sex == "1" else "female"
    return {"name": f"{one.family} {one.given}", "sex": sex, "birth": one.birth_date.isoformat()}


def _unpaid_months(died: dt.date) -> int:
    """Months up to that of the death that were not paid: in even months the two before are (国民年金法18条3項)."""
    even = died.month % 2 == 0
    return (1 if died.day >= PAYDAY else 3) if even else 2
