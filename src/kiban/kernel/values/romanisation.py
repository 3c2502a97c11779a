"""Readings in Roman letters: ヘボン式 as in passports, 訓令式, and the spelling recommended in 2025."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiban.kernel.errors import Where, shown
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.person_name import PersonName, katakana


class Spelling(StrEnum):
    """A way of writing Japanese in Roman letters."""

    PASSPORT = "passport"
    """旅券のヘボン式: capitals, long vowels not written, ン before B, M, P is M, ッチ is TCH (外務省 綴方表)."""
    PASSPORT_OH = "passport-oh"
    """The same with オウ and オオ as OH (KOHNO), which may be asked for; before a vowel, where OH would be ほ, as O."""
    KUNREI = "kunrei"
    """訓令式: 昭和29年内閣告示1号 第1表: si, ti, tu, hu, zi; â; n' before a vowel."""
    HEPBURN = "hepburn"
    """文化審議会答申「改定ローマ字のつづり方」 令和7年8月20日: shi, chi, tsu, fu, ji; ā; always n; ッチ is cch."""

    @classmethod
    def _missing_(cls, value: object) -> None:
        what = f"{shown(str(value))[:40]!r} is no way of spelling"
        raise BadValue(what, where=Where(field="way"), remedy=f"one of {', '.join(cls)}")


_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲ"
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ"
)
_HEPBURN = (
    "A I U E O KA KI KU KE KO SA SHI SU SE SO TA CHI TSU TE TO NA NI NU NE NO HA HI FU HE HO MA MI MU ME MO YA YU YO "
    "RA RI RU RE RO WA I E O GA GI GU GE GO ZA JI ZU ZE ZO DA JI ZU DE DO BA BI BU BE BO PA PI PU PE PO BU"
)
_KUNREI = (
    "A I U E O KA KI KU KE KO SA SI SU SE SO TA TI TU TE TO NA NI NU NE NO HA HI HU HE HO MA MI MU ME MO YA YU YO "
    "RA RI RU RE RO WA I E O GA GI GU GE GO ZA ZI ZU ZE ZO DA ZI ZU DE DO BA BI BU BE BO PA PI PU PE PO"
)
HEPBURN = dict(zip(_KANA, _HEPBURN.split(), strict=True))
KUNREI = dict(zip(_KANA, _KUNREI.split(), strict=False))
SMALL_Y = {"ャ": "A", "ュ": "U", "ョ": "O"}
SMALL = {"ァ": "A", "ィ": "I", "ゥ": "U", "ェ": "E", "ォ": "O", "ャ": "YA", "ュ": "YU", "ョ": "YO"}
_I_ROW = frozenset("キシチニヒミリギジヂビピ")
_STEMS = {"SHI": "SH", "CHI": "CH", "JI": "J"}
_SIGNED = {"AA", "UU", "EE", "OO", "OU"}
_PASSED_OVER = {"UU", "OO", "OU"}
SIGNS = {
    Spelling.KUNREI: dict(zip("AIUEO", "ÂÎÛÊÔ", strict=True)),
    Spelling.HEPBURN: dict(zip("AIUEO", "ĀĪŪĒŌ", strict=True)),
}
_DOUBLED = {sign: 2 * bare for signs in SIGNS.values() for bare, sign in signs.items()}
_DOUBLED |= {sign.lower(): bare.lower() for sign, bare in _DOUBLED.items()}
# Parts of names that begin with ウ or オ: before them a vowel is not long (松浦 MATSUURA, 井上 INOUE, 豊岡 TOYOOKA).
_PARTS = {
    **dict.fromkeys("上植", "ウエ"), "内": "ウチ", "浦": "ウラ", "海": "ウミ", "梅": "ウメ", "牛": "ウシ",
    "氏": "ウジ", "臼": "ウス", "岡": "オカ", "丘": "オカ", "奥": "オク", "音": "オト", "沖": "オキ", "鬼": "オニ",
    "折": "オリ", "織": "オリ", "帯": "オビ", **dict.fromkeys("尾緒生男夫雄", "オ"),
}  # fmt: skip
_SHORT = frozenset("小野湯津須戸")
"""Kanji that alone can be the one sound before such a part (小梅); before others it is a torn one (相馬 ソウ-マ)."""


@dataclass(frozen=True, slots=True)
class _Sound:
    """One sound: its letters, whether its vowel may be the second half of a long one, whether a part begins here."""

    letters: str
    plain: bool
    first: bool = False


def romanise(kana: str, way: Spelling = Spelling.PASSPORT, *, written: str = "") -> str:
    """A reading in Roman letters: サトウ is SATO, SATOH, Satô or Satō.

    ``written`` is the name in kanji: it tells that 松浦 マツウラ has no long vowel (MATSUURA). It is a proposal: how a
    person's name is written is for the person and the passport, and a ``PersonName.roman`` is never made from kana.

    Raises:
        BadValue: no kana, or sounds for which this way has no rule (ッ before a vowel; ティ in 訓令式).
    """
    words, names = katakana(kana).replace("・", " ").split(), written.replace("・", " ").split()
    if len(words) != len(names):
        names = [""] * len(words)
    made = [_word(word, Spelling(way), written=name) for word, name in zip(words, names, strict=True)]
    return " ".join(made)


def romanise_name(name: PersonName, way: Spelling = Spelling.PASSPORT) -> str:
    """A person's reading in Roman letters, 氏 before 名. Raises: BadValue, also when there is no reading."""
    parts = ((name.family_kana, name.family), (name.given_kana, name.given), (name.undivided_kana, name.undivided))
    made = [romanise(kana, way, written=written) for kana, written in parts if kana]
    if not made:
        raise BadValue("there is no reading", where=Where(field="フリガナ"), remedy="give it in katakana")
    return " ".join(made)


