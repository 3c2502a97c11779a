"""One parcel of land as a ledger states it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from kiban.registries.land.area import Area
from kiban.registries.land.category import LandCategory
from kiban.registries.land.marks import OwnerMark


@dataclass(frozen=True, slots=True)
class Place:
    """所在 and 地番 (不動産登記法 34条1項1号・2号) in normal form.

    Attributes:
        code: 全国地方公共団体コード.
        town: 大字・町, with its 丁目, as the address base registry spells it; empty where it is not known.
        small: 字 (小字) as folded for comparing; empty where none is written.
        lot: 地番 with half-width hyphens (甲123-4).
        written: 所在 and 地番 as the ledger has them.
    """

    code: str
    town: str
    small: str
    lot: str
    written: str = field(default="", compare=False)

    @property
    def key(self) -> tuple[str, str, str]:
        """What two writings of one parcel have in common, whether or not both name the 字."""
        return self.code, self.town, self.lot

    @property
    def trunk(self) -> str:
        """The lot without any branch: 甲123-4-2 → 甲123."""
        return self.lot.partition("-")[0]

    def __str__(self) -> str:
        return f"{self.code} {self.town}{f'字{self.small}' if self.small else ''} {self.lot}"


@dataclass(frozen=True, slots=True, repr=False)
class Owner:
    """An owner (所有者) as written: personal data, not shown by ``repr``. ``share`` None: not stated."""

    name: str
    address: str = ""
    share: Fraction | None = None

    def __repr__(self) -> str:
        return "Owner(...)"


@dataclass(frozen=True, slots=True)
class Parcel:
    """一筆の土地 in one ledger.

    Attributes:
        source, lines: the ledger and the lines of its file (several where each owner has a row).
        place: 所在, 字 and 地番.
        number: 不動産番号, 13 digits, or empty.
        category, current: 地目 as registered and as it is (現況, 課税地目).
        area, current_area: 地積 as registered and as it is.
        owners: with share and address where the ledger has them; empty where it has no column of them.
        marks: what says that an owner is not known.
        registered_on: the day of the owner's registration (受付, 登記年月日), ISO with what is known of it.
        ids: the ledger's own numbers of these rows.
        areas: the registered areas of the rows, where they differ.
    """

    source: str
    lines: tuple[int, ...]
    place: Place
    number: str = ""
    category: LandCategory | None = None
    current: LandCategory | None = None
    area: Area | None = None
    current_area: Area | None = None
    owners: tuple[Owner, ...] = ()
    marks: frozenset[OwnerMark] = frozenset()
    registered_on: str = ""
    ids: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()


def written(owners: Iterable[Owner | None]) -> str:
    """Owners as a table has them: name, address, share; personal data."""
    return "、".join(" ".join(filter(None, (one.name, one.address, str(one.share or "")))) for one in owners if one)
