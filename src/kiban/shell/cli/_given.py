"""Facts and answers as they are given on the command line."""

from __future__ import annotations

from kiban.kernel.errors import BadInput


def given(text: str) -> tuple[str, bool | int | str]:
    """Name and value of ``name=yes``, ``name=no``, ``name=7`` or ``name=word``. Raises: BadInput."""
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput(f"{text!r} has no =", remedy="write name=yes, name=no or name=value")
    return name, {"yes": True, "no": False}.get(value, int(value) if value.isdecimal() else value)
