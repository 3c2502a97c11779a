"""The JSON and CSV forms that values of one column share."""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Container, Mapping
from typing import ClassVar, Self

from kiban.kernel.errors import Where, shown
from kiban.kernel.values.errors import BadValue

LONGEST = 400
HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
"""What people write for a hyphen between digits."""


def whole(text: object, *, field: str) -> str:
    """The text as it was written.

    Raises:
        BadValue: it is no text (an empty cell of a short row), or longer than any value (400 characters).
    """
    if not isinstance(text, str):
        raise BadValue("no text", where=Where(field=field), remedy="write it as text")
    if len(text) > LONGEST:
        raise BadValue(f"{len(text)} characters are too many", where=Where(field=field), remedy="write one value")
    return text


def typed(text: object, *, field: str) -> str:
    """What a person typed, in half width (NFKC), without blanks around and characters that nobody sees (Cf).

    Raises:
        BadValue: as :func:`whole`.
    """
    written = whole(text, field=field)
    if written.isascii() and written.isprintable():
        return written.strip()
    plain = unicodedata.normalize("NFKC", written)
    if plain.isprintable():
        return plain.strip()
    return "".join(one for one in plain if unicodedata.category(one) != "Cf").strip()


def quoted(text: str) -> str:
    """A text as a message repeats it: its first 40 characters, without what may be an 個人番号 typed there."""
    return repr(shown(text)[:40])


def cell(row: Mapping[str, str], *names: str) -> str | None:
    """The cell of the first of these columns that a row has, whatever the width of their brackets (GIF has both)."""
    written = (one for name in names for one in (name, unicodedata.normalize("NFKC", name)))
    return next((row[one] for one in written if row.get(one) is not None), None)


class OneColumn(ABC):
    """A value that is one text in its normal form: a JSON string, and in CSV the column of its GIF name.

    Attributes:
        gif: the column that is written.
        also: other official names of the column, which are read too.
    """

    __slots__ = ()
    gif: ClassVar[str]
    also: ClassVar[tuple[str, ...]] = ()

    @classmethod
    @abstractmethod
    def parse(cls, text: str) -> Self:
        """From what people type. Raises: BadValue."""

    def to_json(self) -> str:
        """The normal form."""
        return str(self)

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Raises: BadValue, also when it is no text or not in normal form."""
        found = cls.parse(data) if isinstance(data, str) else None
        if found is None or str(found) != data:
            raise BadValue("not the normal form", where=Where(field=cls.gif), remedy="use parse for what people type")
        return found

    def to_csv(self) -> dict[str, str]:
        """By the column's GIF name."""
        return {self.gif: str(self)}

    @classmethod
    def from_csv(cls, row: Mapping[str, str]) -> Self:
        """From the column of its GIF name, as people type it. Raises: BadValue, also when there is no such column."""
        return cls.parse(cls.cell_of(row))

    @classmethod
    def cell_of(cls, row: Mapping[str, str]) -> str:
        """The cell of its column. Raises: BadValue: there is none."""
        found = cell(row, cls.gif, *cls.also)
        if found is None:
            raise BadValue("the column is missing", where=Where(field=cls.gif), remedy=f"add a column {cls.gif}")
        return found


def known_texts(data: object, known: Container[str], *, field: str) -> dict[str, str]:
    """A JSON object of texts by name.

    Raises:
        BadValue: it is no object, has a name that is not known, or a value that is no text; values are not repeated.
    """
    if not isinstance(data, Mapping):
        raise BadValue("no JSON object", where=Where(field=field), remedy="give the fields by name")
    if unknown := sorted(str(name) for name in data if name not in known):
        named = ", ".join(map(repr, unknown))[:80]
        remedy = "leave it out, or correct its name"
        raise BadValue(f"there is no field {named}", where=Where(field=field), remedy=remedy)
    if strange := [name for name, value in data.items() if not isinstance(value, str)]:
        raise BadValue("no text", where=Where(field=f"{field} {strange[0]}"), remedy="write it as a string")
    return dict(data)
