"""The peer's words for school and relief: made-up cases in its form, with the answer of the law reckoned by hand."""

from __future__ import annotations

from typing import Any

import pytest

from kiban.rules.peers import Verdict
from kiban.rules.peers.cases import outcome
from kiban.rules.peers.mapping import ASKED, education, relief
from packs_rules_files import RULES

DAY = "2025-10-01"
GRANT, FEES = "高等学校奨学給付金", "高等教育の修学支援新制度_授業料等減免"
SCHOOL = "高等学校等就学支援金"
LOAN = "母子父子寡婦福祉資金貸付金_"
EXEMPT = {"住民税非課税世帯": True}


def asked(household: dict[str, Any], persons: dict[str, Any], expect: dict[str, Any], *, day: str = DAY) -> Any:
    """How a made-up case of one household comes out."""
    roles = {"親一覧": [name for name in persons if name.startswith("親")]}
    roles |= {"子一覧": [name for name in persons if name.startswith("子")]}
    roles |= {"祖父母一覧": [name for name in persons if name.startswith("祖")]}
    given = {"世帯": roles | household, "世帯員": persons}
    case = {"id": "x", "asks": list(expect), "input": given, "output": expect, "period": day}
    return outcome(case, RULES)


def pupil(years: int, grade: int, kind: str = "全日制課程", owner: str = "公立") -> dict[str, Any]:
    return {"年齢": years, "学年": grade, "高校履修種別": kind, "高校運営種別": owner}


def ends(name: str, least: float, most: float) -> dict[str, float]:
    return {f"{name}_最小": least, f"{name}_最大": most}


