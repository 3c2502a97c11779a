"""Municipalities by name: those of today, their prefectures and regions, and those merged 1999–2012 with successors."""

from __future__ import annotations

import datetime as dt
import lzma
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kiban.kernel.characters import compare_key
from kiban.registries.town_registry import Municipality, town_registry

REGIONS = {
    "北海道地方": range(1, 2),
    "東北地方": range(2, 8),
    "関東地方": range(8, 15),
    "中部地方": range(15, 24),
    "近畿地方": range(24, 31),
    "中国地方": range(31, 36),
    "四国地方": range(36, 40),
    "九州・沖縄地方": range(40, 48),
}


@dataclass(frozen=True, slots=True)
class Former:
    """A municipality that is no more: its name with 郡, its successor's name, the day of the change."""

    prefecture: str
    name: str
    successor: str
    until: dt.date


def region(code: str) -> str:
    """The region (地方, 八地方区分) of a municipality or prefecture code."""
    number = int(code[:2])
    return next((name for name, prefectures in REGIONS.items() if number in prefectures), "")


@cache
def former_municipalities() -> tuple[Former, ...]:
    """The 1,800 of 1999–2012, by prefecture and name."""
    packed = (files("kiban.registries") / "data" / "former.tsv.xz").read_bytes()
    rows = (line.split("\t") for line in lzma.decompress(packed).decode().split("\n"))
    return tuple(Former(a, b, c, dt.date.fromisoformat(day)) for a, b, c, day in rows)


@cache
def _keys() -> tuple[tuple[str, str, Municipality], ...]:
    ones = town_registry().municipalities.values()
    return tuple((compare_key(f"{m.prefecture}{m.name}"), compare_key(m.kana), m) for m in ones)


def find_municipalities(text: str, *, limit: int = 50) -> tuple[Municipality, ...]:
    """Municipalities by code, or by a part of the name or the beginning of the reading; variants folded."""
    key = compare_key(text[:60])
    if not key:
        return ()
    if key.isdigit():
        return tuple(m for _, _, m in _keys() if m.code.startswith(key))[:limit]
    return tuple(m for name, kana, m in _keys() if key in name or kana.startswith(key))[:limit]


def find_former(text: str, *, limit: int = 50) -> tuple[Former, ...]:
    """Merged municipalities by a part of their name, with what became of them."""
    key = compare_key(text[:60])
    found = (f for f in former_municipalities() if key and key in compare_key(f"{f.prefecture}{f.name}"))
    return tuple(f for f, _ in zip(found, range(limit), strict=False))
