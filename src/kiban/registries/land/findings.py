"""What is to be looked at in joined ledgers, as rows of a table; with or without what is written of persons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kiban.registries.land.category import basis
from kiban.registries.land.differing import PERSONAL
from kiban.registries.land.joining import Join, Joined
from kiban.registries.land.marks import OwnerMark
from kiban.registries.land.model import Place, written

COLUMNS = ("finding", "says", "municipality_code", "town", "small", "lot", "number")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be looked at: its kind (a key of ``says`` in ``data/land.yaml``), where, what each ledger has.

    ``written`` by ledger is personal where ``personal``; ``lines`` by ledger are those of its file.
    """

    kind: str
    place: Place
    number: str
    written: Mapping[str, str] = field(repr=False, default_factory=dict)
    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    personal: bool = False

    def says(self, language: str = "ja") -> str:
        """What it is, in ``ja``, ``ja-easy`` or ``en``."""
        words: Mapping[str, str] = basis()["says"][self.kind]
        return words["easy" if language == "ja-easy" else language]


def findings(found: Join) -> Iterator[Finding]:
    """All findings: of each parcel in the order of places, then what may have been divided or merged."""
    for one in found.parcels:
        yield from _of_parcel(one)
    for other in found.suspicions:
        kind = "split" if other.areas_agree else "split_by_number"
        yield Finding(kind, other.place, "", {name: "、".join(lots) for name, lots in other.lots.items()})


def _of_parcel(one: Joined) -> Iterator[Finding]:
    lines = {name: parcel.lines for name, parcel in one.parcels.items()}
    if one.unsure:
        yield Finding("unsure", one.place, one.number, {}, lines)
    for name in one.absent:
        yield Finding("absent", one.place, one.number, {name: ""}, lines)
    for told in one.differences:
        concerned = {name: lines[name] for name in told.sources}
        yield Finding(told.item, one.place, one.number, told.says, concerned, told.item in PERSONAL)
    for mark in OwnerMark:
        marked = {name: parcel for name, parcel in one.parcels.items() if mark in parcel.marks}
        if marked:
            said = {name: written(parcel.owners) for name, parcel in marked.items()}
            yield Finding(mark, one.place, one.number, said, {name: lines[name] for name in marked}, True)


def register_of(found: Join, names: Sequence[str]) -> Iterator[list[str]]:
    """Which row of which ledger is which parcel, the header first: places, numbers and lines, nothing of persons."""
    yield ["municipality_code", "town", "small", "lot", "number", "unsure", *(f"{name}_lines" for name in names)]
    for one in found.parcels:
        place, parcels = one.place, one.parcels
        lines = (" ".join(map(str, parcels[name].lines)) if name in parcels else "" for name in names)
        yield [place.code, place.town, place.small, place.lot, one.number, "1" if one.unsure else "", *lines]


def table(
    found: Iterable[Finding], names: Sequence[str], *, persons: bool = True, language: str = "ja"
) -> Iterator[list[str]]:
    """Rows for a spreadsheet, the header first; without ``persons`` no name and no address of an owner is in them."""
    yield [*COLUMNS, *names, *(f"{name}_lines" for name in names)]
    for one in found:
        place = one.place
        shown = one.written if persons or not one.personal else {}
        yield [
            *(one.kind, one.says(language), place.code, place.town, place.small, place.lot, one.number),
            *(shown.get(name, "") for name in names),
            *(" ".join(map(str, one.lines.get(name, ()))) for name in names),
        ]
