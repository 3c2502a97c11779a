"""Tax and social insurance in the peer's form of a case, with inputs of our own and values reckoned by hand."""

from __future__ import annotations

from typing import Any

import pytest

from kiban.rules.peers import outcome
from kiban.rules.peers.mapping import ASKED
from packs_rules_files import RULES

DAY = "2023-06-01"
Given = dict[str, Any]


def ours(asks: str, people: Given, *, day: str = DAY, of: str = "", **household: Any) -> Any:
    """Our value of one result for one person, or (``of`` empty) for the household."""
    out = {"世帯員": {of: {asks: {day: 0}}}} if of else {"世帯": {asks: {day: 0}}}
    case = {"asks": [asks], "period": day, "input": {"世帯": household, "世帯員": people}, "output": out}
    ((value, _),) = ASKED[asks](RULES, case)
    return value


def single(asks: str, given: Given, *, day: str = DAY, **household: Any) -> Any:
    """Of one person alone."""
    return ours(asks, {"甲": given}, day=day, of="甲", 親一覧=["甲"], **household)


@pytest.mark.parametrize(
    ("given", "national", "local"),
    [({}, 0, 0), ({"身体障害者手帳等級": "六級"}, 270_000, 260_000), ({"身体障害者手帳等級": "二級"}, 400_000, 300_000),
     ({"精神障害者保健福祉手帳等級": "一級"}, 400_000, 300_000), ({"療育手帳等級": "B"}, 270_000, 260_000)],
)  # fmt: skip
def test_a_handbook_gives_the_deduction_of_its_degree(given: Given, national: int, local: int) -> None:
    assert (single("障害者控除", given), single("住民税障害者控除", given)) == (national, local)


FAMILY = {
    "甲": {"所得": 6_000_000, "誕生年月日": "1975-02-02"},
    "乙": {"所得": 300_000, "誕生年月日": "1976-02-02", "身体障害者手帳等級": "三級"},
    "丙": {"誕生年月日": "2003-07-07"},
    "丁": {"誕生年月日": "1948-03-03", "愛の手帳等級": "一度"},
}
GROUPS: Given = {"親一覧": ["甲", "乙"], "子一覧": ["丙"], "祖父母一覧": ["丁"]}


@pytest.mark.parametrize(
    ("asks", "first", "second"),
    [("障害者控除", 270_000 + 750_000, 0), ("扶養控除", 630_000 + 580_000, 0), ("配偶者控除", 380_000, 0),
     ("配偶者特別控除", 0, 0), ("住民税障害者控除", 260_000 + 530_000, 0), ("住民税扶養控除", 450_000 + 450_000, 0),
     ("住民税配偶者控除", 330_000, 0), ("基礎控除", 480_000, 480_000), ("ひとり親控除", 0, 0)],
)  # fmt: skip
def test_dependants_are_counted_once_with_who_earns_most(asks: str, first: int, second: int) -> None:
    assert ours(asks, FAMILY, of="甲", **GROUPS) == first
    assert ours(asks, FAMILY, of="乙", **GROUPS) == second


def test_a_household_is_asked_for_the_sum_of_its_members() -> None:
    assert ours("扶養控除", FAMILY, **GROUPS) == 1_210_000
    assert ours("扶養親族である", FAMILY, of="丁", **GROUPS) is True
    assert ours("扶養親族である", FAMILY, of="乙", **GROUPS) is False
    assert ours("同一生計配偶者である", FAMILY, of="乙", **GROUPS) is True
    assert ours("同一生計配偶者である", FAMILY, of="甲", **GROUPS) is False


def test_what_the_case_says_of_a_dependant_counts_before_the_income() -> None:
    said = FAMILY | {"丁": FAMILY["丁"] | {"扶養親族である": False, "所得": 0}}
    assert ours("障害者控除", said, of="甲", **GROUPS) == 270_000
    assert ours("障害者控除", said, of="丁", **GROUPS) == 400_000


