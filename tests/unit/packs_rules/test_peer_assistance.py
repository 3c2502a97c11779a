"""Public assistance in the peer's form of a case, with inputs of our own and values of the printed tables."""

from __future__ import annotations

from typing import Any

import pytest

from kiban.rules.peers.files import UNKNOWN
from kiban.rules.peers.mapping import ASKED
from packs_rules_files import RULES

Given = dict[str, Any]
TOKYO: Given = {"居住級地区分1": 1, "居住級地区分2": 1}


def compared(asks: str, given: Given, *, day: str = "2023-06-01", out: Any = None) -> list[Any]:
    """Our values of one result of a case."""
    case = {"asks": [asks], "period": day, "input": given, "output": {asks: 0} if out is None else out}
    return [value for value, _ in ASKED[asks](RULES, case)]


def ours(asks: str, given: Given, *, day: str = "2023-06-01") -> Any:
    """Our one value."""
    (value,) = compared(asks, given, day=day)
    return value


def family(parents: list[Given], children: list[Given], elders: tuple[Given, ...] = (), **household: Any) -> Given:
    """A household of a case."""
    lists = {"親一覧": parents, "子一覧": children, "祖父母一覧": elders}
    people = {f"{kind}{place}": one for kind, some in lists.items() for place, one in enumerate(some)}
    names = {kind: [f"{kind}{place}" for place in range(len(some))] for kind, some in lists.items() if some}
    return {"世帯": {**names, **household}, "世帯員": people}


@pytest.mark.parametrize(
    ("place", "grade"),
    [(("大阪府", "大阪市"), (1, 1)), (("沖縄県", "那覇市"), (2, 1)), (("和歌山県", "海南市"), (3, 1)),
     (("和歌山県", "どこにもない村"), (3, 2))],
)  # fmt: skip
def test_the_class_of_a_municipality(place: tuple[str, str], grade: tuple[int, int]) -> None:
    given = {"居住都道府県": place[0], "居住市区町村": place[1]}
    assert tuple(ours(f"居住級地区分{n}", given) for n in (1, 2)) == grade
    assert ours("居住級地区分1", {"親一覧": ["甲"]}) is UNKNOWN


def test_several_households_each_with_its_members() -> None:
    given = {
        "世帯一覧": {"東": {"親一覧": ["甲"], **TOKYO}, "西": {"親一覧": ["乙"], "子一覧": ["丙"], **TOKYO}},
        "世帯員": {"甲": {"年齢": 30}, "乙": {"年齢": 30}, "丙": {"年齢": 1}},
    }
    out = {"世帯一覧": {name: {"生活扶助基準1_第1類_基準額1": 0} for name in ("東", "西")}}
    assert compared("生活扶助基準1_第1類_基準額1", given, out=out) == [42_020, 63_840]
    one = {"世帯員": {name: {"生活扶助基準2_第1類_基準額2_世帯員": 0} for name in ("甲", "乙", "丙")}}
    assert compared("生活扶助基準2_第1類_基準額2_世帯員", given, out=one) == [47_420, 47_420, 44_630]
    grades = {"世帯員": {"丙": {"居住級地区分2_世帯員": 0}}}
    assert compared("居住級地区分2_世帯員", given, out=grades) == [1]


def test_the_two_standards_and_who_is_in_hospital() -> None:
    three = family([{"年齢": 33}, {"年齢": 29}], [{"年齢": 4}], **TOKYO)
    assert ours("生活扶助基準1", three) == 167_140
    assert ours("生活扶助基準2", three) == pytest.approx(146_794.997)
    assert ours("生活扶助基準2_逓減率2", three) == 0.7151
    assert ours("生活扶助本体に係る経過的加算", three) == 0
    ill = family([{"年齢": 33, "入院中": True}], [{"年齢": 4}], **TOKYO)
    assert ours("生活扶助基準2_第2類_基準額2", ill) == 28_890
    assert ours("生活扶助基準1_第1類_基準額1", ill) == 27_490, "who is in hospital has 入院患者日用品費 instead"
    assert ours("生活扶助基準2", three, day="2024-05-01") == ours("生活扶助基準2", three), (
        "the last day of that standard"
    )
    assert ours("生活扶助基準2_第2類_基準額2", {**TOKYO, "世帯人数": 6}) is UNKNOWN
    born = family([{"年齢": 33}], [{"誕生年月日": "2011-07-12"}], **TOKYO)
    assert [ours("生活扶助基準1_第1類_基準額1", born, day=day) - 42_020 for day in ("2024-03-31", "2024-04-01")] == [
        35_550,
        43_910,
    ], "the age on 1 April before the day asked"


