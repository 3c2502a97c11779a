"""Social insurance of employees, 傷病手当金, 障害基礎年金.

The peer gives a year where the law gives a month: twelve months at the rates of the day. Left open by the cases and
closed here: 協会けんぽ at its average rate unless a prefecture is said; twenty hours a week are worked in a
specified workplace; the least of 傷病手当金 is that the time of payment is over; a handbook leaves the grade of
障害基礎年金 open, so ours with the most and the least it can be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from kiban.rules.lawdates import age as years_of_age
from kiban.rules.peers.files import Mapped, RuleFiles
from kiban.rules.peers.mapping.common import Case, Slot, of_slots
from kiban.rules.peers.mapping.homes import Home, Person, home_of

BONUSES = ("年1回目の賞与", "年2回目の賞与", "年3回目の賞与", "年4回目以降の賞与合計")
PREMIUMS = ("健康保険料", "介護保険料", "厚生年金保険料", "雇用保険料")
STANDARD = {
    "健保標準報酬月額": "標準報酬月額_健康保険料",
    "厚年標準報酬月額": "標準報酬月額_厚生年金保険料",
    "健保標準賞与計": "標準賞与額_月平均_健康保険料",
    "厚年標準賞与計": "標準賞与額_月平均_厚生年金保険料",
}
MOST = {
    "身体障害者手帳等級": {"一級": 1, "二級": 1, "三級": 1, "四級": 2},
    "精神障害者保健福祉手帳等級": {"一級": 1, "二級": 2},
    "療育手帳等級": {"A": 1, "B": 1},
    "愛の手帳等級": {"一度": 1, "二度": 1, "三度": 1},
}
"""The grade of the pension that a handbook leaves possible at the most."""
SURE = {"精神障害者保健福祉手帳等級": {"一級": 1, "二級": 2}}
"""The grade that a handbook makes near to certain (精神の障害の等級判定)."""


def bonuses(person: Person) -> list[dict[str, int]]:
    """Bonuses of the year; where there is a sum of the fourth and later, four were paid at least."""
    found = [{"賞与額": int(person.get(key, 0))} for key in BONUSES if person.get(key, 0)]
    return found + [{"賞与額": 0}] * (4 - len(found) if person.get(BONUSES[3], 0) else 0)


def standard(rules: RuleFiles, person: Person, *, output: str) -> int:
    """標準報酬月額 or the year's 標準賞与額: given (bonuses as a month's average), or by the tables."""
    key = STANDARD[output]
    if person.has(key):
        year = float(person.get(key, 0)) * (12 if "賞与" in output else 1)
        return round(year)
    facts: dict[str, Any] = {"賞与": bonuses(person), "年間収入": int(person.get("収入", 0))}
    if "報酬" in output:
        rest = rules.answer("hyojun-hoshu", facts, on=person.full_day, output="賞与以外の収入")
        facts["報酬月額"] = int(rest) // 12
    return int(rules.answer("hyojun-hoshu", facts, on=person.full_day, output=output))


def insured(rules: RuleFiles, person: Person) -> bool:
    """Whether insured as an employee: said, or by hours and pay (健康保険法3条1項9号)."""
    if person.self_employed:
        return False
    if person.has("社会保険料納付条件"):
        return bool(person.get("社会保険料納付条件", False))
    facts = {
        "使用される": True, "四分の三以上": False, "週二十時間以上": bool(person.get("週労働時間20時間以上", False)),
        "学生等": bool(person.get("学生", False)), "特定適用事業所": True,
        "報酬月額": int(person.get("収入", 0)) // 12,
    }  # fmt: skip
    return bool(rules.answer("hihokensha-tanjikan", facts, on=person.full_day, output="適用"))


def age(person: Person) -> int:
    """Age on the day, given or by the birth date (reached the day before the birthday)."""
    if person.has("年齢"):
        return int(person.get("年齢", 0))
    return years_of_age(dt.date.fromisoformat(person.birth), dt.date.fromisoformat(person.full_day))


def premium(rules: RuleFiles, person: Person, *, kind: str) -> int:
    """One premium a year: given, or by rates."""
    if person.has(kind):
        return 0 if person.self_employed else int(person.get(kind, 0))
    facts = {
        "被保険者": insured(rules, person), "雇用される": not person.self_employed, "年齢": age(person),
        "都道府県": str(person.get("居住都道府県", "全国")), "賃金年額": int(person.get("収入", 0)),
        **{name: standard(rules, person, output=name) for name in STANDARD},
    }  # fmt: skip
    return int(rules.answer("hihokensha-hokenryo", facts, on=person.full_day, output=kind))


def premiums(rules: RuleFiles, person: Person) -> int:
    """社会保険料 of an employee together."""
    return sum(premium(rules, person, kind=kind) for kind in PREMIUMS)


def national_pension(rules: RuleFiles, person: Person) -> int:
    """国民年金保険料 of twelve months at the sum of the day's fiscal year."""
    if person.has("国民年金保険料"):
        return int(person.get("国民年金保険料", 0))
    facts = {
        "第一号被保険者": bool(person.get("国民年金保険に加入している", True)), "法定免除": False, "学生": False,
        "生年月日": "1970-05-10",
        "関係者": [{"続柄": "本人", "所得": 99_000_000, "扶養親族数": 0, "老人扶養親族数": 0, "特定扶養親族数": 0,
                   "失業等特例": False, "障害者寡婦ひとり親": False, "生活扶助外の扶助": False}],
    }  # fmt: skip
    return 12 * int(rules.answer("kokumin-nenkin-menjo", facts, on=person.full_day, output="納付月額"))


