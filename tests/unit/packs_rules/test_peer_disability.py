"""The mapping of disability and of Tokyo's programmes, with made-up households in the peer's form."""

from __future__ import annotations

from typing import Any

import pytest

from kiban.rules.peers import Verdict, outcome
from packs_rules_files import RULES

Case = dict[str, Any]


def case(ask: str, expected: Any, people: Case, *, on: str = "2024-07-01", **household: Any) -> Case:
    """One household; persons named 親…, 子…, 祖… get their roles."""
    roles = {"親": "親一覧", "子": "子一覧", "祖": "祖父母一覧"}
    lists: dict[str, list[str]] = {}
    for name in people:
        lists.setdefault(roles[name[0]], []).append(name)
    given = {"世帯": {**lists, **household}, "世帯員": people}
    return {"id": "x", "asks": [ask], "period": on, "input": given, "output": {"世帯": {ask: expected}}}


def equal(one: Case) -> bool:
    found = outcome(one, RULES)
    assert found.verdict is not Verdict.UNKNOWN, found.why
    return found.verdict is Verdict.PASS


TOKYO = {"居住都道府県": "東京都"}
ADULT = {"年齢": 35, "所得": 0}
HIV = {"HIV感染者である": True}
BY_PRODUCT = HIV | {"血液製剤の投与によってHIVに感染した": True}
SECOND = HIV | {"家族に血液製剤によるHIV感染者がいる": True}
FACTOR = "血液凝固因子異常症_"


@pytest.mark.parametrize(
    ("ask", "given", "expected"),
    [
        ("特定疾病療養の対象者がいる", {"慢性腎不全である": True, "人工透析を行っている": True}, True),
        ("特定疾病療養の対象者がいる", {"慢性腎不全である": True}, False),
        ("特定疾病療養の対象者がいる", {f"{FACTOR}第VIII因子欠乏症": True}, True),
        ("特定疾病療養の対象者がいる", {f"{FACTOR}第X因子欠乏症": True}, False),
        ("特定疾病療養の対象者がいる", BY_PRODUCT, True),
        ("特定疾病療養の対象者がいる", SECOND, True),
        ("特定疾病療養の対象者がいる", HIV, False),
        ("先天性血液凝固因子障害等治療研究事業の対象者がいる", {f"{FACTOR}第X因子欠乏症": True}, True),
        ("先天性血液凝固因子障害等治療研究事業の対象者がいる", {f"{FACTOR}第X因子欠乏症": True, "年齢": 19}, False),
        ("先天性血液凝固因子障害等治療研究事業の対象者がいる", BY_PRODUCT | {"年齢": 9}, True),
        ("重度心身障害者医療費助成制度の対象者がいる", {"身体障害者手帳等級": "三級"}, True),
        ("重度心身障害者医療費助成制度の対象者がいる", {"身体障害者手帳等級": "四級"}, False),
        ("重度心身障害者医療費助成制度の対象者がいる", {"身体障害者手帳等級": "四級", "年齢": 65}, True),
        ("重度心身障害者医療費助成制度の対象者がいる", {"身体障害者手帳等級": "四級", "年齢": 75}, False),
        ("重度心身障害者医療費助成制度の対象者がいる", {"療育手帳等級": "B"}, True),
        ("重度心身障害者医療費助成制度の対象者がいる", {"愛の手帳等級": "三度"}, False),
        ("重度心身障害者医療費助成制度の対象者がいる", {"精神障害者保健福祉手帳等級": "二級"}, True),
        ("重度心身障害者医療費助成制度の対象者がいる", {"障害基礎年金_等級_最大": 2, "年齢": 70}, True),
        ("健康管理費用_最大", BY_PRODUCT, 54_900),
        ("健康管理費用_最小", SECOND, 38_900),
        ("健康管理費用_最大", BY_PRODUCT | {"エイズを発症している": True}, 0),
        ("健康管理支援事業_最大", BY_PRODUCT | {"エイズを発症している": True}, 150_000),
        ("健康管理支援事業_最小", BY_PRODUCT | {"エイズを発症している": True}, 0),
        ("健康管理支援事業_最大", HIV | {"エイズを発症している": True}, 0),
    ],
)
def test_an_illness_or_a_handbook(ask: str, given: Case, expected: Any) -> None:
    people = {"親1": ADULT | given, "親2": ADULT}
    assert equal(case(ask, expected, people))


def test_a_person_is_asked_alone_and_households_apart() -> None:
    sick = {"慢性腎不全である": True, "人工透析を行っている": True}
    given = {
        "世帯一覧": {"一": {"親一覧": ["甲"]}, "二": {"親一覧": ["乙"], "子一覧": ["丙"]}},
        "世帯員": {"甲": ADULT | sick, "乙": ADULT, "丙": {"年齢": 3}},
    }
    ask, any_of = "特定疾病療養の対象者である", "特定疾病療養の対象者がいる"
    output = {
        "世帯一覧": {"一": {any_of: True}, "二": {any_of: False}},
        "世帯員": {"甲": {ask: True}, "丙": {ask: False}},
    }
    both = {"id": "x", "asks": [ask, any_of], "period": "2024-07-01", "input": given, "output": output}
    assert equal(both)


