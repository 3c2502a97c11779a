"""Facts of the programmes in the form of our rule files, where a foreign case gives only some of them.

What a case does not say stands here in the open, as an argument with its usual value: resident, no institution, no
supporter. Nothing is assumed inside a rule.
"""

from __future__ import annotations

from typing import Any

Facts = dict[str, Any]
FLAT_PREMIUMS = 80_000
"""社会保険料相当額 (児童扶養手当法施行令4条1項): an assessed income is without it, and the rule takes it off again."""


def lone_parent(income: int, *, children: int = 1, dependants: int = 0, **others: Any) -> Facts:
    """Facts of 児童扶養手当 for an assessed income."""
    child = {"生年月日": "2015-06-15", "障害": False, "監護": True, "国内居住": True, "施設入所": False}
    return {
        "受給者国内居住": True, "支給要件": True, "合計所得": income + FLAT_PREMIUMS, "養育費": 0, "諸控除": 0,
        "扶養親族数": dependants, "老人扶養親族数": 0, "特定扶養親族数": 0, "公的年金月額": 0, "一部支給停止": False,
        "子": [child] * children, "扶養義務者": [],
    } | others  # fmt: skip


def disabled_child_parent(income: int, *, grades: tuple[int, ...] = (1,), dependants: int = 0) -> Facts:
    """Facts of 特別児童扶養手当."""
    child = {
        "生年月日": "2015-06-15", "監護": True, "国内居住": True, "障害年金受給": False, "施設入所": False,
    }  # fmt: skip
    return {
        "受給者国内居住": True, "所得": income, "扶養親族数": dependants, "老人扶養親族数": 0, "特定扶養親族数": 0,
        "子": [{**child, "障害等級": grade} for grade in grades], "扶養義務者": [],
    }  # fmt: skip


def severe_child(income: int = 0, *, severe: bool = True, supporters: tuple[dict[str, int], ...] = ()) -> Facts:
    """Facts of 障害児福祉手当."""
    return {
        "生年月日": "2015-06-15", "国内居住": True, "重度障害": severe, "障害年金受給": False, "施設入所": False,
        "所得": income, "扶養親族数": 0, "老人扶養親族数": 0, "特定扶養親族数": 0, "扶養義務者": list(supporters),
    }  # fmt: skip


def severe_adult(income: int = 0, **others: Any) -> Facts:
    """Facts of 特別障害者手当."""
    return {
        "生年月日": "1990-06-15", "国内居住": True, "特別障害": True, "施設入所": False, "三月超入院": False,
        "所得": income, "扶養親族数": 0, "老人扶養親族数": 0, "特定扶養親族数": 0, "扶養義務者": [],
    } | others  # fmt: skip


def pension_person(income: int, *, dependants: int = 0, relation: str = "本人") -> Facts:
    """One person concerned by 国民年金保険料の免除 (本人, 配偶者, 世帯主)."""
    return {
        "続柄": relation, "所得": income, "扶養親族数": dependants, "老人扶養親族数": 0, "特定扶養親族数": 0,
        "失業等特例": False, "障害者寡婦ひとり親": False, "生活扶助外の扶助": False,
    }  # fmt: skip


def pension(*persons: Facts, **others: Any) -> Facts:
    """Facts of 国民年金保険料の免除."""
    return {
        "第一号被保険者": True, "法定免除": False, "学生": False, "生年月日": "1970-05-10", "関係者": list(persons),
    } | others  # fmt: skip


def taxpayer(income: int, *, dependants: int = 0) -> Facts:
    """A person as 住民税 sees them."""
    return {"合計所得": income, "扶養人数": dependants, "生活扶助": False, "障害未成年ひとり親": False}


def student(kind: str, fee: int = 99_999, *, enrolled: bool = True) -> Facts:
    """A pupil of a kind of school."""
    return {
        "課程": kind, "在学": enrolled, "国内居住": True, "国籍等要件": True, "在学月数": 0, "授業料月額": fee,
    }  # fmt: skip


def child_before_2024_10(birth: str | None) -> Facts:
    """A child of the law before 2024-10."""
    return {"生年月日": birth, "監護生計": True, "国内居住": True, "施設入所": False}


def parent_before_2024_10(income: int, births: tuple[str | None, ...], *, dependants: int = 0) -> Facts:
    """Facts of 児童手当 before 2024-10 with its income limits."""
    return {
        "受給者国内居住": True, "判定所得": income, "扶養親族数": dependants, "老人扶養親族数": 0,
        "子": [child_before_2024_10(birth) for birth in births],
    }  # fmt: skip


def parent(births: tuple[str | None, ...], supported: tuple[bool, ...] = ()) -> Facts:
    """Facts of 児童手当 from 2024-10."""
    given = supported or (True,) * len(births)
    return {
        "受給者国内居住": True,
        "子": [
            {"生年月日": birth, "監護生計": one, "国内居住": True, "施設入所": False}
            for birth, one in zip(births, given, strict=True)
        ],
    }


def pupil(grade: int, on: str) -> Facts:
    """A child of a grade (小学1年 is 1) in the fiscal year of a day or month; born in May, so no edge is near."""
    fiscal = int(on[:4]) - (int(on[5:7]) < 4)
    return {"生年月日": f"{fiscal - max(0, grade) - 6}-05-05"}
