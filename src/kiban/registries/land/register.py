"""The land register of an office as a register in two times: what was registered when, and what was known when.

It is no open register: it is in no list of registries, and no page or interface answers from it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from kiban.registries.engine.model import Data, Entry, Field, Record, RegistryInfo
from kiban.registries.land.area import Area
from kiban.registries.land.category import LandCategory
from kiban.registries.land.joining import merged
from kiban.registries.land.marks import OwnerMark
from kiban.registries.land.model import Owner, Parcel, Place

REGISTER = "register"
PARCEL = RegistryInfo(
    id="parcel",
    title="不動産登記情報（土地）",
    publisher="法務局",
    licence="",
    name_field="place",
    area_field="municipality_code",
    about="土地の表示と所有権の登記 (不動産登記法 27条・34条); 個人情報を含むため公開しない",
    fields=(
        Field("key", "キー", True, note="不動産番号, else the place"),
        Field("number", "不動産番号"),
        Field("place", "所在及び地番", True),
        Field("municipality_code", "全国地方公共団体コード", True),
        Field("town", "大字・町"),
        Field("small", "字"),
        Field("lot", "地番", True),
        Field("category", "地目", check=LandCategory.parse),
        Field("area", "地積", note="square metres, a fraction where they are not exact in hundredths"),
        Field("owners", "所有者", note="JSON: name, address, share"),
        Field("marks", "所有者不明"),
        Field("registered_on", "登記の日"),
    ),
)
FACTS = ("place", "category", "area", "owners")
"""Fields whose change is to be taken over by ledgers."""


def key_of(parcel: Parcel) -> str:
    """不動産番号, else the place."""
    place = parcel.place
    return parcel.number or "/".join((place.code, place.town, place.small, place.lot))


def entries(parcels: Iterable[Parcel], *, as_of: dt.date) -> Iterator[Entry]:
    """What the parcels of a file of the register say, one entry a parcel; several rows of one are taken together."""
    rows: dict[str, list[Parcel]] = defaultdict(list)
    for parcel in parcels:
        rows[key_of(parcel)].append(parcel)
    for key, ones in rows.items():
        one = merged(ones)
        yield Entry(key, as_of, {"key": key, **_data(one)}, one.lines[0])


def _data(one: Parcel) -> dict[str, str]:
    owners = [[owner.name, owner.address, str(owner.share or "")] for owner in one.owners]
    return {
        "number": one.number,
        "place": one.place.written,
        "municipality_code": one.place.code,
        "town": one.place.town,
        "small": one.place.small,
        "lot": one.place.lot,
        "category": one.category or "",
        "area": str(one.area.value) if one.area else "",
        "owners": json.dumps(owners, ensure_ascii=False) if owners else "",
        "marks": " ".join(sorted(one.marks)),
        "registered_on": one.registered_on,
    }


def parcel_of(record: Record) -> Parcel:
    """A state of the register as the parcel that it states."""
    data: Data = defaultdict(str, record.data)
    owners = [
        Owner(name, at, Fraction(share) if share else None) for name, at, share in json.loads(data["owners"] or "[]")
    ]
    made = Parcel(
        REGISTER,
        (record.line,),
        Place(data["municipality_code"], data["town"], data["small"], data["lot"], data["place"]),
        number=data["number"],
        owners=tuple(owners),
        marks=frozenset(map(OwnerMark, data["marks"].split())),
        registered_on=data["registered_on"],
    )
    kind, area = data["category"], data["area"]
    return replace(made, category=LandCategory(kind) if kind else None, area=Area(Fraction(area)) if area else None)
