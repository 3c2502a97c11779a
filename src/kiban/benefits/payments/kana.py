"""Names in payment files: which characters a name may be typed in, and the half-width kana (JIS X 0201) they become.

How a character becomes half-width is the kernel's (`kiban.kernel.characters.bank_kana`: ー is a hyphen, small kana are
large, since banks refuse ｰ and ｧ-ｯ); which are taken here, and which a field may have, is this file's. A kanji is never
guessed. Source: the 全銀 standard's character set as the banks publish it.
"""

from __future__ import annotations

import re
from typing import Final

from kiban.benefits.payments.errors import NotBankKana
from kiban.kernel.characters import bank_kana
from kiban.kernel.characters.bank import KANA as HALF
from kiban.kernel.errors import Where

VOICED: Final = "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ"
HALF_VOICED: Final = "パピプペポ"
KATAKANA: Final = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン" + VOICED + HALF_VOICED
)
LARGE: Final = "ァィゥェォッャュョヮヵヶヲヰヱ"
HALF_LARGE: Final = "ｧｨｩｪｫｬｭｮｯｦ"
MARKS: Final = "ー－ｰ-−‐‑‒–—―゛゜\u3099\u309aﾞﾟ（）．・･\u3000 ／()./"
TAKES_VOICED: Final = frozenset(bank_kana(one)[0] for one in VOICED)
TAKES_HALF_VOICED: Final = frozenset(bank_kana(one)[0] for one in HALF_VOICED)

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS: Final = "0123456789"
KANA: Final = HALF + "ﾞﾟ"
BANK_SET: Final = frozenset(KANA + DIGITS + LETTERS + " -")
PARTY_SET: Final = BANK_SET | frozenset("().")
SALARY_SET: Final = frozenset(KANA + DIGITS + " ")
EDI_SET: Final = PARTY_SET | frozenset("ｦ/")


def _taken() -> str:
    hiragana = "".join(chr(ord(kana) - 0x60) for kana in KATAKANA + LARGE if "ァ" <= kana <= "ヴ")
    latin = LETTERS + LETTERS.lower() + DIGITS
    wide = "".join(chr(ord(one) + 0xFEE0) for one in latin)
    return KATAKANA + LARGE + hiragana + HALF + HALF_LARGE + latin + wide + MARKS


TABLE: Final = {one: bank_kana(one) for one in _taken()}
"""A table and no calls: a file has a million names."""

FORMS: Final = (
    ("トクテイヒエイリカツドウホウジン", "特定非営利活動法人", "トクヒ"),
    ("チホウドクリツギョウセイホウジン", "地方独立行政法人", "チドク"),
    ("ドクリツギョウセイホウジン", "独立行政法人", "ドク"),
    ("シャカイフクシホウジン", "社会福祉法人", "フク"),
    ("シュウキョウホウジン", "宗教法人", "シュウ"),
    ("カブシキガイシャ", "株式会社", "カ"),
    ("ユウゲンガイシャ", "有限会社", "ユ"),
    ("ゴウドウガイシャ", "合同会社", "ド"),
    ("ゴウメイガイシャ", "合名会社", "メ"),
    ("ゴウシガイシャ", "合資会社", "シ"),
    ("ザイダンホウジン", "財団法人", "ザイ"),
    ("シャダンホウジン", "社団法人", "シャ"),
    ("イリョウホウジン", "医療法人", "イ"),
    ("ガッコウホウジン", "学校法人", "ガク"),
)
SIGNS: Final = {"㈱": "株式会社", "㈲": "有限会社", "(株)": "株式会社", "(有)": "有限会社", "（株）": "株式会社",
                "（有）": "有限会社"}  # fmt: skip
_FORM = re.compile("|".join(f"{kana}|{kanji}" for kana, kanji, _ in FORMS))
_SHORT = {name: short for kana, kanji, short in FORMS for name in (kana, kanji)}


def shorten(name: str) -> str:
    """A corporation's name with its legal form as banks shorten it: ``カ)`` before, ``(カ)`` within, ``(カ`` after."""
    for sign, form in SIGNS.items():
        name = name.replace(sign, form)
    found = _FORM.search(name)
    if not found:
        return name
    short, before, after = _SHORT[found[0]], name[: found.start()].rstrip(), name[found.end() :].lstrip()
    if not before:
        return f"{short}){after}"
    return f"{before}({short}){after}" if after else f"{before}({short}"


def narrow(name: str) -> str:
    """A name in the banks' half-width kana; hiragana, full width and lower case are folded.

    Raises: NotBankKana, naming the place (from 1) but not the name.
    """
    try:
        return "".join([TABLE[character] for character in name])
    except KeyError:
        place = next(number for number, character in enumerate(name, 1) if character not in TABLE)
        raise NotBankKana(
            "a character is not kana, a letter or a digit that banks take",
            where=Where(column=place),
            remedy="write the name in katakana, as the bank holds it",
        ) from None


def clip(half: str, width: int) -> str:
    """At most ``width`` bytes of a half-width name; a base kana is never parted from its ﾞ or ﾟ."""
    if len(half) <= width:
        return half
    cut = width - 1 if half[width] in "ﾞﾟ" else width
    return half[:cut].rstrip()


def loose_mark(half: str) -> int | None:
    """Index of the first ﾞ or ﾟ that has no kana before it that takes one, or None."""
    for place, character in enumerate(half):
        takes = TAKES_VOICED if character == "ﾞ" else TAKES_HALF_VOICED if character == "ﾟ" else None
        if takes is not None and (place == 0 or half[place - 1] not in takes):
            return place
    return None


def party(name: str, *, salary: bool = False) -> str:
    """The name of an account holder as it goes into the 30-byte field; 給与 names carry no sign and no letter."""
    half = clip(narrow(shorten(name)).strip(), 30)
    allowed = SALARY_SET if salary else PARTY_SET
    wrong = next((place for place, character in enumerate(half) if character not in allowed), loose_mark(half))
    if not half or wrong is not None:
        raise NotBankKana(
            "the name of the account holder is empty, or has a sign that banks do not take there",
            where=Where(column=(wrong or 0) + 1),
            remedy="write the name in katakana, as the bank holds it",
        )
    return half


def to_bytes(half: str) -> bytes:
    """Half-width text as JIS X 0201 bytes. Raises: NotBankKana."""
    try:
        raw = half.encode("shift_jis")
    except UnicodeEncodeError as error:
        raise NotBankKana("a character is not in JIS X 0201", where=Where(column=error.start + 1)) from None
    if len(raw) != len(half):
        raise NotBankKana("a character is full-width", remedy="narrow the name first")
    return raw


def from_bytes(raw: bytes) -> str:
    """JIS X 0201 bytes as half-width text; a byte that is none becomes U+FFFD."""
    return raw.decode("latin-1").translate(_READ)


_READ = {byte: chr(byte + 0xFEC0) for byte in range(0xA1, 0xE0)}
_READ |= dict.fromkeys((*range(128, 161), *range(224, 256)), "�")
