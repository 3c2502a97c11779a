"""What stands in an address without being one: brackets, a postal code in the middle, words in front.

Each text made here has as many characters as the given one, so that what is left over can be taken from the given one.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from kiban.registries.address.fold import number
from kiban.registries.address.later import KANJI, later

BRACKETS = "(（"
_NEAR = 40
_CODE = r"[0-9０-９]{3}\s?[-－‐−–—ー]?\s?[0-9０-９]{4}"
_FORMER = r"[(（]旧[^0-9０-９()（）]{1,20}[)）]|(?<=[市区町村])旧[^0-9０-９\s()（）]{1,8}?[市区町村]"
# marks of a web page, readings in Latin letters (Minato-ku)
MARKUP = r"</?[A-Za-z][^<>]{0,99}>|&(?:[A-Za-z]{2,8}|#[0-9]{2,6}|#[xX][0-9A-Fa-f]{2,5});"
# 愛媛県・今治市, 愛媛県+今治市: signs between the parts
_SIGN = r"(?<=[都道府県市区町村郡])[・･+＋_＿=＝\\＼]+"
_LATIN = r"[(（][A-Za-zĀ-ū][A-Za-zĀ-ū .,'-]{1,30}[)）]"
_CLUTTER = later(
    rf"〒\s?{_CODE}|{_FORMER}|{_LATIN}|{_SIGN}|[→⇒▶▸►]|[\"＂;；()（）\[\]［］【】〔〕「」『』<>＜＞〈〉《》]"
)
_LEADING = later(rf"\A\s*{_CODE}")
_GAP = later(r"[\s:：,，、;；】）)\]（(]+(?=\S)")
# 霞が関(3丁目)1-1, 丸の内（1-5-1）: a number in brackets, the first of the address
_BRACKETED = later(
    r"\A(?P<before>[^0-9０-９(（]*[^0-9０-９(（\s])[(（]"
    r"(?P<number>[0-9０-９一二三四五六七八九十]+(?:丁目?|番地?|[-‐‑–—―−－ー])[0-9０-９一二三四五六七八九十丁目番地号のノ‐‑–—―−－ー-]*)[)）]"
)
_IN_BRACKETS = later("[(（][0-9０-９一二三四五六七八九十]+(?:丁目?|番地?|[-‐‑–—―−－ー])")
# 南風見（ﾊｴﾐ）201-47: the reading of the town
_READING = later("[(（][ぁ-ゖァ-ヶｦ-ﾟー・]{1,15}[)）](?=[0-9０-９])")
_OFFICE = later("[都道府県市区町村](?:役所|役場|庁|立|民|営|議会)")
_PLACE = later("[市区町村郡]")


_MARKUP = later(MARKUP)
MENDED = "入れ替わった字を読み替えた"
_SECTION = later("(?<=大)宇|(?<=[市区町村])宇")
_NUMERALS = later(rf"(?<={KANJI})[〇一二三四五六七八九十百千]{{2,}}")


def plainer(text: str, *, placed: bool) -> Iterator[tuple[str, str]]:
    """Other readings of a text in which no town was found, with what to note of each.

    Only where the municipality is known (``placed``) a numeral is taken for a number: 千葉八千代 is not 千葉 8.
    """
    plain = uncluttered(unmarked(text))
    if plain != text:
        yield plain, ""
    if _SECTION().search(text):
        yield _SECTION().sub("字", text), "宇を字と読んだ"
    if other := mended(plain):
        yield other, MENDED
    if "二十" in text:
        yield text.replace("二十", "廿 "), "二十を廿と読んだ"
    for found in _NUMERALS().finditer(text) if placed else ():  # 与一四-1: a name that ends in a numeral, and a number
        for at in range(found.start() + 1, found.end()):
            yield f"{text[:at]} {text[at:]}", "数字を名と番号に分けた"


def unmarked(text: str) -> str:
    """The text without the tags of a web page, and with the characters that its references stand for."""
    return _MARKUP().sub(_unescaped, text) if "<" in text or "&" in text else text


def _unescaped(found: re.Match[str]) -> str:
    stands_for = html.unescape(found[0]) if found[0][0] == "&" else " "
    return (stands_for if len(stands_for) == 1 and stands_for.isprintable() else " ").ljust(len(found[0]))


def uncluttered(text: str) -> str:
    """The text with brackets and postal codes before its first number blanked out."""
    text = unbracketed(text)
    parts, end = [], 0
    for found in _CLUTTER().finditer(text, 0, _NEAR):
        between = text[end : found.start()]
        if any(one.isdecimal() for one in (between if end else _LEADING().sub("", between))):
            break
        parts.append(between + " " * len(found[0]))
        end = found.end()
    return "".join(parts) + text[end:]


def has_brackets(text: str) -> bool:
    """Whether a round bracket opens in it."""
    return any(one in text for one in BRACKETS)


def unbracketed(text: str) -> str:
    """The text without the brackets round its first number."""
    return _BRACKETED().sub(r"\g<before> \g<number> ", text) if has_brackets(text) else text


def without_front(text: str) -> Iterator[tuple[str, bool]]:
    """The text with its first words blanked out, and whether these may name a place (府中市, but not 東京都庁)."""
    for gap in _GAP().finditer(text, 0, _NEAR):
        front = _OFFICE().sub("", text[: gap.start()])
        yield " " * gap.end() + text[gap.end() :], bool(_PLACE().search(front))


_N = "[0-9０-９一二三四五六七八九十]"
# Ⅳ丁目, ❶丁目, ㈣丁目; IV in letters only before 丁
_SIGNS = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅰⅱⅲⅳⅴⅵⅶⅷⅸ❶❷❸❹❺❻❼❽❾㈠㈡㈢㈣㈤㈥㈦㈧㈨⑴⑵⑶⑷⑸⑹⑺⑻⑼⒈⒉⒊⒋⒌⒍⒎⒏⒐➀➁➂➃➄➅➆➇➈"
_SIGN_NUMBER = rf"[{_SIGNS}](?=[-‐‑–—―−－ー]|丁)|(?<![A-Za-z])[IVX]{{1,4}}(?=丁)"
TURNED = frozenset("目丁町日且自参拾│┃丨:：ば_＿") | frozenset(_SIGNS)
# 壱 and 弐 are variants of 一 and 二; 参 and 拾 stand in many names, so they are numerals only before a unit
_KANJI = "[壱弐参拾一二三四五六七八九百千〇]*"
_TO_USUAL = str.maketrans("参拾", "三十")
# 廿五番地, 三万五千二百番地, 伍丁目
OLD_NUMERALS = frozenset("廿卅卌万萬伍陌佰仟")
_TO_PLAIN = str.maketrans("壱弐参伍拾陌佰仟萬", "一二三五十百百千万")
_CIRCLED = {"20": "⑳", "30": "㉚", "40": "㊵"}
_TENS = {"廿": "二十", "卅": "三十", "卌": "四十"}


def _in_digits(found: re.Match[str]) -> str:
    """The digits of a number with 廿, 万 … in its place, where they have the room; that of 地 too."""
    written = found["number"]
    plain = "".join(_TENS.get(one, one) for one in written.translate(_TO_PLAIN))
    great, unit, small = plain.rpartition("万")
    if "万" in great or not OLD_NUMERALS.intersection(written):
        return found[0]
    digits = str((10_000 * (number(great) or 1) if unit else 0) + number(small))
    if len(digits) > len(written):
        digits = _CIRCLED.get(digits, digits) if len(written) == 1 else digits
    size = len(found[0])
    fitting = (f"{digits}{unit}" for unit in ("番地", "番") if len(written) < size)
    return next((one.ljust(size) for one in (*fitting, digits) if len(one) <= size), found[0])


def _counted(sign: str) -> str:
    """The digits of a number in a sign of its own, or in Roman letters, in its place."""
    if len(sign) == 1 and sign not in "IVX":
        return str(int(unicodedata.numeric(sign)))
    worth = [{"I": 1, "V": 5, "X": 10}[one] for one in sign]
    value = sum(one if one >= max(worth[at:]) else -one for at, one in enumerate(worth))
    return str(value).ljust(len(sign))


# marks of which one stands in a text that is to be put right; what is wrong; what stands there then, as long as before
_WRONG = (
    (
        tuple(OLD_NUMERALS),
        later(
            "(?P<number>[壱弐参拾一二三四五六七八九十百千〇廿卅卌万萬伍陌佰仟]+)(?:番地|(?=丁目|番|号|の|ノ|-|－|ー|$))"
        ),
        _in_digits,
    ),
    (
        ("参", "拾"),
        later(rf"{_KANJI}[参拾]{_KANJI}(?=丁|番|号|条|の|ノ|-|－|$)"),
        lambda found: found[0].translate(_TO_USUAL),
    ),
    (("丁目",), later(rf"(?<={_N})([-‐‑–—―−－ーのノ]+)丁目"), lambda found: " " * len(found[1]) + "丁目"),
    (tuple(_SIGNS + "IVX"), later(rf"(?<=[^\x00-\x7f])(?:{_SIGN_NUMBER})"), lambda found: _counted(found[0])),
    (tuple("_＿"), later(rf"(?<=丁目)[_＿](?={_N})"), " "),
    (("目",), later(rf"(?<={_N})目(\s?)丁(?!目)"), r"丁\1目"),
    (tuple("日且自"), later(rf"(?<={_N})丁[日且自](?={_N})"), "丁目"),
    (("目",), later(rf"(?<={_N}丁)\s目(?=\s*{_N}|\s|$)"), "目 "),
    (("丁目丁目",), later(rf"(?<={_N})丁目丁目"), "丁目  "),
    (("丁丁目",), later(rf"(?<={_N})丁丁目"), "丁目 "),
    (("丁",), later(rf"(?<={_N})(丁{_N}+)目(?={_N})"), r"\1-"),
    (("町",), later(rf"(?<={_N})町(?={_N}+番)"), "丁"),
    (
        ("ばん",),
        later(rf"(?<={_N})ばんち?(?={_N}|の{_N}|$)"),
        lambda found: "番地"[: len(found[0]) - 1].ljust(len(found[0])),
    ),
    (("ごう",), later(rf"(?<={_N})ごう(?![ァ-ヴーぁ-ん])"), "号 "),
    (tuple("│┃丨:："), later(rf"(?<={_N})[│┃丨:：](?={_N})"), "-"),
    (("一",), later("(?<=[0-9０-９])一(?=[0-9０-９])"), "-"),  # a dash read as a numeral
)


# a number goes on, behind a mark or in a reference itself (4&minus;1, 4<wbr>1)
_MARKED = later(rf"(?:{MARKUP})+(?:{_N}|[-‐‑–—―−－ー丁番号])|&(?:#[xX]?[0-9A-Fa-f]+|[a-z]*dash|minus|hyphen);")
_BEGUN = frozenset("丁参拾IVX_＿") | frozenset(_SIGNS)


def bracketed(text: str) -> bool:
    """Whether it begins with a number of the address in brackets."""
    return bool(_IN_BRACKETS().match(text))


def reading(text: str) -> str:
    """The reading in brackets that it begins with, before a number."""
    found = _READING().match(text)
    return found[0] if found else ""


def turned(building: str, rest: str) -> bool:
    """Whether what is left over looks like a part of 丁目, or like a number in brackets."""
    left = building or rest
    if left[0] in BRACKETS:
        return bracketed(left) or bool(reading(left))
    if left[0] in "<&":
        return bool(_MARKED().match(left))
    if building[:1] in TURNED or rest[-1:] in TURNED or rest[:1] in _BEGUN:
        return True
    return rest[-1:] == "一" or not OLD_NUMERALS.isdisjoint(building[:2] + rest[:2] + rest[-1:])


def mended(text: str) -> str:
    """The text with turned characters put right, as long as before; empty when there are none."""
    other = unmarked(text)
    if has_brackets(text):
        other = _READING().sub(lambda found: " " * len(found[0]), unbracketed(other))
    for marks, wrong, right in _WRONG:
        if any(mark in other for mark in marks):
            other = wrong().sub(right, other)
    return other if other != text else ""
