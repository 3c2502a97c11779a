"""Bank kana (銀行カナ): the half-width characters of 全銀フォーマット that account holders' names may have."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from kiban.kernel.characters.errors import NotHoldable
from kiban.kernel.characters.folding import DASHES, SMALL, TO_KATAKANA
from kiban.kernel.errors import Where

KANA = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
_FULL = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
_KANA = frozenset(KANA)
REPEATED = "ゝゞヽヾ"
BANK_KANA = frozenset(KANA + "ﾞﾟ" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" + "().-/ ,\\｢｣")
_HALF = {
    **dict(zip(_FULL, KANA, strict=True)),
    "\u3099": "ﾞ",
    "\u309a": "ﾟ",
    "゛": "ﾞ",
    "゜": "ﾟ",
    "ー": "-",
    "・": ".",
    "「": "｢",
    "」": "｣",
    "、": ",",
    "。": ".",
    "¥": "\\",
    "ヲ": "ｵ",
    "ヰ": "ｲ",
    "ヱ": "ｴ",
    **dict.fromkeys(DASHES, "-"),
}


def bank_kana(text: str) -> str:
    """A reading as a bank's file holds it: ``ヤマダ　タロウ`` → ``ﾔﾏﾀﾞ ﾀﾛｳ``; doing it twice changes nothing.

    Hiragana, full width, small kana (ッ → ﾂ), long vowel marks (ー → -), ヲ (ｵ: names have no ｦ), kana repeated by ゝ
    or ゞ and lower case are brought to the set.

    Raises:
        NotHoldable: a character that has no reading here (a kanji); its place counts from 1.

    Source: 全国銀行協会 全銀フォーマット, 使用できる文字.
    """
    made: list[str] = []
    for place, character in enumerate(text, 1):
        before = "".join(made[-2:]).rstrip("ﾞﾟ")[-1:] if character in REPEATED else ""
        written = _repeated(character, before=before) if before in _KANA else _written(character)
        if not all(part in BANK_KANA for part in written):
            raise NotHoldable(
                f"{character!r} cannot stand in bank kana",
                where=Where(column=place),
                remedy="give the reading in katakana",
            )
        made.append(written)
    return "".join(made)


def _repeated(character: str, *, before: str) -> str:
    return before + ("ﾞ" if character in "ゞヾ" else "")


@lru_cache(4096)
def _written(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    wide = unicodedata.normalize("NFKC", character) if character not in "゛゜" else character
    parts = unicodedata.normalize("NFD", wide).upper().translate(TO_KATAKANA).translate(SMALL)
    return "".join(_HALF.get(part, part) for part in parts)
