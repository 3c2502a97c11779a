"""The rule files of the packs and their golden cases, for the tests of this folder."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

from kiban.packs.golden import Golden, golden_cases
from kiban.rules import RuleSet, evaluate, load_rules
from shared_data import ROOT

PACKS = ROOT / "packs"
FILES = sorted(path for path in PACKS.rglob("rules.yaml"))
NAMES = [str(path.parent.relative_to(PACKS)) for path in FILES]


@cache
def rules_of(name: str) -> RuleSet:
    """By the end of the folder's name: ``jido-fuyo-teate``."""
    found = [path for path in FILES if path.parent.name == name or str(path.parent.relative_to(PACKS)) == name]
    assert len(found) == 1, (name, found)
    return load_rules(found[0])


@cache
def cases_of(folder: Path) -> tuple[Golden, ...]:
    found = golden_cases(folder, name=folder.name)
    return found[1] if found else ()


def answer(name: str, facts: dict[str, Any], on: str, output: str) -> Any:
    """One output on a day or in a month."""
    day = dt.date.fromisoformat(on if len(on) == 10 else f"{on}-01")
    return evaluate(rules_of(name), facts, on=day, outputs=(output,)).outputs[output]


def lone_parent(income: int, *, children: int = 1, dependants: int = 0, **others: Any) -> dict[str, Any]:
    """Facts of 児童扶養手当 for an assessed income."""
    child = {"生年月日": "2015-06-15", "障害": False, "監護": True, "国内居住": True, "施設入所": False}
    return {
        "受給者国内居住": True, "支給要件": True, "合計所得": income + 80_000, "養育費": 0, "諸控除": 0,
        "扶養親族数": dependants, "老人扶養親族数": 0, "特定扶養親族数": 0, "公的年金月額": 0, "一部支給停止": False,
        "子": [child] * children, "扶養義務者": [],
    } | others  # fmt: skip


def disabled_child_parent(income: int, *, grades: tuple[int, ...] = (1,), dependants: int = 0) -> dict[str, Any]:
    """Facts of 特別児童扶養手当."""
    child = {
        "生年月日": "2015-06-15", "監護": True, "国内居住": True, "障害年金受給": False, "施設入所": False,
    }  # fmt: skip
    return {
        "受給者国内居住": True, "所得": income, "扶養親族数": dependants, "老人扶養親族数": 0, "特定扶養親族数": 0,
        "子": [{**child, "障害等級": grade} for grade in grades], "扶養義務者": [],
    }  # fmt: skip


def severe_child(
    income: int = 0, *, severe: bool = True, supporters: tuple[dict[str, int], ...] = ()
) -> dict[str, Any]:
    """Facts of 障害児福祉手当."""
    return {
        "生年月日": "2015-06-15", "国内居住": True, "重度障害": severe, "障害年金受給": False, "施設入所": False,
        "所得": income, "扶養親族数": 0, "老人扶養親族数": 0, "特定扶養親族数": 0, "扶養義務者": list(supporters),
    }  # fmt: skip


def severe_adult(income: int = 0, **others: Any) -> dict[str, Any]:
    """Facts of 特別障害者手当."""
    return {
        "生年月日": "1990-06-15", "国内居住": True, "特別障害": True, "施設入所": False, "三月超入院": False,
        "所得": income, "扶養親族数": 0, "老人扶養親族数": 0, "特定扶養親族数": 0, "扶養義務者": [],
    } | others  # fmt: skip


def pension_person(income: int, *, dependants: int = 0, relation: str = "本人") -> dict[str, Any]:
    return {
        "続柄": relation, "所得": income, "扶養親族数": dependants, "老人扶養親族数": 0, "特定扶養親族数": 0,
        "失業等特例": False, "障害者寡婦ひとり親": False, "生活扶助外の扶助": False,
    }  # fmt: skip


def pension(*persons: dict[str, Any], **others: Any) -> dict[str, Any]:
    """Facts of 国民年金保険料の免除."""
    return {
        "第一号被保険者": True, "法定免除": False, "学生": False, "生年月日": "1970-05-10", "関係者": list(persons),
    } | others  # fmt: skip


def taxpayer(income: int, *, dependants: int = 0) -> dict[str, Any]:
    return {"合計所得": income, "扶養人数": dependants, "生活扶助": False, "障害未成年ひとり親": False}


def student(kind: str, fee: int = 99_999, *, enrolled: bool = True) -> dict[str, Any]:
    return {"課程": kind, "在学": enrolled, "国内居住": True, "在学月数": 0, "授業料月額": fee}


def child_before_2024_10(birth: str) -> dict[str, Any]:
    return {"生年月日": birth, "監護生計": True, "国内居住": True, "施設入所": False}


def parent_before_2024_10(income: int, births: tuple[str, ...], *, dependants: int = 0) -> dict[str, Any]:
    return {
        "受給者国内居住": True, "判定所得": income, "扶養親族数": dependants, "老人扶養親族数": 0,
        "子": [child_before_2024_10(birth) for birth in births],
    }  # fmt: skip


def parent(births: tuple[str, ...], supported: tuple[bool, ...] = ()) -> dict[str, Any]:
    """Facts of 児童手当 from 2024-10."""
    given = supported or (True,) * len(births)
    return {
        "受給者国内居住": True,
        "子": [
            {"生年月日": birth, "監護生計": one, "国内居住": True, "施設入所": False}
            for birth, one in zip(births, given, strict=True)
        ],
    }
