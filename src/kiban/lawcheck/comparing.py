"""Two versions of a law: which analog clauses are new, which are gone, which were opened to electronic means."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from kiban.lawcheck.actions import scan_law
from kiban.lawcheck.model import Finding, Law, Standing

ALIKE = 0.8
"""From this share of equal characters on, two sentences of one article are one that was changed."""
_NUMBERS = re.compile(
    r"^[０-９②-⑳一二三四五六七八九十]+|第[一二三四五六七八九十百千〇０-９]+[条項号](?:の[一二三四五六七八九十]+)*"
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a new version does to analog clauses: ``added`` only in the new, ``removed`` only in the old one.

    ``opened`` were demanded and now allow electronic means (the findings of the new version); ``kept`` is how many
    stand in both. Clauses that only moved, or whose numbers changed, are kept.
    """

    added: tuple[Finding, ...]
    removed: tuple[Finding, ...]
    opened: tuple[Finding, ...]
    kept: int


def compare(old: Law, new: Law) -> Change:
    """The analog clauses of two versions set against each other."""
    before, after = scan_law(old), scan_law(new)
    demanded_before = [one for one in before if one.stands]
    demanded_after = [one for one in after if one.stands]
    gone, added = _without_equal(demanded_before, demanded_after)
    opened = _counterparts(gone, [one for one in after if one.standing is Standing.OPENED])
    gone = [one for one in gone if one not in opened]
    changed = _counterparts(gone, added)
    added = [one for one in added if one not in changed.values()]
    removed = [one for one in gone if one not in changed]
    kept = len(demanded_before) - len(removed) - len(opened)
    return Change(tuple(added), tuple(removed), tuple(dict.fromkeys(opened.values())), kept)


def _key(finding: Finding) -> tuple[str, str]:
    """Kind and sentence without numbers of articles, which a new article before it would change."""
    return finding.kind, _NUMBERS.sub("", finding.sentence)


def _without_equal(old: Iterable[Finding], new: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    left = Counter(map(_key, old))
    added = []
    for one in new:
        if left[_key(one)] > 0:
            left[_key(one)] -= 1
        else:
            added.append(one)
    gone = []
    for one in old:
        if left[_key(one)] > 0:
            left[_key(one)] -= 1
            gone.append(one)
    return gone, added


def _counterparts(old: Iterable[Finding], new: Iterable[Finding]) -> dict[Finding, Finding]:
    """For each old finding the one of the same kind and article that it most probably became."""
    free = defaultdict(list)
    for one in new:
        free[one.kind, one.path.partition("-")[0]].append(one)
    found = {}
    for one in old:
        near = free[one.kind, one.path.partition("-")[0]]
        best = max(near, key=lambda other: _alike(one, other), default=None)
        if best is not None and _alike(one, best) >= ALIKE:
            found[one] = best
            near.remove(best)
    return found


def _alike(one: Finding, other: Finding) -> float:
    """Share of the shorter sentence that stands in the other one, so that added words do not count against it."""
    first, second = sorted((_key(one)[1], _key(other)[1]), key=len)
    equal = sum(block.size for block in SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks())
    return equal / max(len(first), 1)
