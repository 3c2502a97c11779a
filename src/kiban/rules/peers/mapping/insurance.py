"""Social insurance of employees, 傷病手当金, 障害基礎年金.

The peer gives a year where the law gives a month: twelve months at the rates of the day. Left open by the cases and
closed here: 協会けんぽ at its average rate unless a prefecture is said; twenty hours a week are worked in a
specified workplace; the least of 傷病手当金 is that the time of payment is over; a handbook leaves the grade of
障害基礎年金 open, so ours with the most and the least it can be.
"""

from __future__ import annotations

from typing import Any

from kiban.rules.peers.facts import pension, pension_person
from kiban.rules.peers.files import Mapped, RuleFiles
from kiban.rules.peers.mapping.common import OfPerson, of_ends, of_persons
from kiban.rules.peers.mapping.homes import Home, Person

BONUSES = ("年1回目の賞与", "年2回目の賞与", "年3回目の賞与", "年4回目以降の賞与合計")
OUT_OF_REACH = 99_000_000
"""An income that no exemption from the premium allows."""
PREMIUMS = ("健康保険料", "介護保険料", "厚生年金保険料", "雇用保険料")
STANDARD = {
    "健保標準報酬月額": "標準報酬月額_健康保険料",
    "厚年標準報酬月額": "標準報酬月額_厚生年金保険料",
    "健保標準賞与計": "標準賞与額_月平均_健康保険料",
    "厚年標準賞与計": "標準賞与額_月平均_厚生年金保険料",
}
MOST: dict[str, dict[Any, int]] = {
    "body": {1: 1, 2: 1, 3: 1, 4: 2}, "mind": {1: 1, 2: 2}, "ryoiku": {"A": 1, "B": 1}, "tokyo": {1: 1, 2: 1, 3: 1},
}  # fmt: skip
"""The grade of the pension that a handbook leaves possible at the most."""
SURE = {"mind": MOST["mind"]}
"""The grade that a handbook makes near to certain (精神の障害の等級判定)."""


def bonuses(person: Person) -> list[dict[str, int]]:
    """Bonuses of the year; where there is a sum of the fourth and later, four were paid at least."""
    found = [{"賞与額": person.amount(key)} for key in BONUSES if person.amount(key)]
    return found + [{"賞与額": 0}] * (4 - len(found) if person.amount(BONUSES[3]) else 0)


def standard(rules: RuleFiles, person: Person, *, output: str) -> int:
    """標準報酬月額 or the year's 標準賞与額: given (bonuses as a month's average), or by the tables."""
    key = STANDARD[output]
    if person.has(key):
        year = person.real(key) * (12 if "賞与" in output else 1)
        return round(year)
    facts: dict[str, Any] = {"賞与": bonuses(person), "年間収入": person.amount("収入")}
    if "報酬" in output:
        facts["報酬月額"] = rest_of_income(rules, person) // 12
    return int(rules.answer("hyojun-hoshu", facts, on=person.day, output=output))


def insured(rules: RuleFiles, person: Person) -> bool:
    """Whether insured as an employee: said, or by hours and pay (健康保険法3条1項9号)."""
    if person.self_employed:
        return False
    if person.has("社会保険料納付条件"):
        return person.says("社会保険料納付条件")
    facts = {
        "使用される": True, "四分の三以上": False, "週二十時間以上": person.says("週労働時間20時間以上"),
        "学生等": person.says("学生"), "特定適用事業所": True,
        "報酬月額": person.amount("収入") // 12,
    }  # fmt: skip
    return bool(rules.answer("hihokensha-tanjikan", facts, on=person.day, output="適用"))


def premium(rules: RuleFiles, person: Person, *, kind: str) -> int:
    """One premium a year: given, or by rates."""
    if person.has(kind):
        return 0 if person.self_employed else person.amount(kind)
    facts = {
        "被保険者": insured(rules, person), "雇用される": not person.self_employed, "年齢": person.age,
        "都道府県": person.word("居住都道府県") or "全国", "賃金年額": person.amount("収入"),
        **{name: standard(rules, person, output=name) for name in STANDARD},
    }  # fmt: skip
    return int(rules.answer("hihokensha-hokenryo", facts, on=person.day, output=kind))


def premiums(rules: RuleFiles, person: Person) -> int:
    """社会保険料 of an employee together."""
    return sum(premium(rules, person, kind=kind) for kind in PREMIUMS)


def national_pension(rules: RuleFiles, person: Person) -> int:
    """国民年金保険料 of twelve months at the sum of the day's fiscal year."""
    if person.has("国民年金保険料"):
        return person.amount("国民年金保険料")
    joined = person.says("国民年金保険に加入している") or not person.has("国民年金保険に加入している")
    facts = pension(pension_person(OUT_OF_REACH), 第一号被保険者=joined)
    return 12 * int(rules.answer("kokumin-nenkin-menjo", facts, on=person.day, output="納付月額"))


