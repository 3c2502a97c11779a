"""Allowances of families and of disability, exemption from resident tax, disaster, premium, salary."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kiban.rules.lawdates import age
from kiban.rules.peers.facts import (
    disabled_child_parent,
    lone_parent,
    parent,
    pension,
    pension_person,
    severe_child,
    taxpayer,
)
from kiban.rules.peers.files import Mapped, Pair, RuleFiles
from kiban.rules.peers.mapping.common import Case, Household, number, of_households, of_range

FUYO_LIMITS = {"2023-06": (490_000, 1_920_000), "2024-11": (690_000, 2_080_000)}


def children(case: Case, household: dict[str, Any]) -> list[dict[str, Any]]:
    """The children of a household."""
    return [case["input"]["世帯員"][name] for name in household.get("子一覧", [])]


def child_allowance(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """児童手当: the peer gives birth dates; all are supported by the parent."""
    births = tuple(str(one["誕生年月日"]) for one in children(case, household))
    return [rules.answer("jido-teate", parent(births), on=case["period"], output="月額")]


def disabled_for_lone_parent(child: dict[str, Any]) -> bool:
    """The peer guesses the degree from handbooks; so far as it does, the degree of 施行令別表第一."""
    return (
        child.get("身体障害者手帳等級") in {"一級", "二級", "三級"}
        or child.get("療育手帳等級") in {"A", "B"}
        or child.get("愛の手帳等級") in {"一度", "二度", "三度"}
        or child.get("精神障害者保健福祉手帳等級") in {"一級", "二級"}
    )


def lone_parent_range(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """Most and least: where the peer gives a range, the amounts at both ends of partial payment."""
    kids = children(case, household)
    income = number(household["児童扶養手当の控除後世帯高所得"])
    facts = lone_parent(income, children=0, dependants=len(kids)) | {
        # a spouse who is severely disabled, missing or the like (法4条1項) leaves the other parent as alone
        "支給要件": len(household["親一覧"]) == 1 or bool(number(household.get("配偶者がいるがひとり親に該当", False))),
        "子": [
            {"生年月日": str(kid["誕生年月日"]), "障害": disabled_for_lone_parent(kid),
             "監護": True, "国内居住": True, "施設入所": False}
            for kid in kids
        ],
    }  # fmt: skip
    limits = FUYO_LIMITS[max(month for month in FUYO_LIMITS if month <= case["period"])]
    ends = [income, income]
    if rules.answer("jido-fuyo-teate", facts, on=case["period"], output="支給区分") == "一部支給":
        ends = [limits[0] + 380_000 * len(kids), limits[1] + 380_000 * len(kids) - 1]
    return [
        rules.answer("jido-fuyo-teate", facts | {"合計所得": end + 80_000}, on=case["period"], output="月額")
        for end in ends
    ]


def guessed_grades(child: dict[str, Any]) -> tuple[int, int]:
    """Grade at most and at least: a handbook leaves 1 or 2 of 別表第三 open, an inner organ's disability more."""
    if disabled_for_lone_parent(child):
        return (1, 2)
    return (1, 0) if child.get("内部障害") == "有" else (0, 0)


