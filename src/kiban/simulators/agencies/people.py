"""What the agencies hold on synthetic residents: each office its own columns, all from one truth."""

from __future__ import annotations

import datetime as dt
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kiban.population import Resident
from kiban.population.names import FAMILY

Tables = dict[str, dict[str, list[dict[str, Any]]]]
BANK = {"bank_code": "9998", "bank": "模擬銀行", "branch_code": "101", "branch": "本店", "type": "1"}
"""An unassigned bank code: nothing of this can be paid by mistake."""
ADULT, PENSION_FROM, RETIRED, LATE_ELDERLY = 18, 20, 65, 75
LAST_MONTH = "2026-10"


def agency_rows(residents: Iterable[Resident], *, on: dt.date) -> Tables:
    """Rows by agency and table (see `kinds.TABLES`) for `prepare`."""
    tables: Tables = defaultdict(lambda: defaultdict(list))
    households: dict[str, list[Resident]] = defaultdict(list)
    for person in residents:
        households[person.household].append(person)
    for members in households.values():
        for agency, table, row in _household(members, on=on):
            tables[agency][table].append(row)
    return {agency: dict(rows) for agency, rows in tables.items()}


Row = tuple[str, str, dict[str, Any]]


def _household(members: list[Resident], *, on: dt.date) -> Iterator[Row]:
    insured = _self_employed(members[0], on=on)
    for person in members:
        yield person.municipality, "residents", resident_row(person)
        if person.age(on) >= ADULT:
            yield person.municipality, "tax", _tax(person, on=on, dependents=len(members) - 1)
        yield from _insurance(person, on=on, by_nhi=insured)
        yield from _school(person, on=on)
    yield "digital-agency", "accounts", _account(members[0])
    yield from _allowance(members, on=on)


def resident_row(person: Resident) -> dict[str, Any]:
    """A person's row of the resident register."""
    return {
        "person": person.id,
        "household_id": person.household,
        "position": person.position,
        "relation": person.relation,
        "family": person.family,
        "given": person.given,
        "family_kana": person.family_kana,
        "given_kana": person.given_kana,
        "birth_date": person.birth_date.isoformat(),
        "sex": person.sex,
        "address": person.address,
        "resident_since": person.resident_since.isoformat(),
    }


def _share(person: Resident, salt: str) -> float:
    """A number in 0…1 that is the person's for ever."""
    return zlib.crc32(f"{salt}/{person.household}/{person.position}".encode()) / 2**32


def _self_employed(head: Resident, *, on: dt.date) -> bool:
    return head.age(on) >= RETIRED or _share(head, "work") < 0.24


def _tax(person: Resident, *, on: dt.date, dependents: int) -> dict[str, Any]:
    share = _share(person, "income")
    income = 0 if share < 0.2 else round(6_200_000 * share * share / 1000) * 1000
    if person.age(on) >= RETIRED:
        income //= 3
    counted = dependents if person.position == 1 else 0
    return {
        "person": person.id,
        "fiscal_year": on.year,
        "total_income": income,
        "dependents": counted,
        "exempt": int(income <= 380_000),
    }


def _insurance(person: Resident, *, on: dt.date, by_nhi: bool) -> Iterator[Row]:
    since = person.resident_since.isoformat()
    if person.age(on) >= LATE_ELDERLY:
        yield f"elderly-{person.municipality[:2]}", "elderly", {
            "person": person.id, "insured": 1, "number": f"{zlib.crc32(person.id.encode()) % 100_000_000:08}",
            "since": since, "funeral": 0,
        }  # fmt: skip
        return
    if by_nhi:
        yield person.municipality, "nhi", {
            "person": person.id, "insured": 1, "symbol": "1", "number": person.household[-6:],
            "branch": f"{person.position:02}", "since": since, "funeral": 0,
        }  # fmt: skip
    else:
        insured = {"person": person.id, "insured": 1, "insurer": "全国健康保険協会", "since": since}
        yield "health-insurer", "insurance", insured
    if PENSION_FROM <= person.age(on) < RETIRED:
        category = "1" if by_nhi else "2" if person.position == 1 else "3"
        yield "nenkin", "pension", {"person": person.id, "category": category, "since": since}


def school_grade(birth: dt.date, *, on: dt.date) -> int:
    """The grade of compulsory school, 1 to 9; 0 before and after it (学校教育法17条; 1 April: a year earlier)."""
    reached = birth - dt.timedelta(days=1)
    starts = reached.year + 6 + (1 if (reached.month, reached.day) > (3, 31) else 0)
    grade = on.year - starts + (1 if (on.month, on.day) >= (4, 1) else 0)
    return grade if 1 <= grade <= 9 else 0


