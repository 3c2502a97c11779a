"""What follows the town: 番地以下 and 建物名等（方書）."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import msgspec
from msgspec import structs

from kiban.registries.address.fold import SEPARATOR, WAVES, Folded, without_sign
from kiban.registries.address.later import KANJI, KANJI_OR_HIRAGANA, KANJI_OR_KATAKANA, later

_JOIN = r"(?:番地[ノ-]?|番ノ?|番?-|地?ノ|号ノ|号-|号(?=[0-9]+(?:号(?!室|棟)|番|-|$))|丁ノ?|丁?-+ノ?)"
_ROOM = rf"(?![0-9]*(?:号室|号棟|号[館舘]|番[館舘街]|[FBf](?![A-Za-z])|[階棟室戸]|LDK|部(?!-?[0-9]|{KANJI})|丁目|条))"
_ENDS = r"番地先?|番外地|番号(?![室棟館舘])|番(?![町館舘街])|号(?![室棟館舘])|丁"


def _number(*, join: str = _JOIN, ends: str = _ENDS) -> Callable[[], re.Pattern[str]]:
    return later(
        rf"(?:ノ?部(?=-?[0-9]))?[-ノ{SEPARATOR}]?([甲乙丙丁戊己イロハニホヘト子丑寅卯辰巳午未申酉戌亥]?)[ノ-]?"
        rf"([0-9]{{1,6}}(?![0-9])(?:{join}{_ROOM}[0-9]{{1,6}}(?![0-9]))*)({ends})?([地ノ]?先(?!{KANJI_OR_KATAKANA})|地先)?"
    )


_NUMBER = _number()
# 2番耕地145, 6街区21号, 1番先, 8号地: seldom, so looked for only where such a unit stands
_UNITS_SELDOM = ("番耕地", "街区", "番先", "号地")
_SELDOM = _number(join=rf"(?:番耕地|街区-?|{_JOIN[3:]}", ends=rf"街区|(?:番先|号地)(?!{KANJI_OR_KATAKANA})|{_ENDS}")
# the same of the usual tail, numbers alone to the end, found in one step
_USUAL = later(rf"[-{SEPARATOR}]?([1-9][0-9]{{0,5}}(?:-[1-9][0-9]{{0,5}})*)\Z")
_NO_NUMBER = later(
    rf"無番地|番外地|番地なし|官有無番地|(?:官有地|国有林|国有地)(?![^0-9]*[0-9](?![0-9]*林班))|地先(?!{KANJI_OR_KATAKANA})"
)
_UNNUMBERED = later(r"(?<=.)(?:無番地|官有無番地)$")  # 字下通無番地
# 5-1-乙, 1番地イの2
_ODD = frozenset(f"先地街耕部{SEPARATOR}-ノ甲乙丙丁戊己庚辛壬癸イロハニホヘト子丑寅卯辰巳午未申酉戌亥条線区組")
_BRANCH = later(
    r"[-ノ]?([甲乙丙丁戊己庚辛壬癸ア-ネハ-ヲあ-ねは-を子丑寅卯辰巳午未申酉戌亥])((?:[-ノ]?[0-9]{1,4})*)(?:番地?|号)?"
    r"(?!-*[^\x00-\x40()（）、,。])"
)
# A番12号, A-7 of 大阪市中央区上町; 第25号25番地 of 福井
_LETTER = later(r"([A-Za-z])(?:番地?ノ?|-)([0-9]{1,2}(?![0-9])(?:-[0-9]{1,4}(?![0-9]))?)(?:号|番地?)?")
_ORDINAL = later(r"第(?=[0-9]{1,3}号[0-9]|[0-9]{1,5}番|[0-9]{1,3}街区)")
_TWO_WIDTHS = later("[1-9][0-9]{0,3}(?=[０-９]+[階号棟FＦ])|[１-９][０-９]{0,3}(?=[0-9]+[階号棟FＦ])")
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
# 22線西10号61番地, 14地割141-1, 1条2丁目2-1 of towns that the register has without them
_UNITS = later(
    rf"-?[0-9]{{1,4}}(?:地割|号線|条|線|分?区(?!画)|組|町内会|本通|ノ坪(?!{KANJI_OR_KATAKANA}))"
    r"(?:[東西南北]?[0-9]{1,4}(?:号(?=-?[0-9])|線|条|丁)|[^0-9\x1f()（）、,A-Za-z-]{1,9}(?=[0-9]))*"
)
# 10線10号1番地, 7線西5号: behind a 線 of Hokkaido the 号 is a line across it
_ACROSS = later("-?[東西南北]?[0-9]{1,2}号(?![室棟館])")
_THOUSAND = later(r"(?P<usual>[,，])[0-9０-９]{3}(?![0-9０-９])|、[〇一二三四五六七八九]{3}")
_THOUSAND_UNIT = later(rf"{SEPARATOR}[0-9]{{3}}(?=番|ノ|-[0-9])")
_THOUSAND_END = later(rf"{SEPARATOR}[0-9]{{3}}(?=番|ノ|-[0-9]|$)")
_SECTION = later("[0-9０-９〇一二三四五六七八九十百]字\\s*$")
_SPACED = later(rf"{SEPARATOR}[1-9][0-9]?(?![0-9階号棟室FfBL-])")
_OWN_NUMBER = later("(?:番地?|号|-)[0-9]+$")
_DAY = later("月[0-9]{1,2}日")  # 2-1, as a spreadsheet has it
# behind the 号 of 住居表示 a further number is none of the lot: 5番1号 101号
_WHOLE = later("(?:[0-9]+(?:番地?|番?-))+[0-9]+号(?=[0-9]+(?:号|-|$))")
_SMALL = later(rf"([0-9]{{1,3}})(?:(?P<mark>部)|{SEPARATOR})(?=[0-9])")
_NO_LOTS = frozenset("月・")
_CHOMES = later("・[0-9]{1,2}丁")
SEVERAL = frozenset(f"{WAVES}・･")
KANJI_NUMERALS = frozenset("〇一二三四五六七八九十百千")
# 八五十, 三五十 are names: no numeral is written so
_NO_NUMERAL = later("[〇一二三四五六七八九]{2}[十百千]")
# 904番地，878番地: two lots, and not one with a branch; nor are 1番1～5, 10番1・2
_NEXT_LOT = later(r"番地?(?=[0-9]+番)|番地?(?:ノ?[0-9]+)?号?(?=-)")
_KANJI_LED = later(rf"[0-9]+(?={KANJI_OR_HIRAGANA})(?![丁番号地条線通部区組先街筋])")
_CLOSING = later(r"[*＊`)\]}>）］｝＞】〕」』〉》\"'”’。．.;；:：,，、\s]*")
_DIGITS = later(r"0*([0-9]+)")
_ASIDE = later(
    r"(?P<text>[^0-9\x1f()（）、,A-Za-z]{1,14}?)(?P<at>[甲乙丙丁イロハニホヘト]?ノ?[0-9]{1,5}(?:番|-|ノ|$|\x1f|号$|[(（]|(?P<blank>(?=[^0-9]))))"
)
BUILDING = later(
    r"私書箱|ビル|マンション|ハイツ|コ-ポ|荘|寮|館|センタ-|アパ-ト|団地|棟|階|[ァ-ヴ-]{3}|(?![IVX]+丁)[A-Za-z]{2}"
)


class Tail(msgspec.Struct, frozen=True, gc=False):
    """What was read after the town: the block with half-width hyphens, the building and the rest as written."""

    block: str = ""
    building: str = ""
    rest: str = ""
    numbers: int = 0
    note: str = ""


def read(folded: Folded, start: int) -> Tail:
    """The tail of an address from ``start`` of the folded text."""
    text = folded.text
    if start >= len(text):
        return Tail()
    if folded.original.rstrip()[-1:] == "字" and _SECTION().search(folded.original):  # 外二字 is no lot
        return Tail(rest=folded.original[marked(folded, start) :].strip())
    usual = _USUAL().match(text, start)
    if usual and not _unlike_numeral(folded, start, end=usual.end()):
        block = usual[1]
        return Tail(block, "", "", block.count("-") + 1)
    if text[start - 1] == "線" and (across := _ACROSS().match(text, start)):
        return _behind_units(folded, start, end=across.end())
    found = _NUMBER().match(text, start)
    if found and text[found.end() : found.end() + 1] == SEPARATOR and (joined := _joined(folded, found, start=start)):
        other, note = joined
        return structs.replace(read(other, start), note=note)
    if found and (units := _UNITS().match(text, start)):
        return _behind_units(folded, start, end=units.end())
    odd = found and (found[3] == "丁" or text[found.end() : found.end() + 1] in _NO_LOTS)
    if found and odd and (why := _no_lot(folded, found, start=start)):
        return Tail(rest=_after(folded, start), note=why)
    if found and _of_name(folded, found):
        return _aside(folded, start, letters=found.end())
    if found:
        return _numbered(folded, found)
    if none := _NO_NUMBER().match(text, start):
        return Tail(none[0], _after(folded, none.end()), numbers=1)
    if text[start].isascii() and (letter := _LETTER().match(text, start)) and _lettered(folded, letter):
        misread = letter[1] in "lI"  # 1番, as a scanner has it
        block = f"{1 if misread else letter[1].upper()}-{letter[2]}"
        note = f"{letter[1]}を1と読んだ" if misread else ""
        return Tail(block, _after(folded, letter.end()), numbers=block.count("-") + 1, note=note)
    if text[start] == "第" and _ORDINAL().match(text, start) and (found := _NUMBER().match(text, start + 1)):
        return _numbered(folded, found)
    return _aside(folded, start, letters=start)


def _no_lot(folded: Folded, found: re.Match[str], *, start: int) -> str:
    """Why a number is no lot: 2月1日, 本町1丁目～2丁目, 本町1～6丁目, 本町1・2丁目; empty where it may be one."""
    if found[2].isdecimal() and _DAY().match(folded.text, found.end()):
        return "日付の形の番号は読まない"
    written = folded.original[folded.origin(start) : folded.origin(found.end())]
    several = found[3] == "丁" and not SEVERAL.isdisjoint(written)
    return "丁目が続く" if several or _CHOMES().match(folded.text, found.end()) else ""


def _lettered(folded: Folded, found: re.Match[str]) -> bool:
    """Whether a letter and a number are the lot, not the beginning of a building's name (A-7棟)."""
    after = folded.text[found.end() : found.end() + 1]
    apart = after <= "\x40" or after in "(（）" or blank(folded, found.end())
    return apart and not folded.original[folded.origin(found.start()) :][:1].isspace()