HEPATITIS = "先天性の傷病治療によるC型肝炎患者に係るQOL向上等のための調査研究事業"


@pytest.mark.parametrize(("kind", "most", "least"), [("第V因子欠乏症", 51_500, 51_500), ("その他", 51_500, 0)])
def test_hepatitis_of_a_known_and_of_an_unknown_kind(kind: str, most: int, least: int) -> None:
    ill = {
        f"{FACTOR}{kind}": True, "C型肝炎ウイルスに感染している": True,
        "血液製剤の投与によってC型肝炎ウイルスに感染した": True,
        "肝硬変や肝がんに罹患しているまたは肝移植をおこなった": True,
    }  # fmt: skip
    assert equal(case(f"{HEPATITIS}_最大", most, {"親1": ADULT | ill}))
    assert equal(case(f"{HEPATITIS}_最小", least, {"親1": ADULT | ill}))


BOTH = {"身体障害者手帳等級": "一級", "愛の手帳等級": "二度"}


@pytest.mark.parametrize(
    ("given", "most", "least"),
    [
        (BOTH, 28_840, 28_840),
        ({"身体障害者手帳等級": "二級", "精神障害者保健福祉手帳等級": "一級"}, 28_840, 28_840),
        ({"身体障害者手帳等級": "二級"}, 28_840, 0),
        ({"療育手帳等級": "A"}, 28_840, 0),
        ({"精神障害者保健福祉手帳等級": "一級"}, 28_840, 0),
        ({"身体障害者手帳等級": "三級", "愛の手帳等級": "三度"}, 0, 0),
        (BOTH | {"入院中": True}, 28_840, 0),
        (BOTH | {"介護施設入所中": True}, 0, 0),
        (BOTH | {"年齢": 19}, 0, 0),
        # 3,604,000 and 380,000 for the spouse, 100,000 off salary
        (BOTH | {"所得": 4_084_000}, 28_840, 28_840),
        (BOTH | {"所得": 4_084_001}, 0, 0),
    ],
)
def test_the_allowance_for_severely_disabled_adults(given: Case, most: int, least: int) -> None:
    people = {"親1": ADULT | given, "親2": ADULT}
    assert equal(case("特別障害者手当_最大", most, people))
    assert equal(case("特別障害者手当_最小", least, people))


@pytest.mark.parametrize(("income", "ok"), [(7_115_999, True), (7_116_000, False)])
def test_a_supporters_income_loses_eighty_thousand_and_four_hundred_thousand(income: int, ok: bool) -> None:
    # 6,536,000 with one dependant; off come 100,000 of salary, 80,000, and 400,000 for the disabled spouse
    people = {"親1": ADULT | {"所得": income}, "親2": ADULT | BOTH}
    assert equal(case("特別障害者手当_最大", 28_840 if ok else 0, people))
    limit = case("特別障害者手当所得制限", None, people)
    limit["output"] = {"世帯員": {"親2": {"特別障害者手当所得制限": ok}}}
    assert equal(limit)


@pytest.mark.parametrize(
    ("others", "income", "ok"),
    [
        ({"親2": ADULT | {"所得": 950_000}}, 4_034_000, True),
        ({"親2": ADULT | {"所得": 950_000}}, 4_034_001, False),
        ({"親2": ADULT | {"年齢": 70}}, 4_184_000, True),
        ({"親2": ADULT | {"年齢": 70}}, 4_184_001, False),
        ({"子1": {"年齢": 17}}, 4_684_000, True),
        ({"子1": {"年齢": 17}}, 4_684_001, False),
        ({"子1": {"年齢": 9, "身体障害者手帳等級": "三級"}}, 4_704_000, True),
        ({"子1": {"年齢": 9, "身体障害者手帳等級": "三級"}}, 4_704_001, False),
    ],
)
def test_deductions_and_dependants_of_the_person(others: Case, income: int, ok: bool) -> None:
    people = {"親1": ADULT | BOTH | {"所得": income}, **others}
    limit = case("特別障害者手当所得制限", None, people)
    limit["output"] = {"世帯員": {"親1": {"特別障害者手当所得制限": ok}}}
    assert equal(limit)
    assert equal(case("重度心身障害者手当_最小", 60_000 if ok else 0, people, **TOKYO))