@pytest.mark.parametrize(
    ("groups", "people", "parent", "widow"),
    [({"親一覧": ["甲"], "子一覧": ["乙"]}, {"乙": {"所得": 0}}, 350_000, 0),
     ({"親一覧": ["甲"], "子一覧": ["乙"]}, {"乙": {"所得": 480_001}}, 0, 270_000),
     ({"親一覧": ["甲"], "子一覧": ["乙"]}, {"乙": {"所得": 480_000}}, 350_000, 0),
     ({"親一覧": ["甲"]}, {}, 0, 270_000), ({"親一覧": ["甲", "乙"]}, {"乙": {"所得": 0}}, 0, 0)],
)  # fmt: skip
def test_a_lone_parent_or_a_widow(groups: Given, people: Given, parent: int, widow: int) -> None:
    given = {"甲": {"所得": 5_000_000}, **people}
    assert ours("ひとり親控除", given, of="甲", 夫と離別死別=True, **groups) == parent
    assert ours("寡婦控除", given, of="甲", 夫と離別死別=True, **groups) == widow
    assert ours("寡婦", given, of="甲", 夫と離別死別=True, **groups) is (widow > 0)
    assert ours("寡婦控除", given | {"甲": {"所得": 1, "性別": "男性"}}, of="甲", 夫と離別死別=True, **groups) == 0


def test_values_by_day_and_several_days() -> None:
    person = {"合計所得金額": {"2024-06-01": 24_000_001, "2025-06-01": 3_000_000}}
    assert single("基礎控除", person, day="2024-06-01") == 320_000
    assert single("基礎控除", person, day="2025-06-01") == 880_000
    assert single("基礎控除", person, day="2026-06-01") == 1_040_000


@pytest.mark.parametrize(
    ("given", "value"),
    [({"所得": 7}, 7), ({"合計所得金額": 8}, 8), ({"収入": 1_800_000}, 1_180_000), ({}, 0),
     ({"収入": 3_000_000, "個人事業主の必要経費": 3_000_001}, 0), ({"収入": 9, "給与所得控除額": 5}, 4),
     ({"収入": 900, "個人事業主である": True, "個人事業主の必要経費": 300}, 600)],
)  # fmt: skip
def test_income_is_given_or_of_a_business_or_a_salary(given: Given, value: int) -> None:
    assert single("合計所得金額", given) == value


def test_the_tax_of_a_year() -> None:
    assert single("所得控除", {"所得": 3_000_000, "社会保険料控除": 100_000}) == 580_000
    given = {"合計所得金額": 5_000_000, "所得控除": 1_200_001}
    assert single("基準所得税額", given) == 332_300  # 3,799,000 at 20 percent less 427,500
    assert single("復興特別所得税", given) == 6_978
    assert single("所得税", given) == 339_200
    assert single("所得税", {"基準所得税額": 100_000, "合計所得金額": 1}) == 102_100


def test_residents_tax() -> None:
    given = {"合計所得金額": 3_000_000, "住民税所得控除": 1_750_000}
    assert single("住民税所得割", given, 調整控除=2_500) == 122_500
    assert single("住民税", given, 調整控除=2_500) == 127_500
    assert single("住民税均等割", {}) == 5_000
    assert single("住民税均等割", {"所得": 450_000}) == 0
    assert single("住民税所得割", {"合計所得金額": 450_000, "住民税所得控除": 0}, 調整控除=0) == 0
    assert single("住民税所得控除", {"所得": 3_000_000, "社会保険料控除": 7}) == 430_007


def test_the_difference_of_personal_deductions_and_the_credit() -> None:
    assert ours("人的控除額の差", FAMILY, **GROUPS) == 50_000 + 10_000 + 220_000 + 50_000 + 180_000 + 130_000
    father = {"甲": {"所得": 1, "性別": "男性", "ひとり親控除": 350_000, "住民税ひとり親控除": 300_000}}
    assert ours("人的控除額の差", father, 親一覧=["甲"]) == 60_000
    mother = {"甲": {"ひとり親控除": 350_000, "住民税ひとり親控除": 300_000}}
    assert ours("人的控除額の差", mother, 親一覧=["甲"]) == 100_000
    nobody = {"甲": {"ひとり親控除": 0, "住民税ひとり親控除": 0}}
    assert ours("人的控除額の差", nobody, 親一覧=["甲"]) == 50_000
    assert (
        ours("調整控除", {"甲": {}}, 親一覧=["甲"], 人的控除額の差=100_000, 控除後住民税世帯高所得=2_010_000) == 4_500
    )
    assert ours("調整控除", {"甲": {"所得": 25_000_001}}, 親一覧=["甲"]) == 0
    # 2,000,000 less 430,000 and twelve premiums of 16,520
    assert ours("控除後住民税世帯高所得", {"甲": {"所得": 2_000_000}}, 親一覧=["甲"]) == 1_371_000


