"""A household of a case as the law asks for it: members, ages, school grades, incomes, exemption from tax."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from kiban.rules.lawdates import age
from kiban.rules.peers.files import UNKNOWN, Mapped, RuleFiles
from kiban.rules.peers.mapping.common import Case, Household, Slot, of_slots

Person = dict[str, Any]
ROLES = ("親一覧", "子一覧", "祖父母一覧")
HANDBOOKS = ("身体障害者手帳等級", "療育手帳等級", "愛の手帳等級", "精神障害者保健福祉手帳等級")
EXEMPT_FROM = "2021-01-01"


def at(value: Any, day: str) -> Any:
    """A value on a day; where it is given by day, the last one up to that day, else the first."""
    if not isinstance(value, dict):
        return value
    known = [key for key in sorted(value) if key <= day]
    return value[known[-1] if known else min(value)] if value else None


def whole(day: str) -> str:
    """A day of a month (2025-04) or a year that a case names."""
    return (day + "-01-01")[:10] if len(day) == 4 else (day + "-01")[:10]


def fact(given: Household | Person, name: str, *, day: str, usual: Any = None) -> Any:
    """A fact of a person or household on a day; ``usual`` where the case says nothing."""
    found = at(given.get(name), day)
    return usual if found is None else found


def members(case: Case, household: Household, *roles: str) -> list[Person]:
    """The persons of a household in the order of its lists; of a case without lists, all its persons."""
    persons = case["input"].get("世帯員", {})
    lists = [role for role in ROLES if role in household]
    if not lists:
        return list(persons.values()) if not roles or "親一覧" in roles else []
    return [persons.get(name, {}) for role in lists if role in (roles or ROLES) for name in household[role] or ()]


def parents(case: Case, household: Household) -> list[Person]:
    """The parents."""
    return members(case, household, "親一覧")


def children(case: Case, household: Household) -> list[Person]:
    """The children."""
    return members(case, household, "子一覧")


def birth(person: Person, day: str, *, usual: int = 40) -> str:
    """The birth date; where only an age is given, that of one who has reached it on this very day."""
    if "誕生年月日" in person:
        return str(at(person["誕生年月日"], day))
    years = int(fact(person, "年齢", day=day, usual=usual))
    on = dt.date.fromisoformat(day)
    return str(dt.date(on.year - years, on.month, min(on.day, 28)))


def years(person: Person, day: str) -> int:
    """満年齢 on a day."""
    if "年齢" in person:
        return int(at(person["年齢"], day))
    return age(dt.date.fromisoformat(birth(person, day)), dt.date.fromisoformat(day))


def grade(person: Person, day: str) -> int:
    """School grade in the fiscal year of a day: 小学1年 is 1, 高校1年 is 10."""
    if "学年" in person:
        return int(at(person["学年"], day))
    on = dt.date.fromisoformat(day)
    end = dt.date(on.year + (on.month > 3), 3, 31)
    return age(dt.date.fromisoformat(birth(person, day)), end) - 6


def disabled(person: Person, day: str) -> bool:
    """Whether a person holds one of the handbooks, of whatever grade."""
    return any(fact(person, name, day=day, usual="無") != "無" for name in HANDBOOKS)


def income(rules: RuleFiles, person: Person, *, day: str) -> int:
    """合計所得: as given, or of a salary (収入) by 給与所得控除 of the year before."""
    given = fact(person, "所得", day=day)
    if given is not None:
        return int(given)
    salary = {"給与収入": int(fact(person, "収入", day=day, usual=0))}
    year = max(2017, int(day[:4]) - 1)
    return int(rules.answer("kyuyo-shotoku", salary, on=f"{year}-12-31", output="給与所得"))


def exempt(rules: RuleFiles, case: Case, *, household: Household, day: str, part: str = "非課税世帯") -> bool:
    """住民税非課税世帯 as given; else by the incomes, with all others as dependants of the highest.

    ``part`` 所得割非課税: whether no adult is charged the income part.
    """
    given = fact(household, "住民税非課税世帯", day=day)
    if given is not None:
        return bool(given)
    incomes = sorted((income(rules, one, day=day) for one in members(case, household)), reverse=True) or [0]
    lone = len(parents(case, household)) == 1 and bool(children(case, household))
    dependants = sum(one <= 480_000 for one in incomes[1:])
    facts = {
        "級地区分": int(fact(household, "居住級地区分1", day=day, usual=1)),
        "世帯員": [
            {"合計所得": one, "扶養人数": dependants if place == 0 else 0, "生活扶助": False,
             "障害未成年ひとり親": lone and place == 0}
            for place, one in enumerate(incomes)
        ],
    }  # fmt: skip
    found = rules.answer("juminzei-hikazei", facts, on=max(day, EXEMPT_FROM), output=part)
    return bool(found) if isinstance(found, bool) else all(found)


def of_ends(name: str, compute: Callable[..., Any]) -> dict[str, Mapped]:
    """``name``_最大 and ``name``_最小 from one computation of the least and the most of a household on a day."""

    def end(place: int) -> Callable[..., Any]:
        def value(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
            ends = compute(rules, case, household=slot.given, day=whole(slot.day))
            return ends if ends is UNKNOWN else ends[place]

        return value

    return {f"{name}_{word}": of_slots(f"{name}_{word}", end(place)) for place, word in enumerate(("最小", "最大"))}


def of_value(name: str, compute: Callable[..., Any]) -> dict[str, Mapped]:
    """One result from one computation of a household on a day."""

    def value(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        return compute(rules, case, household=slot.given, day=whole(slot.day))

    return {name: of_slots(name, value)}
