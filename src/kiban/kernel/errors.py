"""The one root of all errors: what was wrong, where, and what to do.

Every package derives its own small hierarchy from :class:`KibanError`. An error has a stable code (``DOMAIN-NNN``),
an audience (who can mend it), a place (file, line, record, field) and a remedy. It never carries an 個人番号, a PIN or
a key: whoever raises it names the field, not the value, where the value is personal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Audience(StrEnum):
    """Who can mend the error."""

    USER = "user"
    OPERATOR = "operator"
    DEVELOPER = "developer"


@dataclass(frozen=True, slots=True)
class Where:
    """The place of an error; each part is named when it is known.

    ``line`` and ``column`` count from 1; ``record`` is a row number or key; ``field`` a column, key or path.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    record: str | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}" if place else f"line {self.line}"
        if self.column is not None:
            place += f":{self.column}"
        parts = [place] if place else []
        parts += [f"record {self.record}"] if self.record is not None else []
        parts += [f"field {self.field}"] if self.field is not None else []
        return ", ".join(parts)


NOWHERE = Where()
_TWELVE = re.compile(r"(?<!\d)\d{4}[\s\-‐ー－・]?\d{4}[\s\-‐ー－・]?\d{4}(?!\d)")
LONGEST = 1000
"""Characters of a message: what was given can be of any length, and is not repeated whole."""


def shown(text: str) -> str:
    """A message without what may be an 個人番号: 12 digits, given where something else was asked, are not repeated."""
    return _TWELVE.sub("(12 digits)", text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


class KibanError(Exception):
    """Something that Kiban refuses or cannot do.

    Args:
        what: one sentence saying what was wrong.
        where: the place, as far as it is known.
        remedy: what the reader can do about it.
    """

    code: ClassVar[str] = "KIBAN-000"
    audience: ClassVar[Audience] = Audience.DEVELOPER

    def __init__(self, what: str, *, where: Where = NOWHERE, remedy: str = "") -> None:
        self.what = shown(what)
        super().__init__(self.what)
        self.where = where
        self.remedy = shown(remedy)

    def __str__(self) -> str:
        place = str(self.where)
        text = f"{place}: {self.what}" if place else self.what
        return f"{text} ({self.code})" + (f" → {self.remedy}" if self.remedy else "")


class BadInput(KibanError):
    """A value, file or message that cannot be read as what it claims to be."""

    code = "KIBAN-001"
    audience = Audience.USER


class BadSetting(KibanError):
    """A configuration with which a process must not start."""

    code = "KIBAN-002"
    audience = Audience.OPERATOR