def test_given_parts_enter_as_given() -> None:
    given = {
        "生活扶助基準1_第1類_基準額1": 100_000,
        "生活扶助基準1_逓減率1": 0.95,
        "生活扶助基準1_第2類_基準額1": 50_000,
        "冬季加算": 1_000,
    }
    assert ours("生活扶助基準1", given, day="2023-12-01") == 146_000


@pytest.mark.parametrize(
    ("given", "day", "amount"),
    [
        ({"冬季加算地域区分1": 1, "世帯人数": 2}, "2024-04-30", 18_140),
        ({"冬季加算地域区分1": 1}, "2024-05-01", 0),
        ({"居住都道府県": "新潟県", "世帯人数": 4}, "2023-10-01", 15_740),
        ({"居住都道府県": "沖縄県"}, "2023-12-01", 2_630),
        ({"居住都道府県": "福井県"}, "2023-10-31", 0),
        ({}, "2024-03-31", 2_630),
    ],
)
def test_winter(given: Given, day: str, amount: int) -> None:
    assert ours("冬季加算", {**TOKYO, **given}, day=day) == amount
    assert ours("冬季", given, day=day) is (amount > 0)


def test_the_year_end_payment_is_paid_in_december() -> None:
    assert ours("期末一時扶助", {**TOKYO, "世帯人数": 3}, day="2023-12-31") == 23_790
    assert ours("期末一時扶助", {"世帯": {"親一覧": ["甲"], **TOKYO, "世帯人数": 3}}, day="2023-12-31") == 23_790
    assert ours("期末一時扶助", {**TOKYO, "世帯人数": 3}, day="2023-11-30") == 0
    assert ours("期末一時扶助", {"居住級地区分1": 2, "居住級地区分2": 1, "世帯人数": 3}, day="2023-12-31") is UNKNOWN


PERSONS: list[tuple[str, Given, int]] = [
    ("障害者加算", {"身体障害者手帳等級": "二級"}, 26_810),
    ("障害者加算", {"精神障害者保健福祉手帳等級": "二級"}, 17_870),
    ("障害者加算", {"身体障害者手帳等級": "四級"}, 0),
    ("妊産婦加算", {"妊産婦": "妊娠6ヵ月未満"}, 9_130),
    ("妊産婦加算", {"妊産婦": "産後6ヵ月以内"}, 8_480),
    ("放射線障害者加算", {"放射線障害": "元罹患者"}, 21_920),
    ("在宅患者加算", {"在宅療養中": True}, 13_270),
    ("介護施設入所者加算", {"介護施設入所中": True}, 9_880),
    ("生活保護基礎控除", {"収入": 1_200_000}, 23_600),
    ("新規就労控除", {"六か月以内に新規就労": True}, 11_700),
]


@pytest.mark.parametrize(("asks", "person", "amount"), PERSONS)
def test_additions_and_deductions_of_a_person(asks: str, person: Given, amount: int) -> None:
    assert ours(asks, family([{"年齢": 30, **person}], [], **TOKYO)) == amount


@pytest.mark.parametrize(
    ("child", "yes"),
    [
        ({"年齢": 17}, True),
        ({"年齢": 18}, False),
        ({"誕生年月日": "2005-04-02"}, True),
        ({"誕生年月日": "2005-04-01"}, False),
        ({"年齢": 18, "学年": 12}, True),
        ({"学年": 13}, False),
    ],
)
def test_a_child_is_one_up_to_the_march_after_the_eighteenth_birthday(child: Given, *, yes: bool) -> None:
    assert compared("児童", {"世帯員": {"甲": child}}, out={"世帯員": {"甲": {"児童": yes}}}) == [yes]
    assert ours("児童を養育する場合の加算", family([{"年齢": 45}], [child])) == 10_190 * yes
    assert ours("母子加算", family([{"年齢": 45}], [child], 居住級地区分1=2)) == 17_400 * yes
    assert ours("母子加算", family([{"年齢": 45}, {"年齢": 45}], [child], 居住級地区分1=2)) == 0