def _joined(folded: Folded, found: re.Match[str], *, start: int) -> tuple[Folded, str] | None:
    """Two numbers that are one (3,760), or 番 and 号 behind a 丁目 with nothing but blanks between them (3 1 1)."""
    at, text = found.end(), folded.text
    if found[1] or found[3] or found[4] or not found[2].isdecimal():
        return None
    between = folded.original[folded.origin(at) :]
    chome = text[:start].endswith("丁") or (
        text[start : start + 1] == SEPARATOR and text[start - 1 : start].isdecimal()
    )
    if len(found[2]) < 4 and between.startswith((",", "，", "、")) and (thousand := _THOUSAND().match(between)):
        unit = _THOUSAND_UNIT if chome or not thousand["usual"] else _THOUSAND_END
        return (without_sign(folded, at), "桁区切りを除いた") if unit().match(text, at) else None
    if chome and len(found[2]) < 4 and between[:1].isspace() and (number := _SPACED().match(text, at)):
        apart = number.end() == len(text) or text[number.end()] == SEPARATOR or blank(folded, number.end())
        if between.lstrip()[:1].isdecimal() and apart:
            spaced = structs.replace(folded, text=f"{text[:at]}-{text[at + 1 :]}")
            return spaced, "空白で分けられた数を番・号とした"
    return None


