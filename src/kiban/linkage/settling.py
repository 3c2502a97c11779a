"""Addresses of undecided links, compared once more by the address engine: street names of Kyoto, reorganised wards.

The fast comparison of letters and numbers takes these for moves. The engine knows the places, but costs a thousand
times more, so it is asked for the work list only.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kiban.linkage.comparing import WRITTEN, Weights
from kiban.linkage.model import Column, Person
from kiban.linkage.searching import Found
from kiban.registries.address.same import Verdict, same

DIFFERENT, SAME_TOWN, SAME = 0, 1, 2


def settled(pattern: int, *, first: str, second: str) -> int:
    """The pattern with the level of the address that the address engine gives; never a lower one."""
    level = pattern % 4
    if level not in {DIFFERENT, SAME_TOWN} or not first or not second:
        return pattern
    verdict = same(first, second).verdict
    if verdict is Verdict.SAME:
        return pattern - level + SAME
    return pattern - level + SAME_TOWN if verdict is Verdict.WITHIN else pattern


def settle_linked(fit: Column, listed: Column, *, sides: tuple[list[Person], list[Person]]) -> Column:
    """Patterns of all doubtful pairs, those of the work list settled; ``sides`` are its records and linked persons."""
    found = fit.copy()
    for at, ours, theirs in zip(listed.tolist(), *sides, strict=True):
        found[at] = settled(int(fit[at]), first=ours.address, second=theirs.address)
    return found


def settle_found(
    found: Found, places: list[int], *, sides: tuple[list[Person], list[Person]], weights: Weights
) -> Found:
    """Candidates, those at ``places`` settled and all put in order again."""
    pattern, odds = found.pattern.copy(), found.odds.copy()
    for at, ours, theirs in zip(places, *sides, strict=True):
        old, new = int(pattern[at]), settled(int(pattern[at]), first=ours.address, second=theirs.address)
        pattern[at] = new
        odds[at] += weights.bits[new & (WRITTEN - 1)] - weights.bits[old & (WRITTEN - 1)]
    return replace(found, pattern=pattern, odds=odds).ordered()


def changed(before: Column, after: Column) -> bool:
    """Whether any pattern is another one now."""
    return bool(np.any(before != after))
