"""Names of persons: 氏, 名, フリガナ, ローマ字, 旧氏, 通称, 外国人氏名."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

from kiban.kernel.characters.folding import TO_KATAKANA
from kiban.kernel.errors import Where
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import cell, known_texts, typed, whole

_FORMER = re.compile(r"[\[［【〔](?P<former>[^\]］】〕]*)[\]］】〕]")
_BRACKETS = re.compile(
    r"\s*[(（]\s*(?:(?P<kind>旧[姓氏]|旧(?=[:：\s])|通称名?|通名|併記名)[:：・\s]*)?(?P<name>[^()（）]*)[)）]\s*"
)
_WITHOUT_BRACKETS = re.compile(r"\s+((?:旧[姓氏]|通称名?|通名|併記名)[:：・\s][^()（）\[\]［］]+)$")
_KIND = re.compile(r"^旧[姓氏]?[:：・\s]+|^旧[姓氏](?=.)")
_LABEL = re.compile(r"^\s*(?:お?名前|氏名)[:：]\s*")
_COMMA = re.compile(r"\s*[,，、]\s*")
_HONORIFIC = frozenset(("様", "さま", "殿", "氏", "さん", "御中"))
_FIRM = re.compile(r"(株式|有限|合同|合資|合名)会社|[社財]団法人|^\((株|有|合|社|財|医|学|福|特非)\)|\(株\)$")
_OTHERS = re.compile(r"[\s　]+(ほか|他|外)\s*[\d一二三四五六七八九十]+\s*[名人]$")
_NUMBER = re.compile(r"(?:\d[^\w]{0,2}){4}")
_KANJI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ .,'’\-]+")
_KANA = re.compile(r"[ァ-ヺー・ ]*")
_LONG = re.compile(r"(?<=[ァ-ヺー])-")
_BLANK = re.compile(r"[\s　]+")
_STRAY = frozenset("[]［］【】〔〕()（）")
_AGAIN = re.compile(r"([ァ-ヺ])([ヽヾ])")
_MARKS = str.maketrans("゛゜", "\u3099\u309a")
_DASHES = str.maketrans({**dict.fromkeys("‐‑‒–—―−", "-"), "=": "・", "゠": "・"})
CSV = {
    "氏": "family",
    "名": "given",
    "氏（カナ）": "family_kana",
    "名（カナ）": "given_kana",
    "氏名（英字）": "roman",
}
# 種別 of GIF's ミドルネームなど, the first as it is written.
OTHERS = {
    "ミドルネーム": "middle",
    "旧姓": "former_family",
    "通称名": "alias",
    "旧氏": "former_family",
    "通称": "alias",
}
_KINDS_WRITTEN = {"middle": "ミドルネーム", "former_family": "旧姓", "alias": "通称名"}


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
        undivided_kana: its reading, written without a blank.
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
    undivided_kana: str = ""

    def __post_init__(self) -> None:
        for name in ("family_kana", "given_kana", "undivided_kana"):
            if (reading := getattr(self, name)) and katakana(reading) != reading:
                raise BadValue("not in full-width katakana", where=Where(field=name), remedy="use parse")
        for name in self.__slots__:
            if (value := getattr(self, name)) and " ".join(value.split()) != value:
                raise BadValue("blanks that a name has not", where=Where(field=name), remedy="use parse or from_csv")
        if _NUMBER.search("名".join(getattr(self, name) for name in self.__slots__)):
            raise BadValue("a number, not a name", where=Where(field="氏名"), remedy="write the name alone")

    @classmethod
    def parse(cls, text: str, *, kana: str = "") -> Self:
        """From 出路樽　太郎, 田中［山田］ 花子, NGUYEN VAN ANH（通称：山田 花）; ``kana`` is the reading of the same.

        （旧姓 山田）, and one word in kanji between 氏 and 名, is a former name; kana in brackets behind kanji or Latin
        letters the reading, Latin letters behind others ローマ字, else a 通称; （併記名：王 小明） behind Latin letters
        is the name, and these its ローマ字.
        A comma divides as a blank does; 様 and 殿 behind a blank are no part of a name.
        The characters are kept as written (only blanks are brought to one, and those that nobody sees are left out).

        Raises:
            BadValue: there is no name, two of a kind in brackets, half a pair of brackets, a control character, or a
                reading that is not in kana. The name is not repeated.
        """
        seen = _WITHOUT_BRACKETS.sub(r"（\1）", _LABEL.sub("", _visible(text)).rstrip())
        brackets = _Brackets.of(_FORMER.sub(" ", seen), [found["former"] for found in _FORMER.finditer(seen)])
        name = brackets.name.strip(" ,，、")
        if _FIRM.search(unicodedata.normalize("NFKC", seen).strip()):
            raise BadValue("a firm, not a person", where=Where(field="氏名"), remedy="write it as 法人名")
        if _OTHERS.search(name):
            raise BadValue("more than one person", where=Where(field="氏名"), remedy="write each name alone")
        if not name:
            raise BadValue("there is no name", where=Where(field="氏名"), remedy="write family and given name")
        parts = _divided(brackets.beside or (unicodedata.normalize("NFKC", name) if _latin(name) else name))
        reading = _kana_parts(kana) if kana.strip() else _kana_parts(brackets.kana, family=brackets.of_family)
        parts = {"roman": unicodedata.normalize("NFKC", name if brackets.beside else brackets.roman)} | parts
        return cls(**parts, **reading, former_family=brackets.former, alias=brackets.alias)

    @property
    def full(self) -> str:
        """氏名: the parts with a blank (foreign names as in ``roman``)."""
        parts = (self.family, self.given, self.middle)
        return self.undivided or " ".join(part for part in parts if part) or self.roman

    @property
    def full_kana(self) -> str:
        """氏名（カナ)."""
        return " ".join(part for part in (self.family_kana, self.given_kana) if part) or self.undivided_kana

    def __str__(self) -> str:
        text = self.full
        if self.former_family:
            rest = text.removeprefix(self.family)
            former = f"［{self.former_family}］"
            text = f"{self.family}{former}{rest}" if self.family else f"{text}{former}"
        return f"{text}（通称：{self.alias}）" if self.alias else text

    def to_json(self) -> dict[str, str]:
        """By field; empty ones but the four of the items are left out."""
        always = ("family", "given", "family_kana", "given_kana")
        return {f.name: v for f in fields(self) if (v := getattr(self, f.name)) or f.name in always}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Raises: BadValue on a field that a name does not have, or a value that is no text."""
        return cls(**known_texts(data, {field.name for field in fields(cls)}, field="氏名"))

    def to_csv(self) -> dict[str, str]:
        """By the GIF columns of 個人; middle name, 旧氏 and 通称 stand as JSON (コード情報型) in ミドルネームなど."""
        others = [
            {"種別": kind, "種別関連情報": value}
            for name, kind in _KINDS_WRITTEN.items()
            if (value := getattr(self, name))
        ]
        written = json.dumps(others[0] if len(others) == 1 else others, ensure_ascii=False) if others else ""
        plain = {column: str(getattr(self, name)) for column, name in CSV.items()}
        return {"氏名": self.full, "氏名（カナ）": self.full_kana, **plain, "ミドルネームなど": written}

    @classmethod
    def from_csv(cls, row: Mapping[str, str]) -> Self:
        """From the GIF columns; 氏名 alone is read as people write it, readings in any kana.

        Columns 旧氏 (旧姓), 通称 (通称名) and ミドルネーム are read too, and 氏（英字） with 名（英字）.

        Raises:
            BadValue: no name, or a ミドルネームなど of another kind.
        """
        data = {name: _one_blank(_visible(cell(row, column) or "")) for column, name in CSV.items()}
        data |= {name: katakana(data[name]) for name in ("family_kana", "given_kana")}
        data |= _others(cell(row, "ミドルネームなど") or "")
        data |= {name: _one_blank(found) for column, name in OTHERS.items() if (found := cell(row, column))}
        roman = [cell(row, column) or "" for column in ("氏（英字）", "名（英字）")]
        data["roman"] = data["roman"] or _one_blank(" ".join(roman))
        line, reading = cell(row, "氏名") or "", cell(row, "氏名（カナ）") or ""
        if not (data["family_kana"] or data["given_kana"]):
            data |= _kana_parts(reading)
        if data["family"] or data["given"] or not (line.strip() or not data["roman"]):
            return cls(**data)
        return replace(cls.parse(line), **{name: value for name, value in data.items() if value})


