"""Rule files as they were parsed before, so that a start neither reads YAML nor parses formulas.

One file a rule file, in the user's cache folder (`KIBAN_RULES_CACHE`; empty: nothing is kept): SHA-256 of what follows,
then plain MessagePack of the typed graph; nothing in it is executed. It holds for the very bytes of all files that the
rules were read from and of the program that read them, else the file is parsed anew. A folder or file that another user
could have written is not read.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from kiban.rules.model import RuleSet

READERS = ("checks", "decision", "errors", "expression", "formula", "kept", "loader", "model", "uses")
"""The modules whose text decides what a file is read as."""
MOST_KEPT = 1000
DIGEST = 32


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A parsed rule file: the program that read it, the files it stands in (from its folder), the rules."""

    mark: str
    parts: tuple[tuple[str, str], ...]
    rules: RuleSet


def load_rules(path: Path, *, name: str = "") -> RuleSet:
    """Read and check a rule file, or take it as it was read and checked before.

    Args:
        path: a `rules.yaml`.
        name: how errors call the file; the path's name without one.

    Raises:
        BadRule: with file, line, what is wrong and how to mend it.
    """
    place = _place(path)
    found = None if place is None else _found(place, path)
    if found is not None:
        return replace(found, file=name or path.name)
    from kiban.rules.loader import parse_rules  # YAML and SQLGlot, which a warm start does not need

    rules, parts = parse_rules(path, name=name)
    if place is not None:
        _keep(place, Kept(_program(), tuple(_from(path, parts)), rules))
    return rules


def read_rules(text: str, *, file: str, base: RuleSet | None = None) -> RuleSet:
    """As :func:`load_rules`, from text; ``base`` is the rule set that the text extends. Never kept."""
    from kiban.rules.loader import read_rules as read

    return read(text, file=file, base=base)


def _from(path: Path, parts: dict[Path, str]) -> list[tuple[str, str]]:
    return [(os.path.relpath(part, path.parent), digest) for part, digest in parts.items()]


def _folder() -> Path | None:
    setting = os.environ.get("KIBAN_RULES_CACHE")
    if setting == "" or not hasattr(os, "geteuid"):
        return None
    if setting is not None:
        return Path(setting)
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("HOME")
    if not home:
        return None
    return Path(home, "kiban/rules") if os.environ.get("XDG_CACHE_HOME") else Path(home, ".cache/kiban/rules")


def _place(path: Path) -> Path | None:
    """Where a rule file is kept; None where nothing can be kept safely."""
    folder = _folder()
    if folder is None or not _program():
        return None
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _mine(folder.stat()):
            return folder / hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:32]
    return None


def _mine(found: os.stat_result) -> bool:
    """Whether nobody else can have written it."""
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _found(place: Path, path: Path) -> RuleSet | None:
    data = _read(place)
    if hashlib.sha256(data[DIGEST:]).digest() != data[:DIGEST]:
        return None
    try:
        kept = _decoder().decode(memoryview(data)[DIGEST:])
    except (msgspec.MsgspecError, ValueError):
        return None
    same = kept.mark == _program() and all(_digest(path.parent / part) == digest for part, digest in kept.parts)
    return kept.rules if same else None


def _read(place: Path) -> bytes:
    """The bytes of a file of ours; none of a link, or of what another could have written."""
    try:
        handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return b""
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        return file.read() if stat.S_ISREG(found.st_mode) and _mine(found) else b""


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _keep(place: Path, kept: Kept) -> None:
    """Write as a whole or not at all; a full disk or a number beyond 64 bits is no fault of the rules."""
    import tempfile

    with suppress(OSError, OverflowError):
        data = msgspec.msgpack.encode(kept)
        handle, fresh = tempfile.mkstemp(dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(data).digest() + data)
            Path(fresh).replace(place)
        except OSError:
            Path(fresh).unlink(missing_ok=True)
        _prune(place.parent)


def _prune(folder: Path) -> None:
    files = list(folder.iterdir())
    if len(files) > MOST_KEPT:
        for path in sorted(files, key=lambda one: one.stat().st_mtime)[: len(files) - MOST_KEPT]:
            path.unlink(missing_ok=True)


@cache
def _decoder() -> Any:
    return msgspec.msgpack.Decoder(Kept)


@cache
def _program() -> str:
    """Digest of the program that reads rule files; "" when its text is not at hand."""
    spec, here = find_spec("sqlglot"), Path(__file__).parent
    if spec is None or not spec.submodule_search_locations:
        return ""
    files = [here / f"{name}.py" for name in READERS] + [here.parent / "kernel" / "located.py"]
    files.append(Path(spec.submodule_search_locations[0]) / "_version.py")
    try:
        read = b"".join(path.read_bytes() for path in files)
    except OSError:
        return ""
    return hashlib.sha256(read + sys.version.encode()).hexdigest()