def _school(person: Resident, *, on: dt.date) -> Iterator[Row]:
    grade = school_grade(person.birth_date, on=on)
    if grade:
        primary = grade <= 6
        kind = "小学校" if primary else "中学校"
        yield f"education-{person.municipality}", "school", {
            "person": person.id, "school_name": f"{person.address['city']}立模擬{kind}",
            "school_code": f"X{person.municipality}{1 if primary else 2:03}", "grade": grade if primary else grade - 6,
            "since": f"{on.year}-04-01",
        }  # fmt: skip


def _account(head: Resident) -> dict[str, Any]:
    number = f"{zlib.crc32(head.id.encode()) % 10_000_000:07}"
    return {"person": head.id, **BANK, "number": number, "holder_kana": f"{head.family_kana} {head.given_kana}"}


def _allowance(members: list[Resident], *, on: dt.date) -> Iterator[Row]:
    children = [m for m in members if m.relation == "子" and m.age(on) < ADULT]
    if children:
        head = members[0]
        monthly = sum(15_000 if child.age(on) < 3 else 10_000 for child in children)
        yield head.municipality, "allowance", {
            "person": head.id, "recipient": 1, "monthly": monthly, "paid_through": LAST_MONTH,
            "since": head.resident_since.isoformat(),
        }  # fmt: skip
        for child in children:
            yield head.municipality, "allowance_children", {"person": child.id, "parent": head.id}


SURNAMES = (("浜中", "ハマナカ"), *FAMILY[20:])
Member = tuple[str, str, str, dt.date, str]
"""Of a household of the demo: relation to the head, given name and its kana, day of birth, sex (1, 2)."""


def story_family(municipality: str, *, address: dict[str, Any], number: int = 0) -> tuple[Resident, ...]:
    """A family of the demo: self-employed parents, a child at school and one under three; ``number`` names another."""
    story = f"story-{number}" if number else "story"
    rows = (
        ("世帯主", "健一", "ケンイチ", dt.date(1988, 4, 12), "1"),
        ("妻", "由美", "ユミ", dt.date(1990, 8, 3), "2"),
        ("子", "陽葵", "ヒマリ", dt.date(2017, 6, 10), "2"),
        ("子", "湊", "ミナト", dt.date(2024, 9, 5), "1"),
    )
    return household(story, rows, municipality=municipality, surname=SURNAMES[number], address=address)


def household(
    story: str, rows: Sequence[Member], *, municipality: str, surname: tuple[str, str], address: dict[str, Any]
) -> tuple[Resident, ...]:
    """One household of the demo, its head first, at its address since 2015-04-01 or birth."""
    return tuple(
        Resident(
            id=f"{story}-{position}",
            municipality=municipality,
            household=f"{municipality}-{story}",
            position=position,
            relation=relation,
            family=surname[0],
            given=given,
            family_kana=surname[1],
            given_kana=kana,
            birth_date=born,
            sex=sex,
            address=address,
            resident_since=max(dt.date(2015, 4, 1), born),
        )
        for position, (relation, given, kana, born, sex) in enumerate(rows, start=1)
    )


def story_rows(family: tuple[Resident, ...], *, on: dt.date) -> Tables:
    """What the agencies hold on the family of the demo: National Health Insurance, allowance, registered account."""
    tables: Tables = defaultdict(lambda: defaultdict(list))
    head = family[0]
    for person in family:
        tables[head.municipality]["residents"].append(resident_row(person))
        for agency, table, row in (*_insurance(person, on=on, by_nhi=True), *_school(person, on=on)):
            tables[agency][table].append(row)
    for person in family[:2]:
        tables[head.municipality]["tax"].append(_tax(person, on=on, dependents=0))
        tables["digital-agency"]["accounts"].append(_account(person))
    for agency, table, row in _allowance(list(family), on=on):
        tables[agency][table].append(row)
    return {agency: dict(rows) for agency, rows in tables.items()}


def joined(*parts: Tables) -> Tables:
    """Several sets of rows as one."""
    found: Tables = defaultdict(lambda: defaultdict(list))
    for part in parts:
        for agency, tables in part.items():
            for table, rows in tables.items():
                found[agency][table].extend(rows)
    return {agency: dict(tables) for agency, tables in found.items()}
