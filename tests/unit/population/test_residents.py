"""Synthetic residents: the same for the same seed, plausible, and consistent in every agency's copy."""

from __future__ import annotations

import datetime as dt

from kiban.population import residents
from kiban.registries import town_registry
from kiban.simulators.agencies.people import agency_rows, school_grade

DAY = dt.date(2026, 11, 21)


def test_the_same_seed_gives_the_same_persons_and_another_seed_others() -> None:
    one, two = (list(residents("302015", persons=300, on=DAY)) for _ in range(2))

    assert one == two
    assert one != list(residents("302015", persons=300, seed=2, on=DAY))
    assert one[:50] == list(residents("302015", persons=50, on=DAY))[:50]


def test_households_have_one_head_and_real_towns() -> None:
    people = list(residents("302023", persons=1000, on=DAY))
    towns = {town.id for town in town_registry().towns("302023")}
    heads = [person for person in people if person.relation == "世帯主"]

    assert len(heads) == len({person.household for person in people})
    assert all(person.address["town_id"] in towns for person in people)
    assert all(dt.date(1915, 1, 1) < person.birth_date <= DAY for person in people)
    assert all(person.resident_since >= person.birth_date for person in people)
    share = sum(person.sex == "1" for person in people) / len(people)
    assert 0.4 < share < 0.6


def test_the_agencies_copies_agree_with_the_register() -> None:
    people = list(residents("302023", persons=1000, on=DAY))
    rows = agency_rows(people, on=DAY)
    town = rows["302023"]
    insured = {row["person"] for row in town["nhi"]}
    employed = {row["person"] for row in rows["health-insurer"]["insurance"]}

    assert len(town["residents"]) == len(people)
    assert not insured & employed
    assert insured | employed == {person.id for person in people if person.age(DAY) < 75}
    parents = {row["parent"] for row in town["allowance_children"]}
    assert parents == {row["person"] for row in town["allowance"]}
    assert all(row["bank_code"] == "9998" for row in rows["digital-agency"]["accounts"])


def test_school_grades_turn_on_the_second_of_april() -> None:
    assert school_grade(dt.date(2020, 4, 1), on=DAY) == 1
    assert school_grade(dt.date(2020, 4, 2), on=DAY) == 0
    assert school_grade(dt.date(2011, 4, 2), on=DAY) == 9
    assert school_grade(dt.date(2011, 4, 1), on=DAY) == 0
    assert school_grade(dt.date(2020, 4, 1), on=dt.date(2026, 3, 31)) == 0