def _others(written: str) -> dict[str, str]:
    """ミドルネームなど: one or more of {"種別": "旧姓", "種別関連情報": "松尾"}, or a middle name as it is."""
    if not written.strip().startswith(("{", "[")):
        return {"middle": _one_blank(written)} if written.strip() else {}
    where = Where(field="ミドルネームなど")
    try:
        found = json.loads(whole(written, field="ミドルネームなど"))
    except (ValueError, RecursionError):
        raise BadValue("no JSON", where=where, remedy="write it as コード情報型") from None
    made: dict[str, str] = {}
    for one in found if isinstance(found, list) else [found]:
        texts = known_texts(one, ("種別", "種別関連情報"), field="ミドルネームなど")
        name = OTHERS.get(texts.get("種別", ""), "")
        if not name or name in made:
            raise BadValue("a 種別 that a name has not, or twice", where=where, remedy="旧姓, 通称名, ミドルネーム")
        made[name] = _one_blank(texts.get("種別関連情報", ""))
    return made


@dataclass(frozen=True, slots=True)
class _Brackets:
    """What stands in brackets, and the name without it."""

    name: str
    former: str
    alias: str
    roman: str
    beside: str
    kana: str
    of_family: bool

    @classmethod
    def of(cls, text: str, former: list[str]) -> Self:
        found, name = list(_BRACKETS.finditer(text)), _one_blank(_BRACKETS.sub(" ", text))
        kinds = ["former" if _within(one, text) else _kind(one, name) for one in found]
        held = {kind: [one["name"] for one, k in zip(found, kinds, strict=True) if k == kind] for kind in _KINDS}
        held["former"] = [*(_KIND.sub("", one) for one in former), *held["former"]]
        if not _STRAY.isdisjoint("".join((name, *(one for ones in held.values() for one in ones)))):
            raise BadValue("a bracket without its other", where=Where(field="氏名"), remedy="close it or leave it out")
        if any(len(held[kind]) > 1 for kind in _ONE):
            raise BadValue(
                "two names of one kind in brackets", where=Where(field="氏名"), remedy="leave one 旧氏 and one 通称"
            )
        first = {kind: _one_blank("".join(held[kind]).lstrip(":：・ 　")) for kind in _ONE}
        of_family = len(held["kana"]) == 1 and found[kinds.index("kana")].end() < len(text)
        return cls(name, **first, kana=" ".join(held["kana"]), of_family=of_family)


