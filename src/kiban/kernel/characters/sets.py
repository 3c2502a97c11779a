"""Target character sets: which characters a system cannot hold, and what may lawfully stand for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from kiban.kernel.characters.bank import BANK_KANA, REPEATED, bank_kana
from kiban.kernel.characters.errors import NotHoldable
from kiban.kernel.characters.folding import SELECTORS
from kiban.kernel.characters.tables import shrink_table, standard_characters
from kiban.kernel.errors import BadInput, Where, shown


class CharacterSet(StrEnum):
    """What a receiving system can hold."""

    JISX0208 = "jisx0208"
    JISX0213 = "jisx0213"
    STANDARD = "standard"
    """行政事務標準文字: the kanji of 文字情報基盤 and the other characters of JIS X 0213."""
    BANK_KANA = "bank_kana"

    @classmethod
    def _missing_(cls, value: object) -> None:
        what = f"{shown(str(value))[:40]!r} is no character set"
        raise BadInput(what, where=Where(field="target"), remedy=f"one of {', '.join(cls)}")


BASIS = {
    "U": "JIS包摂規準・UCS統合規則",
    "N": "法務省告示582号別表第四",
    "K": "民二5202号通知別表・民一2842号通達別表",
    "P": "戸籍統一文字情報 親字・正字",
    "D": "辞書類等による関連字",
    "W": "字形が同じ記号・互換文字",
    "B": "全銀協 標準 半角カナ",
}
_SYMBOLS = str.maketrans(
    {"～": "〜", "－": "−", "∥": "‖", "￠": "¢", "￡": "£", "￢": "¬", "—": "―", "–": "‐", "‑": "‐", "﹣": "−"}
)


@dataclass(frozen=True, slots=True)
class Replacement:
    """What may stand for a character, and by which table."""

    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class Unholdable:
    """A character that the set cannot hold: its place (from 0) and what may stand for it, the most lawful first.

    A kana and a sound mark of its own (ｶﾞ, か + U+3099) are one character, and so are for banks a kana and ゝ or ゞ.
    """

    at: int
    character: str
    replacements: tuple[Replacement, ...]


def holds(character: str, target: CharacterSet) -> bool:
    """Whether the set has this one character."""
    if target is CharacterSet.BANK_KANA:
        return character in BANK_KANA
    if target is CharacterSet.STANDARD:
        return character in standard_characters() or _encodes(character, CharacterSet.JISX0213)
    return _encodes(character, target)


@cache
def _encodes(character: str, target: CharacterSet) -> bool:
    codec = "euc_jp" if target is CharacterSet.JISX0208 else "euc_jis_2004"
    try:
        code = character.encode(codec)
    except UnicodeEncodeError:
        return False
    # 0x8E leads half-width kana (JIS X 0201), 0x8F JIS X 0212 or the second plane of JIS X 0213.
    return code[0] != 0x8E and (target is CharacterSet.JISX0213 or code[0] != 0x8F)


def unholdable(text: str, target: CharacterSet | str) -> tuple[Unholdable, ...]:
    """The characters of a text that the target set cannot hold, with what may stand for each.

    Args:
        text: any text; the answer's places count its code points.
        target: the set, or its name (``jisx0208``, ``jisx0213``, ``standard``, ``bank_kana``); another is a BadInput.

    Source: MJ縮退マップ (文字情報基盤), 法務省告示582号, JIS X 0208, JIS X 0213.
    """
    wanted = CharacterSet(target)
    return tuple(
        Unholdable(at, written, _replacements(written, wanted))
        for at, written in _characters(text, wanted)
        if not (holds(written, wanted) if len(written) == 1 else all(holds(one, wanted) for one in written))
    )


def _characters(text: str, target: CharacterSet) -> Iterable[tuple[int, str]]:
    """Each character with its place; what is written with two code points is one."""
    if not _SEVERAL.search(text):
        return enumerate(text)
    form = _BANK_CHARACTER if target is CharacterSet.BANK_KANA else _CHARACTER
    return ((found.start(), found[0]) for found in form.finditer(text))


_MARKED = "[ｦ-ﾝ][ﾞﾟ]|[ぁ-ゖァ-ヺ][\u3099\u309a]"
_SEVERAL = re.compile(f"[ﾞﾟ\u3099\u309a{REPEATED}]")
_CHARACTER = re.compile(f"{_MARKED}|.", re.DOTALL)
_BANK_CHARACTER = re.compile(f"(?:{_MARKED}|[ｦ-ﾝぁ-ゖァ-ヺ])[{REPEATED}]|.", re.DOTALL)


def _replacements(character: str, target: CharacterSet) -> tuple[Replacement, ...]:
    if all(ord(one) in SELECTORS for one in character):
        return (Replacement("", BASIS["U"]),)
    if target is CharacterSet.BANK_KANA:
        return _bank(character)
    same = character.translate(_SYMBOLS)
    candidates = [("W", same), *shrink_table().get(character, ()), ("W", unicodedata.normalize("NFKC", character))]
    fit: dict[str, str] = {}
    for source, text in candidates:
        if text and text != character and all(holds(c, target) for c in text):
            fit.setdefault(text, source)
    return tuple(Replacement(text, BASIS[source]) for text, source in fit.items())


def _bank(character: str) -> tuple[Replacement, ...]:
    try:
        return (Replacement(bank_kana(character), BASIS["B"]),)
    except NotHoldable:
        return ()


def shrink(text: str, target: CharacterSet | str) -> str:
    """The text as the target set can hold it (縮退): every character that it cannot hold by its first replacement.

    Raises:
        NotHoldable: a character has no replacement; places and characters are named.
    """
    missing = unholdable(text, target)
    hopeless = [one for one in missing if not one.replacements]
    if hopeless:
        named = ", ".join(f"{one.character!r} at {one.at + 1}" for one in hopeless)
        raise NotHoldable(
            f"{CharacterSet(target)} has no {named}",
            where=Where(column=hopeless[0].at + 1),
            remedy="let a person choose the character, or write it in kana",
        )
    by_place = {one.at: one.replacements[0].text for one in missing}
    return "".join(by_place.get(at, written) for at, written in _characters(text, CharacterSet(target)))
