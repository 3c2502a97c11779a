"""Regular expressions that few addresses need: compiling them at the start would take milliseconds from each start."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

# a range of 20,000 kanji takes one to two milliseconds to compile, a letter that is no other letter a tenth of that
_OTHERS = r"\W\d_A-Za-zＡ-Ｚａ-ｚ"
KANJI = rf"[^{_OTHERS}ぁ-ゟァ-ヿｦ-ﾟ]"
KANJI_OR_HIRAGANA = rf"[^{_OTHERS}ァ-ヿｦ-ﾟ]"
KANJI_OR_KATAKANA = rf"[^{_OTHERS}ぁ-ゟ]"


def later(pattern: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """The compiled expression, when it is asked for; compiled once."""

    @cache
    def compiled() -> re.Pattern[str]:
        return re.compile(pattern, flags)

    return compiled