_ONE = ("former", "alias", "roman", "beside")
_KINDS = (*_ONE, "kana")


def _within(found: re.Match[str], text: str) -> bool:
    """One word in kanji between 氏 and 名: 大和田（五十嵐）さつき. 通称 are whole names (住基法施行令 30条の16)."""
    named = found["name"].strip()
    alone = not found["kind"] and len(named.split()) == 1 and _KANJI.search(named) and not _latin(named)
    before, after = text[: found.start()].strip(), _BRACKETS.sub("", text[found.end() :]).strip()
    return bool(alone and _KANJI.search(before) and len(before.split()) == 1 and after and after not in _HONORIFIC)


def _kind(found: re.Match[str], name: str) -> str:
    """What stands in brackets behind a name."""
    if found["kind"] == "併記名" and _latin(name) != _latin(found["name"]):
        return "beside" if _latin(name) else "roman"
    if found["kind"]:
        return "former" if found["kind"].startswith("旧") else "alias"
    if (_KANJI.search(name) or (name and _latin(name))) and _is_kana(found["name"]):
        return "kana"
    return "roman" if name and not _latin(name) and _latin(found["name"]) else "alias"


def _one_blank(text: str) -> str:
    return " ".join(text.split())


def _visible(written: object) -> str:
    """Without what nobody sees (zero width, byte order, direction); a control character is refused."""
    text = whole(written, field="氏名")
    kinds = {character: unicodedata.category(character) for character in set(text)}
    if any(kind in {"Cc", "Cs"} and not _BLANK.match(character) for character, kind in kinds.items()):
        raise BadValue("a control character", where=Where(field="氏名"), remedy="type the name anew")
    return "".join(character for character in text if kinds[character] != "Cf")


def _latin(text: str) -> bool:
    return bool(_LATIN.fullmatch(unicodedata.normalize("NFKC", text)))


def _divided(name: str) -> dict[str, str]:
    if _latin(name):
        return {"roman": name}
    words = _COMMA.sub(" ", name).strip().split(" ")
    while len(words) > 1 and words[-1] in _HONORIFIC:
        words.pop()
    if len(words) == 1:
        return {"undivided": words[0]}
    return {"family": words[0], "given": words[1], "middle": " ".join(words[2:])}


def katakana(text: str) -> str:
    """A reading in full-width katakana with one blank between its words; みすゞ is ミスズ.

    Raises:
        BadValue: it is not kana.
    """
    wide = (
        typed(text.translate(_MARKS) if isinstance(text, str) else text, field="フリガナ")
        .translate(_DASHES)
        .translate(TO_KATAKANA)
    )
    wide = _AGAIN.sub(_repeated, _LONG.sub("ー", _BLANK.sub(" ", wide).strip()))
    if not _KANA.fullmatch(wide):
        raise BadValue("the reading is not in kana", where=Where(field="フリガナ"), remedy="write it in katakana")
    return wide


def _repeated(found: re.Match[str]) -> str:
    bare = unicodedata.normalize("NFD", found[1])[0]
    return found[1] + (bare if found[2] == "ヽ" else unicodedata.normalize("NFC", f"{bare}\u3099"))


def _is_kana(text: str) -> bool:
    try:
        return bool(katakana(text))
    except BadValue:
        return False


def _kana_parts(kana: str, *, family: bool = False) -> dict[str, str]:
    words = katakana(_COMMA.sub(" ", kana)).split(" ") if kana.strip() else []
    if not words:
        return {}
    if len(words) == 1:
        return {"family_kana" if family else "undivided_kana": words[0]}
    return {"family_kana": words[0], "given_kana": " ".join(words[1:])}
