"""Names that differ by one character that people leave out or add (町, 村, ケ, ノ …) or take for another."""

from __future__ import annotations

from collections.abc import Iterator

from kiban.registries.address.fold import SEPARATOR
from kiban.registries.address.later import later

# 条 or 丁目 left out, in Hokkaido and elsewhere
JO = (
    (later(r"([北南東西]?)([0-9]{1,2})([東西南北])-?([0-9]{1,2})丁?"), r"\g<1>\g<2>条\g<3>\g<4>"),
    (later(r"([^0-9]{2,5})([0-9]{1,2})[-ノ]([0-9]{1,2})[-ノ丁]"), r"\g<1>\g<2>条\g<3>丁"),
    (later(r"([^0-9]{2,5})([0-9]{1,2})-?([東西南北])"), r"\g<1>\g<2>丁\g<3>"),
    (later(r"([^0-9]{1,9})([0-9]{1,2})-"), r"\g<1>\g<2>番町"),
    (later(r"([0-9]{1,4}[^0-9\-]{1,9})([0-9]{1,2})-"), r"\g<1>\g<2>番町"),
    (later(r"([^0-9]{2,9})([0-9]{1,2})-"), r"\g<1>\g<2>丁"),
    (later(r"([^0-9])([0-9]{2})-"), r"\g<1>\g<2>丁"),
)
NORTHERN = later("([0-9]{1,2})(?![0-9番号地ノ条線丁-])")  # 北14条西5 of Hokkaido, whatever follows
# 丁目, also as it is misread (4T目) and in Latin letters (5-chome)
CHOME = later(
    r"[-\x1f]?([0-9]{1,2})(?:(丁|T目|[-\x1f]?[Cc][Hh][OoŌō]-?[Mm][Ee](?![A-Za-z])[-\x1f]?)|(?=([-ノ])|\x1f|$)[-ノ]?)"
)
OTHER_LETTER = {
    **{code: chr(code + 0x60) for code in range(ord("ぁ"), ord("ゖ"))},
    **{code: chr(code - 0x60) for code in range(ord("ァ"), ord("ヶ"))},
    **dict(zip(map(ord, "口力工夕卜"), "ロカエタト", strict=True)),
}
_LOOKS = str.maketrans("ニハロカエタト", "二八口力工夕卜")
_CONFUSED = ("冶治", "荻萩", "巳己", "已巳", "已己", "班斑", "炮砲", "鍜鍛", "末未", "埠ふ")
_NUMBERED_NAME = later("[0-9]{1,3}番[町丁]")
_LOOSE = "町村ケノツり"
SMALL = "ケノツ"


def numbered(key: str, chome: int) -> str:
    """The key of a 丁目; kept apart from a name that ends in a numeral (与一四丁目)."""
    return f"{key}{SEPARATOR if key[-1].isdecimal() else ''}{chome}丁"


def look_alikes(given: str, at: int) -> Iterator[str]:
    """The text with characters in place of others of their look: all katakana, or one kanji behind ``at``."""
    kanji = given.translate(_LOOKS)
    if kanji != given:
        yield kanji
    for place, one in enumerate(given[at : at + 12], at):
        for pair in _CONFUSED:
            if one in pair:
                yield f"{given[:place]}{pair.replace(one, '')}{given[place + 1 :]}"


def ends(text: str, at: int) -> bool:
    """A name ends here for sure: no letter goes on."""
    rest = text[at : at + 1]
    if rest.isdecimal() and _NUMBERED_NAME().match(text, at):
        return False
    return not rest or not (rest > "\u3040") or rest in "番丁"


def nearly(name: str, text: str) -> int:
    """How much of ``text`` a name covers when one loose character is left out of either; 0 when it does not fit."""
    at, least = 0, min(len(name), len(text))
    while at < least and name[at] == text[at]:
        at += 1
    if at < len(name) and name[at] in _LOOSE and text.startswith(name[at + 1 :], at) and at >= 2:
        used = len(name) - 1
        rest = text[used : used + 1]
        if text[used - 1].isdecimal() and (rest.isdecimal() or text[:used].isdecimal()):
            return 0  # 1234番地 is not 十二町
        return used
    if at < len(text) and text[at] in _LOOSE and text.startswith(name[at:], at + 1):
        return len(name) + 1
    # 吉川村吉原, now 吉川町吉原
    exchanged = {name[at : at + 1], text[at : at + 1]} == {"町", "村"} and text.startswith(name[at + 1 :], at + 1)
    return len(name) if exchanged and at >= 2 and len(name) > at + 1 else 0


def repeated(text: str, end: int) -> int:
    """Where the name that ends at ``end`` ends again when it is written twice (大津市大津市); 0 when it is not."""
    for size in range(2, 18):
        name = text[end - size : end]
        if len(name) == size and text.startswith(name, end):
            return end + size
    return 0
