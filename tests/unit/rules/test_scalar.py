"""The oracle: exact, three-valued, dated by two clocks, and the same bytes for the same question."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.errors import BadInput
from kiban.rules import BadFact, BadRule, NotInForce, evaluate, explain, load_rules, next_question, read_rules
from kiban.rules.explain import address, tree
from kiban.rules.lawdates import age, fiscal_year_end, months_after, round_half_up, years_after
from kiban.rules.model import Basis
from shared_data import ROOT, shared

CHILD_ALLOWANCE = ROOT / "packs/national/cfa/jido-teate/rules.yaml"


def family(*births: str, **others: object) -> dict[str, object]:
    child = {"監護生計": True, "国内居住": True, "施設入所": False}
    return {"受給者国内居住": True, "子": [{"生年月日": birth, **child} for birth in births], **others}


def monthly(on: str, *births: str) -> object:
    return evaluate(load_rules(CHILD_ALLOWANCE), family(*births), on=dt.date.fromisoformat(on)).outputs["月額"]


@pytest.mark.parametrize(
    ("on", "births", "yen"),
    [
        ("2025-04-01", ("2003-02-01", "2010-02-01", "2023-02-01"), 25_000),  # the eldest passed the 31 March after 22
        ("2025-03-01", ("2003-02-01", "2010-02-01", "2023-02-01"), 40_000),
        ("2025-05-01", ("2022-05-15",), 15_000),  # the month of the third birthday is still under three
        ("2025-05-01", ("2022-05-01",), 15_000),  # born on the first
        ("2025-06-01", ("2022-05-15",), 10_000),
        ("2025-06-01", ("2005-01-10", "2008-01-10", "2012-01-10", "2015-01-10"), 70_000),
        ("2025-03-01", ("2007-04-01",), 0 + 10_000),  # 18 reached on 31 March 2025: still a child that month
        ("2025-04-01", ("2007-04-01",), 0),
        ("2025-04-01", ("2007-04-02",), 10_000),
    ],
)
def test_child_allowance_as_the_law_counts_it(on: str, births: tuple[str, ...], yen: int) -> None:
    assert monthly(on, *births) == yen


def test_every_independent_golden_case_of_the_child_allowance_holds() -> None:
    lines = shared("data/benefit-golden-independent.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [case for case in map(json.loads, lines) if case.get("program") == "児童手当"]
    rules = load_rules(CHILD_ALLOWANCE)
    differing = []
    for case in cases:
        facts = case["facts"]
        if "children_born" not in facts or "yen" not in case["expect"]:
            continue
        supported = facts.get("all_supported", True)
        children = [
            {"生年月日": b, "監護生計": supported, "国内居住": True, "施設入所": False} for b in facts["children_born"]
        ]
        asked = {"受給者国内居住": facts.get("resident", True), "子": children}
        found = evaluate(rules, asked, on=dt.date.fromisoformat(f"{case['month']}-01"), outputs=["月額"])
        if found.outputs["月額"] != case["expect"]["yen"]:
            differing.append((case["id"], found.outputs["月額"], case["expect"]))

    assert len(cases) == 19
    assert differing == []


def test_unknown_is_not_zero_and_the_cheapest_question_comes_first() -> None:
    rules = load_rules(CHILD_ALLOWANCE)
    facts = family("2020-01-01")
    facts["受給者国内居住"] = None
    facts["子"][0]["施設入所"] = None  # type: ignore[index]  # there is one

    found = evaluate(rules, facts, on=dt.date(2025, 6, 1))
    question = next_question(rules, facts, on=dt.date(2025, 6, 1))

    assert found.outputs["月額"] is None
    assert question is not None
    assert question.name == "受給者国内居住"


def test_what_can_no_longer_matter_is_not_asked() -> None:
    rules = load_rules(CHILD_ALLOWANCE)
    facts = family("1990-01-01")
    facts["子"][0]["施設入所"] = None  # type: ignore[index]  # there is one

    assert evaluate(rules, facts, on=dt.date(2025, 6, 1)).outputs["月額"] == 0
    assert next_question(rules, facts, on=dt.date(2025, 6, 1)) is None


def test_the_explanation_cites_the_article_of_each_step_in_three_languages() -> None:
    rules = load_rules(CHILD_ALLOWANCE)
    found = evaluate(rules, family("2024-05-10", "2017-07-07"), on=dt.date(2026, 12, 1))

    said = {lang: [e.text for e in explain(rules, found, language=lang)] for lang in ("ja", "ja-easy", "en")}
    last = list(explain(rules, found))[-2]

    assert "児童手当は1か月に25,000円です。" in said["ja"]
    assert "The child allowance is 25,000円 a month." in said["en"]
    assert str(last.basis).startswith("児童手当法第")
    assert last.address.startswith("https://laws.e-gov.go.jp/law/346AC0000000073")
    assert "支給月額[1] = 15,000円" in tree(found)


@pytest.mark.parametrize(
    ("law", "stands"), [("346AC0000000073", True), ("322M40000100022", True), ("昭和48年東京都条例第68号", False)]
)
def test_only_a_law_of_e_gov_has_an_address_there(law: str, stands: bool) -> None:
    assert bool(address(Basis(law, "2の2-1"))) is stands


def test_the_same_question_gives_the_same_id_and_another_day_another() -> None:
    rules = load_rules(CHILD_ALLOWANCE)
    one = evaluate(rules, family("2020-01-01"), on=dt.date(2025, 6, 1)).id

    assert one == evaluate(rules, family("2020-01-01"), on=dt.date(2025, 6, 1)).id
    assert one != evaluate(rules, family("2020-01-01"), on=dt.date(2025, 7, 1)).id


RETRO = """
id: retro
title: 遡る改正
law: {id: X, title: 試しの法}
parameters:
  額:
    unit: 円
    values:
      - {from: 2025-04-01, value: 100, article: "1"}
      - {from: 2025-04-01, value: 150, article: "1", known: 2025-07-01}