def blank(folded: Folded, at: int) -> bool:
    """Whether a blank stands in the original where the folded text has none."""
    return folded.original[: folded.origin(at)][-1:].isspace() or folded.original[folded.origin(at) :][:1].isspace()


def _behind_units(folded: Folded, start: int, *, end: int) -> Tail:
    """A number of a 条, 線, 区, 組 or 地割 is none of a lot: it stays as it is written, and the lot follows."""
    name = folded.original[marked(folded, start) : folded.origin(end)].strip()
    found = _NUMBER().match(folded.text, end)
    return _numbered(folded, found, rest=name) if found else Tail(rest=f"{name}{_after(folded, end)}")


def _of_name(folded: Folded, found: re.Match[str]) -> bool:
    """A bare kanji numeral before another letter belongs to a name (三好, 八幡), not to a number."""
    after = folded.text[found.end() : found.end() + 1]
    if found[1] or not found[2].isdecimal():
        return False
    if _unlike_numeral(folded, found.start(2), end=found.end(2)):
        return True
    if found[3] or found[4]:
        return False
    if not after.isalpha() or after.isascii():
        return _before_lot(folded, found.end())
    return folded.original[: folded.origin(found.end())].rstrip()[-1:] in KANJI_NUMERALS


def _unlike_numeral(folded: Folded, start: int, *, end: int) -> bool:
    """Digits that were kanji which nobody writes a number with (三五十)."""
    search = _NO_NUMERAL().search
    return bool(search(folded.original) and search(folded.original, folded.origin(start), folded.origin(end)))