def test_a_widow_and_a_parent_with_a_partner_who_counts_as_alone() -> None:
    ask = "特別障害者手当所得制限"
    for people, flag, income in (
        ({"親1": ADULT}, "夫と離別死別", 3_974_000),
        (
            {"親1": ADULT, "親2": ADULT | {"所得": 2_000_000}, "子1": {"年齢": 5}},
            "配偶者がいるがひとり親に該当",
            4_434_000,
        ),
    ):
        for more, ok in ((0, True), (1, False)):
            given = {**people, "親1": ADULT | BOTH | {"所得": income + more}}
            limit = case(ask, None, given, **{flag: True})
            limit["output"] = {"世帯員": {"親1": {ask: ok}}}
            assert equal(limit)


@pytest.mark.parametrize(
    ("given", "place", "most", "least"),
    [
        (BOTH, TOKYO, 60_000, 60_000), (BOTH, {}, 0, 0), ({"愛の手帳等級": "一度"}, TOKYO, 60_000, 0),
        ({"身体障害者手帳等級": "一級"}, TOKYO, 60_000, 0), ({"身体障害者手帳等級": "二級"}, TOKYO, 0, 0),
        (BOTH | {"年齢": 65}, TOKYO, 0, 0), (BOTH | {"年齢": 64}, TOKYO, 60_000, 60_000),
    ],
)  # fmt: skip
def test_tokyos_allowance_by_handbook_place_and_age(given: Case, place: Case, most: int, least: int) -> None:
    assert equal(case("重度心身障害者手当_最大", most, {"親1": ADULT | given}, **place))
    assert equal(case("重度心身障害者手当_最小", least, {"親1": ADULT | given}, **place))


def test_below_twenty_the_parents_income_is_looked_at() -> None:
    ask = "重度心身障害者手当所得制限"
    for income, ok in ((4_484_000, True), (4_484_001, False)):
        people = {"親1": ADULT | {"所得": income}, "子1": {"年齢": 10} | BOTH}
        limit = case(ask, None, people, **TOKYO)
        # 3,604,000 and 380,000; off come 100,000, 400,000 for the child, 350,000 as a lone parent
        people["親1"]["所得"] = income + 350_000
        limit["output"] = {"世帯員": {"子1": {ask: ok}}}
        assert equal(limit)


def kids(*births: str, **more: str) -> Case:
    return {f"子{i}": {"誕生年月日": birth} | more for i, birth in enumerate(births)}


@pytest.mark.parametrize(
    ("people", "household", "raising", "disabled"),
    [
        ({"親1": {}} | kids("2010-05-05", "2006-04-02"), {}, 27_000, 0),
        ({"親1": {}} | kids("2006-04-01"), {}, 0, 0),
        ({"親1": {}, "親2": {}} | kids("2010-05-05"), {}, 0, 0),
        ({"親1": {}, "親2": {}} | kids("2010-05-05"), {"配偶者がいるがひとり親に該当": True}, 13_500, 0),
        ({"親1": {}} | kids("2005-05-05", 愛の手帳等級="三度"), {}, 0, 15_500),
        ({"親1": {}} | kids("2005-05-05", 脳性まひ_進行性筋萎縮症="有"), {}, 0, 15_500),
        ({"親1": {}} | kids("2005-05-05", 療育手帳等級="A"), {}, 0, 0),
        ({"親1": {}} | kids("2010-05-05"), {"居住都道府県": "埼玉県"}, 0, 0),
        ({"親1": {}} | kids("2010-05-05"), {"特別児童扶養手当の控除後世帯高所得": 3_984_000}, 0, 0),
        ({"親1": {}} | kids("2010-05-05"), {"特別児童扶養手当の控除後世帯高所得": 3_983_999}, 13_500, 0),
        # 530,000 come off: salary, 80,000, lone parent
        ({"親1": {"所得": 4_513_999}} | kids("2010-05-05"), {}, 13_500, 0),
        ({"親1": {"所得": 4_514_000}} | kids("2010-05-05"), {}, 0, 0),
    ],
)
def test_tokyos_allowances_for_children(people: Case, household: Case, raising: int, disabled: int) -> None:
    people = {name: {"年齢": 40} | given if name[0] == "親" else given for name, given in people.items()}
    assert equal(case("児童育成手当", raising, people, on="2024-10-01", **(TOKYO | household)))
    assert equal(case("障害児童育成手当", disabled, people, on="2024-10-01", **(TOKYO | household)))


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({"親1": ADULT | {"所得": 2_805_000}, "子1": {"年齢": 14, "学年": 9}}, 227_400),
        ({"親1": ADULT | {"所得": 2_805_001}, "子1": {"年齢": 14, "学年": 9}}, 0),
        ({"親1": ADULT, "子1": {"誕生年月日": "2006-05-05"}, "子2": {"誕生年月日": "2010-03-03"}}, 507_400),
        ({"親1": ADULT | {"所得": 3_000_000}, "親2": ADULT | {"所得": 87_001}, "子1": {"年齢": 17, "学年": 12}}, 0),
        ({"親1": ADULT | {"預貯金": 6_000_001}, "子1": {"年齢": 14, "学年": 9}}, 0),
    ],
)
def test_the_loan_for_entrance_examinations(people: Case, expected: int) -> None:
    assert equal(case("受験生チャレンジ支援貸付", expected, people, **TOKYO))
    assert equal(case("受験生チャレンジ支援貸付", 0, people, 居住都道府県="北海道"))