variables:
  支給額: {unit: 円, formula: 額 * 2, article: "1"}
outputs: [支給額]
"""


def test_a_retroactive_amendment_gives_two_right_answers_for_one_month() -> None:
    rules = read_rules(RETRO, file="rules.yaml")
    may = dt.date(2025, 5, 1)

    assert evaluate(rules, {}, on=may, known=dt.date(2025, 6, 1)).outputs["支給額"] == 200
    assert evaluate(rules, {}, on=may, known=dt.date(2025, 8, 1)).outputs["支給額"] == 300
    with pytest.raises(NotInForce, match="額 has no value in force on 2025-03-31"):
        evaluate(rules, {}, on=dt.date(2025, 3, 31))


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (("額 * 2", "額 * 倍"), 11, "there is no '倍'"),
        (("額 * 2", "額 + "), 11, "cannot be read"),
        (('formula: 額 * 2, article: "1"', "formula: 額 * 2"), 11, "article is missing"),
        (("額 * 2", "支給額 + 1"), 11, "circle: 支給額 → 支給額"),
        (("額 * 2", "額 = 1"), 11, "gives boolean"),
        (("額 * 2", "額 AND 1"), 11, "boolean is needed"),
        (("額 * 2", "(SELECT 1)"), 11, "not allowed"),
        ((', known: 2025-07-01', ""), 6, "two periods overlap on 2025-04-01"),
        (("value: 100", "value: 0.5"), 9, "whole number, or a decimal in quotes"),
        (("unit: 円, formula", "units: 円, formula"), 11, "unknown key 'units'"),
        (("outputs: [支給額]", "outputs: [無い]"), 12, "no variable"),
        (("title: 遡る改正", "title: [", ), 4, "not YAML"),
        (("title: 遡る改正", "id: again"), 3, "stands twice"),
    ],
)  # fmt: skip
def test_a_faulty_rule_file_is_refused_with_line_and_reason(change: tuple[str, str], line: int, message: str) -> None:
    text = RETRO.replace(*change)

    with pytest.raises(Exception, match=message) as refused:
        read_rules(text, file="rules.yaml")
    assert refused.value.where.line is not None  # type: ignore[attr-defined]  # known at run time only
    assert abs(refused.value.where.line - line) <= 1  # type: ignore[attr-defined]  # known at run time only


@given(st.text(max_size=200))
def test_no_text_makes_the_loader_crash_without_a_named_error(text: str) -> None:
    from kiban.kernel.errors import KibanError

    with pytest.raises(KibanError):
        read_rules(text, file="any.yaml")


@given(st.text(max_size=60))
def test_no_formula_makes_the_loader_crash_without_a_named_error(formula: str) -> None:
    quoted = json.dumps(formula)
    with contextlib.suppress(BadRule, BadInput):
        assert read_rules(RETRO.replace("額 * 2", quoted), file="any.yaml").outputs == ("支給額",)


def test_a_fact_of_the_wrong_type_is_named_by_member_and_field() -> None:
    with pytest.raises(BadFact, match=r"record 0, field 生年月日: 生年月日 must be date"):
        evaluate(load_rules(CHILD_ALLOWANCE), family("昨日"), on=dt.date(2025, 6, 1))


births = st.lists(st.dates(dt.date(1998, 1, 1), dt.date(2026, 12, 31)), max_size=6)
days = st.dates(dt.date(2024, 10, 1), dt.date(2030, 3, 31))


@given(births, st.dates(dt.date(1998, 1, 1), dt.date(2026, 12, 31)), days)
def test_one_more_child_never_lowers_the_allowance(children: list[dt.date], more: dt.date, on: dt.date) -> None:
    rules = load_rules(CHILD_ALLOWANCE)
    fewer = evaluate(rules, family(*map(str, children)), on=on).outputs["月額"]
    larger = evaluate(rules, family(*map(str, children), str(more)), on=on).outputs["月額"]

    assert 0 <= fewer <= larger  # type: ignore[operator]  # one of several callables


@given(st.dates(dt.date(1900, 1, 1), dt.date(2030, 1, 1)), st.dates(dt.date(1900, 1, 1), dt.date(2030, 1, 1)))
def test_an_age_is_reached_on_the_day_before_the_birthday(birth: dt.date, on: dt.date) -> None:
    years = age(birth, on)
    birthday = years_after(birth, years + 1)

    assert age(birth, on) <= age(birth, on + dt.timedelta(days=1)) <= years + 1
    if (birth.month, birth.day) != (2, 29):
        assert age(birth, birthday - dt.timedelta(days=1)) == years + 1
        assert age(birth, birthday - dt.timedelta(days=2)) == years


def test_dates_and_rounding_at_their_edges() -> None:
    assert months_after(dt.date(2024, 1, 31), 1) == dt.date(2024, 2, 29)
    assert fiscal_year_end(dt.date(2025, 3, 31)) == dt.date(2025, 3, 31)
    assert fiscal_year_end(dt.date(2025, 4, 1)) == dt.date(2026, 3, 31)
    assert [round_half_up(n, 10) for n in (4, 5, -5, 14, 15)] == [0, 10, -10, 10, 20]
    assert round_half_up(Fraction("0.0256619") * 1_234_567, 10) == 31_680
    assert Path(CHILD_ALLOWANCE).exists()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", dt.date.max, dt.datetime(2020, 1, 1)])
def test_a_day_that_stands_for_no_day_is_no_fact(day: object) -> None:
    rules = read_rules(AGE, file="rules.yaml")
    with pytest.raises(BadFact) as told:
        evaluate(rules, {"生年月日": day}, on=dt.date(2025, 4, 1))
    assert told.value.where.field == "生年月日"
    assert told.value.remedy


def test_a_number_that_leads_beyond_the_calendar_is_told() -> None:
    rules = read_rules(AGE, file="rules.yaml")
    facts = {"生年月日": "2000-01-01", "年数": 10**6}
    with pytest.raises(BadFact, match="beyond the calendar"):
        evaluate(rules, facts, on=dt.date(2025, 4, 1))


def test_facts_that_are_no_mapping_and_half_characters_end_in_no_fault() -> None:
    rules = read_rules(AGE, file="rules.yaml")
    with pytest.raises(BadFact):
        evaluate(rules, ["生年月日"], on=dt.date(2025, 4, 1))
    assert evaluate(rules, {"備考": "\ud800", "生年月日": "2000-01-01", "年数": 1}, on=dt.date(2025, 4, 1)).id


AGE = """\
id: t
title: t
law: {id: 346AC0000000073, title: 試験法}
facts:
  生年月日: {type: date}
  年数: {type: integer}
variables:
  後: {type: date, article: "1", formula: "年後(生年月日, 年数)"}
  齢: {article: "1", formula: "満年齢(生年月日, 基準日)"}
outputs: [後, 齢]
"""


def test_a_result_that_there_is_not_and_facts_too_deep_are_refused() -> None:
    rules, deep = read_rules(AGE, file="rules.yaml"), []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(BadFact, match="there is no result"):
        evaluate(rules, {}, on=dt.date(2025, 4, 1), outputs=["前"])
    with pytest.raises(BadFact):
        evaluate(rules, {"備考": deep}, on=dt.date(2025, 4, 1))