def income_insurance(rules: RuleFiles, person: Person) -> int:
    """社会保険料控除: what was paid, of whichever insurance (所得税法74条2項)."""
    if person.has("社会保険料控除"):
        return person.amount("社会保険料控除")
    employed = person.amount("社会保険料") if person.has("社会保険料") else premiums(rules, person)
    funds = person.amount("国民年金基金掛金") + person.amount("厚生年金基金掛金")
    pension = national_pension(rules, person)
    facts = {"被用者保険料": employed, "国民健康保険料等": 0, "国民年金保険料": pension, "基金掛金": funds}
    on = f"{person.year}-12-31"
    return int(rules.answer("shakai-hokenryo-kojo", facts, on=on, output="社会保険料控除"))


def sickness(rules: RuleFiles, person: Person, *, most: bool) -> int:
    """傷病手当金 a day."""
    ill = person.says("病気によって連続三日以上休業している")
    hurt = person.says("けがによって連続三日以上休業している")
    private = (ill and not person.says("業務によって病気になった")) or (
        hurt and not person.says("業務によってけがをした")
    )
    work = person.word("就労形態")
    facts = {
        "被保険者": work in {"会社員", "その他"}, "共済組合員": work == "公務員", "年齢": person.age,
        "平均標準報酬月額": standard(rules, person, output="健保標準報酬月額"), "待期満了": bool(ill or hurt),
        "業務外": bool(private), "報酬なし": person.says("休業中に給与の支払いがない"), "支給期間内": most,
    }  # fmt: skip
    return int(rules.answer("shobyo-teatekin", facts, on=person.day, output="支給額"))


def grade(person: Person, *, most: bool) -> int:
    """The grade of 障害基礎年金 that the handbooks allow; the higher of several."""
    table = MOST if most else SURE
    found = [grades.get(getattr(person, book), 0) for book, grades in table.items()]
    return min((one for one in found if one), default=0)


def disability_pension(rules: RuleFiles, home: Home, *, most: bool) -> int:
    """障害基礎年金 a month of all members; the children are the first pensioner's."""
    total, kids = 0, [
        {"子の生年月日": one.birth, "子の障害等級": grade(one, most=most), "生計維持": True, "子の婚姻": False}
        for one in home.children
    ]  # fmt: skip
    for person in home.persons:
        facts: dict[str, Any] = {
            "生年月日": person.birth, "障害等級": grade(person, most=most), "受給要件": True, "二十歳前傷病": False,
        }  # fmt: skip
        if rules.answer("shogai-kiso-nenkin", facts, on=home.day, output="支給される"):
            mine, kids = (kids, []) if person in home.parents else ([], kids)
            total += int(rules.answer("shogai-kiso-nenkin", facts | {"子": mine}, on=home.day, output="月額"))
    return total


def pension_ends(rules: RuleFiles, home: Home) -> tuple[int, int]:
    """障害基礎年金: the least and the most that the handbooks leave possible."""
    return disability_pension(rules, home, most=False), disability_pension(rules, home, most=True)


def _average(output: str) -> OfPerson:
    def found(rules: RuleFiles, _home: Home, /, *, person: Person) -> float | int:
        year = standard(rules, person, output=output)
        return year // 12 if year % 12 == 0 else year / 12

    return found


def rest_of_income(rules: RuleFiles, person: Person) -> int:
    """賞与以外の年収."""
    facts = {"賞与": bonuses(person), "年間収入": person.amount("収入")}
    return int(rules.answer("hyojun-hoshu", facts, on=person.day, output="賞与以外の収入"))


def _premium(kind: str) -> OfPerson:
    return lambda rules, _home, *, person: premium(rules, person, kind=kind)


def _standard(output: str) -> OfPerson:
    return lambda rules, _home, *, person: standard(rules, person, output=output)


PERSONAL: dict[str, OfPerson] = {
    **{kind: _premium(kind) for kind in PREMIUMS},
    **{STANDARD[name]: _standard(name) for name in STANDARD if "報酬" in name},
    **{STANDARD[name]: _average(name) for name in STANDARD if "賞与" in name},
    "賞与以外の年収": lambda rules, _home, *, person: rest_of_income(rules, person),
    "社会保険料": lambda rules, _home, *, person: premiums(rules, person),
    "社会保険料控除": lambda rules, _home, *, person: income_insurance(rules, person),
    "社会保険料納付条件": lambda rules, _home, *, person: insured(rules, person),
    "年齢": lambda _rules, _home, *, person: person.age,
    "国民年金保険料": lambda rules, _home, *, person: national_pension(rules, person),
    "傷病手当金_最大": lambda rules, _home, *, person: sickness(rules, person, most=True),
    "傷病手当金_最小": lambda rules, _home, *, person: sickness(rules, person, most=False),
}
ASKED: dict[str, Mapped] = {
    **{key: of_persons(key, compute) for key, compute in PERSONAL.items()},
    **of_ends("障害基礎年金", pension_ends),
}
