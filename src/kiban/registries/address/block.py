"""What follows the town: 番地以下 and 建物名等（方書）."""

from __future__ import annotations

import re

import msgspec

from kiban.registries.address.fold import SEPARATOR, Folded

_JOIN = r"(?:番地[ノ-]?|番ノ?|番?-|地?ノ|号ノ|号-|号(?=[0-9]+(?:号(?!室|棟)|番|-|$))|丁ノ?|丁?-)"
_ROOM = r"(?![0-9]*(?:号室|号棟|号館|[FBf](?![A-Za-z])|[階棟室戸]|LDK|丁目|条))"
_NUMBER = re.compile(
    rf"(?:部(?=-?[0-9]))?[-ノ{SEPARATOR}]?([甲乙丙丁戊己イロハニホヘト子丑寅卯辰巳午未申酉戌亥]?)ノ?"
    rf"([0-9]{{1,6}}(?:{_JOIN}{_ROOM}[0-9]{{1,6}}(?![0-9]))*)(番地先?|番外地|番号(?!室|棟|館)|番|号(?!室|棟|館)|丁)?(地先)?"
)
# the same of the usual tail, numbers alone to the end, found in one step
_USUAL = re.compile(rf"[-{SEPARATOR}]?([1-9][0-9]{{0,5}}(?:-[1-9][0-9]{{0,5}})*)\Z")
_NO_NUMBER = re.compile(r"無番地|番外地|番地なし")
KANJI_NUMERALS = frozenset("〇一二三四五六七八九十百千")
_CLOSING = re.compile(r"[)\]}>）］｝＞】〕」』〉》\"'”’。．.;；:：,，、\s]*")
_DIGITS = re.compile(r"0*([0-9]+)")
_ASIDE = re.compile(
    r"(?P<text>[^0-9\x1f()（）、,A-Za-z]{1,14}?)(?P<at>[甲乙丙丁イロハニホヘト]?ノ?[0-9]{1,5}(?:番|-|ノ|$|\x1f|号$))"
)
BUILDING = re.compile(r"ビル|マンション|ハイツ|コ-ポ|荘|寮|館|センタ-|アパ-ト|団地|棟|階|[ァ-ヴ-]{3}|[A-Za-z]{2}")


class Tail(msgspec.Struct, frozen=True, gc=False):
    """What was read after the town: the block with half-width hyphens, the building and the rest as written."""

    block: str = ""
    building: str = ""
    rest: str = ""
    numbers: int = 0


def read(folded: Folded, start: int) -> Tail:
    """The tail of an address from ``start`` of the folded text."""
    text = folded.text
    if start >= len(text):
        return Tail()
    if usual := _USUAL.match(text, start):
        block = usual[1]
        return Tail(block, "", "", block.count("-") + 1)
    found = _NUMBER.match(text, start)
    if found and _of_name(folded, found):
        return _aside(folded, start, letters=found.end())
    if found:
        return _numbered(folded, found)
    if none := _NO_NUMBER.match(text, start):
        return Tail(none[0], _after(folded, none.end()), numbers=1)
    return _aside(folded, start, letters=start)


def _of_name(folded: Folded, found: re.Match[str]) -> bool:
    """A bare kanji numeral before another letter belongs to a name (三好, 八幡), not to a number."""
    after = folded.text[found.end() : found.end() + 1]
    if found[1] or found[3] or found[4] or not found[2].isdecimal() or not after.isalpha() or after.isascii():
        return False
    return folded.original[: folded.origin(found.end())].rstrip()[-1:] in KANJI_NUMERALS


def _numbered(folded: Folded, found: re.Match[str], *, rest: str = "") -> Tail:
    letter, run, end, more = found.groups()
    parts = _DIGITS.findall(run)
    special = "番外地" if end == "番外地" else "地先" if more or (end and end[-1] == "先") else ""
    block = letter + "-".join(parts) + special
    return Tail(block, _after(folded, found.end()), rest, len(parts))


def _aside(folded: Folded, start: int, *, letters: int) -> Tail:
    """Text that no register knows, before a number: perhaps a 小字, never thrown away; it goes on at ``letters``."""
    text = folded.text
    aside = _ASIDE.match(text, letters)
    if aside and not BUILDING.search(aside["text"]) and (found := _NUMBER.match(text, aside.start("at"))):
        unknown = folded.original[folded.origin(start) : folded.origin(aside.start("at"))].strip()
        return _numbered(folded, found, rest=unknown)
    left = _after(folded, start)
    return Tail(building=left) if BUILDING.search(text[start:]) else Tail(rest=left)


def _after(folded: Folded, end: int) -> str:
    """What is left, as written; a closing bracket, quote or full stop alone is nothing."""
    if end >= len(folded.text):
        return ""
    left = folded.original[folded.origin(end) :].strip(" 　\t\r\n,、")
    return "" if _CLOSING.fullmatch(left) else left.lstrip("-－ー−‐–—―")
