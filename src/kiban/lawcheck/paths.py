"""Where paragraphs (項) and items (号) begin in the running text of an article, and how a place is named."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from kiban.lawcheck.model import Mark

_NUMERAL = "一二三四五六七八九十百千〇"
_DIGIT = {char: value for value, char in enumerate("〇一二三四五六七八九")}
_UNIT = {"十": 10, "百": 100, "千": 1000}
_ARTICLE = re.compile(rf"(?:（[^（）]*）)?第([{_NUMERAL}0-9０-９]+)条((?:[のノ][{_NUMERAL}0-9０-９]+)*)")
_PARAGRAPH = re.compile(r"[。」）＿](?:([２-９]|[１-９][０-９]{1,2})(?![０-９．・％～－、])|([②-⑳]))")
_ITEM = re.compile(rf"。([{_NUMERAL}]{{1,4}})(?![{_NUMERAL}]|年|月|日|箇|回|以|又|及|人|項|条|号|の)")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@lru_cache(maxsize=4096)
def number(text: str) -> int:
    """A numeral in kanji (百二十三) or in digits of either width; 0 of what is none."""
    if text.isdecimal():
        return int(text)
    total = current = 0
    for char in text:
        if char in _UNIT:
            total += (current or 1) * _UNIT[char]
            current = 0
        else:
            current = current * 10 + _DIGIT.get(char, 0)
    return total + current


def article_number(text: str) -> str:
    """The number with which an article begins (第十八条の十五 → ``18_15``); empty when it begins with none."""
    found = _ARTICLE.match(text)
    if not found:
        return ""
    branches = [number(one) for one in re.split("[のノ]", found[2]) if one]
    return "_".join(map(str, [number(found[1]), *branches]))


def paragraphs_of(text: str) -> list[Mark]:
    """Paragraphs of running text, by their digits (２, ②) in sequence; the first begins with the text.

    What stands in brackets may be masked (``＿``).
    """
    marks = [Mark(0, "1")]
    if "２" not in text and "②" not in text:
        return marks
    for found in _PARAGRAPH.finditer(text):
        value = number(found[1]) if found[1] else _CIRCLED.index(found[2]) + 1
        if value == len(marks) + 1:
            marks.append(Mark(found.start() + 1, str(value)))
    return marks


def items_of(text: str, paragraph: Mark, *, end: int) -> list[Mark]:
    """Items of a paragraph that follow a full stop, by their numerals in sequence.

    Items that end in no full stop cannot be told from the text and belong to what stands before them.
    """
    found: list[Mark] = []
    for one in _ITEM.finditer(text, paragraph.start, end):
        if number(one[1]) == len(found) + 1:
            found.append(Mark(one.start() + 1, f"{paragraph.path}-{len(found) + 1}"))
    return found


def place(number_of_article: str, marks: Sequence[Mark], *, start: int) -> str:
    """条-項-号 of a character: ``18_15-2-1``; a paragraph that is the only one is not named."""
    at = bisect_right(marks, start, key=lambda mark: mark.start) - 1
    path = marks[at].path if at >= 0 else ""
    if path == "1" and not any(mark.path == "2" for mark in marks):
        path = ""
    return "-".join(part for part in (number_of_article, path) if part)


def named(path: str) -> str:
    """A place in words: ``18_15-2-1`` → 第18条の15第2項第1号; other places (tables, forms) as they are."""
    head, *rest = path.split("-")
    if not head or not head[0].isdigit():
        return path
    base, *branches = head.split("_")
    words = f"第{base}条" + "".join(f"の{one}" for one in branches)
    for part, unit in zip(rest, ("項", "号"), strict=False):
        words += f"第{part.replace('_', 'の')}{unit}"
    return words + "".join(rest[2:])
