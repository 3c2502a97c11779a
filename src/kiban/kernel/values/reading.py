"""Readings of names (氏名の振り仮名): what a register can have, what two differ in, which may be of one name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kiban.kernel.characters import Likeness, compare_kana, compare_key, compare_names, kana_key
from kiban.kernel.characters.compare import roman_key
from kiban.kernel.errors import Where
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.person_name import PersonName, katakana
from kiban.kernel.values.romanisation import spelt

_LATIN = re.compile(r"[A-Z]+")
_MODERN = frozenset(
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポッャュョァィゥェォー"
)
_UNSETTLED = frozenset("ヲヰヱヴヵヶヮヷヸヹヺ")
_BETWEEN = {ord(one): None for one in " ・"}
_NEVER_FIRST = frozenset("ッャュョァィゥェォヮンー・")


@dataclass(frozen=True, slots=True)
class Remark:
    """What stands in the way of a reading: where (氏, 名 and the place in it, from 1), what, and how sure that is.

    ``verified`` is False where the ministerial ordinance that sets the range was not at hand: a person asks the office.
    """

    where: Where
    what: str
    verified: bool


class Difference(StrEnum):
    """What two readings of one name differ in, from nothing to all."""

    NONE = "none"
    SIZE = "size"
    """Only large and small kana: キヨウコ and キョウコ, two readings to a family register."""
    SOUND = "sound"
    """Sound marks, long vowels, old kana: ヤマサキ and ヤマザキ, ユウコ and ユーコ."""
    OTHER = "other"


def check_reading(name: PersonName) -> tuple[Remark, ...]:
    """What an office would ask before it writes a reading into the family register; nothing: all is plain.

    氏 and 名 have each a reading of their own (戸籍法 13条1項2号, in force 令和7年5月26日). Its kana and signs are
    those of 戸籍法施行規則 別表第二 (法 13条3項): katakana in common use and, of signs, ー alone; verified: false,
    for the table was not at hand. The kana of 現代仮名遣い and the small ones, as the ministry's study group
    proposed (氏名の読み仮名の法制化に関する研究会), are taken as allowed; ヲ, ヰ, ヱ, ヴ, ヵ and ヶ are remarked on
    as unsettled, ・ and blanks as no signs of a reading. Whether kanji are read so (2項) is not for a table.
    """
    found: list[Remark] = []
    for field, kana in (("氏", name.family_kana), ("名", name.given_kana)):
        if not kana:
            found.append(Remark(Where(field=field), "no reading of its own", True))
        found += _remarks(kana, field)
    return tuple(found)


def _remarks(kana: str, field: str) -> list[Remark]:
    found = []
    for at, one in enumerate(kana, 1):
        where = Where(column=at, field=field)
        if one in " ・":
            found.append(Remark(where, f"{'a blank' if one == ' ' else one}: no sign of a reading but ー", False))
        elif one in _UNSETTLED:
            found.append(Remark(where, f"{one}: not settled whether it may stand", False))
        elif one not in _MODERN:
            found.append(Remark(where, f"{one}: no kana of a reading", True))
        elif at == 1 and one in _NEVER_FIRST:
            found.append(Remark(where, f"{one} begins no name", False))
    return found


def reading_difference(registered: str, typed: str) -> Difference:
    """What is other in a typed reading than in the registered one; width, hiragana, blanks and ・ are nothing.

    Raises: BadValue: one is not in kana.
    """
    first, second = katakana(registered), katakana(typed)
    if first.translate(_BETWEEN) == second.translate(_BETWEEN):
        return Difference.NONE
    if compare_key(first) == compare_key(second):
        return Difference.SIZE
    return Difference.SOUND if kana_key(first) == kana_key(second) else Difference.OTHER


def same_reading(first: str, second: str) -> Likeness:
    """Whether two readings, each in kana or Roman letters, may be of one name: Sato, Satoh, Satou, サトウ.

    Kana beside Roman letters is at most compatible (ONO is オノ or オオノ), also with 名 before 氏; kanji are UNKNOWN.
    Not for foreign names, whose letters are no spelling of their kana.
    """
    latin = [bool(_LATIN.fullmatch(compare_key(text))) for text in (first, second)]
    if all(latin):
        found = compare_names(first, second)
        return Likeness.COMPATIBLE if found is Likeness.DIFFERENT and _key(first) == _key(second) else found
    kana = [_kana_or_nothing(text) for text in (first, second)]
    if any(latin):
        roman, read = (first, kana[1]) if latin[0] else (second, kana[0])
        return _mixed(roman, read) if read else Likeness.UNKNOWN
    return compare_kana(first, second) if all(kana) else Likeness.UNKNOWN


def _kana_or_nothing(text: str) -> str:
    try:
        return katakana(text).replace("・", " ")
    except BadValue:
        return ""


def _mixed(roman: str, kana: str) -> Likeness:
    written = [_key(word) for word in re.split(r"[\s,，、]+", roman) if compare_key(word)]
    read = [_key(spelt(word)) for word in kana.split()]
    joined = _key(roman) == _key(spelt(kana.replace(" ", "")))
    return Likeness.COMPATIBLE if joined or sorted(written) == sorted(read) else Likeness.DIFFERENT


def _key(roman: str) -> str:
    """As :func:`roman_key`, and アア and エエ, which a sign makes one letter, are one."""
    return re.sub(r"([AE])\1+", r"\1", roman_key(compare_key(roman)))
