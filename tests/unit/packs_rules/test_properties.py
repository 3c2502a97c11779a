"""What must hold of every household: more children, more income, another order, only numbers in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import law_tables as law
from kiban.rules import RuleSet, evaluate, explain
from kiban.rules.model import Parameter
from packs_rules_files import (
    FILES,
    NAMES,
    PACKS,
    answer,
    cases_of,
    disabled_child_parent,
    lone_parent,
    parent,
    parent_before_2024_10,
    pension,
    pension_person,
    pupil,
    rules_of,
    severe_adult,
    severe_child,
    student,
    taxpayer,
)

births = st.dates(dt.date(2000, 1, 1), dt.date(2026, 12, 31)).map(str)
months = st.sampled_from(["2024-11", "2025-03", "2025-04", "2026-03", "2026-04", "2026-11"])
incomes = st.integers(0, 9_000_000)
THREE = ("2015-05-05",) * 3


@given(st.lists(births, max_size=5), births, months)
def test_one_more_child_never_lowers_the_child_allowance(kids: list[str], more: str, month: str) -> None:
    before = answer("jido-teate", parent(tuple(kids)), month, "月額")
    assert answer("jido-teate", parent((*kids, more)), month, "月額") >= before >= 0


@given(st.lists(births, max_size=6), st.randoms(use_true_random=False), months)
def test_the_order_of_children_changes_nothing(kids: list[str], random: Any, month: str) -> None:
    shuffled = random.sample(kids, len(kids))
    assert answer("jido-teate", parent(tuple(kids)), month, "月額") == answer(
        "jido-teate", parent(tuple(shuffled)), month, "月額"
    )


BY_INCOME: dict[str, tuple[str, str, Callable[[int, int], dict[str, Any]]]] = {
    "児童扶養手当": ("jido-fuyo-teate", "月額", lambda i, n: lone_parent(i, children=n, dependants=n)),
    "特別児童扶養手当": (
        "tokubetsu-jido-fuyo-teate", "月額", lambda i, n: disabled_child_parent(i, grades=(1, 2), dependants=n),
    ),
    "障害児福祉手当": ("shogaiji-fukushi-teate", "月額", lambda i, n: severe_child(i)),
    "特別障害者手当": ("tokubetsu-shogaisha-teate", "月額", lambda i, n: severe_adult(i, 扶養親族数=n)),
    "高等学校等就学支援金": (
        "koko-shugaku-shien", "月額",
        lambda i, n: {"生徒": [student("私立全日制")] * n, "保護者": [{"課税標準額": i, "調整控除額": 1_500}]},
    ),
    "非課税世帯": (
        "juminzei-hikazei", "非課税世帯", lambda i, n: {"級地区分": 2, "世帯員": [taxpayer(i, dependants=n)]},
    ),
    "就学援助": (
        "municipalities/rei-shi/shugaku-enjo", "年額",
        lambda i, n: {"世帯所得": i, "世帯人数": n + 1, "生活保護": False, "子": [pupil(3, "2025-04")] * n},
    ),
}  # fmt: skip


@pytest.mark.parametrize("programme", BY_INCOME)
@given(incomes, incomes, st.integers(1, 4), months)
@settings(max_examples=60)
def test_more_income_never_raises_an_amount(programme: str, one: int, two: int, people: int, month: str) -> None:
    name, output, facts = BY_INCOME[programme]
    low, high = sorted((one, two))
    more, less = (answer(name, facts(income, people), month, output) for income in (low, high))
    assert more >= less >= 0


@given(incomes, incomes, st.integers(0, 4))
def test_more_income_never_raises_the_old_child_allowance(one: int, two: int, people: int) -> None:
    low, high = sorted((one, two))
    more, less = (
        answer(
            "jido-teate-2024-09", parent_before_2024_10(i, ("2015-05-05",) * 3, dependants=people), "2024-09", "月額"
        )
        for i in (low, high)
    )
    assert more >= less >= 0


@given(incomes, incomes, st.integers(0, 4), st.sampled_from(["1970-05-10", "1990-05-10"]), st.booleans())
def test_more_income_never_lowers_the_pension_premium(
    one: int, two: int, people: int, birth: str, studies: bool
) -> None:
    low, high = sorted((one, two))
    less, more = (
        answer(
            "kokumin-nenkin-menjo",
            pension(pension_person(i, dependants=people), 生年月日=birth, 学生=studies),
            "2025-06",
            "納付月額",
        )
        for i in (low, high)
    )
    assert 0 <= less <= more


@given(st.integers(0, 5_000_000), st.integers(1, 5), st.integers(0, 5), st.sampled_from(sorted(law.FUYO)))
@settings(max_examples=300)
def test_partial_payment_is_the_plain_tables_to_the_yen(income: int, kids: int, dependants: int, month: str) -> None:
    ours = answer("jido-fuyo-teate", lone_parent(income, children=kids, dependants=dependants), month, "月額")
    assert ours == law.fuyo(month, income=income, dependants=dependants, children=kids)


@given(st.integers(690_000, 2_079_990), st.integers(1, 3))
def test_a_yen_of_income_changes_partial_payment_by_at_most_ten_for_each_part(income: int, kids: int) -> None:
    here, next_yen = (
        answer("jido-fuyo-teate", lone_parent(i, children=kids), "2025-04", "月額") for i in (income, income + 1)
    )
    assert here - next_yen in range(0, 10 * kids + 1, 10) or income + 1 >= 2_080_000


@given(st.integers(0, 30_000_000), st.sampled_from([2019, 2020, 2024, 2025, 2026]))
def test_the_deduction_from_a_salary_is_the_plain_table(salary: int, year: int) -> None:
    ours = answer("kyuyo-shotoku", {"給与収入": salary}, f"{year}-12-31", "給与所得控除額")
    assert ours == law.salary_deduction(year, salary)


def only_in_force(rules: RuleSet, on: dt.date, known: dt.date) -> RuleSet:
    """The same rules, where every other number is one that would show."""
    parameters: dict[str, Parameter] = {}
    for name, parameter in rules.parameters.items():
        chosen = parameter.at(on, known)
        parameters[name] = replace(
            parameter,
            values=tuple(v if v is chosen else replace(v, value=987_654_321) for v in parameter.values),
        )
    return replace(rules, parameters=parameters)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_day_uses_only_numbers_in_force_and_known(path: Any) -> None:
    rules = rules_of(str(path.parent.relative_to(PACKS)))
    for case in cases_of(path.parent):
        known = case.known or dt.date.max
        asked = tuple(case.expect)
        plain = evaluate(rules, case.facts, on=case.on, known=known, outputs=asked)
        other = evaluate(only_in_force(rules, case.on, known), case.facts, on=case.on, known=known, outputs=asked)
        assert plain.outputs == other.outputs, case.name


MEMBER_AMOUNT = {
    "jido-teate": "支給月額",
    "jido-teate-2024-09": "支給月額",
    "tokubetsu-jido-fuyo-teate": "児童の額",
    "koko-shugaku-shien": "生徒の額",
}


@pytest.mark.parametrize("name", MEMBER_AMOUNT)
def test_the_explained_parts_add_up_to_the_amount(name: str) -> None:
    rules = rules_of(name)
    for case in cases_of(next(path for path in FILES if path.parent.name == name).parent):
        found = evaluate(rules, case.facts, on=case.on, outputs=("月額",))
        lines = [line.step for line in explain(rules, found)]
        parts = [step.value for step in lines if step.name == MEMBER_AMOUNT[name]]
        total = next(step.value for step in lines if step.name == "月額")
        assert total == found.outputs["月額"]
        if total:
            assert sum(parts) == total, case.name


@given(st.integers(0, 3_000_000), st.integers(1, 4), st.sampled_from(sorted(law.FUYO)))
def test_the_parts_of_the_lone_parents_allowance_add_up(income: int, kids: int, month: str) -> None:
    rules, facts = rules_of("jido-fuyo-teate"), lone_parent(income, children=kids)
    found = evaluate(rules, facts, on=dt.date.fromisoformat(f"{month}-01"))
    values = {step.name: step.value for step in found.steps}
    assert values["第一子月額"] + values["第二子月額"] + values["第三子以降月額"] == found.outputs["月額"]


@given(incomes, months)
def test_the_same_question_has_the_same_id_and_another_day_another(income: int, month: str) -> None:
    rules, facts = rules_of("jido-fuyo-teate"), lone_parent(income)
    day = dt.date.fromisoformat(f"{month}-01")
    one, two = (evaluate(rules, facts, on=day).id for _ in range(2))
    assert one == two != evaluate(rules, facts, on=day + dt.timedelta(days=1)).id
