"""In what two ledgers disagree about one parcel, and which parcels have an owner whom nobody names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

from kiban.registries.land.marks import OwnerMark
from kiban.registries.land.model import Parcel, written
from kiban.registries.land.owning import Likely, pairs

UNNAMED = frozenset({OwnerMark.NO_OWNER, OwnerMark.UNKNOWN, OwnerMark.HAMLET})
"""Marks in whose presence the cell names nobody who could be compared; of 共有地 the words themselves are compared."""


class Item(StrEnum):
    """What differs."""

    NUMBER = "number"
    PLACE = "place"
    CATEGORY = "category"
    """登記地目 on both sides: 登記 and 現況 of one ledger are two things."""
    CURRENT = "current"
    """現況地目 of two ledgers."""
    AREA = "area"
    OWNER = "owner"
    OWNER_NEAR = "owner_near"
    OWNER_VARIANT = "owner_variant"
    OWNER_MOVED = "owner_moved"
    OWNER_OLD_ADDRESS = "owner_old_address"
    OWNER_MISSING = "owner_missing"
    """One side names nobody, the other does: that may be the owner who is sought."""
    SHARE = "share"


SAME_PERSON = frozenset({Item.OWNER_VARIANT, Item.OWNER_OLD_ADDRESS})
"""Told, and no disagreement: the same person, written in another way."""
PERSONAL = frozenset(item for item in Item if item.startswith("owner"))
_OF_OWNER = {
    Likely.OTHER: Item.OWNER,
    Likely.NEAR: Item.OWNER_NEAR,
    Likely.VARIANT: Item.OWNER_VARIANT,
    Likely.MOVED: Item.OWNER_MOVED,
    Likely.OLD_ADDRESS: Item.OWNER_OLD_ADDRESS,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """What two ledgers say otherwise; ``says`` as each has it, by ledger (personal where the item is of an owner)."""

    item: Item
    sources: tuple[str, str]
    says: Mapping[str, str] = field(repr=False, default_factory=dict)

    @property
    def disagrees(self) -> bool:
        """Whether it is more than another writing of the same."""
        return self.item not in SAME_PERSON


def differences(parcels: Mapping[str, Parcel], *, register: str = "") -> tuple[Difference, ...]:
    """All that the ledgers of one parcel differ in; where there is a ``register``, each is compared with that.

    現況地目 is compared between all ledgers that have it.
    """
    found: list[Difference] = []
    for first, second in combinations(sorted(parcels, key=lambda name: (name != register, name)), 2):
        one, other = parcels[first], parcels[second]
        if register in ("", first):
            found += [*_facts(one, other), *_owners(one, other)]
        if one.current and other.current and one.current != other.current:
            found.append(_told(Item.CURRENT, (one, other), says=(one.current, other.current)))
    return tuple(found)


def _told(item: Item, both: tuple[Parcel, Parcel], *, says: tuple[object, object]) -> Difference:
    names = (both[0].source, both[1].source)
    return Difference(item, names, {name: str(text) for name, text in zip(names, says, strict=True)})


def _facts(one: Parcel, other: Parcel) -> Iterator[Difference]:
    if one.number and other.number and one.number != other.number:
        yield _told(Item.NUMBER, (one, other), says=(one.number, other.number))
    small = one.place.small and other.place.small and one.place.small != other.place.small
    if one.place.key != other.place.key or small:
        yield _told(Item.PLACE, (one, other), says=(one.place.written, other.place.written))
    if one.category and other.category and one.category != other.category:
        yield _told(Item.CATEGORY, (one, other), says=(one.category, other.category))
    if one.area and other.area and not areas_agree(one, other):
        yield _told(Item.AREA, (one, other), says=(one.area, other.area))


def areas_agree(one: Parcel, other: Parcel) -> bool:
    """Whether the registered areas are the same but for what 不動産登記規則 100条 cuts off."""
    if one.area is None or other.area is None:
        return False
    return one.area.agrees(other.area, categories=[one.category, other.category])


def _owners(one: Parcel, other: Parcel) -> Iterator[Difference]:
    if not all(parcel.owners or parcel.marks for parcel in (one, other)):
        return
    named, also = (bool(parcel.owners) and not parcel.marks & UNNAMED for parcel in (one, other))
    if named != also:
        yield _told(Item.OWNER_MISSING, (one, other), says=(written(one.owners), written(other.owners)))
    if not (named and also):
        return
    for first, second, likely in pairs(one.owners, other.owners, code=one.place.code):
        silent = one if first is None else other if second is None else None
        if likely in _OF_OWNER and not (silent and OwnerMark.OTHERS in silent.marks):
            yield _told(_OF_OWNER[likely], (one, other), says=(written([first]), written([second])))
        if first and second and first.share and second.share and first.share != second.share:
            yield _told(Item.SHARE, (one, other), says=(first.share, second.share))
