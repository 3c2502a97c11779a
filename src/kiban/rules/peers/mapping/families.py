"""Exemption from resident tax, disaster, premium, salary."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kiban.rules.lawdates import age
from kiban.rules.peers.facts import pension, pension_person, taxpayer
from kiban.rules.peers.files import Mapped, Pair, RuleFiles
from kiban.rules.peers.mapping.common import Case, Household, number, of_households


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
    "住民税非課税世帯": of_households(("住民税非課税世帯",), exempt),
    "被災者生活再建支援制度": of_households(("被災者生活再建支援制度",), disaster),
    "給与所得控除額": salary,
    "国民年金保険料": yearly_premium,
    "年齢": ages,
}
