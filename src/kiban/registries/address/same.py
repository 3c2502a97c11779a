"""Whether two written addresses are the same place, and down to which level they agree."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

import msgspec

from kiban.registries.address.behind import without_addressee
from kiban.registries.address.model import Address, Level
from kiban.registries.address.parse import normalise

_CHOME = re.compile(r"(?:[一二三四五六七八九十]+|[０-９]+)丁目?$")
# the room behind a number, and what may follow the name of one and the same house
_ROOM = re.compile(r"([1-9][0-9]{2,3})(?:号室?|室)?")
_INSIDE = re.compile(r"(?<![0-9])(?:[0-9]{3,4}|b?[0-9]{1,3}(?:階|f|号室|号|室).*)")


class Verdict(StrEnum):
    """What can be said of two addresses."""

    SAME = "same"
    WITHIN = "within"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Sameness(msgspec.Struct, frozen=True):
    """``level`` is the deepest at which both agree; ``within``: one is less precise and holds the other.

    ``unsure`` when a municipality is not known and the prefecture does not tell, or when a part was not understood on
    either side.
    """

    verdict: Verdict
    level: int
    why: str
    first: Address
    second: Address


def same(first: str, second: str) -> Sameness:
    """Compare two written addresses, place by place; a building's name is compared only where both have one."""
    a, b = normalise(first), normalise(second)
    if not a.municipality_code or not b.municipality_code:
        return _by_prefecture(a, b)
    for level, one, other, name in _steps(a, b):
        if one != other:
            if not one or not other:
                return _shorter(a, b, level=level - 1)
            return Sameness(Verdict.DIFFERENT, level - 1, f"{name}が違う: {one} / {other}", a, b)
    return _tail(a, b)


def _by_prefecture(a: Address, b: Address) -> Sameness:
    """Where a municipality is not known: two prefectures are two places, a prefecture alone holds all that is in it."""
    if not a.prefecture or not b.prefecture:
        return Sameness(Verdict.UNSURE, int(Level.NOTHING), "市区町村が分からない", a, b)
    if a.prefecture != b.prefecture:
        what = f"都道府県が違う: {a.prefecture} / {b.prefecture}"
        return Sameness(Verdict.DIFFERENT, int(Level.NOTHING), what, a, b)
    bare = [one for one in (a, b) if one.level == Level.PREFECTURE and not (one.rest or one.building)]
    if len(bare) == 1:
        return Sameness(Verdict.WITHIN, int(Level.PREFECTURE), "一方が他方より粗い", a, b)
    verdict, why = (Verdict.SAME, "") if bare else (Verdict.UNSURE, "市区町村が分からない")
    return Sameness(verdict, int(Level.PREFECTURE), why, a, b)


def _steps(a: Address, b: Address) -> list[tuple[int, str, str, str]]:
    towns = (a.town_id[:4], b.town_id[:4]) if a.town_id and b.town_id else (a.town, b.town)
    if a.town != b.town and not (a.town_id and b.town_id):
        towns = (_whole_town(a, b), _whole_town(b, a))
    parts = (a.town, b.town) if _part(a) and _part(b) else (_part(a), _part(b))
    return [
        (1, a.prefecture, b.prefecture, "都道府県"),
        (2, a.municipality_code, b.municipality_code, "市区町村"),
        (3, towns[0], towns[1], "町字"),
        (4, parts[0], parts[1], "丁目・小字"),
    ]


def _whole_town(one: Address, other: Address) -> str:
    """The 大字・町 of two towns of which one has no id: 霞が関 alone has none, 霞が関二丁目 has."""
    stem = _CHOME.sub("", one.town)
    return other.town if other.town and one.town.startswith(f"{other.town}字") else stem


def _part(one: Address) -> str:
    return one.town if one.town_id and not one.town_id.endswith("000") else ""


def _shorter(a: Address, b: Address, *, level: int) -> Sameness:
    """One side says less: it holds the other, unless something in it was not understood."""
    if rest := without_addressee(a.rest) or without_addressee(b.rest):
        return Sameness(Verdict.UNSURE, level, f"分からない部分がある: {rest}", a, b)
    if a.block and b.block:
        return Sameness(Verdict.UNSURE, level, "一方に丁目・小字がない", a, b)
    return Sameness(Verdict.WITHIN, level, "一方が他方より粗い", a, b)


def _tail(a: Address, b: Address) -> Sameness:
    level = int(Level.TOWN_PART if _part(a) else Level.TOWN)
    level = level if a.town else int(Level.MUNICIPALITY)
    if _plain(without_addressee(a.rest)) != _plain(without_addressee(b.rest)):
        return Sameness(Verdict.UNSURE, level, f"分からない部分が違う: {a.rest} / {b.rest}", a, b)
    a_block, a_house = _roomed(a)
    b_block, b_house = _roomed(b)
    mine, yours = a_block.split("-"), b_block.split("-")
    shared = sum(1 for _ in _agreeing(mine, yours))
    if a_block and b_block:
        level = int(Level.NUMBER if shared > 1 else Level.BLOCK) if shared else level
    if a_block == b_block:
        return _building(a, b, level=level, houses=(a_house, b_house))
    if not a_block or not b_block or shared == min(len(mine), len(yours)):
        return Sameness(Verdict.WITHIN, level, "一方が他方より粗い", a, b)
    return Sameness(Verdict.DIFFERENT, level, f"番地以下が違う: {a_block} / {b_block}", a, b)


def _roomed(one: Address) -> tuple[str, str]:
    """The block with the room behind it, where that is all that stands as building (4-2-8 101号室); the building."""
    room = _ROOM.fullmatch(_plain(one.building)) if one.block.count("-") == 1 else None
    return (f"{one.block}-{room[1]}", "") if room else (one.block, one.building)


def _agreeing(mine: list[str], yours: list[str]) -> list[str]:
    out = []
    for one, other in zip(mine, yours, strict=False):
        if one != other or not one:
            break
        out.append(one)
    return out


def _building(a: Address, b: Address, *, level: int, houses: tuple[str, str]) -> Sameness:
    shorter, longer = sorted((_plain(houses[0]), _plain(houses[1])), key=len)
    if shorter and shorter != longer:
        if longer.startswith(shorter) and _INSIDE.fullmatch(longer, len(shorter)):
            return Sameness(Verdict.WITHIN, level, "一方にだけ階・部屋がある", a, b)
        return Sameness(Verdict.DIFFERENT, level, f"建物名等が違う: {houses[0]} / {houses[1]}", a, b)
    if longer and not shorter:
        return Sameness(Verdict.WITHIN, level, "一方にだけ建物名等がある", a, b)
    return Sameness(Verdict.SAME, level, "", a, b)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()