def doubled(roman: str) -> str:
    """Without signs, the vowel written twice instead: Satô is Satoo, Ōno is Oono, ŌNO is OONO."""
    return " ".join(_twice(word) for word in roman.split(" "))


def _twice(word: str) -> str:
    text = "".join(_DOUBLED.get(one, one) for one in word)
    return text if word.isupper() or text == word else text[:1] + text[1:].lower()


def spelt(kana: str) -> str:
    """Every kana in the letters of ヘボン式, no vowel passed over (サトウ SATOU): for comparing; others fall."""
    letters = ""
    for at, one in enumerate(kana):
        if one in SMALL_Y and kana[at - 1 : at] and kana[at - 1] in _I_ROW:
            letters = _joined(letters, one)
        elif one == "ッ":
            letters += HEPBURN.get(kana[at + 1 : at + 2], "")[:1]
        else:
            letters += HEPBURN.get(one) or SMALL.get(one) or ("N" if one == "ン" else "")
    return letters


def _joined(letters: str, small: str) -> str:
    """キ and ャ: KYA; シ and ャ: SHA, or SYA in 訓令式."""
    stem = next((short for full, short in _STEMS.items() if letters.endswith(full)), "")
    if stem:
        return letters[: -len(stem) - 1] + stem + SMALL_Y[small]
    return f"{letters[:-1]}Y{SMALL_Y[small]}"


def _word(kana: str, way: Spelling, *, written: str) -> str:
    passport = way in (Spelling.PASSPORT, Spelling.PASSPORT_OH)
    sounds = _sounds(kana, way, borders=_borders(kana, written))
    text, open_vowel = "", False
    for at, sound in enumerate(sounds):
        long = open_vowel and not sound.first and _lengthens(text, sound, passport=passport)
        if long:
            then = sounds[at + 1].letters if at + 1 < len(sounds) else ""
            text = _long(text, sound.letters, way=way, then=then)
        else:
            text = _linked(text, sound.letters, way=way)
        open_vowel = not long and sound.letters[-1:] in "AIUEO"
    if text.endswith("ッ"):
        raise _unruled("ッ at the end")
    return text if passport else text.capitalize()


def _borders(kana: str, written: str) -> frozenset[int]:
    """Where in the reading a part of the name begins with ウ or オ, as its last kanji says."""
    part = _PARTS.get(written[-1:], "")
    before = kana.removesuffix(part)
    sounds = sum(one not in SMALL_Y for one in before)
    if not part or before == kana or not sounds or written[-2:-1] == "河":  # 河内 is コウ-チ
        return frozenset()
    if sounds == 1 and written[-2:-1] not in _SHORT:
        return frozenset()
    return frozenset({len(before)})


def _sounds(kana: str, way: Spelling, *, borders: frozenset[int]) -> list[_Sound]:
    table = KUNREI if way is Spelling.KUNREI else HEPBURN
    free = way in (Spelling.PASSPORT, Spelling.PASSPORT_OH)
    found: list[_Sound] = []
    for at, one in enumerate(kana):
        before = kana[at - 1] if at else ""
        if one in SMALL_Y and before in _I_ROW and found:
            found[-1] = _Sound(_joined(found[-1].letters, one), False, found[-1].first)
        elif one in SMALL and free and before in table:
            found.append(_Sound(SMALL[one], False, True))
        elif one in "ンッ" or (one == "ー" and found):
            found.append(_Sound({"ン": "N"}.get(one, one), False))
        elif one in table and (one != "ヴ" or free):
            found.append(_Sound(table[one], one in "アイウエオ", at in borders))
        else:
            raise _unruled(f"{before}{one}")
    return found


def _lengthens(text: str, sound: _Sound, *, passport: bool) -> bool:
    if sound.letters == "ー":
        return True
    pair = text[-1:] + sound.letters
    return sound.plain and pair in (_PASSED_OVER if passport else _SIGNED)


def _long(text: str, letters: str, *, way: Spelling, then: str) -> str:
    """The long vowel: passed over in passports (but オ at the end of a name), OH, or with its sign."""
    if way in SIGNS:
        return text[:-1] + SIGNS[way][text[-1]]
    if letters == "O" and not then:
        return f"{text}O"
    with_h = way is Spelling.PASSPORT_OH and text[-1] == "O" and letters != "ー" and then[:1] not in tuple("AIUEOY")
    return f"{text}H" if with_h else text


def _linked(text: str, letters: str, *, way: Spelling) -> str:
    """What stands between two sounds: ッ doubles, ン becomes M or keeps apart from a vowel."""
    if letters == "ー":
        raise _unruled("ー behind no vowel")
    if text.endswith("ッ"):
        if letters[:1] in "AIUEOYWNッ":
            raise _unruled("ッ before it")
        return f"{text[:-1]}{'T' if letters.startswith('CH') and way is not Spelling.HEPBURN else letters[0]}{letters}"
    if text.endswith("N"):
        if way not in SIGNS:
            return f"{text[:-1]}M{letters}" if letters[0] in "BMP" else text + letters
        return f"{text}'{letters}" if letters[0] in "AIUEOY" else text + letters
    return text + letters


def _unruled(sounds: str) -> BadValue:
    remedy = "ask the person how the name is written"
    return BadValue(f"no rule for the sounds {sounds}", where=Where(field="ローマ字"), remedy=remedy)