A = {"親1": {"年齢": 45, "収入": 0}}
RICH = {"親1": {"年齢": 45, "収入": 9_000_000}}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "奨学給付金: 生業扶助 or not": (
        {"生活保護": 1}, A | {"子1": pupil(16, 10)}, ends(GRANT, 32300 // 12, 143700 // 12),
    ),
    "奨学給付金: taxed": ({"生活保護": 0}, RICH | {"子1": pupil(16, 10)}, ends(GRANT, 0, 0)),
    "奨学給付金: a sibling at a school by mail": (
        {"生活保護": 0} | EXEMPT, A | {"子1": pupil(16, 10, owner="私立"), "子2": pupil(17, 11, "通信制課程", "私立")},
        ends(GRANT, (152000 + 52100) // 12, (152000 + 52100) // 12),
    ),
    "奨学給付金: a school that is not named": (
        EXEMPT, A | {"子1": {"年齢": 16, "学年": 10, "高校履修種別": "全日制課程"}}, ends(GRANT, 0, 0),
    ),
    "就学支援金: by years and by credits": (
        {"高等学校等就学支援金_所得判定基準": 0}, A | {"子1": pupil(16, 10, "定時制課程", "私立")},
        ends(SCHOOL, 33000, 40100),
    ),
    "就学支援金: no base, high income": ({}, {"親1": {"収入": 20_000_000}, "子1": pupil(16, 10)}, ends(SCHOOL, 0, 0)),
    "就学支援金: no base, low income": ({}, A | {"子1": pupil(16, 10)}, ends(SCHOOL, 9900, 12030)),
    "修学支援: two thirds": (
        {"高等教育の修学支援新制度_減免額算定基準額": 100},
        A | {"子1": {"年齢": 19, "大学等履修種別": "短期大学", "大学等運営種別": "国公立"}}, ends(FEES, 260000, 372800),
    ),
    "修学支援: share of many children": (
        {}, A | {"子1": {"年齢": 19}, "子2": {"年齢": 9}, "子3": {"年齢": 2}},
        {"高等教育の修学支援新制度_減免割合": 1.0},
    ),
    "修学支援: share to seven digits": (
        {"高等教育の修学支援新制度_減免額算定基準額": 100}, A | {"子1": {"年齢": 19}},
        {"高等教育の修学支援新制度_減免割合": 0.6666667},
    ),
    "就学援助": ({"生活保護": 1}, A | {"子1": {"誕生年月日": "2015-05-05"}}, {"就学援助の対象者がいる": True}),
    "生活支援費 of two": (EXEMPT, A | {"祖1": {"年齢": 80}}, {"生活支援費": 200000}),
    "生活支援費 of a taxed household": ({}, RICH | {"祖1": {"年齢": 80}}, {"生活支援費": 0, "緊急小口資金": 100000}),
    "福祉費 after a disaster": (EXEMPT | {"被災している": True}, A, {"福祉費": 1_500_000}),
    "福祉費 by use": (
        EXEMPT | {"被災している": True}, A, {"福祉費_災害": 1_500_000, "福祉費_災害以外": 5_800_000},
    ),
    "就学支援金: base of two persons": (
        {}, A | {"子1": pupil(16, 10)}, {"高等学校等就学支援金_所得判定基準": 0},
    ),
    "福祉費 of a disabled child": (
        {"住民税非課税世帯": False}, A | {"子1": {"年齢": 8, "療育手帳等級": "B"}}, {"福祉費": 5_800_000},
    ),
    "教育支援費 by grade": (
        EXEMPT, A | {"子1": {"年齢": 16, "学年": 10}, "子2": {"年齢": 20, "学年": 14}},
        {"教育支援費": 52500 + 97500, "就学支度費": 1_000_000},
    ),
    "不動産担保型 of the old": (EXEMPT, {"親1": {"誕生年月日": "1950-01-01"}}, {"不動産担保型生活資金": 300000}),
    "災害援護資金: the head is hurt": (
        {"災害救助法の適用地域である": True, "家財の損害": "三分の一以上"},
        {"親1": {"所得": 4_299_999, "災害による負傷の療養期間": "一か月以上"}, "親2": {}}, {"災害援護資金": 2_500_000},
    ),
    "災害援護資金: pulled down": (
        {"災害救助法の適用地域である": True, "住宅被害": "解体"}, A,
        {"災害援護資金": 2_500_000, "災害援護資金_所得制限額": 2_200_000},
    ),
    "災害弔慰金": (
        {"災害救助法の適用地域である": True, "災害で生計維持者が死亡した": True, "災害で死亡した世帯員の人数": 3}, A,
        {"災害弔慰金": 10_000_000},
    ),
    "災害障害見舞金": (
        {"災害救助法の適用地域である": True}, {"親1": {"災害による重い後遺障害がある": True}},
        ends("災害障害見舞金", 1_250_000, 2_500_000),
    ),
    "母子父子寡婦: university": (
        {}, A | {"子1": {"年齢": 18, "学年": 13, "大学等履修種別": "大学"}},
        ends(LOAN + "修学資金", 71000, 146000) | ends(LOAN + "就学支度資金", 410000, 590000),
    ),
    "母子父子寡婦: a widow's grown child": (
        {"夫と離別死別": True}, A | {"子1": {"年齢": 25}}, {"母子父子寡婦福祉資金貸付金の対象者がいる": True},
    ),
    "母子父子寡婦: entering school, income tax or none": (
        {}, A | {"子1": {"年齢": 6, "学年": 1}}, ends(LOAN + "就学支度資金", 0, 64300),
    ),
    "高等職業訓練": (
        {"高等職業訓練促進給付金の対象訓練を受けている": True, "住民税非課税世帯": False},
        A | {"子1": {"年齢": 3}},
        ends("高等職業訓練促進給付金", 70500, 110500) | {"高等職業訓練修了支援給付金": 0},
    ),
    "職業訓練受講": ({}, A, ends("職業訓練受講給付金", 0, 142500) | {"職業訓練受講給付金の資産要件を満たす": True}),
    "職業訓練受講: income": ({}, RICH, ends("職業訓練受講給付金", 0, 0)),
    "住居確保": (
        {"家賃": {DAY: 60000}, "住宅扶助基準": 53700}, {"親1": {"年齢": 40, "預貯金": {DAY: 504_000}}},
        ends("住居確保給付金", 0, 53700),
    ),
    "住居確保: savings over six months": (
        {"家賃": 60000}, {"親1": {"年齢": 40, "預貯金": 504_001}}, {"住居確保給付金の資産要件を満たす": False},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_made_up_case_comes_out_as_the_law_says(name: str) -> None:
    household, persons, expect = CASES[name]
    found = asked(household, persons, expect)
    assert found.ours == found.theirs
    assert found.verdict is Verdict.PASS


@pytest.mark.parametrize("key", sorted(education.ASKED | relief.ASKED))
def test_a_case_with_nothing_but_a_name_is_answered_or_said_to_lack_something(key: str) -> None:
    found = asked({}, {"親1": {}}, {key: -1})
    assert found.verdict in (Verdict.DIFFER, Verdict.UNKNOWN)
    assert not found.outside
    assert ASKED[key] is not None


def test_values_by_day_are_those_of_the_day_and_households_are_kept_apart() -> None:
    case = {
        "id": "x", "asks": ["生活支援費"], "period": DAY,
        "input": {
            "世帯一覧": {"甲": {"親一覧": ["a"], "住民税非課税世帯": {"2024-01-01": False, "2025-01-01": True}},
                         "乙": {"親一覧": ["b"], "住民税非課税世帯": False}},
            "世帯員": {"a": {"年齢": {"2024-01-01": 30}}, "b": {"年齢": 30}},
        },
        "output": {"世帯一覧": {"甲": {"生活支援費": {"2024-06-01": 0, DAY: 150000}}, "乙": {"生活支援費": 0}}},
    }  # fmt: skip
    assert outcome(case, RULES).ours == (0, 150000, 0)


def test_before_a_law_there_is_nothing_and_at_its_beginning_there_is() -> None:
    jobs = ends("職業訓練受講給付金", 0, 0) | {"職業訓練受講給付金の資産要件を満たす": False}
    assert asked({}, A, jobs, day="2011-09-30").verdict is Verdict.PASS
    assert asked({}, A, ends("職業訓練受講給付金", 0, 142500), day="2011-10-01").verdict is Verdict.PASS


def test_a_base_is_that_of_the_taxed_incomes() -> None:
    student = {"子1": {"年齢": 19, "大学等履修種別": "大学", "大学等運営種別": "私立"}}
    assert asked({}, RICH | student, ends(FEES, 0, 0), day="2025-04-01").verdict is Verdict.PASS
    assert asked({}, A | student, {"高等教育の修学支援新制度_減免額算定基準額": 0}).verdict is Verdict.PASS


def test_assistance_that_a_case_does_not_give_is_reckoned() -> None:
    town = {"居住都道府県": "東京都", "居住市区町村": "八王子市"}
    child, day = {"子1": {"年齢": 8, "学年": 3}}, "2024-10-01"
    assert asked(town, A | child, {"就学援助の対象者がいる": True}, day=day).verdict is Verdict.PASS
    assert asked(town, RICH | child, {"就学援助の対象者がいる": False}, day=day).verdict is Verdict.PASS
    assert (
        asked(town, A | {"子1": pupil(16, 10)}, ends(GRANT, 32300 // 12, 122100 // 12), day=day).verdict is Verdict.PASS
    )
    # without a place there is no standard: who is taxed is not on assistance, the other is left open
    assert asked({}, RICH | child, {"就学援助の対象者がいる": False}, day=day).verdict is Verdict.PASS
    assert asked({}, A | child, {"就学援助の対象者がいる": True}, day=day).verdict is Verdict.UNKNOWN


def test_a_day_without_numbers_is_said_and_a_month_is_its_first_day() -> None:
    found = asked(EXEMPT, A | {"子1": pupil(16, 10)}, ends(GRANT, 0, 0), day="2012-07-01")
    assert found.verdict is Verdict.UNKNOWN
    assert found.outside
    assert "in force on 2012-07-01" in found.why
    assert asked(EXEMPT, A, {"生活支援費": 150000}, day="2025-04").verdict is Verdict.PASS