def _before_lot(folded: Folded, at: int) -> bool:
    """A kanji numeral ends here and other digits follow at once: it ends a name, they are the lot (字家六2094)."""
    if folded.text[at : at + 1] != SEPARATOR:
        return False
    place = folded.origin(at + 1)
    return folded.original[place - 1] in KANJI_NUMERALS and folded.original[place : place + 1].isdecimal()


def _of_building(folded: Folded, found: re.Match[str]) -> int:
    """Where other words begin with a number behind the lot; 0 where none do.

    A kanji numeral (５番地二引ビル, 1番1の一部), or a number behind a blank and not before one (1番地 24時間館).
    """
    at = found.end()
    after = folded.text[at : at + 1]
    if after == "部" and found[2].endswith("ノ1") and folded.original[folded.origin(at - 1) :][:1] == "一":
        return at - 2
    if after == "ノ":  # 1番地 一ノ瀬荘
        after = folded.text[at + 1 : at + 2]
    chome = found[3] == "丁"  # 8番地 3丁目ビル
    if (found[3] and not chome) or found[4] or not after.isalpha() or after.isascii() or after in _ODD - {"条"}:
        return 0
    own = _OWN_NUMBER().search(found[2])
    if not own:
        return 0
    first = folded.original[folded.origin(found.start(2) + 1) - 1]
    last = folded.original[folded.origin(found.end()) - 1]
    mixed = not chome and first.isdecimal() and last in KANJI_NUMERALS
    begin = found.start(2) + own.start() + len(own[0].rstrip("0123456789"))
    apart = own[0][0] != "-" and blank(folded, begin) and not blank(folded, at)
    return begin if mixed or apart else 0


def onward(folded: Folded, at: int) -> bool:
    """Hiragana or kanji: the name goes on; a kanji numeral too, before another letter than 丁, 番 … (中川四女子町)."""
    one = folded.text[at : at + 1]
    if number := _KANJI_LED().match(folded.text, at):
        return folded.original[: folded.origin(number.end())].rstrip()[-1:] in KANJI_NUMERALS
    if one == "ノ":  # 東山の下町, but not 12の3
        one = folded.text[at + 1 : at + 2]
        return "\u4e00" <= one <= "\u9fff" and one not in _ODD
    return "\u3041" <= one <= "\u3096" or "\u4e00" <= one <= "\u9fff" or one == "々"


