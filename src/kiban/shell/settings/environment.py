"""Typed reading of `KIBAN_*` environment variables; the table of all of them is docs/operator.md."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from kiban.kernel.errors import BadSetting

YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str) -> str:
    """The variable as text."""
    return os.environ.get(name, default)


def words(name: str, default: str) -> list[str]:
    """The variable as a comma-separated list; blanks are dropped."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def flag(name: str, *, default: bool) -> bool:
    """The variable as yes or no.

    Raises:
        BadSetting: it is neither.
    """
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in YES | NO:
        return value.lower() in YES
    raise BadSetting(f"{name} is {value!r}", remedy="use true or false")


def number(name: str, default: int) -> int:
    """The variable as a whole number that is not negative.

    Raises:
        BadSetting: it is not one.
    """
    value = os.environ.get(name, str(default))
    if not value.isdecimal():
        raise BadSetting(f"{name} is {value!r}", remedy="use a whole number")
    return int(value)


def secret(name: str, *, kept_in: Path) -> str:
    """The variable, or a random key made once and kept in a file that only its owner can read."""
    given = os.environ.get(name)
    if given:
        return given
    if not kept_in.exists():
        kept_in.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept_in.with_name(f"{kept_in.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # of several first starts at once, one wins, the others read its key
            os.link(fresh, kept_in)
        fresh.unlink()
    return kept_in.read_text(encoding="ascii")
