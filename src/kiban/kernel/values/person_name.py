"""Names of persons: 氏, 名, フリガナ, ローマ字, 旧氏, 通称, 外国人氏名."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

from kiban.kernel.characters.folding import TO_KATAKANA
from kiban.kernel.errors import Where
from kiban.kernel.values.errors import BadValue

_FORMER = re.compile(r"[\[［【〔](?P<former>[^\]］】〕]*)[\]］】〕]")
_ALIAS = re.compile(r"[(（](?:通称[:：]?)?(?P<alias>[^)）]*)[)）]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ .,'’\-]+")
_KANA = re.compile(r"[ァ-ヺー・ 　\-]*")
_BLANK = re.compile(r"[\s　]+")
CSV = {
    "氏": "family",
    "名": "given",
    "氏（カナ）": "family_kana",
    "名（カナ）": "given_kana",
    "ミドルネーム": "middle",
    "氏名（英字）": "roman",
    "旧氏": "former_family",
    "通称": "alias",
}


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name. Fields as GIF 個人 has them; what is not known is empty.

    Attributes:
        family: 氏; empty with ``given`` when only an undivided name is known (``undivided``).
        given: 名.
        family_kana: 氏（カナ), full-width katakana.
        given_kana: 名（カナ).
        middle: ミドルネーム.
        roman: 氏名（英字), as in a passport or residence card.
        former_family: 旧氏 (住民基本台帳法施行令 30条の13).
        alias: 通称 (同令 30条の16).
        undivided: 氏名 written without a blank, which nobody may divide by guessing.
    """

    family: str = ""
    given: str = ""
    family_kana: str = ""
    given_kana: str = ""
    middle: str = ""
    roman: str = ""
    former_family: str = ""
    alias: str = ""
    undivided: str = ""

    def __post_init__(self) -> None:
        for name in ("family_kana", "given_kana"):
            if katakana(getattr(self, name)) != getattr(self, name):
                raise BadValue("not in full-width katakana", where=Where(field=name), remedy="use parse")

    @classmethod
    def parse(cls, text: str, *, kana: str = "") -> Self:
        """From 出路樽　太郎, 田中［山田］ 花子, NGUYEN VAN ANH（通称：山田 花）; ``kana`` is the reading of the same.

        The characters are kept as written (only blanks are brought to one).

        Raises:
            BadValue: there is no name, or the reading is not in kana. The name is not repeated.
        """
        former, alias = _FORMER.search(text), _ALIAS.search(text)
        bare = _BLANK.sub(" ", _ALIAS.sub(" ", _FORMER.sub("", text))).strip()
        if not bare:
            raise BadValue("there is no name", where=Where(field="氏名"), remedy="write family and given name")
        parts = _divided(unicodedata.normalize("NFKC", bare) if _latin(bare) else bare)
        return cls(
            **parts,
            **_kana_parts(kana),
            former_family=former["former"].strip() if former else "",
            alias=_BLANK.sub(" ", alias["alias"]).strip() if alias else "",
        )

    @property
    def full(self) -> str:
        """氏名: the parts with a blank (foreign names as in ``roman``)."""
        parts = (self.family, self.given, self.middle)
        return self.undivided or " ".join(part for part in parts if part) or self.roman

    @property
    def full_kana(self) -> str:
        """氏名（カナ)."""
        return " ".join(part for part in (self.family_kana, self.given_kana) if part)

    def __str__(self) -> str:
        text = self.full
        if self.former_family and self.family:
            text = text.replace(self.family, f"{self.family}［{self.former_family}］", 1)
        return f"{text}（通称：{self.alias}）" if self.alias else text

    def to_json(self) -> dict[str, str]:
        """By field; empty ones but the four of the items are left out."""
        always = ("family", "given", "family_kana", "given_kana")
        return {f.name: v for f in fields(self) if (v := getattr(self, f.name)) or f.name in always}

    @classmethod
    def from_json(cls, data: dict[str, str]) -> Self:
        """Raises: BadValue on a field that a name does not have."""
        unknown = set(data) - {field.name for field in fields(cls)}
        if unknown:
            raise BadValue(f"a name has no {', '.join(sorted(unknown))}", where=Where(field="氏名"))
        return cls(**data)

    def to_csv(self) -> dict[str, str]:
        """By the GIF columns of 個人."""
        return {"氏名": self.full, "氏名（カナ）": self.full_kana, **{c: str(getattr(self, n)) for c, n in CSV.items()}}

    @classmethod
    def from_csv(cls, row: Mapping[str, str]) -> Self:
        """From the GIF columns; 氏名 alone is read as people write it. Raises: BadValue."""
        data = {name: row.get(column, "") for column, name in CSV.items()}
        whole = row.get("氏名", "")
        if not (data["family"] or data["given"] or data["roman"]):
            parsed = cls.parse(whole, kana=row.get("氏名（カナ）", ""))
            return replace(parsed, **{name: value for name, value in data.items() if value})
        return cls(**data)


def _latin(text: str) -> bool:
    return bool(_LATIN.fullmatch(unicodedata.normalize("NFKC", text)))


def _divided(name: str) -> dict[str, str]:
    if _latin(name):
        return {"roman": name}
    words = name.split(" ")
    if len(words) == 1:
        return {"undivided": name}
    return {"family": words[0], "given": words[1], "middle": " ".join(words[2:])}


def katakana(text: str) -> str:
    """A reading in full-width katakana with one blank between its words.

    Raises:
        BadValue: it is not kana.
    """
    wide = _BLANK.sub(" ", unicodedata.normalize("NFKC", text)).translate(TO_KATAKANA).strip()
    if not _KANA.fullmatch(wide):
        raise BadValue("the reading is not in kana", where=Where(field="フリガナ"), remedy="write it in katakana")
    return wide


def _kana_parts(kana: str) -> dict[str, str]:
    words = katakana(kana).split(" ") if kana.strip() else []
    if not words:
        return {}
    return {"family_kana": words[0], "given_kana": " ".join(words[1:])}
