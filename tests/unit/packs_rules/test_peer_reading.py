"""The one reading of a peer's case: days, members, what is left open, numbers of the law, and what is no case."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.kernel.errors import BadInput
from kiban.rules.errors import NotInForce
from kiban.rules.peers import Outcome, Verdict, outcome, outcomes
from kiban.rules.peers.mapping.homes import Person, home_of
from kiban.shell.cli import main
from packs_rules_files import RULES

Given = dict[str, Any]
LIMIT = "特別児童扶養手当の控除後世帯高所得"
ONE: Given = {
    "id": "made-up", "asks": ["特別児童扶養手当の所得条件"], "period": "2024-07-01",
    "output": {"特別児童扶養手当の所得条件": True},
    "input": {"世帯": {"親一覧": ["親"], "子一覧": ["子"], LIMIT: 0},
              "世帯員": {"親": {"年齢": 40}, "子": {"年齢": 9, "身体障害者手帳等級": "二級"}}},
}  # fmt: skip


def asked(asks: str, household: Given, people: Given, *, on: str, of: str = "") -> Outcome:
    """A made-up case of one household; persons named 親…, 子… get their roles; ours stands in the outcome."""
    lists = {f"{role}一覧": [name for name in people if name.startswith(role)] for role in ("親", "子")}
    output = {"世帯員": {of: {asks: -1}}} if of else {asks: -1}
    case = {"id": "x", "asks": [asks], "period": on, "output": output,
            "input": {"世帯": lists | household, "世帯員": people}}  # fmt: skip
    return outcome(case, RULES)


def ours(asks: str, household: Given, people: Given, *, on: str, of: str = "") -> Any:
    found = asked(asks, household, people, on=on, of=of)
    assert found.verdict is Verdict.DIFFER, found.why
    return found.ours[0]


def test_a_value_by_day_is_that_of_each_day_asked() -> None:
    by_day = {"2024-01": 0, "2024-06-01": 99_000_000}
    case = ONE | {"input": ONE["input"] | {"世帯": ONE["input"]["世帯"] | {LIMIT: by_day}}}
    case["output"] = {"世帯": {ONE["asks"][0]: {"2024-05": True, "2024-06-30": False, "2023": True}}}
    assert outcome(case, RULES).ours == (True, False, True)


def person(given: Given, *, day: str = "2024-10-15") -> Person:
    return Person("甲", given, day)


@pytest.mark.parametrize(
    ("given", "born", "grade"),
    [
        ({"誕生年月日": "2010-04-01", "年齢": 3}, "2010-04-01", 9),
        ({"誕生年月日": "2010-04-02"}, "2010-04-02", 8),
        ({"年齢": 14}, "2010-01-02", 9),
        ({"年齢": 14, "学年": 8}, "2010-05-15", 8),
        ({"年齢": 13, "学年": 8}, "2010-11-15", 8),
        ({"学年": 1}, "2017-05-15", 1),
        ({"年齢": 30, "学年": 1}, "1994-01-02", 1),
    ],
)
def test_what_is_open_of_a_birth_date_is_closed_once(given: Given, born: str, grade: int) -> None:
    assert (person(given).born, person(given).grade) == (born, grade)


def test_the_first_day_of_a_school_year_fits_who_reaches_an_age_on_that_day() -> None:
    assert person({"年齢": 18, "学年": 12}, day="2024-04-01").born == "2006-04-02"


def test_a_child_of_no_known_age_leaves_the_answer_unknown_and_an_adult_does_not() -> None:
    for asks in ("児童手当", "児童扶養手当_最大", "教育支援費", "児童育成手当", "受験生チャレンジ支援貸付"):
        found = asked(asks, {"居住都道府県": "東京都"}, {"親": {"年齢": 40}, "子": {}}, on="2024-10-01")
        assert (found.verdict, found.outside) == (Verdict.UNKNOWN, False), asks
    assert ours("特別障害者手当_最大", {}, {"親": {"身体障害者手帳等級": "一級"}}, on="2024-10-01") == 28_840


def test_handbooks_are_read_alike_and_an_unknown_grade_is_refused() -> None:
    assert (person({"療育手帳等級": "A1"}).degree, person({"療育手帳等級": "B2"}).degree) == ("特別", "一般")
    assert person({"療育手帳等級": "無", "愛の手帳等級": ""}).degree == "なし"
    found = asked("障害者控除", {}, {"親": {"身体障害者手帳等級": "1級"}}, on="2024-10-01", of="親")
    assert "身体障害者手帳等級 of 親, which must be one of 一級" in found.why


SEVERAL: Given = {
    "世帯一覧": {"東": {"親一覧": ["甲"], "子一覧": ["丙"]}, "西": {"親一覧": ["乙"]}}, "居住都道府県": "東京都",
    "世帯員": {"甲": {"年齢": 40}, "乙": {"年齢": 40}, "丙": {"年齢": 9}, "丁": {"年齢": 30}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("output", "found"),
    [
        ({"世帯一覧": {"東": {"児童育成手当": 1}}}, (13_500,)),
        ({"世帯一覧": {"西": {"児童育成手当": 1}, "東": {"児童育成手当": 1}}}, (0, 13_500)),
        ({"世帯員": {"丙": {"児童育成手当": 1}, "乙": {"児童育成手当": 1}, "丁": {"児童育成手当": 1}}}, (13_500, 0, 0)),
    ],
)
def test_several_households_are_each_asked_alone_or_by_a_member(output: Given, found: tuple[int, ...]) -> None:
    case = {"id": "x", "asks": ["児童育成手当"], "period": "2024-10-01", "input": SEVERAL, "output": output}
    assert outcome(case, RULES).ours == found


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ({"世帯一覧": {"北": {"児童育成手当": 1}}}, "the household 北, which the input has not"),
        ({"世帯員": {"戊": {"児童育成手当": 1}}}, "the person 戊, whom the input has not"),
        ({"児童育成手当": 1}, "the name of a household"),
    ],
)
def test_whom_the_case_does_not_know_is_said(output: Given, why: str) -> None:
    case = {"id": "x", "asks": ["児童育成手当"], "period": "2024-10-01", "input": SEVERAL, "output": output}
    found = outcome(case, RULES)
    assert (found.verdict, found.why) == (Verdict.UNKNOWN, f"a case lacks or misnames {why} (case)")


def test_persons_of_no_list_are_of_the_only_household_and_else_alone() -> None:
    people = {"甲": {"年齢": 40}, "乙": {"年齢": 41}}
    home, none = home_of({"input": {"世帯": {}, "世帯員": people}}, "", day="2024-10-01")
    assert ([one.name for one in home.parents], none) == (["甲", "乙"], None)
    home, alone = home_of(
        {"input": {"世帯": {"親一覧": ["甲"]}, "世帯員": people}}, "乙", day="2024-10-01", member=True
    )
    assert (home.persons, home.given) == ((alone,), {})


@pytest.mark.parametrize(
    ("on", "spouse", "alone"),
    [
        ("2020-07-01", 380_001, True), ("2020-07-01", 380_000, False), ("2026-07-01", 480_001, True),
        ("2026-07-01", 480_000, False), ("2026-08-01", 580_001, True), ("2026-08-01", 580_000, False),
    ],
)  # fmt: skip
def test_who_is_a_dependant_follows_the_law_of_the_income_year(on: str, spouse: int, *, alone: bool) -> None:
    # 令5条 takes 400,000 off for a severely disabled spouse who is a dependant; without her it is more
    people = {"親1": {"年齢": 40, "所得": 3_000_000},
              "親2": {"年齢": 40, "所得": spouse, "身体障害者手帳等級": "一級"}}  # fmt: skip
    income = ours("特別障害者手当の控除後所得_扶養義務者所得", {}, people, on=on, of="親1")
    salary = 100_000 if on >= "2021-08" else 0
    assert income == 3_000_000 - 80_000 - salary - (330_000 if alone else 400_000)


def test_exemption_counts_dependants_by_the_days_limit_and_disabled_persons_by_their_own() -> None:
    two = {"親1": {"年齢": 40, "所得": 1_010_000}, "親2": {"年齢": 40, "所得": 500_000}}
    assert [ours("住民税非課税世帯", {}, two, on=on) for on in ("2025-06-01", "2026-06-01")] == [False, False]
    two["親2"]["所得"] = 450_000
    assert ours("住民税非課税世帯", {}, two, on="2025-06-01") is True
    for more, free in ((0, True), (1, False)):
        blind = {"親": {"年齢": 40, "所得": 1_350_000 + more, "身体障害者手帳等級": "一級"}}
        assert ours("住民税非課税世帯", {}, blind, on="2025-06-01") is free
    assert (
        ours("住民税非課税世帯", {"世帯高所得": 1_360_000}, {"親": {}, "子1": {}, "子2": {}}, on="2025-06-01") is True
    )


@pytest.mark.parametrize(("pay", "amount"), [(1_899_999, 45_500), (1_900_000, 45_490)])
def test_pay_is_an_income_after_the_deduction_of_its_year(pay: int, amount: int) -> None:
    # 1,900,000 of pay are 1,250,000 of income; 100,000 and 80,000 come off, 690,000 and 380,000 are the limit
    people = {"親": {"年齢": 40, "収入": pay}, "子": {"年齢": 5}}
    assert ours("児童扶養手当_最大", {}, people, on="2024-11-01") == amount


@pytest.mark.parametrize(("persons", "least"), [(1, 84_000), (3, 172_000), (6, 297_000), (8, 297_000)])
def test_the_standard_of_housing_is_the_rule_files(persons: int, least: int) -> None:
    people: Given = {f"親{place}": {"年齢": 40} for place in range(persons)}
    for savings, met in ((0, True), (1, False)):
        people["親0"] = {"預貯金": min(least * 6, 1_000_000) + savings}
        assert ours("住居確保給付金の資産要件を満たす", {}, people, on="2025-10-01") is met


def test_a_share_is_equal_to_seven_digits_and_no_further() -> None:
    key = "高等教育の修学支援新制度_減免割合"
    household = {"親一覧": ["親"], "高等教育の修学支援新制度_減免額算定基準額": 100}
    for theirs, verdict in ((0.6666667, "pass"), (0.66667, "differ"), (0.667, "differ"), (0, "differ")):
        case = {"id": "x", "asks": [key], "period": "2025-10-01", "output": {key: theirs},
                "input": {"世帯": household, "世帯員": {"親": {"年齢": 45}}}}  # fmt: skip
        assert outcome(case, RULES).verdict == verdict


def test_a_number_of_the_law_is_one_in_force_or_refused() -> None:
    assert RULES.number("shotoku-kojo", "扶養所得限度", on="2025-01") == 580_000
    assert RULES.number("koko-shugaku-shien", "所得割率", on="2025-01-01") == Fraction(6, 100)
    with pytest.raises(NotInForce, match="扶養所得限度 has no value in force on 2017-12-31"):
        RULES.number("shotoku-kojo", "扶養所得限度", on="2017-12-31")
    with pytest.raises(BadInput, match="shotoku-kojo has no number 無い"):
        RULES.number("shotoku-kojo", "無い", on="2025-01-01")


@pytest.mark.parametrize("year", range(2016, 2029))
def test_every_year_and_form_of_a_period_is_answered_or_says_what_is_not_in_force(year: int) -> None:
    for period in (str(year), f"{year}-07", f"{year}-12-31"):
        found = outcome(ONE | {"period": period}, RULES)
        assert found.verdict is Verdict.PASS or "in force on" in found.why


def changed(where: str, value: Any) -> Given:
    """The made-up case with another value at a place."""
    case: Given = json.loads(json.dumps(ONE))
    *path, last = where.split("/")
    at = case
    for key in path:
        at = at[key]
    at[last] = value
    return case


@pytest.mark.parametrize(
    ("where", "value", "why"),
    [
        ("asks", None, "asks, which must be a list"), ("asks", [], "asks, which must be a list"),
        ("asks", [["x"]], "asks, which must be a list"), ("asks", ["無い"], "no rule file computes 無い"),
        ("input", [], "input, which must be an object"), ("input", {}, "input, which says nothing"),
        ("output", "x", "output, which must be an object"), ("output", {}, "expects no value of"),
        ("output/世帯", ["x"], "output, which must be an object"), ("period", "x", "'x', which is no day"),
        ("period", None, "'None', which is no day"), ("period", "2024-02-30", "which is no day"),
        ("period", "9999-12-31", "must be in the years 1900 to 2100"),
        ("input/世帯", 1, "世帯, which must be an object"),
        ("input/世帯員/子", "x", "子, which must be an object"),
        ("input/世帯/子一覧", "子", "子一覧, which must be a list"),
        ("input/世帯/子一覧", ["親"], "親, who stands twice"),
        (f"input/世帯/{LIMIT}", "x", "which must be a number: 'x'"),
        (f"input/世帯/{LIMIT}", True, "which must be a number"), (f"input/世帯/{LIMIT}", 1e300, "must be a number"),
        ("input/世帯員/子/年齢", -1, "年齢 of 子, which must be 0 to 150: -1"),
        ("input/世帯員/子/学年", 10**12, "学年 of 子, which must be -10 to 40"),
        ("input/世帯員/子/誕生年月日", "昨日", "which is no day"),
        ("input/世帯員/子/内部障害", "おそらく", "yes or no"),
        ("input/世帯/子一覧", ["孫"], "孫 of 子一覧, whom 世帯員 has not"),
        ("input/世帯一覧", {"東": {}}, "世帯 beside 世帯一覧, of which one only can be"),
        ("input/世帯メンバー", {"親": {}}, "世帯メンバー of input, whose values must stand by day"),
        ("input/世帯員/子/年齢", {"今": 9}, "年齢 of 子, whose values must stand by day"),
        ("output/特別児童扶養手当の所得条件", "yes", "特別児童扶養手当の所得条件 in output, which must be a number"),
        ("output/特別児童扶養手当の所得条件", None, "特別児童扶養手当の所得条件 in output, which must be a number"),
        ("output/特別児童扶養手当の所得条件", {"今": 1}, "'今', which is no day"),
        ("asks", ["特別児童扶養手当の所得条件", "児童手当"], "the case expects no value of 児童手当"),
        ("absolute_error_margin", "x", "absolute_error_margin, which must be an amount"),
        ("absolute_error_margin", -1, "absolute_error_margin, which must be an amount"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_case_is_said(where: str, value: Any, why: str) -> None:
    case = changed(where, value)
    if where.endswith("内部障害"):
        del case["input"]["世帯員"]["子"]["身体障害者手帳等級"]
    found = outcome(case, RULES)
    assert found.verdict is Verdict.UNKNOWN
    assert why in found.why


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(["無", "2024", "一級"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
PLACES = ("asks", "input", "output", "period", "absolute_error_margin", "input/世帯", "input/世帯員",
          "input/世帯/親一覧",
          f"input/世帯/{LIMIT}", "input/世帯員/親", "input/世帯員/子", "input/世帯員/子/年齢", "input/世帯員/親/所得",
          "input/世帯員/子/身体障害者手帳等級", "input/世帯一覧", "output/世帯", "output/世帯員")  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), JSON)
def test_no_value_at_any_place_ends_the_run(where: str, value: Any) -> None:
    found = outcome(changed(where, value), RULES)
    assert found.verdict is not Verdict.UNKNOWN or found.why


PLAIN: Given = {"program": "児童手当", "month": "2025-05", "facts": {"children_ages": [3]}, "expect": {"月額": 10_000}}


@pytest.mark.parametrize(
    ("change", "why"),
    [({"program": ["x"]}, "program, which must be a name"), ({"program": "無い"}, "no rule file computes 無い"),
     ({"facts": 1}, "facts, which must be"), ({"expect": {}}, "expect, which must name one value"),
     ({"month": 5}, "a case lacks or misnames"), ({"facts": {}}, "children_ages"),
     ({"month": "2025-13"}, "month must be")],
)  # fmt: skip
def test_a_plain_case_that_is_wrong_says_so(change: Given, why: str) -> None:
    assert outcome(PLAIN, RULES).verdict is Verdict.PASS
    found = outcome(PLAIN | change, RULES)
    assert (found.verdict, why in found.why) == (Verdict.UNKNOWN, True)


@pytest.mark.parametrize("text", ['{"id": "\\ud800", "asks": 1}', "[" * 100_000, '{"asks": ' + "9" * 5_000 + "}"])
def test_a_line_that_no_text_can_hold_is_a_fault_of_its_line(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(f"{json.dumps(ONE)}\n{text}\n", encoding="utf-8")
    good, bad = outcomes(path, RULES)
    assert (good.verdict, bad.verdict) == (Verdict.PASS, Verdict.FAULT)
    assert "cases.jsonl:2" in bad.why
    assert main(["rules", "cases", str(path)]) == 1
    assert "pass 1, differ 0, unknown 0, faults 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("on", "income", "spouse", "amount"),
    [
        ("2024-09-01", 0, 0, 15_000), ("2024-10-01", 99_000_000, 0, 15_000), ("2024-09-01", 99_000_000, 0, 0),
        # 6,980,000 with two dependants; 100,000 and 80,000 come off, nothing for a spouse with an income of her own
        ("2024-09-01", 7_159_999, 0, 15_000), ("2024-09-01", 7_160_000, 0, 5_000),
        ("2024-09-01", 6_779_999, 500_000, 15_000), ("2024-09-01", 6_780_000, 500_000, 5_000),
    ],
)  # fmt: skip
def test_the_child_allowance_before_2024_10_looks_at_the_income(on: str, income: int, spouse: int, amount: int) -> None:
    people = {"親1": {"年齢": 40, "所得": income}, "親2": {"年齢": 40, "所得": spouse}, "子": {"年齢": 1}}
    assert ours("児童手当", {}, people, on=on) == amount


@pytest.mark.parametrize(("income", "amount"), [(6_599_999, 15_000), (6_600_000, 5_000)])
def test_a_given_income_is_that_after_deductions_with_the_children_as_dependants(income: int, amount: int) -> None:
    given = {"児童手当の控除後世帯高所得": income}
    assert ours("児童手当", given, {"親": {}, "子": {"年齢": 1}}, on="2024-09-01") == amount


OWN = {"facts": {"受給者国内居住": True, "子": []}, "expect": {"月額": 0}, "on": "2026-12-01"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"facts": 1}, "a case needs facts and expect"), ({"expect": ["月額"]}, "a case needs facts and expect"),
        ({"facts": {"子ら": []}}, "jido-teate has no 子ら for facts"), ({"on": 5}, "on is no day: 5"),
        ({"expect": {"無い": 1}}, "jido-teate has no 無い for expect"), ({"known": "x"}, "known is no day: 'x'"),
        ({"facts": {"子": [1]}}, "a member of 子 must be a mapping"),
    ],
)  # fmt: skip
def test_an_own_case_that_is_wrong_is_a_fault_of_its_line_and_the_others_are_answered(
    tmp_path: Path, change: Given, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in (OWN | change, OWN)), encoding="utf-8")
    assert main(["rules", "cases", "--pack", "jido-teate", str(path)]) == 1
    printed = capsys.readouterr().out
    assert f"fault: own.jsonl:1: {why}" in printed or (why in printed and "fault: own.jsonl:1" in printed)
    assert "pass 1, differ 0, unknown 0, faults 1" in printed


def test_an_own_case_before_the_law_is_unknown_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.jsonl"
    child = {"生年月日": "2009-05-05", "監護生計": True, "国内居住": True, "施設入所": False}
    old = OWN | {"on": "2009-12-01", "facts": {"受給者国内居住": True, "子": [child]}}
    path.write_text(json.dumps(old), encoding="utf-8")
    assert main(["rules", "cases", "--pack", "jido-teate", str(path)]) == 0
    assert "in force on 2009-12-01" in capsys.readouterr().out


def test_a_file_or_folder_without_what_is_needed_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"_licence": "nothing else"}\n', encoding="utf-8")
    assert main(["rules", "cases", str(path)]) == 1
    assert "no case of others is in it" in capsys.readouterr().err
    path.write_text(json.dumps(ONE), encoding="utf-8")
    assert main(["rules", "cases", str(path), "--packs", str(tmp_path)]) == 1
    assert "there is no rules.yaml in this folder" in capsys.readouterr().err
    with pytest.raises(BadInput, match="there is no table nowhere"):
        RULES.table("nowhere.csv")
