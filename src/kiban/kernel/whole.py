"""Whole characters: half of one (a surrogate) can be written into no file, database or message."""

from __future__ import annotations

import re

from kiban.kernel.errors import BadInput, Where

_HALF = re.compile("[\ud800-\udfff]")


def whole(text: str, *, field: str) -> str:
    """The text itself; ``field`` is what the error names, never the text, which may be a person's.

    A byte that is not UTF-8 becomes half a character on the command line, as an escape alone does in JSON.

    Raises:
        BadInput: half a character stands in it; its place is told, from 1.
    """
    if not text.isascii() and (found := _HALF.search(text)):
        raise BadInput(
            f"character {found.start() + 1} is half a character or a byte that is not UTF-8",
            where=Where(field=field),
            remedy="write it anew, in UTF-8",
        )
    return text