def test_a_household_of_a_size_that_no_table_names_is_unknown() -> None:
    people = {"親1": ADULT, **{f"子{i}": {"年齢": 14, "学年": 9} for i in range(6)}}
    assert outcome(case("受験生チャレンジ支援貸付", 0, people, **TOKYO), RULES).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("income", "kid", "amount"),
    [
        # 690,000 and 380,000 with one child; 100,000 and 80,000 come off, for a lone parent nothing more
        (1_249_999, {"年齢": 5}, 45_500),
        (1_250_000, {"年齢": 5}, 45_490),
        (1_649_999, {"年齢": 5, "身体障害者手帳等級": "二級"}, 45_500),
        (1_519_999, {"年齢": 5, "身体障害者手帳等級": "三級"}, 45_500),
        (2_640_000, {"年齢": 5}, 0),
        (0, {"年齢": 19}, 0),
        (0, {"年齢": 19, "精神障害者保健福祉手帳等級": "二級"}, 45_500),
    ],
)
def test_a_lone_parents_own_income(income: int, kid: Case, amount: int) -> None:
    people = {"親1": {"年齢": 40, "所得": income}, "子1": kid}
    assert equal(case("児童扶養手当_最大", amount, people, on="2024-11-01"))


def test_a_grandparents_income_and_a_partner_who_cannot_help() -> None:
    people = {"親1": {"年齢": 40, "所得": 0}, "子1": {"年齢": 5}, "祖1": {"年齢": 68, "所得": 0}}
    # 2,360,000 and 380,000 for each of two dependants; 180,000 come off
    for income, amount in ((3_299_999, 45_500), (3_300_000, 0)):
        people["祖1"]["所得"] = income
        assert equal(case("児童扶養手当_最大", amount, people, on="2024-11-01"))
    couple = {"親1": {"年齢": 40}, "親2": {"年齢": 40}, "子1": {"誕生年月日": "2015-05-05"}}
    assert equal(case("児童扶養手当_最大", 0, couple, on="2024-11-01"))
    flag = {"配偶者がいるがひとり親に該当": True, "児童扶養手当の控除後世帯高所得": 0}
    assert equal(case("児童扶養手当_最大", 45_500, couple, on="2024-11-01", **flag))
    assert equal(case("児童扶養手当の対象児童人数", 1, couple, on="2024-11-01", **flag))


@pytest.mark.parametrize(
    ("income", "kid", "special", "severe"),
    [
        (0, {"身体障害者手帳等級": "二級"}, (55_350, 36_860), 15_690),
        (0, {"療育手帳等級": "B"}, (55_350, 36_860), 0),
        (0, {"内部障害": "有"}, (55_350, 0), 0),
        (0, {}, (0, 0), 0),
        # 4,976,000 with one dependant; 100,000, 80,000 and 400,000 for the child come off, above five millions no more
        (5_555_999, {"身体障害者手帳等級": "二級"}, (55_350, 36_860), 15_690),
        (5_556_000, {"身体障害者手帳等級": "二級"}, (0, 0), 15_690),
        # a supporter with one dependant: 6,536,000
        (7_115_999, {"身体障害者手帳等級": "二級"}, (0, 0), 15_690),
        (7_116_000, {"身体障害者手帳等級": "二級"}, (0, 0), 0),
    ],
)
def test_a_disabled_childs_parent(income: int, kid: Case, special: tuple[int, int], severe: int) -> None:
    people = {"親1": {"年齢": 40, "所得": income}, "子1": {"年齢": 9} | kid}
    assert equal(case("特別児童扶養手当_最大", special[0], people))
    assert equal(case("特別児童扶養手当_最小", special[1], people))
    assert equal(case("障害児福祉手当", severe, people))
    if special[0] or income:
        assert equal(case("特別児童扶養手当の所得条件", bool(special[0]), people))


def test_the_incomes_after_deductions() -> None:
    people = {"親1": ADULT | {"所得": 5_000_000, "身体障害者手帳等級": "三級"}, "親2": ADULT | BOTH}
    for key, value in (("本人所得", 4_500_000), ("扶養義務者所得", 4_150_000)):
        ask = f"特別障害者手当の控除後所得_{key}"
        one = case(ask, None, people)
        one["output"] = {"世帯員": {"親1": {ask: value}}}
        assert equal(one)
