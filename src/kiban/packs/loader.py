"""Reads the packs of a folder: each by itself, so that a fault in one leaves the others at work."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.located import Located, Place, dotted, read_located
from kiban.packs.checks import faults_of
from kiban.packs.errors import BadPack
from kiban.packs.loaded import Loaded
from kiban.packs.model import Pack
from kiban.packs.overlay import merged
from kiban.packs.texts import read_texts
from kiban.rules import RuleSet, load_rules

FILE = "pack.yaml"
PATH = re.compile(r" - at `\$(?P<path>.*)`$")
PART = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")
UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]+)`")


@dataclass(frozen=True, slots=True)
class Packs:
    """All packs below a root: those that can be used by id, and the faults of those that cannot."""

    loaded: Mapping[str, Loaded]
    faults: Mapping[str, tuple[BadInput, ...]]


def load_packs(root: Path) -> Packs:
    """Read every pack below a folder, overlays after what they extend.

    A pack with a fault is left out and its faults are kept under its folder's name (its id where it could be read).
    """
    loaded: dict[str, Loaded] = {}
    faults: dict[str, tuple[BadInput, ...]] = {}
    waiting: list[tuple[Path, Located, dict[str, Any]]] = []
    for path in sorted(root.rglob(FILE)):
        name = str(path.parent.relative_to(root))
        try:
            source = read_located(path, name=f"{name}/{FILE}")
            waiting.append((path.parent, source, _mapping(source)))
        except BadInput as error:
            faults[path.parent.name] = (error,)
    for folder, source, content in _in_order(waiting):
        try:
            one = _load(folder, source, root=root, content=content, loaded=loaded)
        except BadInput as error:
            faults[str(content.get("id", folder.name))] = (error,)
            continue
        loaded[one.pack.id] = one
    for one in list(loaded.values()):
        found = tuple(faults_of(one, loaded))
        if found:
            faults[one.pack.id] = found
    return Packs({key: one for key, one in loaded.items() if key not in faults}, faults)


def _in_order(
    waiting: list[tuple[Path, Located, dict[str, Any]]],
) -> Iterator[tuple[Path, Located, dict[str, Any]]]:
    """Packs that extend none, then overlays; bundles last."""
    yield from sorted(waiting, key=lambda one: (bool(one[2].get("extends")), one[2].get("kind") == "bundle"))


def _mapping(source: Located) -> dict[str, Any]:
    if not isinstance(source.value, dict):
        raise BadPack("a pack is a mapping with id, facts, form, steps …", where=Where(source.file, 1))
    return source.value


def _load(
    folder: Path, source: Located, *, root: Path, content: dict[str, Any], loaded: Mapping[str, Loaded]
) -> Loaded:
    name = str(folder.relative_to(root))
    base = _base(source, content, loaded=loaded)
    whole = merged(base.source.value, content) if base else content
    pack = _typed(replace(source, value=whole))
    if pack.id in loaded:
        raise BadPack(
            f"the id {pack.id} is also that of {loaded[pack.id].name}",
            where=source.where(("id",)),
            remedy="ids are unique in all packs; an overlay has an id of its own and names the other in extends",
        )
    texts = read_texts(folder, name=name)
    return Loaded(
        pack=pack,
        name=name,
        folder=folder,
        source=replace(source, value=whole),
        texts=texts.over(base.texts) if base else texts,
        rules=_rules(folder, pack, source=source, root=root) or (base.rules if base else None),
        letters={**(base.letters if base else {}), **_letters(folder, name=name)},
    )


def _base(source: Located, content: dict[str, Any], *, loaded: Mapping[str, Loaded]) -> Loaded | None:
    extends = content.get("extends")
    if not extends:
        return None
    if not isinstance(extends, str) or extends not in loaded:
        raise BadPack(
            f"it extends {extends}, which is not loaded",
            where=source.where(("extends",)),
            remedy="name the id of a pack without faults",
        )
    return loaded[extends]


def _typed(source: Located) -> Pack:
    try:
        return msgspec.convert(source.value, Pack)
    except msgspec.ValidationError as error:
        raise _located(source, str(error)) from error


def _located(source: Located, said: str) -> BadPack:
    """Msgspec's words with file and line."""
    found = PATH.search(said)
    what = said[: found.start()] if found else said
    place = _place(found["path"]) if found else ()
    unknown = UNKNOWN.search(what)
    if unknown:
        place = (*place, unknown["name"])
    return BadPack(
        what.replace("Object", "This"),
        where=source.where(place) if place else Where(source.file, 1),
        remedy=f"see docs/packs.md{f' for {dotted(place)}' if place else ''}",
    )


def _place(path: str) -> Place:
    parts = (
        match[1] if match[1] is not None else int(match[2]) for match in PART.finditer(path) if match[0] != "[...]"
    )
    return tuple(parts)


def _rules(folder: Path, pack: Pack, *, source: Located, root: Path) -> RuleSet | None:
    path = (folder.parent / pack.rules if pack.rules else folder) / "rules.yaml"
    if not path.resolve().is_relative_to(root.resolve()):
        raise BadPack("rules names a folder outside the packs", where=source.where(("rules",)))
    if not path.exists():
        if pack.rules:
            raise BadPack(f"there are no rules in {pack.rules}", where=source.where(("rules",)))
        return None
    return load_rules(path, name=str(path.relative_to(root) if not pack.rules else Path(pack.rules) / "rules.yaml"))


def _letters(folder: Path, *, name: str) -> dict[str, str]:
    return {path.stem: _source(path, name=name) for path in sorted(folder.glob("*.typ"))}


def _source(path: Path, *, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", "it is not UTF-8")
        raise BadPack(f"the letter cannot be read: {why}", where=Where(f"{name}/{path.name}")) from None
