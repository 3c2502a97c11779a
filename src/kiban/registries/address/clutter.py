"""What stands in an address without being one: brackets, a postal code in the middle, words in front.

Each text made here has as many characters as the given one, so that what is left over can be taken from the given one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NEAR = 40
_CODE = r"[0-9０-９]{3}\s?[-－‐−–—ー]?\s?[0-9０-９]{4}"
_CLUTTER = re.compile(rf"〒\s?{_CODE}|[()（）\[\]［］【】〔〕「」『』<>＜＞〈〉《》]")
_LEADING = re.compile(rf"\A\s*{_CODE}")
_GAP = re.compile(r"[\s:：,，、;；]+(?=\S)")
_OFFICE = re.compile("[都道府県市区町村](?:役所|役場|庁|立|民|営|議会)")
_PLACE = re.compile("[市区町村郡]")


def uncluttered(text: str) -> str:
    """The text with brackets and postal codes before its first number blanked out."""
    parts, end = [], 0
    for found in _CLUTTER.finditer(text, 0, _NEAR):
        between = text[end : found.start()]
        if any(one.isdecimal() for one in (between if end else _LEADING.sub("", between))):
            break
        parts.append(between + " " * len(found[0]))
        end = found.end()
    return "".join(parts) + text[end:]


def without_front(text: str) -> Iterator[tuple[str, bool]]:
    """The text with its first words blanked out, and whether these may name a place (府中市, but not 東京都庁)."""
    for gap in _GAP.finditer(text, 0, _NEAR):
        front = _OFFICE.sub("", text[: gap.start()])
        yield " " * gap.end() + text[gap.end() :], bool(_PLACE.search(front))