@pytest.mark.parametrize(
    ("asks", "value"),
    [("標準報酬月額_健康保険料", 240_000), ("標準報酬月額_厚生年金保険料", 240_000), ("賞与以外の年収", 2_899_500),
     ("標準賞与額_月平均_健康保険料", 2_100_000 / 12), ("標準賞与額_月平均_厚生年金保険料", 2_000_000 / 12)],
)  # fmt: skip
def test_standard_remuneration_of_pay_and_bonuses(asks: str, value: float) -> None:
    given = {"収入": 5_000_000, "年1回目の賞与": 500_000, "年2回目の賞与": 1_600_500}
    assert single(asks, given) == value


def test_a_fourth_bonus_makes_them_pay() -> None:
    given = {
        "収入": 5_000_000,
        "年1回目の賞与": 500_000,
        "年2回目の賞与": 1,
        "年3回目の賞与": 1,
        "年4回目以降の賞与合計": 1,
    }
    assert single("賞与以外の年収", given) == 5_000_000
    assert single("標準賞与額_月平均_健康保険料", given) == 0


INSURED: Given = {"年齢": 45, "収入": 2_400_000, "週労働時間20時間以上": True}


@pytest.mark.parametrize(
    ("asks", "value"),
    [("健康保険料", 120_000), ("介護保険料", 21_840), ("厚生年金保険料", 219_600), ("雇用保険料", 14_400),
     ("社会保険料", 375_840), ("社会保険料控除", 375_840 + 198_240), ("社会保険料納付条件", True)],
)  # fmt: skip
def test_an_employee_pays_the_rates_of_the_day(asks: str, value: int) -> None:
    assert single(asks, INSURED) == value


def test_who_is_no_employee_or_not_insured_pays_nothing_of_it() -> None:
    assert single("社会保険料", INSURED | {"個人事業主である": True}) == 0
    assert single("健康保険料", INSURED | {"週労働時間20時間以上": False}) == 0
    assert single("雇用保険料", INSURED | {"週労働時間20時間以上": False}) == 14_400
    assert single("健康保険料", INSURED | {"居住都道府県": "佐賀県"}) == 12 * 10_510
    assert single("健康保険料", INSURED | {"健康保険料": 5}) == 5
    assert single("社会保険料控除", {"社会保険料": 10, "国民年金保険料": 20, "国民年金基金掛金": 1}) == 31
    assert single("国民年金保険料", {"国民年金保険に加入している": False}) == 0


ILL: Given = {"年齢": 30, "標準報酬月額_健康保険料": 190_000, "病気によって連続三日以上休業している": True,
              "休業中に給与の支払いがない": True, "就労形態": "会社員"}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "value"),
    [({}, 4_220), ({"就労形態": "公務員"}, 5_760), ({"就労形態": "自営業"}, 0), ({"業務によって病気になった": True}, 0),
     ({"業務によってけがをした": True}, 4_220), ({"年齢": 75}, 0), ({"休業中に給与の支払いがない": False}, 0)],
)  # fmt: skip
def test_sickness_benefit(change: Given, value: int) -> None:
    assert ours("傷病手当金_最大", {"甲": ILL | change}, 親一覧=["甲"]) == value
    assert ours("傷病手当金_最小", {"甲": ILL | change}, 親一覧=["甲"]) == 0


