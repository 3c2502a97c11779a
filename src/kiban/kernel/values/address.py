"""An address in the fields of GIF (DS-433 住所). Dividing free text is the work of the address engine in registries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

from kiban.kernel.errors import Where
from kiban.kernel.values.codes import MunicipalityCode, TownId
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import cell, known_texts, whole
from kiban.kernel.values.postal import PostalCode

CSV = {
    "全国地方公共団体コード": "municipality_code",
    "町字ID": "town_id",
    "連結表記": "full",
    "都道府県": "prefecture",
    "市区町村（郡）": "city",
    "町字": "town",
    "番地以下": "block",
    "建物名等（方書）": "building",
    "郵便番号": "postal_code",
}


@dataclass(frozen=True, slots=True)
class Address:
    """住所: ``city`` with 郡 and 政令市区 (海草郡紀美野町, 札幌市中央区), ``block`` 番地以下 (1-6), ``building`` 方書.

    ``written`` keeps the text it came from; codes are empty where they are not known.
    """

    prefecture: str = ""
    city: str = ""
    town: str = ""
    block: str = ""
    building: str = ""
    municipality_code: str = ""
    town_id: str = ""
    postal_code: str = ""
    written: str = ""

    def __post_init__(self) -> None:
        if self.municipality_code:
            MunicipalityCode(self.municipality_code)
        if self.town_id:
            TownId(self.town_id)
        if self.postal_code:
            PostalCode(self.postal_code)

    @property
    def full(self) -> str:
        """連結表記: in one line, the building after a blank."""
        line = f"{self.prefecture}{self.city}{self.town}{self.block}"
        return f"{line} {self.building}" if self.building and line else line + self.building

    def __str__(self) -> str:
        return self.full or self.written

    def to_json(self) -> dict[str, str]:
        """The known fields by name."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Raises: BadValue on another field, a value that is no text, or a code that does not check."""
        return cls(**known_texts(data, {field.name for field in fields(cls)}, field="住所"))

    @property
    def county(self) -> str:
        """郡 of ``city``, or nothing."""
        return _parts(self.city)["county"]

    @property
    def municipality(self) -> str:
        """市区町村 of ``city`` without 郡 and 政令市区; a 特別区 is one itself."""
        return _parts(self.city)["name"]

    @property
    def ward(self) -> str:
        """政令市区 of ``city``, or nothing."""
        return _parts(self.city)["ward"]

    def to_csv(self) -> dict[str, str]:
        """By the GIF columns of 住所, 郡, 市区町村 and 政令市区 besides; without fields 連結表記 is ``written``."""
        own = {column: str(self) if name == "full" else str(getattr(self, name)) for column, name in CSV.items()}
        return own | {"郡": self.county, "市区町村": self.municipality, "政令市区": self.ward}

    @classmethod
    def from_csv(cls, row: Mapping[str, str]) -> Self:
        """From the GIF columns, codes as people type them; a 連結表記 that the fields do not make is ``written``.

        Without 市区町村（郡）, it is made of 郡, 市区町村 and 政令市区.

        Raises:
            BadValue: a code that is none, or no column of an address.
        """
        cells = {name: cell(row, column) for column, name in CSV.items()}
        parts = [cell(row, column) or "" for column in ("郡", "市区町村", "政令市区")]
        if not any(parts) and all(found is None for found in cells.values()):
            raise BadValue("the columns are missing", where=Where(field="住所"), remedy=f"add {', '.join(CSV)}")
        data = {name: whole(found or "", field="住所").strip() for name, found in cells.items()}
        data["city"] = data["city"] or "".join(part.strip() for part in parts)
        data |= {name: str(made.parse(data[name])) for name, made in _CODES.items() if data[name]}
        line = data.pop("full")
        found = cls(**data)
        return found if line == found.full else replace(found, written=line)


def _parts(city: str) -> Mapping[str, str]:
    """海草郡紀美野町 → 海草郡, 紀美野町; 札幌市中央区 → 札幌市, 中央区."""
    found = _CITY.fullmatch(city)
    return found.groupdict("") if found else {"county": "", "name": city, "ward": ""}


_CITY = re.compile(r"(?P<county>.+?郡)?(?P<name>(?(county).+[町村]|.+?市(?=.+区)))(?P<ward>.+区)?")
_CODES = {"municipality_code": MunicipalityCode, "town_id": TownId, "postal_code": PostalCode}
