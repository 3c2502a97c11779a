"""地目: the 23 kinds of land of 不動産登記規則 99条."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from kiban.kernel.characters import compare_key
from kiban.kernel.errors import Where
from kiban.kernel.located import parse_located
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import quoted, typed


class LandCategory(StrEnum):
    """地目, in the order of 不動産登記規則 99条 and of the items of 不動産登記事務取扱手続準則 68条."""

    PADDY = "田"
    FIELD = "畑"
    BUILDING_SITE = "宅地"
    SCHOOL = "学校用地"
    RAILWAY = "鉄道用地"
    SALT_FIELD = "塩田"
    SPRING = "鉱泉地"
    POND = "池沼"
    FOREST = "山林"
    PASTURE = "牧場"
    WILD_LAND = "原野"
    CEMETERY = "墓地"
    PRECINCTS = "境内地"
    CANAL = "運河用地"
    WATERWORKS = "水道用地"
    CHANNEL = "用悪水路"
    RESERVOIR = "ため池"
    EMBANKMENT = "堤"
    DITCH = "井溝"
    PROTECTED_FOREST = "保安林"
    PUBLIC_ROAD = "公衆用道路"
    PARK = "公園"
    OTHER = "雑種地"

    @property
    def article(self) -> str:
        """Where the kind is named, and the item that says what land it is."""
        return f"不動産登記規則99条・不動産登記事務取扱手続準則68条{list(LandCategory).index(self) + 1}号"

    @property
    def fine(self) -> bool:
        """Whether its 地積 has hundredths of a square metre above 10 ㎡ too (不動産登記規則 100条)."""
        return self in (LandCategory.BUILDING_SITE, LandCategory.SPRING)

    @classmethod
    def parse(cls, text: str) -> LandCategory:
        """From 田, 溜池, 用惡水路, 介在田 (the divisions of 固定資産評価 stay their kind).

        Raises:
            BadValue: none of the 23 kinds.
        """
        key = compare_key(typed(text, field="地目"))
        known, before = _written()
        bare = next((key[len(one) :] for one in before if key.startswith(one) and key[len(one) :] in known), key)
        if bare not in known:
            raise BadValue(
                f"{quoted(text)}: none of the 23 kinds",
                where=Where(field="地目"),
                remedy="write one of 不動産登記規則99条: 田, 畑, 宅地, 山林, 雑種地 …",
            )
        return known[bare]


def basis() -> dict[str, Any]:
    """Law and article of each item and ledger, with whether they were compared (``data/land.yaml``)."""
    return _basis()


@cache
def _basis() -> dict[str, Any]:
    text = (files("kiban.registries") / "data" / "land.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = parse_located(text, file="land.yaml").value
    return found


@cache
def _written() -> tuple[dict[str, LandCategory], tuple[str, ...]]:
    known = {compare_key(one.value): one for one in LandCategory}
    known |= {compare_key(row["name"]): LandCategory(row["kind"]) for row in _basis()["written"]}
    return known, tuple(sorted((compare_key(row["name"]) for row in _basis()["before"]), key=len, reverse=True))
