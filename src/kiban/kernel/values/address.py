"""An address in the fields of GIF (DS-433 住所). Dividing free text is the work of the address engine in registries."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

from kiban.kernel.values.codes import MunicipalityCode, TownId
from kiban.kernel.values.forms import known_texts
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

    def to_csv(self) -> dict[str, str]:
        """By the GIF columns of 住所."""
        return {column: str(getattr(self, name)) for column, name in CSV.items()}

    @classmethod
    def from_csv(cls, row: dict[str, str]) -> Self:
        """From the GIF columns; 連結表記 becomes ``written``."""
        data = {name: row.get(column, "") for column, name in CSV.items() if name != "full"}
        return cls(**data, written=row.get("連結表記", ""))
