"""Incomes of a household, and whether it is exempt from residents' tax."""

from __future__ import annotations

from typing import Any

from kiban.rules.peers.files import RuleFiles
from kiban.rules.peers.mapping.homes import PARENT, Home, Person


def income(rules: RuleFiles, person: Person, *, year: int) -> int:
    """合計所得金額 of an income year: written, or from business (所得税法27条) or salary (28条)."""
    for key in ("所得", "合計所得金額"):
        if person.has(key):
            return person.amount(key)
    earned = person.amount("収入")
    if person.self_employed:
        return max(0, earned - person.amount("個人事業主の必要経費"))
    if person.has("給与所得控除額"):
        return max(0, earned - person.amount("給与所得控除額"))
    if earned <= 0:
        return 0
    return int(rules.answer("kyuyo-shotoku", {"給与収入": earned}, on=f"{year}-12-31", output="給与所得"))


def last_income(rules: RuleFiles, person: Person) -> int:
    """合計所得金額 of the year before the day."""
    return income(rules, person, year=person.year - 1)


def exempt(rules: RuleFiles, home: Home, *, part: str = "非課税世帯") -> bool:
    """住民税非課税世帯: as given, else by the incomes, with all others as dependants of the highest.

    ``part`` 所得割非課税: whether no adult is charged the income part.
    """
    if home.has("住民税非課税世帯"):
        return home.says("住民税非課税世帯")
    if home.has("世帯高所得"):
        incomes = [home.amount("世帯高所得") if place == 0 else 0 for place, _ in enumerate(home.persons)]
    else:
        incomes = [last_income(rules, one) for one in home.persons]
    head = incomes.index(max(incomes)) if incomes else -1
    limit = rules.number("juminzei-hikazei", "扶養親族所得限度", on=home.day)
    dependants = sum(one <= limit for place, one in enumerate(incomes) if place != head)
    members: list[dict[str, Any]] = [
        {"合計所得": own, "扶養人数": dependants if place == head else 0, "生活扶助": False,
         "障害未成年ひとり親": one.disabled or (_lone(home) and one.role == PARENT)}
        for place, (one, own) in enumerate(zip(home.persons, incomes, strict=True))
    ]  # fmt: skip
    facts = {"級地区分": home.amount("居住級地区分1", 1, within=range(1, 4)), "世帯員": members}
    found = rules.answer("juminzei-hikazei", facts, on=home.day, output=part)
    return bool(found) if isinstance(found, bool) else all(found)


def _lone(home: Home) -> bool:
    return len(home.parents) == 1 and bool(home.children)