def test_transitional_additions_of_children() -> None:
    kids = [{"年齢": 12, "学年": 6}, {"年齢": 9}, {"年齢": 5}, {"年齢": 1}]
    four = family([{"年齢": 40}], kids)
    assert ours("児童を養育する場合に係る経過的加算", four) == 8_660
    assert ours("四人以上の世帯であって三歳未満の児童がいる場合の経過的加算", four) == 4_330
    assert ours("第三子以降の三歳から小学生修了前の児童がいる場合の経過的加算", four) == 4_330
    assert (
        ours("児童を養育する場合に係る経過的加算", family([{"年齢": 40}, {}], [{"年齢": 2, "学年": 3}, {"年齢": 4}]))
        == 4_330
    )
    small = family([{"年齢": 40}], [{"年齢": 1, "入院中": True}])
    assert ours("三人以下の世帯であって三歳未満の児童が入院している場合の経過的加算", small) == 4_330
    lone = family([{"年齢": 40}], [{"年齢": 8}], elders=({"年齢": 70},), 居住級地区分1=2, 居住級地区分2=1)
    assert ours("母子世帯等に係る経過的加算", lone) == 3_200
    assert ours("母子世帯等に係る経過的加算", lone, day="2023-11-01") is UNKNOWN


def test_the_limit_of_rent_is_the_citys_or_the_prefectures() -> None:
    assert ours("住宅扶助基準", {"居住都道府県": "大阪府", "居住市区町村": "大阪市", "世帯人数": 5}) == 52_000
    assert ours("住宅扶助基準", {"居住都道府県": "大阪府", "居住市区町村": "泉佐野市", "世帯人数": 1}) == 38_000
    assert ours("住宅扶助基準", {"居住都道府県": "青森県", "居住級地区分1": 1, "世帯人数": 1}) is UNKNOWN


def test_pupils_by_grade_or_age() -> None:
    pupils = family([{"年齢": 40}], [{"学年": 12}, {"誕生年月日": "2010-05-05"}, {"年齢": 8}, {"学年": -1}])
    assert ours("教育扶助基準", pupils) == 2_600 + 5_100
    assert ours("高等学校等就学費", pupils) == 5_300


def test_income_of_a_household_less_its_deductions() -> None:
    work = family([{"年齢": 45, "収入": 1_200_000}], [{"年齢": 17, "収入": 600_000, "六か月以内に新規就労": True}])
    assert ours("未成年者控除", work) == 11_600
    assert ours("勤労控除", work) == 23_600 + 15_640 + 11_600 + 11_700
    assert ours("勤労控除", {**work, "生活保護基礎控除": 1_000}) == 1_000 + 11_600 + 11_700
    assert ours("未成年者控除", family([{"年齢": 17, "収入": 600_000}], [])) == 0, "alone"


def test_assistance_from_the_facts_alone_and_from_given_parts() -> None:
    alone = family([{"年齢": 20}], [], 居住都道府県="東京都", 居住市区町村="新宿区")
    assert ours("生活保護", alone) == 76_420 + 53_700
    assert ours("生活保護", alone, day="2024-06-01") == 46_930 + 27_790 + 1_000 + 53_700 + 0
    given = {
        "生活扶助基準1": 90_000,
        "生活扶助基準2": 80_000,
        "生活扶助本体に係る経過的加算": 0,
        "住宅扶助基準": 30_000,
        "障害者加算": 17_870,
        "母子加算": 18_800,
        "収入": 600_000,
        "勤労控除": 18_400,
        "児童手当": 10_000,
    }
    assert ours("生活保護", given, day="2024-10-01") == 80_000 + 30_000 + 18_800 - (50_000 - 18_400) - 10_000
    assert ours("生活保護", family([{"年齢": 20}], [{"年齢": 1}], **TOKYO)) is UNKNOWN, "its allowances are not given"
