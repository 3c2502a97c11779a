"""Days, facts and answers as they are given on the command line."""

from __future__ import annotations

import argparse
import datetime as dt

from kiban.kernel.errors import BadInput


def as_day(text: str) -> dt.date:
    """A day as argparse reads it (``type=as_day``). Raises: ArgumentTypeError."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-10-01") from None


def given(text: str) -> tuple[str, bool | int | str]:
    """Name and value of ``name=yes``, ``name=no``, ``name=7`` or ``name=word``. Raises: BadInput."""
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput(f"{text!r} has no =", remedy="write name=yes, name=no or name=value")
    return name, {"yes": True, "no": False}.get(value, int(value) if value.isdecimal() else value)
