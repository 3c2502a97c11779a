"""Which rows of several ledgers are one parcel: by 不動産番号 where both have it, else by 町字 and 地番."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kiban.registries.land.area import Area
from kiban.registries.land.category import LandCategory
from kiban.registries.land.differing import Difference, areas_agree, differences
from kiban.registries.land.model import Parcel, Place

FARM = frozenset({LandCategory.PADDY, LandCategory.FIELD})
WOODS = frozenset({LandCategory.FOREST, LandCategory.PROTECTED_FOREST})
EXPECTED: Mapping[str, frozenset[LandCategory]] = {
    "tax": frozenset(LandCategory),
    "farm": FARM,
    "forest": WOODS,
}
"""地目 of the register whose parcels a ledger of this name should have; 林地台帳 only where 地域森林計画 has them."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger by name (``tax``, ``farm``, ``forest`` or a free one) with its parcels; one may be the register."""

    name: str
    parcels: Sequence[Parcel]
    register: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """One parcel: what each ledger has of it, and in what they differ.

    ``unsure``: the rows could be of several parcels of this lot (another 字, several 不動産番号) and were not joined.
    """

    place: Place
    number: str
    parcels: Mapping[str, Parcel]
    differences: tuple[Difference, ...] = ()
    unsure: bool = False
    absent: tuple[str, ...] = ()
    """Ledgers that should have it by its registered 地目, and have not."""

    @property
    def unknown_owner(self) -> bool:
        """Whether any ledger marks the owner as not known."""
        return any(parcel.marks for parcel in self.parcels.values())

    @property
    def agrees(self) -> bool:
        """Whether nothing is to be looked at."""
        return not (self.unsure or self.absent or self.unknown_owner or any(d.disagrees for d in self.differences))


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One lot here, several there: 分筆 or 合筆 that only one of the two ledgers has taken over.

    ``lots`` by ledger; ``areas_agree``: both sides have the same area in all, otherwise only the numbers say so.
    """

    place: Place
    lots: Mapping[str, tuple[str, ...]]
    areas_agree: bool


@dataclass(frozen=True, slots=True)
class Join:
    """All parcels in the order of their places, and what is suspected."""

    parcels: tuple[Joined, ...]
    suspicions: tuple[Suspicion, ...]


def join(ledgers: Sequence[Ledger]) -> Join:
    """Join the ledgers; their order and that of their rows do not matter.

    Of rows with the same 不動産番号 the register's place counts where they state several.
    """
    register = next((ledger.name for ledger in ledgers if ledger.register), "")
    rows = sorted((parcel for ledger in ledgers for parcel in ledger.parcels), key=_order)
    names = [ledger.name for ledger in ledgers]
    made = [_joined(rows, names=names, register=register, unsure=unsure) for rows, unsure in _groups(rows, register)]
    waiting = unsure_rows(made)
    made = [_but_unsure(one, waiting) for one in made]
    made.sort(key=lambda one: (one.place.key, one.place.small, one.number, sorted(one.parcels)))
    return Join(tuple(made), tuple(_suspicions(made, names=names, register=register)))


def unsure_rows(parcels: Iterable[Joined]) -> dict[tuple[tuple[str, str, str], str], Parcel]:
    """Rows that could be of several parcels, by the lot and the ledger."""
    return {(one.place.key, name): row for one in parcels if one.unsure for name, row in one.parcels.items()}


def _but_unsure(one: Joined, waiting: Mapping[tuple[tuple[str, str, str], str], Parcel]) -> Joined:
    """A ledger is not without a parcel whose row it may have."""
    if not one.absent:
        return one
    return replace(one, absent=tuple(name for name in one.absent if (one.place.key, name) not in waiting))


def _order(parcel: Parcel) -> tuple[object, ...]:
    return parcel.place.key, parcel.place.small, parcel.number, parcel.source, parcel.ids, parcel.lines


_Rows = list[Parcel]


def _groups(rows: Iterable[Parcel], register: str) -> Iterable[tuple[_Rows, bool]]:
    numbered: dict[str, _Rows] = defaultdict(list)
    alone: list[_Rows] = []
    for row in rows:
        if row.number:
            numbered[row.number].append(row)
        else:
            alone.append([row])
    placed: dict[tuple[str, str, str], list[_Rows]] = defaultdict(list)
    for cluster in [*numbered.values(), *alone]:
        stated = [row for row in cluster if row.source == register] or cluster
        if len({row.place.key for row in stated}) == 1:
            placed[stated[0].place.key].append(cluster)
        else:
            yield cluster, False
    for clusters in placed.values():
        yield from _at_place(clusters, register)


def _at_place(clusters: list[_Rows], register: str) -> Iterable[tuple[_Rows, bool]]:
    """Rows of one lot: one parcel, unless its 字 or its numbers say that there are several."""
    smalls: dict[str, list[_Rows]] = defaultdict(list)
    for cluster in clusters:
        stated = [row for row in cluster if row.source == register] or cluster
        smalls[next((row.place.small for row in stated if row.place.small), "")].append(cluster)
    if len(smalls.keys() - {""}) > 1:
        yield from ((cluster, True) for cluster in smalls.pop("", []))
        parts = list(smalls.values())
    else:
        parts = [clusters]
    for part in parts:
        numbers = {(row.source, row.number) for cluster in part for row in cluster if row.number}
        if any(count > 1 for count in Counter(source for source, _ in numbers).values()):
            yield from ((cluster, not cluster[0].number) for cluster in part)
        else:
            yield [row for cluster in part for row in cluster], False


def _joined(rows: _Rows, *, names: Sequence[str], register: str, unsure: bool) -> Joined:
    by_source: dict[str, _Rows] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row)
    parcels = {name: merged(by_source[name]) for name in sorted(by_source)}
    stated = parcels.get(register) or next(
        (one for one in parcels.values() if one.place.small), next(iter(parcels.values()))
    )
    number = stated.number or next((one.number for one in parcels.values() if one.number), "")
    kind = parcels[register].category if register in parcels else None
    absent = [n for n in names if kind and n not in parcels and kind in EXPECTED.get(n, ())] if not unsure else []
    missing = [register] if register and register not in parcels and not unsure else []
    found = differences(parcels, register=register)
    return Joined(stated.place, number, parcels, found, unsure, tuple(sorted([*absent, *missing])))


def merged(rows: Sequence[Parcel]) -> Parcel:
    """Rows of one ledger about one parcel as one: owners together, areas that differ added (課税地目 by parts)."""
    first = rows[0]
    if len(rows) == 1:
        return first
    areas = sorted({row.area for row in rows if row.area}, key=lambda one: one.value)
    total = areas[0] if len(areas) == 1 else _sum(row.area for row in rows)
    kinds = Counter(sorted(row.category for row in rows if row.category))
    return replace(
        first,
        lines=tuple(sorted(line for row in rows for line in row.lines)),
        place=next((row.place for row in rows if row.place.small), first.place),
        number=next((row.number for row in rows if row.number), ""),
        category=kinds.most_common(1)[0][0] if kinds else None,
        area=total,
        owners=tuple(dict.fromkeys(owner for row in rows for owner in row.owners)),
        marks=frozenset(mark for row in rows for mark in row.marks),
        registered_on=max(row.registered_on for row in rows),
        ids=tuple(sorted(one for row in rows for one in row.ids)),
        areas=tuple(areas) if len(areas) > 1 else (),
    )


def _sum(areas: Iterable[Area | None]) -> Area | None:
    known = [area for area in areas if area]
    if not known:
        return None
    return Area(sum((one.value for one in known), Fraction(0)), sum((one.step for one in known), Fraction(0)))


def _suspicions(made: Sequence[Joined], *, names: Sequence[str], register: str) -> Iterable[Suspicion]:
    trunks: dict[tuple[str, ...], list[Joined]] = defaultdict(list)
    for one in made:
        if not one.unsure:
            trunks[one.place.code, one.place.town, one.place.trunk].append(one)
    others = sorted(set(names) - {register})
    asked = [(register, name) for name in others] if register else [(a, b) for a in others for b in others if a < b]
    for group in trunks.values():
        if len(group) > 1:
            for pair in asked:
                yield from _suspected(group, pair)


def _suspected(group: Sequence[Joined], pair: tuple[str, str]) -> Iterable[Suspicion]:
    first, second = pair
    both = [one for one in group if first in one.parcels and second in one.parcels]
    changed = [one for one in both if one.parcels[first].area and one.parcels[second].area
               and not areas_agree(one.parcels[first], one.parcels[second])]  # fmt: skip
    only = {name: [one for one in group if name in one.parcels and other not in one.parcels]
            for name, other in (pair, pair[::-1])}  # fmt: skip
    sides = {name: [*changed, *only[name]] for name in pair}
    if not (only[first] or only[second]) or not all(sides.values()):
        return
    if len(sides[first]) != len(sides[second]) and _same_total([[o.parcels[n] for o in sides[n]] for n in pair]):
        yield _suspicion(sides, areas=True)
        return
    for name, other in (pair, pair[::-1]):
        for one in only[name]:
            below = [more for more in only[other] if more.place.lot.startswith(f"{one.place.lot}-")]
            if below:
                yield _suspicion({name: [one], other: below}, areas=False)


def _suspicion(sides: Mapping[str, Sequence[Joined]], *, areas: bool) -> Suspicion:
    lots = {name: tuple(one.place.lot for one in ones) for name, ones in sorted(sides.items())}
    fewest = min(sides.values(), key=len)
    return Suspicion(fewest[0].place, lots, areas)


def _same_total(sides: Sequence[Sequence[Parcel]]) -> bool:
    """Both sides add up to the same area, but for what is cut off of each of their parcels."""
    areas = [[parcel.area for parcel in side] for side in sides]
    if not all(area for side in areas for area in side):
        return False
    totals = [sum((area.value for area in side if area), Fraction(0)) for side in areas]
    slack = sum(
        (area.unit(parcel.category) + area.step for s in sides for parcel in s if (area := parcel.area)), Fraction(0)
    )
    return abs(totals[0] - totals[1]) < slack
