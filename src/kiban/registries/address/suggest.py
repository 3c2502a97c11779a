"""What may have been meant by an address that could not be followed to a town: never taken, only offered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from kiban.kernel.characters import compare_key
from kiban.registries.address.model import Address, Level
from kiban.registries.address.search import towns
from kiban.registries.town_registry import Municipality, town_registry

CLOSE = 0.5
CLOSE_LONG = 0.6
_HEAD = re.compile(r"[^\d\-一二三四五六七八九十]+")
_PART = re.compile(r"[一二三四五六七八九十]+丁目$")


def suggestions(found: Address, *, limit: int = 5) -> tuple[str, ...]:
    """Addresses to which the text comes close, the closest first; none where the town is known.

    In a known municipality its towns, by name or reading; in the prefecture, or the whole country, municipalities.
    """
    head = _HEAD.match(compare_key(found.rest[:60]))
    if found.level >= Level.TOWN or head is None:
        return ()
    if found.municipality_code and found.level == Level.MUNICIPALITY:
        return _closest(head[0], _towns(found), limit=limit)
    return _closest(head[0], _municipalities(found.prefecture), limit=limit)


def _towns(found: Address) -> Iterable[tuple[str, str, str]]:
    ones = town_registry().municipalities
    held = [m for m in ones.values() if m.code == found.municipality_code or _ward_of(m, found)]
    for one in held:
        for town in towns(one.code):
            name = _PART.sub("", town.town)
            yield name, town.kana, f"{one.prefecture}{one.name}{name}"


def _ward_of(one: Municipality, found: Address) -> bool:
    return bool(one.ward) and not found.ward and (one.prefecture, one.city) == (found.prefecture, found.city)


def _municipalities(prefecture: str) -> Iterable[tuple[str, str, str]]:
    for one in town_registry().municipalities.values():
        if prefecture in {"", one.prefecture}:
            yield one.city + one.ward, one.kana, f"{one.prefecture}{one.name}"


def _closest(head: str, candidates: Iterable[tuple[str, str, str]], *, limit: int) -> tuple[str, ...]:
    scored: dict[str, float] = {}
    for name, kana, whole in candidates:
        likeness = max(_likeness(head, compare_key(name)), _likeness(head, compare_key(kana)))
        if likeness >= (CLOSE if len(name) < 3 else CLOSE_LONG):
            scored[whole] = max(likeness, scored.get(whole, 0))
    return tuple(sorted(scored, key=lambda whole: (-scored[whole], len(whole), whole))[:limit])


def _likeness(head: str, name: str) -> float:
    """How close the beginning of the text comes to a name; one letter more or less is tried too."""
    if not name or not set(name) & set(head):
        return 0
    matcher = SequenceMatcher(b=name, autojunk=False)
    best = 0.0
    for size in {len(name) - 1, len(name), len(name) + 1} & set(range(1, len(head) + 1)) or {len(head)}:
        matcher.set_seq1(head[:size])
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
            best = max(best, matcher.ratio())
    return best