@pytest.mark.parametrize(
    ("given", "child", "most", "least"),
    [({"精神障害者保健福祉手帳等級": "二級", "年齢": 30}, {"年齢": 5}, 87_566, 87_566),
     ({"身体障害者手帳等級": "四級", "年齢": 30}, {"学年": 12, "年齢": 18}, 87_566, 0),
     ({"愛の手帳等級": "三度", "誕生年月日": "1956-04-01"}, {"学年": 13, "年齢": 19}, 84_760, 0),
     ({"精神障害者保健福祉手帳等級": "一級", "年齢": 30}, {"学年": 13, "年齢": 19, "療育手帳等級": "B"}, 104_566,
      85_000),
     ({"精神障害者保健福祉手帳等級": "一級", "年齢": 19}, {"年齢": 1}, 0, 0),
     ({"年齢": 40}, {"年齢": 21, "精神障害者保健福祉手帳等級": "二級"}, 68_000, 68_000)],
)  # fmt: skip
def test_disability_pension_of_a_month(given: Given, child: Given, most: int, least: int) -> None:
    people, groups = {"甲": given, "乙": child}, {"親一覧": ["甲"], "子一覧": ["乙"]}
    assert ours("障害基礎年金_最大", people, day="2024-04-01", **groups) == most
    assert ours("障害基礎年金_最小", people, day="2024-04-01", **groups) == least


def test_values_without_a_household_and_persons_in_none() -> None:
    case = {"period": DAY, "input": {"収入": 6_600_000}, "output": {"所得": 0, "個人事業主である": False}}
    assert ASKED["所得"](RULES, case) == [(4_840_000, 0)]
    assert ASKED["個人事業主である"](RULES, case) == [(False, False)]
    case = {"period": DAY, "input": {"誕生年月日": "2017-04-01"}, "output": {"学年": {DAY: 1, "2024-04-01": 2}}}
    assert ASKED["学年"](RULES, case) == [(1, 1), (2, 2)]
    alone = {"甲": {"所得": 1}, "乙": {"所得": 2, "身体障害者手帳等級": "一級"}}
    assert ours("障害者控除", alone, of="乙", 親一覧=["甲"]) == 400_000


@pytest.mark.parametrize(
    ("theirs", "margin", "verdict"),
    [(97_450, None, "pass"), (97_451, None, "differ"), (97_451, 1, "pass"), (97_449.5, 1, "pass"),
     (97_452, 1, "differ"), (True, 97_449, "differ")],
)  # fmt: skip
def test_the_margin_that_a_case_allows_is_kept(theirs: Any, margin: int | None, verdict: str) -> None:
    people = {"甲": {"合計所得金額": 1_949_999, "所得控除": 0}}
    case = {"id": "a", "asks": ["基準所得税額"], "period": "2025-01-01",
            "input": {"世帯": {"親一覧": ["甲"]}, "世帯員": people},
            "output": {"世帯員": {"甲": {"基準所得税額": theirs}}}, "absolute_error_margin": margin}  # fmt: skip
    assert outcome(case, RULES).verdict == verdict
    assert outcome(case, RULES).articles == ("所得税法第89条第1項",)


def test_a_widow_said_to_be_one_has_no_child_that_counts() -> None:
    given = {"甲": {"所得": 1, "寡婦": True}, "乙": {"所得": 0}}
    assert ours("寡婦控除", given, of="甲", 親一覧=["甲"], 子一覧=["乙"]) == 270_000
    assert ours("寡婦控除", given | {"甲": {"寡婦": False}}, of="甲", 親一覧=["甲"], 夫と離別死別=True) == 0


def test_a_sum_of_the_fourth_bonus_says_that_there_were_four() -> None:
    given = {"収入": 5_000_000, "年1回目の賞与": 500_000, "年4回目以降の賞与合計": 1}
    assert single("賞与以外の年収", given) == 5_000_000


def test_other_values_of_persons_and_households() -> None:
    assert ours("扶養人数", FAMILY, **GROUPS) == 2
    assert ours("世帯高所得", FAMILY, **GROUPS) == 6_000_000
    assert ours("世帯所得", FAMILY, **GROUPS) == 6_300_000
    assert ours("障害者控除対象", FAMILY, of="乙", **GROUPS) is True
    assert ours("特別障害者控除対象", FAMILY, of="乙", **GROUPS) is False
    assert single("年齢", {"誕生年月日": "1990-06-01"}, day="2023-05-31") == 33
    assert single("年齢", {"誕生年月日": "1990-06-02"}, day="2023-05-31") == 32