def special_child_range(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """特別児童扶養手当: the range over the degrees a handbook leaves open."""
    kids = children(case, household)
    income = number(household.get("特別児童扶養手当の控除後世帯高所得", 0))
    found = []
    for end in (0, 1):
        facts = disabled_child_parent(income, grades=(), dependants=len(kids))
        facts["子"] = [
            {"生年月日": str(kid["誕生年月日"]), "障害等級": guessed_grades(kid)[end], "監護": True, "国内居住": True,
             "障害年金受給": False, "施設入所": False}
            for kid in kids
        ]  # fmt: skip
        found.append(rules.answer("tokubetsu-jido-fuyo-teate", facts, on=case["period"], output="月額"))
    return found


def special_child_income(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """特別児童扶養手当: whether the income is within the limit."""
    kids = children(case, household)
    facts = disabled_child_parent(household["特別児童扶養手当の控除後世帯高所得"], dependants=len(kids))
    return [not rules.answer("tokubetsu-jido-fuyo-teate", facts, on=case["period"], output="本人超過")]


def severe_children(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """障害児福祉手当: the parent is the supporter whose income the peer gives."""
    kids = children(case, household)
    income = number(household.get("障害児福祉手当の控除後世帯高所得", 0))
    supporter = {"義務者所得": income, "義務者扶養数": len(kids), "義務者老人数": 0}
    total = 0
    for kid in kids:
        severe = (
            kid.get("身体障害者手帳等級") in {"一級", "二級"}
            or kid.get("療育手帳等級") == "A"
            or kid.get("愛の手帳等級") in {"一度", "二度"}
        )
        facts = severe_child(severe=severe, supporters=(supporter,)) | {"生年月日": str(kid["誕生年月日"])}
        total += rules.answer("shogaiji-fukushi-teate", facts, on=case["period"], output="月額")
    return [total]


def exempt(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """住民税非課税世帯: the highest income of the household with its dependants."""
    adults = len(household["親一覧"])
    highest = taxpayer(household["世帯高所得"], dependants=adults - 1)
    facts = {"級地区分": household["居住級地区分1"], "世帯員": [highest, *([taxpayer(0)] * (adults - 1))]}
    return [rules.answer("juminzei-hikazei", facts, on=case["period"], output="非課税世帯")]


DAMAGE = {"無": "なし", "滅失または流失": "全壊", "建設または購入": "建設購入"}


def disaster(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """被災者生活再建支援金: each parent is a member who lived in the house."""
    facts = {
        "法適用": household["被災者生活再建支援法の適用地域である"],
        "被害": DAMAGE.get(household["住宅被害"], household["住宅被害"]),
        "再建": DAMAGE.get(household["住宅再建方法"], household["住宅再建方法"]),
        "世帯員": [{"在住": True}] * len(household["親一覧"]),
    }
    return [rules.answer("hisaisha-seikatsu-saiken", facts, on=case["period"], output="支援金")]


def salary(rules: RuleFiles, case: Case) -> list[Pair]:
    """給与所得控除 of the income year."""
    ours = rules.answer(
        "kyuyo-shotoku", {"給与収入": case["input"]["収入"]}, on=case["period"], output="給与所得控除額"
    )
    return [(ours, case["output"]["給与所得控除額"])]


def yearly_premium(rules: RuleFiles, case: Case) -> list[Pair]:
    """国民年金保険料: the peer gives a year, the law a month."""
    ((name, person),) = case["input"]["世帯員"].items()
    facts = pension(pension_person(99_000_000), 第一号被保険者=person["国民年金保険に加入している"])
    ours = 12 * rules.answer("kokumin-nenkin-menjo", facts, on=case["period"], output="納付月額")
    return [(ours, number(case["output"]["世帯員"][name]["国民年金保険料"]))]


def ages(_rules: RuleFiles, case: Case) -> list[Pair]:
    """満年齢 on given days."""
    birth = dt.date.fromisoformat(case["input"]["誕生年月日"])
    return [(age(birth, dt.date.fromisoformat(day)), value) for day, value in case["output"]["年齢"].items()]


ASKED: dict[str, Mapped] = {
    "児童手当": of_households(("児童手当",), child_allowance),
    **of_range("児童扶養手当", lone_parent_range),
    **of_range("特別児童扶養手当", special_child_range),
    "特別児童扶養手当の所得条件": of_households(("特別児童扶養手当の所得条件",), special_child_income),
    "障害児福祉手当": of_households(("障害児福祉手当",), severe_children),
    "住民税非課税世帯": of_households(("住民税非課税世帯",), exempt),
    "被災者生活再建支援制度": of_households(("被災者生活再建支援制度",), disaster),
    "給与所得控除額": salary,
    "国民年金保険料": yearly_premium,
    "年齢": ages,
}
