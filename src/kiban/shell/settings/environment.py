"""Typed reading of `KIBAN_*` environment variables; the table of all of them is docs/operator.md."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from kiban.kernel.errors import BadSetting

ORIGIN = re.compile(r"https?://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?", re.ASCII)
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
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


def origin(name: str, default: str) -> str:
    """The variable as an address of scheme and host, perhaps with a port; a slash at its end is dropped.

    Raises:
        BadSetting: it is none.
    """
    value = text(name, default).rstrip("/")
    if not ORIGIN.fullmatch(value):
        raise BadSetting(f"{name} is {value!r}, no address", remedy="write it as https://portal.example.jp")
    return value


def origins(name: str) -> list[str]:
    """The variable as a comma-separated list of addresses. Raises: BadSetting."""
    for value in words(name, ""):
        if not ORIGIN.fullmatch(value):
            raise BadSetting(f"{name} has {value!r}, no address", remedy="write them as https://portal.example.jp")
    return words(name, "")


def one_of(name: str, default: str, *, known: Sequence[str]) -> str:
    """The variable as one of these words. Raises: BadSetting."""
    value = text(name, default)
    if value not in known:
        raise BadSetting(f"{name} is {value!r}", remedy=f"use {', '.join(known)}")
    return value


def home(name: str, default: str) -> Path:
    """The variable as a folder of this process's own, made if need be. Raises: BadSetting."""
    folder = Path(text(name, default) or default).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            f"{name} is {folder}: {error.strerror}", remedy="name a folder of this process's own"
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadSetting(f"{name} is {folder}, which this process cannot write to", remedy="give it to this user")
    return folder


def folder(name: str, default: Path) -> Path:
    """The variable as a folder that is there. Raises: BadSetting."""
    found = Path(text(name, "") or default).resolve()
    if not found.is_dir():
        raise BadSetting(f"{name} is {found}, and there is no such folder", remedy="name a folder that is there")
    return found


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