def _numbered(folded: Folded, found: re.Match[str], *, rest: str = "") -> Tail:
    letter, run, end, more = found.groups()
    after = folded.text[found.end() : found.end() + 1]
    at = found.end()
    whole = _WHOLE().match(run) if "号" in run else None
    if whole and ("番" not in (end or "") or blank(folded, found.start(2) + whole.end())):
        run, at, end = whole[0], found.start(2) + whole.end(), "号"
    elif own := _of_building(folded, found):
        run, at = folded.text[found.start(2) : own], own
    elif letter == "丁" or (after in _ODD and (after != SEPARATOR or "字" in folded.given)) or (end and _kana(after)):
        return _oddly(folded, found, rest=rest)
    if "番" in run and (first := _first_lot(folded, found)):
        run, at, end = first, found.start(2) + len(first), "番"
    parts = _DIGITS().findall(run)
    special = "番外地" if end == "番外地" else "地先" if more or (end and end[-1] == "先") else ""
    block = letter + "-".join(parts) + special
    left = _after(folded, at)
    several = left[:1] in SEVERAL and end == "番"
    note = f"地番が続く: {left}" if several else ""
    return Tail(block, left[several:], rest, len(parts), note)


def _first_lot(folded: Folded, found: re.Match[str]) -> str:
    """The numbers before a comma behind 番 or 番地, or before a sign of a range, where a further lot stands behind."""
    for one in _NEXT_LOT().finditer(folded.text, found.start(2), found.end()):
        at = folded.origin(one.end())
        if folded.text[one.end()] == "-":
            if folded.original[at : at + 1] in SEVERAL:
                return folded.text[found.start(2) : one.end()]
        elif folded.original[:at].rstrip()[-1:] in ("、", ",", "，"):
            return folded.text[found.start(2) : one.end()]
    return ""


def _oddly(folded: Folded, first: re.Match[str], *, rest: str) -> Tail:
    """A number with something odd before or behind it: 丁目 without its number, 2字29, 6街区21号, 5-1-乙."""
    if first[1] == "丁" and folded.original[: folded.origin(first.start(1) + 1)][-1:] == "目":
        return Tail(rest=rest + _after(folded, first.start()))
    if not first[1] and (small := _small(folded, first)):
        return small
    seldom = any(unit in folded.text for unit in _UNITS_SELDOM)
    found = (_SELDOM().match(folded.text, first.start()) if seldom else None) or first
    letter, run, end, more = found.groups()
    parts, at = _DIGITS().findall(run), found.end()
    special = "番外地" if end == "番外地" else "地先" if more or (end and end[-1] == "先") else ""
    block = letter + "-".join(parts) + special
    if not special and (branch := _BRANCH().match(folded.text, at) or _apart(folded, at)):
        block = f"{block}-{branch[1]}{branch[2].replace('ノ', '-')}"
        at = branch.end()
    left = _after(folded, at)
    if folded.text[at : at + 1] == "-" and (two := _TWO_WIDTHS().match(left)):  # 2-15１階
        parts.append(two[0].translate(_NARROW))
        block, left = f"{block}-{parts[-1]}", left[two.end() :]
    return Tail(block, left, rest, len(parts))


def _apart(folded: Folded, at: int) -> re.Match[str] | None:
    """A letter of the lot with a blank behind it (491番地イ号 善光寺)."""
    if folded.text[at : at + 1] not in _ODD:
        return None
    gap = next((place for place in range(at + 1, min(at + 8, len(folded.text))) if blank(folded, place)), at)
    return _BRANCH().match(folded.text, at, gap)


def _small(folded: Folded, found: re.Match[str]) -> Tail | None:
    """A numbered 字 or 部 that no register knows, before the lot (河井町2字29): it stays as it is written."""
    small = _SMALL().match(folded.text, found.start(2))
    if not small or (not small["mark"] and folded.original[: folded.origin(small.end())].rstrip()[-1:] != "字"):
        return None
    again = _NUMBER().match(folded.text, small.end())
    name = folded.original[folded.origin(found.start()) : folded.origin(small.end())].strip()
    return _numbered(folded, again, rest=name) if again else None