def income_insurance(rules: RuleFiles, person: Person) -> int:
    """社会保険料控除: what was paid, of whichever insurance (所得税法74条2項)."""
    if person.has("社会保険料控除"):
        return int(person.get("社会保険料控除", 0))
    employed = int(person.get("社会保険料", 0)) if person.has("社会保険料") else premiums(rules, person)
    funds = int(person.get("国民年金基金掛金", 0)) + int(person.get("厚生年金基金掛金", 0))
    pension = national_pension(rules, person)
    facts = {"被用者保険料": employed, "国民健康保険料等": 0, "国民年金保険料": pension, "基金掛金": funds}
    on = f"{person.day[:4]}-12-31"
    return int(rules.answer("shakai-hokenryo-kojo", facts, on=on, output="社会保険料控除"))


def sickness(rules: RuleFiles, person: Person, *, most: bool) -> int:
    """傷病手当金 a day."""
    ill = person.get("病気によって連続三日以上休業している", False)
    hurt = person.get("けがによって連続三日以上休業している", False)
    private = (ill and not person.get("業務によって病気になった", False)) or (
        hurt and not person.get("業務によってけがをした", False)
    )
    work = person.get("就労形態", "無")
    facts = {
        "被保険者": work in {"会社員", "その他"}, "共済組合員": work == "公務員", "年齢": age(person),
        "平均標準報酬月額": standard(rules, person, output="健保標準報酬月額"), "待期満了": bool(ill or hurt),
        "業務外": bool(private), "報酬なし": bool(person.get("休業中に給与の支払いがない", False)), "支給期間内": most,
    }  # fmt: skip
    return int(rules.answer("shobyo-teatekin", facts, on=person.full_day, output="支給額"))


def grade(person: Person, *, most: bool) -> int:
    """The grade of 障害基礎年金 that the handbooks allow; the higher of several."""
    table = MOST if most else SURE
    found = [words.get(str(person.get(key, "無")), 0) for key, words in table.items()]
    return min((one for one in found if one), default=0)


def disability_pension(rules: RuleFiles, home: Home, *, most: bool) -> int:
    """障害基礎年金 a month of all members; the children are the first pensioner's."""
    total, kids = 0, [_child(one, most=most) for one in home.children]
    for person in home.members():
        facts = {
            "生年月日": person.birth,
            "障害等級": grade(person, most=most),
            "受給要件": True,
            "二十歳前傷病": False,
        }
        if rules.answer("shogai-kiso-nenkin", facts, on=person.full_day, output="支給される"):
            mine, kids = (kids, []) if person in home.parents else ([], kids)
            total += int(rules.answer("shogai-kiso-nenkin", facts | {"子": mine}, on=person.full_day, output="月額"))
    return total


def _child(person: Person, *, most: bool) -> dict[str, Any]:
    birth = person.birth
    if person.has("学年") and not person.has("誕生年月日"):
        fiscal = int(person.day[:4]) - (person.full_day[5:7] < "04")
        birth = f"{fiscal - int(person.get('学年', 0)) - 6}-05-05"
        if person.get("学年", 0) > 12:
            birth = person.birth
    return {"子の生年月日": birth, "子の障害等級": grade(person, most=most), "生計維持": True, "子の婚姻": False}


OfPerson = Callable[[RuleFiles, Person], Any]


def by_person(key: str, compute: OfPerson) -> Mapped:
    """Of a person; where a household is asked, of its members together."""

    def value(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        home, person = home_of(case, slot)
        if person is not None:
            return compute(rules, person)
        return sum(compute(rules, one) for one in home.members())

    return of_slots(key, value)


def _by_home(key: str, *, most: bool) -> Mapped:
    def value(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        return disability_pension(rules, home_of(case, slot)[0], most=most)

    return of_slots(key, value)


def _average(output: str) -> OfPerson:
    def found(rules: RuleFiles, person: Person) -> float | int:
        year = standard(rules, person, output=output)
        return year // 12 if year % 12 == 0 else year / 12

    return found


def _rest_of_income(rules: RuleFiles, person: Person) -> int:
    facts = {"賞与": bonuses(person), "年間収入": int(person.get("収入", 0))}
    return int(rules.answer("hyojun-hoshu", facts, on=person.full_day, output="賞与以外の収入"))


def _premium(kind: str) -> OfPerson:
    return lambda rules, person: premium(rules, person, kind=kind)


def _standard(output: str) -> OfPerson:
    return lambda rules, person: standard(rules, person, output=output)


def _sickness(most: bool) -> OfPerson:
    return lambda rules, person: sickness(rules, person, most=most)


PERSONAL: dict[str, OfPerson] = {
    **{kind: _premium(kind) for kind in PREMIUMS},
    **{STANDARD[name]: _standard(name) for name in STANDARD if "報酬" in name},
    **{STANDARD[name]: _average(name) for name in STANDARD if "賞与" in name},
    "賞与以外の年収": _rest_of_income,
    "社会保険料": premiums,
    "社会保険料控除": income_insurance,
    "社会保険料納付条件": insured,
    "年齢": lambda _rules, person: age(person),
    "国民年金保険料": national_pension,
    "傷病手当金_最大": _sickness(True),
    "傷病手当金_最小": _sickness(False),
}
ASKED: dict[str, Mapped] = {
    **{key: by_person(key, compute) for key, compute in PERSONAL.items()},
    "障害基礎年金_最大": _by_home("障害基礎年金_最大", most=True),
    "障害基礎年金_最小": _by_home("障害基礎年金_最小", most=False),
}
