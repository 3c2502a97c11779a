"""The same person in several registers of a merger: by number, and by items under another number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kiban.linkage.comparing import levels
from kiban.linkage.identities import blocks
from kiban.linkage.identities.model import Prior
from kiban.linkage.identities.scoring import Frequencies, weigh
from kiban.linkage.merging.books import Books
from kiban.linkage.merging.model import Decision, Matter
from kiban.linkage.model import Column
from kiban.linkage.reading import MISSING, births


@dataclass(slots=True)
class Match:
    """Two rows, what they are to each other, which one goes (-1: both stay), and whether an officer said so."""

    first: int
    second: int
    matter: Matter
    probability: float
    pattern: int
    gone: int = -1
    decided: bool = False


def matches(books: Books, *, prior: Prior) -> list[Match]:
    """All pairs that mean something, in the order of their rows."""
    good = books.prints[books.prints["order"] > 0]
    frequencies = Frequencies.of([books.prints], rows=len(books.prints))
    numbered, alike = blocks.same_number(good), blocks.alike(good, lines=(0, 1, 2, 3))
    found = []
    weighed = weigh(numbered.first, numbered.second, frequencies=frequencies)
    pairs = zip(numbered.first["row"], numbered.second["row"], weighed.of_one_number(), weighed.pattern, strict=True)
    since = _since(books)
    alone = _alone(books, numbered)
    for one, two, likely, pattern in pairs:
        found.append(_numbered((int(one), int(two)), likely=float(likely), pattern=int(pattern)))
        if found[-1].matter is Matter.JOINED:
            _join(found[-1], since=since, alone=alone)
    weighed = weigh(alike.first, alike.second, frequencies=frequencies)
    likely = weighed.one_person(prior.split_rate or weighed.taught_rate())
    cross = books.side[alike.first["row"]] != books.side[alike.second["row"]]
    for at in np.flatnonzero(cross & (likely >= prior.listed_from)):
        rows = sorted((int(alike.first["row"][at]), int(alike.second["row"][at])))
        found.append(Match(rows[0], rows[1], Matter.TWO_NUMBERS, float(likely[at]), int(weighed.pattern[at])))
    return found


def _numbered(rows: tuple[int, int], *, likely: float, pattern: int) -> Match:
    first, second = sorted(rows)
    name, kana, birth, sex, _ = (int(level) for level in levels(np.array(pattern)))
    plain = name >= 4 and kana >= 4 and birth >= 2 and sex >= 1
    if likely < 0.5:
        return Match(first, second, Matter.NUMBER_OF_TWO, 1 - likely, pattern)
    return Match(first, second, Matter.JOINED if plain else Matter.DIFFERS, likely, pattern)


def _alone(books: Books, numbered: blocks.Found) -> Column:
    """Rows whose number stands in just one other row, and that in another register."""
    count = np.bincount(np.concatenate([numbered.first["row"], numbered.second["row"]]), minlength=len(books.prints))
    across = books.side[numbered.first["row"]] != books.side[numbered.second["row"]]
    ours = np.zeros(len(books.prints), dtype=bool)
    ours[numbered.first["row"][across]] = ours[numbered.second["row"][across]] = True
    found: Column = (count == 1) & ours
    return found


def _join(match: Match, *, since: Column, alone: Column) -> None:
    """The later entry stays (住民となった年月日); where that does not tell, an officer decides."""
    one, two = since[match.first], since[match.second]
    if not (alone[match.first] and alone[match.second]) or one == two or MISSING in (one, two):
        match.matter = Matter.UNCLEAR
    else:
        match.gone = match.first if one < two else match.second


def _since(books: Books) -> Column:
    name = books.columns.get("since")
    return births(books.table[name]) if name else np.full(len(books.prints), MISSING, dtype=np.int64)


def decide(match: Match, decision: Decision) -> None:
    """An officer's decision on two entries."""
    match.decided = True
    match.gone = {Decision.FIRST: match.second, Decision.SECOND: match.first, Decision.BOTH: -1}[decision]