def _aside(folded: Folded, start: int, *, letters: int) -> Tail:
    """Text that no register knows, before a number: perhaps a 小字, never thrown away; it goes on at ``letters``."""
    text = folded.text
    begin = marked(folded, start)
    if _before_lot(folded, letters) and (found := _NUMBER().match(text, letters)):
        return _numbered(folded, found, rest=folded.original[begin : folded.origin(letters + 1)].strip())
    aside = _ASIDE().match(text, letters)
    if aside and (further := _in_name(folded, aside)):
        return _aside(folded, start, letters=further)
    if aside and aside["blank"] is not None and not folded.original[: folded.origin(aside.end())][-1:].isspace():
        aside = None  # a number that something follows at once may as well be a part of its name
    lot = begin < folded.origin(start)
    building = aside and not lot and BUILDING().search(text, start, aside.start("at"))
    if aside and not building and (found := _NUMBER().match(text, aside.start("at"))):
        if _unlike_numeral(folded, found.start(2), end=found.end(2)):
            return _aside(folded, start, letters=found.end())
        unknown = folded.original[begin : folded.origin(aside.start("at"))].strip().rstrip("-－−‐–—―_＿")
        tail = _numbered(folded, found, rest=unknown)
        kana = len(aside["text"]) == 1 and letters == start and not lot and tail.block[:1].isdecimal() and unknown
        letter = unicodedata.normalize("NFKC", kana) if kana else ""
        return structs.replace(tail, block=letter + tail.block, rest="") if _kana(letter) else tail
    if text.endswith("無番地") and (none := _UNNUMBERED().search(text, start)):
        return Tail(none[0], rest=folded.original[begin : folded.origin(none.start())].strip(), numbers=1)
    left = _after(folded, start)
    return (
        Tail(building=left)
        if not lot and BUILDING().search(text[start:])
        else Tail(rest=folded.original[begin:].strip() if lot else left)
    )


def _in_name(folded: Folded, aside: re.Match[str]) -> int:
    """Where a kanji numeral within an unknown name ends (東三分一1926); 0 where the number behind it is the lot."""
    at = aside.start("at")
    led = _KANJI_LED().match(folded.text, at)
    end = led.end() if led else at + len(aside["at"]) - 1 if aside["at"][-1] == SEPARATOR else 0
    if led and folded.original[folded.origin(end) - 1] in KANJI_NUMERALS:
        return end
    return end if not led and end and _before_lot(folded, end) else 0


def _kana(one: str) -> bool:
    return len(one) == 1 and ("\u3041" <= one <= "\u3096" or "\u30a1" <= one <= "\u30f6") and one != "ノ"


def marked(folded: Folded, start: int) -> int:
    """Where in the original begins a name that no register knows, with the 字, 大字 or 小字 written before it."""
    at = folded.origin(start)
    before = folded.original[:at].rstrip()
    size = 2 if before[-2:] in ("大字", "小字") else before[-1:] in ("字", "第")
    return len(before) - size if size else at


def lead(folded: Folded, tail: Tail) -> str:
    """What the building begins with; 字 where that stood before it."""
    before = folded.original.rstrip().removesuffix(tail.building).rstrip() if tail.building else ""
    return "字" if before[-1:] == "字" else tail.building[:1]


def _after(folded: Folded, end: int) -> str:
    """What is left, as written; a closing bracket, quote or full stop alone is nothing."""
    if end >= len(folded.text):
        return ""
    at = folded.origin(end)
    if folded.text[end] == SEPARATOR and any(changed == end + 1 for changed, _ in folded.edits):
        at = folded.origin(end + 1)  # behind kanji numerals that became other digits and a mark
    left = folded.original[at:].strip(" 　\t\r\n,、")
    if folded.text[end] == SEPARATOR:
        left = left.lstrip("/|／｜ 　,、")
    if left[:1] == '"':  # the next cell of a table: ","東京タワー"
        left = left.strip('" 　\t\r\n,、')
    return "" if _CLOSING().fullmatch(left) else left.lstrip("-－ー−‐–—―")
